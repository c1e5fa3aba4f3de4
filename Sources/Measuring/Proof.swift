/// Predictions of training steps beside what they took.
public struct Proof: Sendable {
  public struct Row: Sendable {
    public var shape: StepShape
    public var threads: Int
    public var prediction: Prediction
    public var timing: Timing
    public var firstLoss: Double
    public var lastLoss: Double

    public var measured: Double { timing.seconds }
    /// Predicted over measured, less one.
    public var error: Double { prediction.seconds / measured - 1 }
    public var isCovered: Bool { prediction.low <= measured && measured <= prediction.high }
    public var lossFell: Bool { lastLoss < firstLoss }
  }

  public var rows: [Row]
  public var profile: Profile

  public init(_ profile: Profile, _ runs: [Session.Run]) {
    self.profile = profile
    rows = runs.map { run in
      Row(
        shape: run.shape, threads: run.threads,
        prediction: Prediction(profile, run.shape, threads: run.threads), timing: run.timing,
        firstLoss: run.firstLoss, lastLoss: run.lastLoss)
    }
  }

  public var medianError: Double { median(rows.map { abs($0.error) }) }
  public var medianBias: Double { median(rows.map(\.error)) }
  public var coverage: Double { Double(rows.filter(\.isCovered).count) / Double(max(1, rows.count)) }
  public var lossesFell: Int { rows.filter(\.lossFell).count }
  /// Median over the rows of how far a step's repetitions spread.
  public var noise: Double { median(rows.map(\.timing.spread)) }

  // The bar: at most a tenth off in the middle; nine in ten within the range, give or take what two dozen trials allow.
  public static let mostError = 0.10
  public static let coverageRange = 0.80...0.97

  public var isAccurate: Bool { medianError <= Proof.mostError }
  public var isCalibrated: Bool { Proof.coverageRange.contains(coverage) }
  public var holds: Bool { isAccurate && isCalibrated && lossesFell == rows.count }
}

extension Proof {
  /// What is predicted and run: no width, sequence or batch of it is in a grid that is measured.
  public static func cases(threads: [Int], isQuick: Bool) -> [(StepShape, Int)] {
    let shapes = isQuick ? quick : full
    // As many shapes as make 24 cases, whatever the number of thread counts.
    let count = isQuick ? shapes.count : min(shapes.count, max(7, (28 + threads.count - 1) / threads.count))
    return shapes.prefix(count).flatMap { shape in threads.map { (shape, $0) } }
  }

  private static let full = [
    StepShape(layers: 2, width: 96, heads: 3, sequence: 48, batch: 3),
    StepShape(layers: 3, width: 224, heads: 7, sequence: 112, batch: 5),
    StepShape(layers: 1, width: 384, heads: 8, sequence: 96, batch: 6),
    StepShape(layers: 4, width: 96, heads: 4, sequence: 144, batch: 7),
    StepShape(layers: 2, width: 288, heads: 6, sequence: 48, batch: 10),
    StepShape(layers: 1, width: 448, heads: 7, sequence: 224, batch: 1, tied: false),
    StepShape(layers: 6, width: 112, heads: 2, sequence: 96, batch: 3),
    StepShape(layers: 2, width: 240, heads: 5, sequence: 224, batch: 3, tied: false),
    StepShape(layers: 3, width: 144, heads: 6, sequence: 112, batch: 1),
    StepShape(layers: 1, width: 224, heads: 4, sequence: 48, batch: 1),
    StepShape(layers: 2, width: 384, heads: 12, sequence: 144, batch: 3),
    StepShape(layers: 5, width: 176, heads: 4, sequence: 96, batch: 5),
    StepShape(layers: 2, width: 112, heads: 7, sequence: 240, batch: 3),
    StepShape(layers: 1, width: 480, heads: 10, sequence: 112, batch: 3),
    StepShape(layers: 3, width: 96, heads: 3, sequence: 224, batch: 1),
    StepShape(layers: 2, width: 336, heads: 7, sequence: 96, batch: 1),
    StepShape(layers: 4, width: 224, heads: 4, sequence: 144, batch: 1, tied: false),
    StepShape(layers: 1, width: 288, heads: 9, sequence: 240, batch: 3),
    StepShape(layers: 2, width: 176, heads: 8, sequence: 48, batch: 14),
    StepShape(layers: 3, width: 240, heads: 8, sequence: 112, batch: 3),
    StepShape(layers: 1, width: 112, heads: 4, sequence: 144, batch: 12),
    StepShape(layers: 2, width: 448, heads: 14, sequence: 48, batch: 5),
    StepShape(layers: 4, width: 144, heads: 3, sequence: 96, batch: 7),
    StepShape(layers: 1, width: 336, heads: 6, sequence: 176, batch: 3),
    StepShape(layers: 2, width: 96, heads: 2, sequence: 176, batch: 5),
    StepShape(layers: 3, width: 288, heads: 12, sequence: 112, batch: 1),
    StepShape(layers: 1, width: 240, heads: 10, sequence: 144, batch: 5),
    StepShape(layers: 2, width: 224, heads: 7, sequence: 176, batch: 1),
  ]

  private static let quick = [
    StepShape(layers: 2, width: 96, heads: 3, sequence: 48, batch: 3),
    StepShape(layers: 1, width: 224, heads: 7, sequence: 112, batch: 3),
    StepShape(layers: 3, width: 112, heads: 4, sequence: 48, batch: 5),
    StepShape(layers: 1, width: 288, heads: 6, sequence: 112, batch: 1),
  ]
}

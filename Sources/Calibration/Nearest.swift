import Scenarios
import Simulation

extension FittedRun {
  init(_ row: FitRow, predicted: Double?) {
    self.init(
      id: row.id, team: row.team, features: row.step.features, memory: row.memory, measured: row.measured,
      predicted: predicted, generation: row.step.subject.generation)
  }
}

/// The nearest measured run to a prediction, and how well that one was predicted.
public struct Nearest: Sendable {
  public var run: FittedRun
  /// In lengths of the likeness: two runs of distance d have a correlation of exp(−d²/2) in what like runs share.
  public var distance: Double
  public var isNear: Bool

  /// Where a third of what like runs share is still shared. Judgement: beyond, a run is no measurement of the question.
  public static let near = 1.5
  /// Of devices: so many more or fewer are another question, however alike the errors are. Judgement.
  public static let doublings = 3.0

  /// Nil where nothing was measured.
  public init?(_ runs: [FittedRun], to features: RunFeatures, _ likeness: Likeness) {
    let asked = features.coordinates, weights = likeness.weights
    var best: (run: FittedRun, square: Double)?
    for run in runs {
      var square = 0.0
      for (f, (x, y)) in zip(run.coordinates, asked).enumerated() {
        let difference = f < Likeness.Feature.ordered ? x - y : x == y ? 0 : 1
        square += weights[f] * difference * difference
      }
      if best.map({ square < $0.square }) ?? true { best = (run, square) }
    }
    guard let best else { return nil }
    (run, distance) = (best.run, best.square.squareRoot())
    isNear =
      distance <= Nearest.near && run.chip == features.chip && run.stack == features.stack
      && run.features.adapters == features.adapters && (run.features.expert > 0) == (features.expert > 0)
      && Logarithm.doublings(between: run.features.devices, features.devices) <= Nearest.doublings
  }
}

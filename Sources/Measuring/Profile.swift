/// A machine as its measurement describes it: families of work with fitted parameters, and how whole steps differ from
/// the sum of their parts.
public struct Profile: Sendable {
  public let measurement: MachineMeasurement
  private let families: [Key: Family]
  /// In the order of the measurement's thread counts.
  let stepFactors: [StepFactor]

  struct Key: Hashable, Sendable {
    var routine: Work.Routine
    /// 1 for what runs in the calling thread whatever OpenBLAS is told.
    var threads: Int

    init(_ routine: Work.Routine, _ threads: Int) {
      self.routine = routine
      self.threads = routine.isThreaded ? threads : 1
    }
  }

  public init(_ measurement: MachineMeasurement) {
    self.measurement = measurement
    var families: [Key: Family] = [:]
    let inSteps = Work.Routine.allCases.filter { !$0.isStream && $0 != .doubleProduct && $0 != .bf16Product }
    for routine in inSteps {
      for threads in routine.isThreaded ? measurement.threads : [measurement.threads.first ?? 1] {
        let points = measurement.timing(routine, threads: threads)
        let peak = measurement.bestRate(.product, threads: threads) ?? 1
        let model = OperatorModel(
          peak: peak, bandwidth: measurement.bandwidth, units: routine == .product ? threads : 1,
          isProduct: routine.isProduct)
        families[Key(routine, threads)] = Family(model, points)
      }
    }
    self.families = families
    let bare = Profile(measurement, families, [])
    stepFactors = measurement.threads.map { threads in
      let steps = measurement.steps.filter { $0.threads == threads && !$0.timing.isEmpty }
      return StepFactor(
        works: steps.map { logarithm($0.shape.flops) },
        ratios: steps.map { logarithm($0.timing.seconds / bare.sum(of: $0.shape, threads: threads)) })
    }
  }

  private init(_ measurement: MachineMeasurement, _ families: [Key: Family], _ factors: [StepFactor]) {
    self.measurement = measurement
    self.families = families
    stepFactors = factors
  }

  /// Logarithm of a step's time over the sum of its operators', and its standard deviation.
  func factor(of shape: StepShape, threads: Int) -> (mean: Double, spread: Double) {
    guard let index = measurement.threads.firstIndex(of: threads) else { return (0, 0.1) }
    return stepFactors[index].predict(work: logarithm(shape.flops))
  }

  public func family(_ routine: Work.Routine, threads: Int) -> Family? { families[Key(routine, threads)] }

  /// Whether a step in so many threads can be predicted.
  public func knows(threads: Int) -> Bool { measurement.threads.contains(threads) }

  /// Seconds of all operators of a step, one after another.
  func sum(of shape: StepShape, threads: Int) -> Double {
    parts(of: shape, threads: threads).reduce(0) { $0 + $1.seconds.reduce(0, +) }
  }

  /// By family: seconds of each work times how often, and the covariance of their logarithms.
  func parts(of shape: StepShape, threads: Int) -> [(seconds: [Double], covariance: [Double])] {
    var grouped: [Key: [(work: Work, count: Double)]] = [:]
    for entry in shape.works { grouped[Key(entry.work.routine, threads), default: []].append(entry) }
    // In a fixed order: the same numbers every time.
    return Work.Routine.allCases.compactMap { routine in
      let key = Key(routine, threads)
      guard let entries = grouped[key], let family = families[key] else { return nil }
      let found = family.predict(entries.map(\.work))
      return (zip(found.logs, entries).map { exponential($0) * $1.count }, found.covariance)
    }
  }
}

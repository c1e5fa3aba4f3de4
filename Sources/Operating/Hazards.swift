import CKernels
import Quantities
import Scenarios

/// What stops a run, and how long it takes to go on. Rates are of all instances together, a second.
public struct Hazards: Sendable {
  /// By published logs, or as the job says.
  public var failures = 0.0
  /// The same of one, and of one what: hosts are counted where their logs are, chips by a rate that the user gives.
  public var each = EventRate(0)
  public var unit = FailureLog.Unit.chip
  /// Interruptions of spot instances that leave no time for a last checkpoint: work is lost, as by a failure.
  public var sudden = 0.0
  /// Interruptions announced in time: nothing is lost but the restart.
  public var announced = 0.0
  /// Part of failures after which an instance is replaced; after interruptions one always is.
  public var hard = 1.0
  /// From a failure until steps go on; another meanwhile begins it anew.
  public var recovery = 0.0
  /// Until a replaced instance is there.
  public var replacement = 0.0
  /// Of the logarithm of `failures`.
  public var spread = 0.0
  /// Published logs of this chip that it rests on, besides the population's.
  public var logs: [String] = []

  /// What throws a run back.
  public var rollbacks: Double { failures + sudden }
  public var all: Double { rollbacks + announced }

  /// Part of the time in which the run waits for an instance, if failures come at `rate`.
  func waiting(_ rate: Double, spares: Int) -> Double {
    tf_waiting((rate * hard + sudden + announced) * replacement, Double(spares))
  }

  /// What announced interruptions leave of the time that is not waited: each stops steps for a recovery, which also
  /// grows, since they begin recoveries anew. exp(−Λ·r) of the renewal model, with their rate besides (docs/Model.md).
  var undisturbed: Double { Logarithm.exponential(-announced * recovery) }

  /// As many instances standing by as make the work cheapest: each adds its rent and takes from the time spent waiting.
  func payingSpares(units: Int) -> Int {
    func cost(_ spares: Int) -> Double { Double(units + spares) / (1 - waiting(failures, spares: spares)) }
    var spares = 0, best = cost(0)
    while spares < min(units, 1000) {
      let next = cost(spares + 1)
      if next >= best { break }
      (best, spares) = (next, spares + 1)
    }
    return spares
  }

  init() {}

  /// - Parameters:
  ///   - saving: what a failure goes back to; nil: to the beginning.
  ///   - compiling: what the compiler takes at each restart.
  ///   - spot: whether instances are bought so that they can be taken back.
  init(
    _ setup: OperatingSetup, on instance: Instance, units: Int, saving: Saving?, compiling: Seconds, spot: Bool
  ) {
    guard let facts = setup.recovery, let rate = setup.failures else { return }
    let instances = Double(units * instance.memberCount), asked = setup.operating.failures
    unit = instance.chip.chipClass == .cpu && asked.rate == nil ? .instance : .chip
    each = rate.each
    failures = each.value * (unit == .instance ? instances : Double(units * instance.chips))
    (spread, logs) = (rate.spread, rate.logs)
    let taken = spot ? (asked.spot?.value ?? 0) * instances : 0
    // Two minutes are enough for a last checkpoint, or an interruption is as sudden as a failure.
    let isInTime = saving.map { $0.snapshot + $0.write <= Seconds(120) } ?? false
    (announced, sudden) = isInTime ? (taken, 0) : (0, taken)
    hard = facts.hardShare
    recovery = (facts.detection.value + facts.restart.value + (saving?.load ?? .zero) + compiling).value
    replacement = (asked.replacement ?? facts.replacement.value).value
  }
}

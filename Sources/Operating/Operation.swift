import CKernels
import Quantities
import Scenarios

/// What a job's run takes besides its steps on so many instances of a type: input, checkpoints, failures.
///
/// Made once for a size; `course` and `wallTime` then cost a few operations for each plan, and grow with the step, so that
/// the fastest step has the shortest run.
public struct Operation: Sendable {
  public let feeding: Feeding?
  public let saving: Saving?
  /// Of all instances together, a second; 0 where none is known.
  public let failureRate: Double
  /// Of its logarithm.
  public let spread: Double
  /// Published logs of this chip that it rests on, besides the population's.
  public let logs: [String]
  /// Announced two minutes before: nothing is lost but the restart.
  public let interruptionRate: Double
  public let recovery: Seconds
  /// The numbers that lead from a step to the run.
  public let pace: Pace

  public var spares: Int { pace.spares }
  /// Of the kernel; work is the best, or the one asked for.
  public var endurance: tf_endurance { pace.endurance }
  var steps: Double { pace.steps }

  /// - Parameters:
  ///   - state: bytes of a checkpoint.
  ///   - spot: whether instances are bought so that they can be taken back.
  public init(
    _ job: Job, _ practice: Practice, on instance: Instance, stack: Stack, units: Int, state: Bytes, spot: Bool
  ) {
    feeding = Feeding(job, practice, on: instance, units: units)
    let asked = practice.upkeep.checkpoint.interval
    let known = Operation.saving(state, practice, on: instance, units: units, every: asked)
    saving = known
    let counted =
      instance.chip.chipClass == .cpu ? Double(units * (instance.members?.count ?? 1)) : Double(units * instance.chips)
    let isOurs = practice.upkeep.failures.rate != nil && instance.chip.chipClass == .cpu
    let rate = (practice.failures?.each.value ?? 0) * (isOurs ? Double(units * instance.chips) : counted)
    let facts = practice.recovery
    failureRate = facts == nil ? 0 : rate
    spread = practice.failures?.spread ?? 0
    logs = practice.failures?.logs ?? []
    let taken = spot ? (practice.upkeep.failures.spot?.value ?? 0) * Double(units * (instance.members?.count ?? 1)) : 0
    let keeps = practice.upkeep.failures.compiled ?? true
    let compiled = (keeps ? stack.compileTimeCached?.value : stack.compileTime?.value) ?? .zero
    recovery = (facts.map { $0.detection.value + $0.restart.value } ?? .zero) + (known?.load ?? .zero) + compiled
    // Two minutes are enough for a last checkpoint, or an interruption is a failure like any other.
    let isAnnounced = (known.map { $0.snapshot + $0.write <= Seconds(120) } ?? false)
    interruptionRate = isAnnounced ? taken : 0
    let all = failureRate + (isAnnounced ? 0 : taken)
    let hard = all > 0 ? (failureRate * (facts?.hardShare ?? 1) + (all - failureRate)) / all : 0
    let replacement = practice.upkeep.failures.replacement ?? facts?.replacement.value ?? .zero

    var run = tf_endurance(
      failures: all, hard: hard, work: 1, stall: known?.stall.value ?? 0, lag: known?.lag.value ?? 0,
      recovery: recovery.value, replacement: replacement.value, spares: 0)
    let spares =
      practice.upkeep.failures.spares
      ?? Operation.payingSpares(all * hard + interruptionRate, replacement, units: units)
    run.spares = Double(spares)
    run.work = known == nil ? .greatestFiniteMagnitude : asked?.value ?? tf_best_work(&run, 1, 1e9)
    var pace = Pace(
      steps: job.steps,
      // The first step waits for the compiler, the end for the last checkpoint.
      startup: (stack.compileTime?.value.value ?? 0) + (known.map { $0.snapshot + $0.write }?.value ?? 0),
      endurance: run, productive: Pace.productive(run, work: run.work),
      pauses: 1 + interruptionRate * recovery.value, spares: spares)
    feeding?.enter(&pace)
    self.pace = pace
  }

  /// Bursts serve checkpoints as long as they last: half an hour a day (AWS, EBS-optimized instance types, 2026).
  private static func saving(
    _ state: Bytes, _ practice: Practice, on instance: Instance, units: Int, every interval: Seconds?
  ) -> Saving? {
    guard let slow = Saving(state, practice, on: instance, units: units, bursting: false),
      slow.storage.reach == .ebs, instance.ebs?.burst != nil,
      let fast = Saving(state, practice, on: instance, units: units, bursting: true)
    else { return Saving(state, practice, on: instance, units: units, bursting: false) }
    let daily = 86400 / (interval?.value ?? 3600) * fast.write.value
    return daily <= 1800 ? fast : slow
  }

  /// As many instances standing by as make the work cheapest: each adds its rent and takes from the time spent waiting.
  private static func payingSpares(_ replaced: Double, _ replacement: Seconds, units: Int) -> Int {
    let load = replaced * replacement.value
    // Erlang's loss formula by its recursion: the part of time in which one more is missing than stands by.
    var blocked = load / (1 + load), spares = 0
    var cost = Double(units) / (1 - blocked)
    while spares < units {
      let next = load * blocked / (Double(spares + 2) + load * blocked)
      let more = Double(units + spares + 1) / (1 - next)
      if more >= cost { break }
      (blocked, cost) = (next, more)
      spares += 1
    }
    return spares
  }

  /// Well-known estimates of the best time between checkpoints, beside the exact one: Young 1974, Daly 2006.
  public var young: Seconds { Seconds(tf_young(endurance.stall, endurance.failures)) }
  public var daly: Seconds { Seconds(tf_daly(endurance.stall, endurance.failures)) }

  // MARK: Runs

  /// Seconds of the whole run for steps of `step` seconds, input not counted.
  public func wallTime(step: Double) -> Double { pace.wallTime(step: step) }

  public func course(step: Seconds) -> Course {
    let wait = Seconds(pace.wait(step.value))
    let fed = step + wait
    let stretch = pace.stretch(fed.value, total: fed.value * steps)
    let stall = stretch.isSaved ? fed * (endurance.stall / stretch.work) : .zero
    let wall = Seconds(wallTime(step: step.value))
    let failures = (endurance.failures + interruptionRate) * wall.value
    return Course(
      step: fed + stall, inputWait: wait, checkpointStall: stall, startup: Seconds(pace.startup),
      interval: stretch.isSaved ? Seconds(stretch.work) : nil,
      goodput: wall.value < 1e15 ? min(1, (fed + stall).value * steps / wall.value) : 0, wallTime: wall,
      failures: failures, spares: spares)
  }

  /// Wall times for draws of the step and of the failure rate's logarithm, in units of its spread.
  public func wallTimes(steps drawn: [Double], deviations: [Double]) -> [Double] {
    let fed = drawn.map { $0 + pace.wait($0) }
    guard endurance.failures > 0 else { return drawn.map(wallTime(step:)) }
    let failures = deviations.map { endurance.failures * Logarithm.exponential(spread * $0) }
    let unsaved = fed.map { $0 * steps <= endurance.work }
    var run = endurance
    let work = fed.map { max(endurance.work, $0) }
    var shares = [Double](repeating: 0, count: fed.count)
    tf_productive(&shares, failures, work, fed.count, &run)
    (run.stall, run.lag) = (0, 0)
    var whole = [Double](repeating: 0, count: fed.count)
    if unsaved.contains(true) { tf_productive(&whole, failures, fed.map { $0 * steps }, fed.count, &run) }
    return fed.indices.map { i in
      let share = unsaved[i] ? whole[i] : shares[i]
      guard share > 0 else { return .greatestFiniteMagnitude }
      return pace.startup + fed[i] * steps / share * pace.pauses
    }
  }
}

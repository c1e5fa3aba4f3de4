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
  public let hazards: Hazards
  /// The numbers that lead from a step to the run.
  public let pace: Pace
  /// What a team's own way adds.
  public let practice: Practice.Part
  /// What was decided for the user at this size.
  public let assumptions: [OperatingNote]

  public var spares: Int { pace.spares }

  /// - Parameters:
  ///   - state: bytes of a checkpoint.
  ///   - frozen: bytes that are read at a restart besides.
  ///   - spot: whether instances are bought so that they can be taken back.
  public init(
    _ job: Job, _ setup: OperatingSetup, on instance: Instance, stack: Stack, units: Int, state: Bytes,
    frozen: Bytes = .zero, spot: Bool
  ) {
    let compiling = stack.compileTime?.value ?? .zero
    let again = setup.operating.failures.compiled ?? true ? stack.compileTimeCached?.value ?? .zero : compiling
    func made(bursting: Bool) -> (saving: Saving?, hazards: Hazards, run: tf_endurance) {
      let saving = Saving(state, frozen: frozen, setup, on: instance, units: units, bursting: bursting)
      let hazards = Hazards(
        setup, on: instance, units: units, saving: saving, compiling: again, spot: spot)
      return (saving, hazards, Operation.endurance(saving, hazards, every: setup.operating.checkpoint.interval))
    }
    var (saving, hazards, run) = made(bursting: true)
    // Bursts serve checkpoints as long as they last: half an hour a day (AWS, EBS-optimized instance types, 2026).
    if let fast = saving, fast.isBurst, 86400 / (run.work + run.stall) * fast.write.value > 1800 {
      (saving, hazards, run) = made(bursting: false)
    }
    feeding = Feeding(job, setup, on: instance, units: units)
    self.saving = saving
    self.hazards = hazards
    let team = setup.operating.practice ?? .experienced
    practice = setup.practice?.expected(team, isNamed: job.stack != nil) ?? .none
    let longer: [OperatingNote] =
      practice.factor == 1
      ? []
      : [
        .practice(team, factor: practice.factor, software: job.stack == nil ? setup.practice?.software.factor ?? 1 : 1)
      ]
    assumptions = longer + (feeding?.gaps ?? []) + (saving?.assumptions ?? [])

    let spares = setup.operating.failures.spares ?? hazards.payingSpares(units: units)
    let available = (1 - hazards.waiting(hazards.failures, spares: spares)) * hazards.undisturbed
    pace = Pace(
      input: feeding?.times ?? InputTimes(), steps: job.steps,
      // The first step waits for the compiler, the end for the last checkpoint.
      startup: compiling.value + (saving?.last.value ?? 0), endurance: run, available: available,
      productive: available * Pace.kept(run), spares: spares, practice: practice.factor)
  }

  /// The kernel's view, with the best work between checkpoints or the one asked for; a checkpoint is safe before the next.
  private static func endurance(_ saving: Saving?, _ hazards: Hazards, every asked: Seconds?) -> tf_endurance {
    var run = tf_endurance(
      failures: hazards.rollbacks, hard: 0, work: .greatestFiniteMagnitude, stall: saving?.stall.value ?? 0,
      lag: saving?.lag.value ?? 0, recovery: hazards.recovery, replacement: 0, spares: 0)
    guard saving != nil else { return run }
    run.work = asked.map { max($0.value, run.lag - run.stall) } ?? tf_best_work(&run, 1, 1e9)
    return run
  }

  /// Well-known estimates of the best time between checkpoints, beside the exact one: Young 1974, Daly 2006.
  public var young: Seconds { Seconds(tf_young(pace.endurance.stall, pace.endurance.failures)) }
  public var daly: Seconds { Seconds(tf_daly(pace.endurance.stall, pace.endurance.failures)) }

  // MARK: Runs

  public func course(step: Seconds) -> Course {
    let wait = Seconds(pace.input.wait(step.value))
    let fed = step + wait
    let stretch = pace.stretch(fed.value, total: fed.value * pace.steps)
    let stall = stretch.isSaved ? fed * (pace.endurance.stall / stretch.work) : .zero
    let wall = pace.wallTime(step: step.value)
    let afterStart = Seconds(max(0, wall - pace.startup * practice.factor))
    let waiting = hazards.waiting(hazards.failures, spares: spares)
    // Of the time that is not waited, steps have exp(−all·r): the rest is recoveries.
    let stopped = waiting + (1 - waiting) * (1 - Logarithm.exponential(-hazards.all * hazards.recovery))
    return Course(
      steps: pace.steps, bareStep: step, inputWait: wait, checkpointStall: stall, startup: Seconds(pace.startup),
      interval: stretch.isSaved ? Seconds(stretch.work) : nil, wallTime: Seconds(wall),
      stopped: afterStart * stopped, failures: hazards.all * afterStart.value * (1 - waiting), spares: spares,
      practice: practice.factor)
  }

  /// Wall times for draws of the step, and of the logarithms of the failure rate and of the practice in units of their
  /// spreads.
  public func wallTimes(steps drawn: [Double], deviations: [Double], practices: [Double]) -> [Double] {
    zip(wallTimes(steps: drawn, deviations: deviations), practices).map {
      min($0 * Logarithm.exponential(practice.spread * $1), .greatestFiniteMagnitude)
    }
  }

  /// The same but for the practice, which is at its median.
  public func wallTimes(steps drawn: [Double], deviations: [Double]) -> [Double] {
    let fed = drawn.map { $0 + pace.input.wait($0) }
    guard hazards.failures > 0 else { return drawn.map(pace.wallTime(step:)) }
    let rates = deviations.map { hazards.failures * Logarithm.exponential(hazards.spread * $0) }
    let rollbacks = rates.map { $0 + hazards.sudden }
    let runs = fed.map { pace.run($0, total: $0 * pace.steps) }
    var saved = pace.endurance, whole = pace.endurance
    (whole.stall, whole.lag) = (0, 0)
    let work = runs.map(\.endurance.work)
    var shares = [Double](repeating: 0, count: fed.count), alone = shares
    tf_productive(&shares, rollbacks, work, fed.count, &saved)
    if runs.contains(where: { !$0.isSaved }) { tf_productive(&alone, rollbacks, work, fed.count, &whole) }
    return fed.indices.map { i in
      let available = (1 - hazards.waiting(rates[i], spares: spares)) * hazards.undisturbed
      let share = available * (runs[i].isSaved ? shares[i] : alone[i])
      return pace.wallTime(fed: fed[i], productive: share)
    }
  }
}

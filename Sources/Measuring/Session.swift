import CWorkload

/// Measures work and runs training steps in turns: every round visits everything once, so that what the machine does
/// besides falls on all of it alike.
public final class Session {
  public struct Run: Sendable {
    public var shape: StepShape
    public var threads: Int
    public var timing = Timing()
    public var firstLoss = 0.0
    public var lastLoss = 0.0
  }

  private let grid: Grid?
  private let arena: Arena?
  private var points: [MachineMeasurement.Point] = []
  private var trained: [StepShape: TrainingRun] = [:]
  private var steps: [Run] = []
  private var asked: [Run] = []
  private let facts: Facts
  private let threads: [Int]
  public let rounds: Int
  /// Timed steps of a training run at each visit.
  private let stepsPerVisit: Int

  /// - Parameters:
  ///   - grid: what is measured; nil where that was done before.
  ///   - threads: thread counts, ascending.
  ///   - asked: training steps whose times somebody wants to see.
  ///   - text: what is trained on; times do not depend on it.
  public init(
    _ grid: Grid?, rounds: Int, threads: [Int], asked: [(StepShape, Int)], text: [UInt8], facts: Facts,
    stepsPerVisit: Int = 2
  ) {
    self.grid = grid
    self.rounds = rounds
    self.threads = threads
    self.facts = facts
    self.stepsPerVisit = stepsPerVisit
    arena = grid.map { Arena(block: $0.block) }
    for count in threads {
      for work in grid?.works ?? [] where count == threads.first || work.routine.isThreaded {
        if work.routine == .bf16Product, !facts.hasBF16 { continue }
        points.append(MachineMeasurement.Point(work: work, threads: count, timing: Timing()))
      }
      for shape in grid?.steps ?? [] { steps.append(Run(shape: shape, threads: count)) }
    }
    self.asked = asked.map { Run(shape: $0.0, threads: $0.1) }
    for run in steps + self.asked where trained[run.shape] == nil {
      trained[run.shape] = TrainingRun(run.shape, text: text)
    }
  }

  /// Measures and nothing more.
  public convenience init(_ grid: Grid, threads: [Int], facts: Facts) {
    let text = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 4) }
    self.init(grid, rounds: grid.rounds, threads: threads, asked: [], text: text, facts: facts)
  }

  /// How many calls of `tick` a whole session makes.
  public var visits: Int { rounds * (points.count + steps.count + asked.count) }

  /// - Parameter tick: called after each visit.
  public func run(_ tick: () -> Void) {
    let before = tw_threads()
    defer { tw_set_threads(Int32(before)) }
    let start = tw_now(), limit = (grid?.limit ?? .infinity) * (asked.isEmpty ? 1 : 2)
    for round in 0..<rounds {
      // Everything was visited three times: what is still to come must fit.
      if round >= 3, (tw_now() - start) * Double(round + 1) / Double(round) > limit { break }
      // Steps stand between parts of the grid, not behind all of it.
      let all = steps.count + asked.count
      var done = 0
      for i in points.indices {
        measure(i)
        tick()
        while done < all, done * points.count < (i + 1) * all {
          step(done)
          done += 1
          tick()
        }
      }
      while done < all {
        step(done)
        done += 1
        tick()
      }
    }
  }

  private func measure(_ i: Int) {
    guard let arena, let grid else { return }
    let point = points[i]
    tw_set_threads(Int32(point.threads))
    Stopwatch(threads: point.work.routine.isThreaded ? point.threads : 1).sample(&points[i].timing, least: grid.sample)
    {
      arena.run(point.work, threads: point.threads)
    }
  }

  private func step(_ index: Int) {
    if index < steps.count { train(&steps[index]) } else { train(&asked[index - steps.count]) }
  }

  private func train(_ run: inout Run) {
    guard let training = trained[run.shape] else { return }
    tw_set_threads(Int32(run.threads))
    // The first step of a visit finds nothing of its own in the caches, as none in a row of steps does.
    training.run()
    let watch = Stopwatch(threads: run.threads)
    for _ in 0..<stepsPerVisit { watch.sampleOnce(&run.timing) { training.run() } }
    run.firstLoss = training.firstLoss ?? 0
    run.lastLoss = training.lastLoss ?? 0
  }

  /// What was measured; `date` is the day it was.
  public func measurement(date: String, isQuick: Bool) -> MachineMeasurement {
    MachineMeasurement(
      facts: facts, threads: threads, isQuick: isQuick, date: date, points: points,
      steps: steps.map { MachineMeasurement.StepPoint(shape: $0.shape, threads: $0.threads, timing: $0.timing) })
  }

  public var runs: [Run] { asked }
}

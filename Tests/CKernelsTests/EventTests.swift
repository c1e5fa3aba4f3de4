import CKernels
import Dispatch
import TestSupport
import Testing

@Suite struct EventTests {
  struct Simulated {
    var seconds: [Double]
    var events: UInt64
  }

  static func fast(
    _ run: tf_endurance, runs: Int, periods: Double, most: UInt64 = 1_000_000, seed: UInt64 = 1,
    level: tf_level = TF_AVX512
  ) -> Simulated {
    var seconds = [Double](repeating: .nan, count: runs), run = run
    let events = tf_endure_at(level, &seconds, runs, periods, &run, most, seed)
    return Simulated(seconds: seconds, events: events)
  }

  static func naive(
    _ run: tf_endurance, runs: Int, periods: Double, most: UInt64 = 1_000_000, seed: UInt64 = 1
  ) -> Simulated {
    var seconds = [Double](repeating: .nan, count: runs), run = run
    let events = tf_endure_naive(&seconds, runs, periods, &run, most, seed)
    return Simulated(seconds: seconds, events: events)
  }

  static let table = [
    // Rare failures; a lag of 0, of a period and between; with and without machines to replace.
    endurance(failures: 1e-5, work: 1800, stall: 30, recovery: 300),
    endurance(failures: 1e-4, work: 1800, stall: 30, lag: 1830, recovery: 300),
    endurance(failures: 1e-4, hard: 0.2, work: 1800, stall: 30, lag: 600, recovery: 300, replacement: 7200, spares: 1),
    // Several failures a period; none to recover from for long; a recovery longer than the time between failures.
    endurance(failures: 2e-3, work: 1000, lag: 1000),
    endurance(failures: 2e-3, hard: 0.1, work: 500, stall: 20, recovery: 1500, replacement: 300, spares: 1),
    // Waiting dominates, with 0 to 3 spares and with 30.
    endurance(failures: 1e-2, hard: 0.9, work: 50, stall: 5, lag: 20, recovery: 20, replacement: 1000),
    endurance(failures: 1e-2, hard: 0.9, work: 50, stall: 5, lag: 20, recovery: 200, replacement: 1000, spares: 2),
    endurance(failures: 1e-2, hard: 1, work: 50, stall: 5, lag: 55, replacement: 3000, spares: 3),
    endurance(failures: 1e-3, hard: 1, work: 1000, stall: 20, lag: 300, recovery: 60, replacement: 4e4, spares: 30),
    // A cluster of today, and one in which every machine is back at once.
    endurance(
      failures: 1 / 10_800.0, hard: 0.5, work: 1780, stall: 20, lag: 100, recovery: 600, replacement: 86400, spares: 4),
    endurance(failures: 1e-3, hard: 1, work: 500, stall: 10, lag: 5, recovery: 10),
  ]

  @Test("runs equal their naive twin's, which takes the earliest of a list", arguments: table, [0, 1, 40])
  func twin(run: tf_endurance, runs: Int) {
    for periods in [0, 1, 2, 60] as [Double] {
      let fast = Self.fast(run, runs: runs, periods: periods), naive = Self.naive(run, runs: runs, periods: periods)
      #expect(fast.events == naive.events)
      let parted = differences(fast.seconds, naive.seconds, "run")
      #expect(parted.isEmpty, "\(parted.prefix(3))")
    }
  }

  @Test("runs of any kind equal their naive twin's")
  func randomTwin() {
    var random = SplitMix64(seed: 94)
    for seed in 0..<200 as Range<UInt64> {
      let run = randomEndurance(&random), most: UInt64 = random.pick([0, 3, 10_000])
      let fast = Self.fast(run, runs: 3, periods: 50, most: most, seed: seed)
      let naive = Self.naive(run, runs: 3, periods: 50, most: most, seed: seed)
      #expect(fast.events == naive.events && differences(fast.seconds, naive.seconds, "run").isEmpty, "\(run)")
    }
  }

  @Test("runs are the same bits at every instruction set", arguments: [TF_BASE, TF_AVX2], table)
  func levels(level: tf_level, run: tf_endurance) {
    let low = Self.fast(run, runs: 20, periods: 100, level: level), high = Self.fast(run, runs: 20, periods: 100)
    #expect(sameBits(low.seconds, high.seconds) && low.events == high.events)
  }

  @Test("without failures a run takes its periods, of which all snapshots but the last are seen to be safe")
  func sound() {
    let run = endurance(hard: 1, work: 300, stall: 20, lag: 320, recovery: 100, replacement: 100)
    #expect(Self.fast(run, runs: 2, periods: 1000).seconds == [320_000, 320_000])
    #expect(Self.fast(run, runs: 2, periods: 1000).events == 2 * 1999)
    #expect(Self.fast(run, runs: 1, periods: 0).seconds == [0] && Self.fast(run, runs: 1, periods: 0).events == 0)
  }

  /// Of the second half of each run, when what it began with is forgotten: mean and its standard error.
  static func halves(_ run: tf_endurance, runs: Int, periods: Double) -> (mean: Double, error: Double) {
    let whole = fast(run, runs: runs, periods: 2 * periods, seed: 95).seconds
    let half = fast(run, runs: runs, periods: periods, seed: 95).seconds
    let rest = zip(whole, half).map { $0 - $1 }, count = Double(runs)
    let mean = rest.reduce(0, +) / count
    let square = rest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return (mean, (square / count).squareRoot())
  }

  @Test("runs take as long on average as the closed form says, to four of their own standard errors", arguments: table)
  func closedForm(run: tf_endurance) {
    let periods = 200.0, found = Self.halves(run, runs: 600, periods: periods)
    let expected = periods * run.work / productive(run)
    #expect(abs(found.mean - expected) < 4 * found.error, "\(found) where \(expected) is expected")
    #expect(found.error < 0.03 * expected, "too few to tell")
  }

  // No snapshot is pending in a first period, so the lag is not in it.
  @Test("a first period takes (exp(ΛP) − 1)·exp(Λr)/Λ on average")
  func firstPeriod() {
    let run = endurance(failures: 2e-3, work: 480, stall: 20, lag: 400, recovery: 100)
    let seconds = Self.fast(run, runs: 20_000, periods: 1, seed: 96).seconds
    let mean = seconds.reduce(0, +) / 20_000
    let square = seconds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19_999
    var without = run
    without.lag = 0
    #expect(abs(mean - run.work / productive(without)) < 4 * (square / 20_000).squareRoot())
  }

  @Test("a seed gives its runs, whatever their number, and another seed gives others")
  func seeds() {
    let run = Self.table[2], found = Self.fast(run, runs: 50, periods: 100)
    #expect(sameBits(found.seconds, Self.fast(run, runs: 50, periods: 100).seconds))
    #expect(sameBits(Array(found.seconds.prefix(7)), Self.fast(run, runs: 7, periods: 100).seconds))
    #expect(Set(found.seconds).count == 50)
    let other = Self.fast(run, runs: 50, periods: 100, seed: 2).seconds
    #expect(zip(found.seconds, other).allSatisfy { $0 != $1 })
  }

  @Test("a longer run takes longer, run by run", arguments: table)
  func longer(run: tf_endurance) {
    let short = Self.fast(run, runs: 50, periods: 30), long = Self.fast(run, runs: 50, periods: 31)
    let period = run.work + run.stall
    #expect(zip(short.seconds, long.seconds).allSatisfy { $1 - $0 > period * (1 - 1e-9) })
    #expect(short.events < long.events)
  }

  @Test("runs are the same bits from every thread")
  func threads() {
    let expected = Self.fast(Self.table[2], runs: 100, periods: 50).seconds
    let found = Rows(16, width: 100)
    DispatchQueue.concurrentPerform(iterations: 16) {
      var run = Self.table[2]
      _ = tf_endure(found[$0], 100, 50, &run, 1_000_000, 1)
    }
    for i in 0..<16 { #expect(sameBits(found.values(i), expected)) }
  }

  @Test("a run that fails too often is given up", arguments: [0, 1, 1000] as [UInt64])
  func guarded(most: UInt64) {
    let run = endurance(failures: 0.05, hard: 0.5, work: 1000, lag: 10, recovery: 1, replacement: 10, spares: 1)
    let fast = Self.fast(run, runs: 5, periods: 100, most: most)
    #expect(fast.seconds == [Double](repeating: .greatestFiniteMagnitude, count: 5))
    #expect(fast.events > 5 * most)
    #expect(fast.events == Self.naive(run, runs: 5, periods: 100, most: most).events)
    // Not even these go on for ever: no time passes between failures, or none that a double can tell.
    let hopeless = endurance(failures: 1e300, work: 1e-300, recovery: 1e300)
    #expect(Self.fast(hopeless, runs: 1, periods: 2, most: most).seconds == [.greatestFiniteMagnitude])
  }

  @Test("a run with just as many failures as are allowed is not given up")
  func allowed() {
    let run = endurance(failures: 2e-3, work: 500, lag: 100, recovery: 50)
    let free = Self.fast(run, runs: 200, periods: 3)
    let bounded = (0...40 as ClosedRange<UInt64>).map { Self.fast(run, runs: 200, periods: 3, most: $0).seconds }
    for seconds in bounded {
      #expect(zip(seconds, free.seconds).allSatisfy { $0 == $1 || $0 == .greatestFiniteMagnitude })
    }
    let givenUp = bounded.map { $0.filter { $0 == .greatestFiniteMagnitude }.count }
    #expect(givenUp == givenUp.sorted(by: >) && givenUp[0] > 150 && givenUp[40] < 10)
  }
}

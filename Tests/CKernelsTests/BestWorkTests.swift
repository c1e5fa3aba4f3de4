import CKernels
import TestSupport
import Testing

@Suite struct BestWorkTests {
  static func best(_ run: tf_endurance, _ least: Double = 1e-3, _ most: Double = 1e12) -> Double {
    var run = run
    return tf_best_work(&run, least, most)
  }

  static func share(_ run: tf_endurance, work: Double) -> Double {
    var run = run
    run.work = work
    return productive(run)
  }

  @Test("no time on a grid is better than the best, and the best of the grid is beside it")
  func grid() {
    var random = SplitMix64(seed: 92)
    for _ in 0..<200 {
      let run = randomEndurance(&random)
      let least = max(10, run.lag - run.stall), most = least * power(random.between(0.1, 4))
      let best = Self.best(run, 10, most), share = Self.share(run, work: best)
      #expect(best >= least && best <= most)
      let step = 0.002
      let grid = Self.times(least, most, step: step)
      let shares = grid.map { Self.share(run, work: $0) }
      #expect(shares.allSatisfy { $0 <= share * (1 + 1e-13) }, "\(run)")
      guard let top = shares.indices.max(by: { shares[$0] < shares[$1] }) else { continue }
      #expect(abs(grid[top] / best - 1) < 1.01 * step, "\(run)")
    }
  }

  static func times(_ least: Double, _ most: Double, step: Double) -> [Double] {
    var times = [most], time = least
    while time < most {
      times.append(time)
      time *= 1 + step
    }
    return times
  }

  @Test("the best is never worse than Young's and Daly's times, and close to them where they are good")
  func estimates() {
    var random = SplitMix64(seed: 93)
    for _ in 0..<2000 {
      let stall = power(random.between(-3, 3)), failures = power(random.between(-9, -1))
      let run = endurance(failures: failures, stall: stall, recovery: random.between(0, 100))
      let young = tf_young(stall, failures), daly = tf_daly(stall, failures)
      let best = Self.best(run), share = Self.share(run, work: best), root = (stall * failures).squareRoot()
      for estimate in [young, daly] { #expect(Self.share(run, work: estimate) <= share * (1 + 1e-13)) }
      // 1 − exp(−Λ(τ + δ)) = Λτ as a series in √(2δΛ): Young has its first term, Daly its first three.
      #expect(abs(young / best - 1) < root || root > 0.3)
      #expect(abs(daly / best - 1) < root * root * root + 1e-13 || root > 0.3)
    }
  }

  @Test("the least overhead is √(2δΛ) where little is lost")
  func overhead() {
    for product in [1e-10, 1e-8, 1e-6, 1e-4] {
      let run = endurance(failures: product / 7, stall: 7)
      let lost = 1 - Self.share(run, work: Self.best(run)), first = (2 * product).squareRoot()
      #expect(abs(lost / first - 1) < first)
    }
  }

  // At the best, Λτ = 1 − exp(−Λ(τ + δ)): what the share is multiplied with cancels.
  @Test("at the best time the share is what survives a period, its lag and a recovery")
  func identity() {
    for stall in [0.01, 1, 100, 1000] {
      var run = endurance(failures: 2e-3, stall: stall, lag: 1, recovery: 50)
      run.work = Self.best(run)
      var argument = -run.failures * (run.work + stall + 1 + 50), survives = 0.0
      tf_exponentials(&survives, &argument, 1)
      #expect(isClose(productive(run), survives))
    }
  }

  @Test("outside of the bounds the nearest of them is best")
  func ends() {
    let run = endurance(failures: 1e-4, stall: 20), best = Self.best(run)
    #expect(Self.best(run, best * 2, best * 3) == best * 2)
    #expect(Self.best(run, best / 3, best / 2) == best / 2)
    #expect(Self.best(endurance(failures: 1e-4), 5, 500) == 5, "free checkpoints are taken as often as can be")
    #expect(Self.best(endurance(stall: 20), 5, 500) == 500)
    #expect(Self.best(endurance(failures: 1e-4, stall: 20, lag: 5000)) == 4980)
    #expect(Self.best(endurance(failures: 1e-4, stall: 20, lag: 5000), 10, 100) == 4980)
  }

  @Test("Young's and Daly's estimates are their formulas, and the largest number where nothing fails")
  func formulas() {
    #expect(tf_young(300, 1 / 86400.0) == 7200)
    // Daly 2006, figures 3 and 4: δ = 5 min; 117 min for M = 24 h, 57 min for 6 h.
    for (hours, minutes) in [(24.0, 117.0), (6, 57)] {
      #expect((tf_daly(300, 1 / (hours * 3600)) / 60).rounded() == minutes)
    }
    #expect(tf_daly(300, 1 / 150.0) == 150, "a checkpoint that takes longer than two times between failures")
    for stall in [0, 1.0] {
      #expect(tf_young(stall, 0) == .greatestFiniteMagnitude && tf_daly(stall, 0) == .greatestFiniteMagnitude)
    }
  }
}

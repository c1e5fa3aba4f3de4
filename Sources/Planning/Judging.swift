import Calibration
import Costing
import Operating
import Quantities
import Scenarios
import Simulation

extension Knowledge {
  /// Gives every result that runs its outlook, all on the same draws.
  ///
  /// - Parameter size: the limits that each has to keep to, where there are some.
  public func judged(_ results: [OptionResult], job: Job, size: JobSize? = nil) -> [OptionResult] {
    let looks = mappedInParallel(results) { self.look($0, job, size) }
    var results = results
    for i in results.indices { results[i].outlook = looks[i]?.outlook ?? results[i].outlook }
    // Machines with other parts put in have plans of their own, and which is the cheapest by a hair would be chance. What is
    // seldom to be had is no answer.
    let drawn = results.indices.compactMap { i -> Drawn? in
      guard let draws = looks[i]?.draws, results[i].instance.parts.isEmpty, results[i].run?.isSeldom == false else {
        return nil
      }
      return Drawn(index: i, seconds: draws.seconds, dollars: draws.dollars)
    }
    rank(&results, drawn)
    return results
  }

  /// Nil where nothing runs.
  private func look(_ result: OptionResult, _ job: Job, _ size: JobSize?) -> (outlook: Outlook, draws: RunDraws)? {
    guard let run = result.run, let draws = draws(of: result, job: job) else { return nil }
    let seconds = draws.seconds, dollars = draws.dollars
    func rate(_ step: Double) -> Double {
      job.tokensPerStep / (run.operation?.course(step: Seconds(step)).step ?? Seconds(step)).value
    }
    // A longer step is a lower rate, so the ends change places.
    let steps = Interval(draws.steps)
    let rates = Interval(low: rate(steps.high), median: rate(steps.median), high: rate(steps.low))
    let (grade, nearest) = evidence(run.question, of: result, steps: steps)
    var outlook = Outlook(
      tokensPerSecond: rates, wallTime: Interval(seconds), cost: dollars.map { Interval($0) },
      expectedWallTime: Seconds(seconds.mean), expectedCost: dollars.map { Dollars($0.mean) },
      probabilityLate: size?.deadline.map { limit in seconds.share { $0 > limit.value } },
      probabilityOver: size?.budget.flatMap { limit in dollars.map { $0.share { $0 > limit.value * (1 + 1e-9) } } },
      evidence: grade, nearest: nearest)
    for price in run.prices {
      let bills = self.dollars(seconds, price, units: run.units, spares: run.course.spares)
      outlook.costs[price.model] = Dollars(bills.mean)
    }
    return (outlook, draws)
  }

  private struct Drawn {
    var index: Int
    var seconds: [Double]
    var dollars: [Double]?
  }

  private func rank(_ results: inout [OptionResult], _ drawn: [Drawn]) {
    guard drawn.count > 1 else { return }
    for (index, share) in firsts(drawn.map { ($0.index, $0.seconds) }) {
      results[index].outlook?.probabilityFastest = share
    }
    let priced = drawn.compactMap { one in one.dollars.map { (one.index, $0) } }
    guard priced.count > 1 else { return }
    for (index, share) in firsts(priced) { results[index].outlook?.probabilityCheapest = share }
  }

  /// How often each is the least; equals share.
  private func firsts(_ options: [(Int, [Double])]) -> [(Int, Double)] {
    var shares = [Double](repeating: 0, count: options.count)
    for i in 0..<samples {
      let least = options.map { $0.1[i] }.min() ?? 0
      // Bills of equal instance-days differ in the last bit only.
      let winners = options.indices.filter { options[$0].1[i] <= least * (1 + 1e-9) }
      for winner in winners { shares[winner] += 1 / Double(winners.count) }
    }
    return options.indices.map { (options[$0].0, shares[$0] / Double(samples)) }
  }
}

extension Run {
  /// Whether its way of buying is known to be seldom to be had, or not sold to everybody.
  public var isSeldom: Bool {
    notes.contains { note in
      if case .price(.availability(_, _, let known, _, _)) = note { known != .unknown } else { false }
    }
  }
}

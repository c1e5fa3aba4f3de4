import Calibration
import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// What calibration knows, ready to be asked about runs.
public struct Knowledge: Sendable {
  private let predictive: Predictive
  private let runs: [FittedRun]
  private let chips: Set<String>
  private let distance: Priors.Distance

  public init(_ posterior: Posterior, priors: Priors, runs: [FittedRun], samples: Int = Predictive.samples) {
    self.runs = runs
    distance = priors.distance
    chips = Set(runs.map(\.chip))
    predictive = Predictive(posterior, priors: priors, samples: samples)
  }

  /// Gives every result that runs its outlook, all on the same draws: what options share counts once.
  ///
  /// - Parameter deadline: what each has to meet, where something has.
  public func judged(_ results: [OptionResult], job: Job, deadline: Seconds? = nil) -> [OptionResult] {
    var results = results
    var times: [(index: Int, seconds: [Double], dollars: [Double]?)] = []
    var values: [String: [EfficiencyValues]] = [:]
    let luck = predictive.standard("failures")
    for (i, result) in results.enumerated() {
      guard let run = result.run else { continue }
      let subject = Subject(result.instance.chip, result.efficiency.stack)
      let plan = run.estimate.plan
      let nearest = Nearest(runs, job: job, plan: plan, subject: subject, counts: distance)
      let evidence = Evidence(
        nearest, isChipFitted: chips.contains(subject.chip), isSold: result.instance.parts.isEmpty)
      let known = values[result.efficiency.name] ?? predictive.values(around: result.efficiency.values, subject)
      values[result.efficiency.name] = known
      let step = StepCase(run.question, subject, machines: run.units, evidence: evidence)
      let drawn = predictive.steps(step, known).seconds
      // Options share the draw of how often machines fail: who runs the cluster matters more than what is in it.
      let seconds = run.operation?.wallTimes(steps: drawn, deviations: luck) ?? drawn.map { $0 * job.steps }
      let dollars = run.offer.price.map { price in
        let tariff = Tariff(price)
        return seconds.map {
          tariff.total(units: run.units, spares: run.course.spares, wallTime: Seconds($0)).value
        }
      }
      let wall = Interval(seconds)
      let rates = drawn.map { step in
        job.tokensPerStep / (run.operation?.course(step: Seconds(step)).step ?? Seconds(step)).value
      }
      results[i].outlook = Outlook(
        tokensPerSecond: Interval(rates),
        wallTime: wall, cost: dollars.map { Interval($0) },
        probabilityLate: deadline.map { limit in
          Double(seconds.count { $0 > limit.value }) / Double(seconds.count)
        }, evidence: evidence, nearest: nearest)
      times.append((i, seconds, dollars))
    }
    rank(&results, times)
    return results
  }

  /// Of what can be rented: machines with other parts put in have plans of their own, and which is the cheapest by a
  /// hair would be chance.
  private func rank(_ results: inout [OptionResult], _ all: [(index: Int, seconds: [Double], dollars: [Double]?)]) {
    let times = all.filter { results[$0.index].instance.parts.isEmpty }
    guard times.count > 1 else { return }
    let priced = times.compactMap { one in one.dollars.map { (one.index, $0) } }
    for (index, share) in firsts(times.map { ($0.index, $0.seconds) }) {
      results[index].outlook?.probabilityFastest = share
    }
    guard priced.count > 1 else { return }
    for (index, share) in firsts(priced) { results[index].outlook?.probabilityCheapest = share }
  }

  /// How often each is the least; equals share.
  private func firsts(_ options: [(Int, [Double])]) -> [(Int, Double)] {
    var shares = [Double](repeating: 0, count: options.count)
    for i in 0..<predictive.samples {
      let least = options.map { $0.1[i] }.min() ?? 0
      // Bills of equal instance-days differ in the last bit only.
      let winners = options.indices.filter { options[$0].1[i] <= least * (1 + 1e-9) }
      for winner in winners { shares[winner] += 1 / Double(winners.count) }
    }
    return options.indices.map { (options[$0].0, shares[$0] / Double(predictive.samples)) }
  }
}

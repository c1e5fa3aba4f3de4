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
  private let likeness: Likeness
  private let untried: Practice.Part?

  public init(
    _ posterior: Posterior, priors: Priors, runs: [FittedRun], untried: Practice.Part? = nil,
    samples: Int = Predictive.samples
  ) {
    self.untried = untried
    self.runs = runs
    likeness = posterior.likeness
    chips = Set(runs.map(\.chip))
    predictive = Predictive(posterior, priors: priors, runs: runs, samples: samples)
  }

  /// What searches should know of plans that were run.
  public var experience: Experience? { Experience(runs, likeness, untried: untried) }

  /// Gives every result that runs its outlook, all on the same draws: what options share counts once.
  ///
  /// - Parameter deadline: what each has to meet, where something has.
  public func judged(_ results: [OptionResult], job: Job, deadline: Seconds? = nil) -> [OptionResult] {
    var results = results
    var times: [(index: Int, seconds: [Double], dollars: [Double]?)] = []
    var values: [String: [EfficiencyValues]] = [:]
    let luck = predictive.standard("failures"), ways = predictive.standard("practice")
    let novelty = predictive.standard("untried")
    for (i, result) in results.enumerated() {
      guard let run = result.run else { continue }
      let subject = Subject(result.instance.chip, result.efficiency.stack)
      let step = StepCase(run.question, subject)
      let nearest = Nearest(runs, to: step.features, likeness)
      let evidence = Evidence(
        nearest, isChipFitted: chips.contains(subject.chip), isSold: result.instance.parts.isEmpty)
      let known = values[result.efficiency.name] ?? predictive.values(around: result.efficiency.values, subject)
      values[result.efficiency.name] = known
      let drawn = slowed(predictive.steps(step, known).seconds, run, novelty)
      // Options share the draw of how often machines fail: who runs the cluster matters more than what is in it.
      let seconds =
        run.operation?.wallTimes(steps: drawn, deviations: luck, practices: ways) ?? drawn.map { $0 * job.steps }
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

  /// Draws of the step of a plan that a search found, in proportion to how unlike it is to plans that were run: none is
  /// faster for it.
  private func slowed(_ steps: [Double], _ run: Run, _ deviations: [Double]) -> [Double] {
    guard run.strangeness > 0, let untried else { return steps }
    let mean = Logarithm.natural(untried.factor)
    return zip(steps, deviations).map {
      $0 * Logarithm.exponential(run.strangeness * max(0, mean + untried.spread * $1))
    }
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

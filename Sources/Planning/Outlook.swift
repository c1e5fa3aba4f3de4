import Calibration
import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// How far the figures of a run may be off, and what stands behind them.
public struct Outlook: Sendable {
  /// 5%, 50% and 95% points.
  public struct Interval: Sendable {
    public var low: Double
    public var median: Double
    public var high: Double
  }

  public enum Evidence: String, Sendable {
    /// A published run of this chip and stack, and of a like model and scale, is near; never with parts that nobody sells.
    case measured
    /// Runs of this chip were fitted.
    case calibrated
    /// No run of this chip was.
    case extrapolated
  }

  public var tokensPerSecond: Interval
  public var wallTime: Interval
  /// Nil where no price is known.
  public var cost: Interval?
  /// Among the options compared; nil where there is one only, or no price.
  public var probabilityCheapest: Double?
  public var probabilityFastest: Double?
  /// That the run takes longer than a deadline allows; nil where there is none.
  public var probabilityLate: Double?
  public var evidence: Evidence
  public var nearest: Nearest?
}

/// What calibration knows, ready to be asked about runs.
public struct Knowledge: Sendable {
  private let posterior: Posterior
  private let sampler: Sampler
  private let runs: [FittedRun]
  private let chips: Set<String>
  private let distance: Priors.Distance

  public init(_ posterior: Posterior, priors: Priors, runs: [FittedRun], samples: Int = Sampler.samples) {
    self.posterior = posterior
    self.runs = runs
    distance = priors.distance
    chips = Set(runs.map(\.chip))
    sampler = Sampler(posterior, priors: priors, count: samples)
  }

  /// Gives every result that runs its outlook, all on the same draws: what options share counts once.
  ///
  /// - Parameter deadline: what each has to meet, where something has.
  public func judged(_ results: [OptionResult], job: Job, deadline: Seconds? = nil) -> [OptionResult] {
    var results = results
    var times: [(index: Int, seconds: [Double], dollars: [Double]?)] = []
    var values: [String: [EfficiencyValues]] = [:]
    let luck = sampler.standard("failures")
    for (i, result) in results.enumerated() {
      guard let run = result.run else { continue }
      let subject = Subject(result.instance.chip, result.efficiency.stack)
      let plan = run.estimate.plan
      let nearest = Nearest(runs, job: job, plan: plan, subject: subject, counts: distance)
      let evidence: Outlook.Evidence =
        nearest?.isNear == true && result.instance.parts.isEmpty
        ? .measured : chips.contains(subject.chip) ? .calibrated : .extrapolated
      let known = values[result.efficiency.name] ?? sampler.values(result.efficiency, subject)
      values[result.efficiency.name] = known
      let steps = run.question.stepTimes(known)
      let off = sampler.unexplained(subject, spread: spread(subject, evidence, machines: run.units))
      let drawn = zip(steps, off).map { $0 * Logarithm.exponential($1) }
      // Options share the draw of how often machines fail: who runs the cluster matters more than what is in it.
      let seconds = run.operation?.wallTimes(steps: drawn, deviations: luck) ?? drawn.map { $0 * job.steps }
      let dollars = run.offer.price.map { price in
        seconds.map {
          price.total(units: run.units, spares: run.course.spares, wallTime: Seconds($0)).value
        }
      }
      let wall = Outlook.Interval(seconds)
      let rates = drawn.map { step in
        job.tokensPerStep / (run.operation?.course(step: Seconds(step)).step ?? Seconds(step)).value
      }
      results[i].outlook = Outlook(
        tokensPerSecond: Outlook.Interval(rates),
        wallTime: wall, cost: dollars.map(Outlook.Interval.init),
        probabilityLate: deadline.map { limit in
          Double(seconds.count { $0 > limit.value }) / Double(seconds.count)
        }, evidence: evidence, nearest: nearest)
      times.append((i, seconds, dollars))
    }
    rank(&results, times)
    return results
  }

  /// What no parameter explains: least where a like run was measured with the stack.
  private func spread(_ subject: Subject, _ evidence: Outlook.Evidence, machines: Int) -> Double {
    let own = posterior.residual(subject.stack, subject.chip, machines: machines)
    return evidence == .extrapolated ? max(own, posterior.extrapolated) : own
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
    for i in 0..<sampler.count {
      let least = options.map { $0.1[i] }.min() ?? 0
      // Bills of equal instance-days differ in the last bit only.
      let winners = options.indices.filter { options[$0].1[i] <= least * (1 + 1e-9) }
      for winner in winners { shares[winner] += 1 / Double(winners.count) }
    }
    return options.indices.map { (options[$0].0, shares[$0] / Double(sampler.count)) }
  }
}

extension Outlook.Interval {
  init(_ draws: [Double]) {
    let sorted = draws.sorted()
    func point(_ share: Double) -> Double { sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))] }
    self.init(low: point(0.05), median: point(0.5), high: point(0.95))
  }
}

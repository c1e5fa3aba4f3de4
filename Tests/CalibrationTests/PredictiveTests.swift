import Foundation
import Simulation
import Testing

@testable import Calibration
@testable import Scenarios

/// Intervals where nothing is open but what no parameter explains, so that they can be worked out by hand.
@Suite struct PredictiveTests {
  private let plan: PlanCase
  private let profile: Efficiency
  private let subject: Subject
  private let priors: Priors

  init() throws {
    let run = try Rows.run(Rows.llama("dgxc"))
    profile = try Rows.catalog.efficiency(chip: run.instance.chip.name, stack: run.efficiency.stack.name)
    plan = PlanCase(try Simulator(job: run.job, instance: run.instance, efficiency: profile), run.plan)
    subject = Subject(run.instance.chip, profile.stack)
    priors = try Rows.catalog.priors()
  }

  /// A calibration that knows every offset of the subject exactly, or to a spread each, and errs by 10% besides, by 30% on
  /// strange chips.
  private func posterior(offsets: Double = 0) -> Posterior {
    let elements = EfficiencyParameter.allCases.flatMap { parameter in
      subject.scopes(parameter, priors).map { Posterior.Element(parameter, $0) }
    }
    var likeness = Likeness()
    likeness.spreads = likeness.spreads.map { _ in 0 }
    (likeness[.team], likeness[.newChip]) = (0.1, 0.08.squareRoot())
    return Posterior(
      elements: elements, means: elements.map { _ in 0 }, spreads: elements.map { _ in offsets }, correlated: 0,
      factor: [], likeness: likeness, rows: 0, data: "", origin: Origin(source: "", retrieved: "", location: ""))
  }

  /// A run of the same chip and stack by somebody else, whose prediction was right.
  private var known: FittedRun {
    FittedRun(
      id: "a-1", team: "a", features: StepCase(plan, subject).features, memory: 0.5, measured: 10, predicted: 10)
  }

  private func draws(_ posterior: Posterior, runs: [FittedRun], samples: Int = 1000) -> [Double] {
    let predictive = Predictive(posterior, priors: priors, runs: runs, samples: samples)
    return predictive.steps(StepCase(plan, subject), predictive.values(around: profile.values, subject)).seconds
  }

  private func draws(_ posterior: Posterior, samples: Int = 1000) -> [Double] {
    draws(posterior, runs: [known], samples: samples)
  }

  /// Spread of the logarithm that an interval tells of.
  private func spread(_ interval: Interval) -> Double { log(interval.high / interval.low) / (2 * 1.644854) }

  @Test("what no parameter explains is in the interval: by 10% for a stranger, on a strange chip by 30%")
  func unexplained() {
    for (runs, expected) in [([known], 0.1), ([], 0.3)] {
      let interval = Interval(draws(posterior(), runs: runs))
      #expect(abs(spread(interval) / expected - 1) < 0.1, "\(spread(interval))")
      let step = plan.stepTimes([profile.values])[0]
      #expect(abs(log(interval.median / step)) < 0.1 * expected)
    }
  }

  @Test("what parameters leave open and what none explains add up as variances") func both() {
    var open = posterior(offsets: 0.05)
    let whole = spread(Interval(draws(open)))
    open.likeness[.team] = 1e-6
    let explained = spread(Interval(draws(open)))
    #expect(explained > 0.01)
    #expect(abs(whole / (explained * explained + 0.01).squareRoot() - 1) < 0.1)
  }

  @Test("5% of draws are below the low end and 5% above the high end, in that order") func ends() {
    let draws = draws(posterior()), interval = Interval(draws)
    #expect(interval.low < interval.median && interval.median < interval.high)
    #expect(draws.count { $0 < interval.low } == 50 && draws.count { $0 > interval.high } == 49)
    let hundred = Interval((0..<100).reversed().map(Double.init))
    #expect(hundred.low == 5 && hundred.median == 50 && hundred.high == 95)
  }

  @Test("two questions of one chip and stack share their luck, whatever else is asked") func common() {
    let few = draws(posterior(), samples: 100)
    #expect(few == Array(draws(posterior(), samples: 200).prefix(100)))
  }
}

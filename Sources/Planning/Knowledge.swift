import Calibration
import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// What calibration knows, ready to be asked about runs: draws of how long they take, all on the same draws, so that what
/// options share counts once.
public final class Knowledge: Sendable {
  let predictive: Predictive
  private let runs: [FittedRun]
  private let chips: Set<String>
  private let likeness: Likeness
  let untried: Practice.Part?
  /// Standard normals, [samples]. Options share how often machines fail: who runs the cluster matters more than what is in it.
  private let luck: [Double]
  private let ways: [Double]
  private let novelty: [Double]
  /// Steps of one profile share its draws. One that `--set` has changed keeps its name and has draws of its own.
  private let values = MadeOnce<Profile, [EfficiencyValues]>()

  public init(
    _ posterior: Posterior, priors: Priors, runs: [FittedRun], untried: Practice.Part? = nil,
    samples: Int = Predictive.samples
  ) {
    self.untried = untried
    self.runs = runs
    likeness = posterior.likeness
    chips = Set(runs.map(\.chip))
    predictive = Predictive(posterior, priors: priors, runs: runs, samples: samples)
    luck = predictive.standard("failures")
    ways = predictive.standard("practice")
    novelty = predictive.standard("untried")
  }

  public var samples: Int { predictive.samples }

  /// What searches should know of plans that were run.
  public var experience: Experience? { Experience(runs, likeness, untried: untried) }

  private struct Profile: Hashable {
    var subject: Subject
    var center: EfficiencyValues
  }

  // MARK: Draws

  /// Seconds of the step of a plan as machines run it, [samples].
  func steps(_ question: PlanCase, _ chip: Chip, _ efficiency: Efficiency) -> [Double] {
    let subject = Subject(chip, efficiency.stack)
    return predictive.steps(StepCase(question, subject), values(of: efficiency, subject)).seconds
  }

  /// Efficiency values that the draws are made with, [samples].
  func values(of efficiency: Efficiency, _ subject: Subject) -> [EfficiencyValues] {
    values.value(Profile(subject: subject, center: efficiency.values)) {
      predictive.values(around: efficiency.values, subject)
    }
  }

  /// The same of a plan that a search found, longer in proportion to how unlike it is to plans that were run: none is faster
  /// for it.
  func expected(_ steps: [Double], strangeness: Double) -> [Double] {
    guard strangeness > 0, let untried else { return steps }
    let mean = Logarithm.natural(untried.factor)
    return zip(steps, novelty).map {
      $0 * Logarithm.exponential(strangeness * max(0, mean + untried.spread * $1))
    }
  }

  /// Seconds of the whole run, [samples].
  func seconds(_ steps: [Double], _ operation: Operation?, _ job: Job) -> [Double] {
    operation?.wallTimes(steps: steps, deviations: luck, practices: ways) ?? steps.map { $0 * job.steps }
  }

  /// The same of steps alone: nothing that surrounds them makes a run shorter.
  func bare(_ steps: [Double], _ practice: Practice.Part, _ job: Job) -> [Double] {
    zip(steps, ways).map { $0 * job.steps * practice.factor * Logarithm.exponential(practice.spread * $1) }
  }

  /// Dollars of the whole run, billing steps included, [samples].
  func dollars(_ seconds: [Double], _ price: Price, units: Int, spares: Int) -> [Double] {
    let totals = price.bills(for: seconds, units: units, spares: spares)
    guard price.spread > 0 else { return totals }
    return zip(totals, predictive.standard("spot \(price.instance)")).map {
      $0 * Logarithm.exponential(price.spread * $1)
    }
  }

  /// The measured run nearest to a question, and what that and the spread of its steps make of it.
  func evidence(_ question: PlanCase, of result: OptionResult, steps: Interval) -> (grade: Evidence, nearest: Nearest?)
  {
    let subject = Subject(result.instance.chip, result.efficiency.stack)
    let nearest = Nearest(runs, to: StepCase(question, subject).features, likeness)
    let grade = Evidence(
      nearest, isChipFitted: chips.contains(subject.chip), isSold: result.instance.parts.isEmpty, steps: steps)
    return (grade, nearest)
  }
}

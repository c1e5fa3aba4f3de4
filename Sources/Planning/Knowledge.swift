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
  private let values = Values()

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

  // MARK: Draws

  /// Seconds of the step of a plan as machines run it, [samples].
  func steps(_ question: PlanCase, _ chip: Chip, _ efficiency: Efficiency) -> [Double] {
    let subject = Subject(chip, efficiency.stack)
    return predictive.steps(StepCase(question, subject), values(of: efficiency, subject)).seconds
  }

  /// Efficiency values that the draws are made with, [samples].
  func values(of efficiency: Efficiency, _ subject: Subject) -> [EfficiencyValues] {
    values.of(efficiency) { predictive.values(around: efficiency.values, subject) }
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

  /// Dollars of the whole run, billing steps included, [samples].
  func dollars(_ seconds: [Double], _ price: Price, units: Int, spares: Int) -> [Double] {
    let tariff = Tariff(price)
    let totals = seconds.map { tariff.total(units: units, spares: spares, wallTime: Seconds($0)).value }
    guard price.spread > 0 else { return totals }
    return zip(totals, predictive.standard("spot \(price.instance)")).map {
      $0 * Logarithm.exponential(price.spread * $1)
    }
  }

  /// The measured run nearest to a question, and what that makes of it.
  func evidence(_ question: PlanCase, of result: OptionResult) -> (grade: Evidence, nearest: Nearest?) {
    let subject = Subject(result.instance.chip, result.efficiency.stack)
    let nearest = Nearest(runs, to: StepCase(question, subject).features, likeness)
    return (
      Evidence(nearest, isChipFitted: chips.contains(subject.chip), isSold: result.instance.parts.isEmpty), nearest
    )
  }

  /// Efficiency values of profiles that were asked for: steps of one profile share them.
  private final class Values: @unchecked Sendable {
    // Every access to the variable below holds the lock.
    private let lock = Lock()
    private var made: [String: (center: EfficiencyValues, draws: [EfficiencyValues])] = [:]

    /// A profile that `--set` has changed keeps its name and gets draws of its own.
    func of(_ profile: Efficiency, _ make: () -> [EfficiencyValues]) -> [EfficiencyValues] {
      if let known = lock.locked({ made[profile.name] }), known.center == profile.values { return known.draws }
      let found = make()
      lock.locked { made[profile.name] = (profile.values, found) }
      return found
    }
  }
}

import Costing
import Planning
import Quantities
import Scenarios
import Simulation

/// One option of a comparison, as files and tables see it.
public struct ResultRow: Sendable {
  public var job: Job {
    get { sharedJob.value }
    set { sharedJob = Boxed(newValue) }
  }
  private var sharedJob: Boxed<Job>
  public var result: OptionResult

  /// The result without what `--set`, `--price`, `--plan` and `--stack` changed; nil where nothing was changed.
  public var before: OptionResult?

  public var setting = RowSetting()

  public init(job: Job, result: OptionResult) {
    sharedJob = Boxed(job)
    self.result = result
  }

  /// The same with the run before the changes.
  public func besides(_ effects: [ChangeEffect]) -> ResultRow {
    var row = self
    row.before = effects.first { $0.name == instance.name }?.before.result
    return row
  }

  var run: Run? { result.run }
  var instance: Instance { result.instance }
  var outlook: Outlook? { result.outlook }

  /// What plan and memory columns describe: the run, or the nearest miss of an option that does not run.
  var estimate: Estimate? { run?.estimate ?? result.refusal?.nearest }
  var units: Int? { run?.units ?? result.refusal?.units }

  var price: Price? { run?.offer.price }

  var assumptions: [String] { run?.notes.texts(.assumption) ?? [] }
  var warnings: [String] { run?.notes.texts(.warning) ?? [] }

  /// Everything that is said besides figures: why it does not run, or what is assumed, warned of and not known.
  var wordings: [Wording] {
    if let refusal = result.refusal { return refusal.reason.wordings }
    let energy = run?.energy.map { $0.assumptions + $0.gaps } ?? []
    return (run?.notes ?? []).map(\.wording) + energy.map(\.wording)
  }

  /// Why a run has no cost.
  var unpriced: Unpriced? {
    if case .unknown(let reason) = run?.offer { reason } else { nil }
  }

  /// How far from a measurement the profile is.
  var evidence: String {
    if let outlook { return outlook.evidence.rawValue }
    return switch result.efficiency.status {
    case .fitted, .composed: "calibrated"
    case .extrapolated: "extrapolated"
    }
  }
}

extension Comparison {
  public var rows: [ResultRow] { results.map { ResultRow(job: job, result: $0) } }
}

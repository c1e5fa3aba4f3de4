import Costing
import Scenarios

extension OptionResult {
  /// One case of a suite, answered as an option of a comparison is.
  /// - Parameter changes: what `--set` changed, for the list of assumptions.
  public init(
    _ one: ResolvedCase, prices: PriceBook, facts: OperatingFacts? = nil, knowledge: Knowledge? = nil,
    changes: [AppliedOverride] = []
  ) {
    let request = ComparisonRequest(
      job: one.job, size: one.size, options: [(one.instance, one.efficiency)], pricing: one.pricing,
      region: one.region, facts: facts, knowledge: knowledge)
    guard let result = Comparison(request, prices: prices).results.first else {
      preconditionFailure("one option has one result")
    }
    self = result
    guard case .runs(var run) = outcome, !changes.isEmpty else { return }
    run.notes += changes.map(Note.set)
    outcome = .runs(run)
  }
}

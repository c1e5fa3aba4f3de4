import Costing
import Scenarios

extension OptionResult {
  /// Cases that answer one question, judged together on the same draws, so that it is known which is likely to be best.
  /// - Parameter cases: alternatives to each other, one at least.
  public static func alternatives(
    _ cases: [ResolvedCase], prices: PriceBook, facts: OperatingFacts? = nil, knowledge: Knowledge? = nil,
    changes: [AppliedOverride] = []
  ) -> [OptionResult] {
    let results = mappedInParallel(cases) {
      OptionResult($0, prices: prices, facts: facts, knowledge: knowledge, changes: changes)
    }
    guard results.count > 1, let first = cases.first, let knowledge else { return results }
    return knowledge.judged(results, job: first.job, size: first.size)
  }

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

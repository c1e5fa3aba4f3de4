import Costing
import Scenarios

extension OptionResult {
  /// Cases of a suite that answer one question, each answered as an option of a comparison is, and judged together on the same draws, so
  /// that it is known which is likely to be best.
  ///
  /// - Parameters:
  ///   - cases: alternatives to each other.
  ///   - changes: what `--set` changed, for the list of assumptions.
  public static func alternatives(
    _ cases: [ResolvedCase], prices: PriceBook, facts: OperatingFacts? = nil, knowledge: Knowledge? = nil,
    changes: [AppliedOverride] = []
  ) -> [OptionResult] {
    let results = mappedInParallel(cases) { one in
      let request = ComparisonRequest(
        job: one.job, size: one.size, options: [(one.instance, one.efficiency)], pricing: one.pricing,
        region: one.region, facts: facts, knowledge: knowledge)
      guard let result = Comparison(request, prices: prices, isJudged: false).results.first else {
        preconditionFailure("one option has one result")
      }
      return result.noting(changes)
    }
    guard let first = cases.first, let knowledge else { return results }
    return knowledge.judged(results, job: first.job, size: first.size)
  }

  private func noting(_ changes: [AppliedOverride]) -> OptionResult {
    guard case .runs(var run) = outcome, !changes.isEmpty else { return self }
    var result = self
    run.notes += changes.map(Note.set)
    result.outcome = .runs(run)
    return result
  }
}

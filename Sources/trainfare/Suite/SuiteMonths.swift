import Planning
import Reporting

/// What the cases of a suite pay in each month.
struct SuiteMonths {
  private let set: SuiteSet
  /// By the number of the case; nil where nothing runs, or no price is known.
  private var flows: [Int: CashFlow?] = [:]

  init(_ set: SuiteSet) { self.set = set }

  mutating func add(_ index: Int, _ answer: SuiteSet.Answer) {
    let flow: CashFlow? = answer.found.flatMap {
      CashFlow(of: $0.result, job: $0.job, set.knowledge, start: set.start)
    }
    flows.updateValue(flow, forKey: index)
  }

  /// Of cases whose row a stopped run left, the months are worked out with the case.
  mutating func complete() {
    for index in set.cases.indices where flows[index] == nil {
      for (other, answer) in set.answers(with: index) { add(other, answer) }
    }
  }

  var text: SuiteCashFlow {
    let entries = set.cases.indices.compactMap { index -> SuiteCashFlow.Entry? in
      guard let flow = flows[index] ?? nil else { return nil }
      return SuiteCashFlow.Entry(suite: set.cases[index].suite, name: set.cases[index].one.name, flow: flow)
    }
    return SuiteCashFlow(entries, start: set.start)
  }
}

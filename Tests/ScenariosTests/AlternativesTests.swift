import Quantities
import Testing

@testable import Scenarios

/// Which cases of a suite answer one question.
@Suite struct AlternativesTests {
  private func resolved(_ change: (inout SuiteCase) -> Void = { _ in }) throws -> ResolvedCase {
    let catalog = Catalog(roots: [repository + "/configs"])
    var one = try #require(try catalog.suite("chips").cases.first)
    change(&one)
    return try catalog.resolve(one)
  }

  @Test("Other machines, ways of buying and plans are alternatives; so are other counts, where counts are given")
  func alike() throws {
    let base = try resolved()
    #expect(base.isAlternative(to: base))
    #expect(base.isAlternative(to: try resolved { $0.instance = "trn1.32xlarge" }))
    #expect(base.isAlternative(to: try resolved { $0.pricing = .model(.spot) }))
    #expect(base.isAlternative(to: try resolved { $0.changes.recompute = .full }))
    let (few, many) = (try resolved { $0.size = .instances(2) }, try resolved { $0.size = .chips(512) })
    #expect(few.isAlternative(to: many) && !few.isAlternative(to: base))
  }

  @Test("Another job, other limits, and other surroundings are other questions") func unlike() throws {
    let base = try resolved()
    let others: [(inout SuiteCase) -> Void] = [
      { $0.work = .model("gpt2") }, { $0.changes.tokens = Count(1e9) }, { $0.changes.globalBatch = 576 },
      { $0.changes.precision = .fp16 }, { $0.changes.optimizer = .sgd }, { $0.size = .deadline(Seconds(86_400)) },
      { $0.size = .budget(Dollars(1e6)) }, { $0.size = .within(Seconds(30 * 86_400), Dollars(1e6)) },
      { $0.changes.operating.failures.spares = 3 },
    ]
    for (i, change) in others.enumerated() {
      let other = try resolved(change)
      #expect(!base.isAlternative(to: other) && !other.isAlternative(to: base), "\(i)")
    }
  }
}

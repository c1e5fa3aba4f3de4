import Costing
import Foundation
import Quantities
import TestSupport
import Testing

@testable import Planning
@testable import Reporting
@testable import Scenarios

/// What a reader changes in the form of a page, held against what the tool says of the same inputs.
@Suite struct PageFormTests {
  private static func results() throws -> [OptionResult] {
    try [
      WorkbookTests.result("toy.8"), WorkbookTests.result("block.8", perHour: 10, pricing: .capacityBlock),
      WorkbookTests.result("bare.8", perHour: 70, isJudged: false),
    ]
  }

  private static func page(_ results: [OptionResult]) -> String {
    ReportPage([ComparisonText(Sample.comparison(results), order: results.map(\.instance.name))], made: "now").html
  }

  private static func unpriced(_ name: String) throws -> OptionResult {
    var result = try WorkbookTests.result(name)
    var run = try #require(result.run)
    (run.offer, run.bill) = (.unknown(Sample.unpriced(name)), nil)
    result.outcome = .runs(run)
    result.outlook?.cost = nil
    result.outlook?.expectedCost = nil
    return result
  }

  @Test("In numbers the rule comes to what the tool says, step by step") func numbers() throws {
    for result in try Self.results() {
      let row = OptionRow(ResultRow(job: Sample.job(), result: result)), rule = OptionRule(row)
      var known: [OptionKey: Double] = [:]
      var count = 0
      for key in OptionRule.order {
        guard let figure = rule.figure(key, { known[$0] ?? row.amount($0) ?? .nan }) else { continue }
        known[key] = figure.value
        guard let due = row.amount(key) else { continue }
        count += 1
        #expect(abs(figure.value - due) <= 1e-9 * abs(due), "\(row.name) \(key): \(figure.value), and not \(due)")
      }
      #expect(count >= 7)
    }
  }

  @Test("Kinds of options share a function, and each has its own arithmetic") func functions() throws {
    let page = Self.page(try Self.results() + [WorkbookTests.result("twin.8", perHour: 80)])
    #expect(page.components(separatedBy: "function(o){o.steps=Math.ceil((o.tokens/o.tokensPerStep));").count == 3)
    #expect(page.contains("o.largerPortion*Math.ceil("))
    for kind in [("toy.8", 0), ("block.8", 1), ("bare.8", 0), ("twin.8", 0)] {
      #expect(page.contains("<tr data-rule=\"\(kind.1)\" data-name=\"\(kind.0)\""), "\(kind)")
    }
  }

  @Test(
    "Unchanged, the form has the costs of the table, and its ranking",
    .enabled(if: ScriptedPage.isPossible, "there is no node"))
  func unchanged() throws {
    let results = try Self.results(), forms = try ScriptedPage.forms(Self.page(results))
    let form = try #require(forms.first)
    #expect(forms.count == 1 && !form.hidden && form.rows.map(\.name) == results.map(\.instance.name))
    let order = results.sorted { ($0.cost ?? .zero) < ($1.cost ?? .zero) }.map(\.instance.name)
    for (row, result) in zip(form.rows, results) {
      let due = try #require(result.cost)
      #expect(abs(try #require(row.cost.value) / due.value - 1) < 1e-9 && row.cost.text == due.formatted)
      #expect(row.million.text == Figures.dollars(due / (Sample.job().tokens.value / 1e6)))
      #expect(order[(Int(row.rank) ?? 0) - 1] == row.name)
    }
    #expect(form.cheapest.hasPrefix("\(order[0]) is cheapest: $"))
  }

  @Test(
    "Another price, discount, MFU and number of tokens give the cost that the tool gives with them",
    .enabled(if: ScriptedPage.isPossible, "there is no node"))
  func changed() throws {
    let page = Self.page(try Self.results())
    func expected(_ name: String, _ changes: [ScriptedPage.Change]) throws -> Double {
      try #require(ScriptedPage.forms(page, changes).first?[name]?.cost.value, "\(changes)")
    }
    func close(_ a: Double, _ b: Double) -> Bool { abs(a / b - 1) < 1e-9 }

    let cheaper = try #require(try WorkbookTests.result("toy.8", perHour: 5).cost?.value)
    #expect(close(try expected("toy.8", [.init(row: "toy.8", "price", "5")]), cheaper))
    let off = [ScriptedPage.Change(row: "toy.8", "price", "5"), .init(row: "toy.8", "off", "25")]
    #expect(close(try expected("toy.8", off), 0.75 * cheaper))

    // More tokens: more blocks, and more than fourteen days of them.
    let tokens = Sample.job().tokens.value
    for factor in [1.5, 10, 300, 40_000] {
      let more = [ScriptedPage.Change("tokens", "\(tokens * factor)")]
      for (name, perHour, pricing) in [("toy.8", 50.0, PricingModel.onDemand), ("block.8", 10, .capacityBlock)] {
        let result = try WorkbookTests.result(name, perHour: perHour, pricing: pricing) {
          $0.job.tokens = Count(tokens * factor)
        }
        let due = try #require(result.cost?.value)
        #expect(close(try expected(name, more), due), "\(name), \(factor) times as many tokens")
      }
    }

    // Products that reach less of the peak: another MFU, and all that follows from it.
    for (name, perHour, pricing) in [("toy.8", 50.0, PricingModel.onDemand), ("block.8", 10, .capacityBlock)] {
      let slower = try WorkbookTests.result(name, perHour: perHour, pricing: pricing) {
        $0.efficiency[.gemm16bit] = 0.3
      }
      let run = try #require(slower.run), due = try #require(slower.cost?.value)
      let before = try #require(Self.results().first { $0.instance.name == name }?.run)
      #expect(run.estimate.modelUtilization < 0.9 * before.estimate.modelUtilization)
      let share = "\(run.estimate.modelUtilization * 100)"
      #expect(close(try expected(name, [.init(row: name, "mfu", share)]), due), "\(name) at \(share)%")
    }
  }

  @Test(
    "A price that nobody knows leaves a dash, as does what is no number; filled in, there is a cost and a rank",
    .enabled(if: ScriptedPage.isPossible, "there is no node"))
  func unknown() throws {
    let page = Self.page(try [WorkbookTests.result("toy.8"), Self.unpriced("free.8")])
    func row(_ changes: [ScriptedPage.Change], reset: Bool = false) throws -> ScriptedPage.Form.Row {
      try #require(ScriptedPage.forms(page, changes, reset: reset).first?["free.8"])
    }
    let before = try row([])
    #expect(before.cost.text == "–" && before.cost.value == nil && before.million.text == "–" && before.rank == "–")
    #expect(before.time.value != nil)
    for wrong in [("price", "-1"), ("price", ""), ("off", "101"), ("mfu", "0"), ("mfu", "x")] {
      let changes = [ScriptedPage.Change(row: "free.8", "price", "1"), .init(row: "free.8", wrong.0, wrong.1)]
      #expect(try row(changes).cost.text == "–" && row(changes).rank == "–", "\(wrong)")
    }
    let filled = try row([.init(row: "free.8", "price", "1")])
    #expect(filled.rank == "1" && filled.cost.value != nil)
    let free = try row([.init(row: "free.8", "price", "0")])
    #expect(free.cost.text == "$0" && free.rank == "1")
    #expect(try row([.init(row: "free.8", "price", "1")], reset: true).cost.text == "–")
  }
}

import Calibration
import Costing
import Foundation
import Quantities
import TestSupport
import Testing
import Workbooks

@testable import Planning
@testable import Reporting
@testable import Scenarios

/// Workbooks, worked out again by a reader of their formulas.
@Suite struct WorkbookTests {
  static func result(
    _ name: String, perHour: Double = 50, pricing: PricingModel = .onDemand, isJudged: Bool = true,
    change: (inout CostScenario) -> Void = { _ in }
  ) throws -> OptionResult {
    var scenario = CostScenario()
    scenario.instance = Sample.instance(name)
    (scenario.perHour, scenario.pricing) = (perHour, pricing)
    scenario.job.operating.failures.spares = 1
    change(&scenario)
    var result = try scenario.result()
    if isJudged, let run = result.run {
      let cost = run.cost?.value
      result.outlook = Outlook(
        tokensPerSecond: .init(low: 1, median: 2, high: 3), wallTime: .init(low: 4, median: 5, high: 6),
        cost: cost.map { .init(low: 0.7 * $0, median: $0, high: 1.9 * $0) }, expectedWallTime: run.wallTime * 1.07,
        expectedCost: cost.map { Dollars($0 * 1.1) }, probabilityLate: 0.01, evidence: .calibrated, nearest: nil)
    }
    return result
  }

  private static func book(_ results: [OptionResult]) -> Recalculation {
    let book = Recalculation()
    let text = ComparisonText(Sample.comparison(results), order: results.map(\.instance.name))
    ComparisonBook(text, made: "made now").write(to: book)
    return book
  }

  private static func number(_ book: Recalculation, _ heading: String, _ option: Int = 0) throws -> Double? {
    let column = try #require(book.column(heading), "\(heading)")
    if case .number(let value) = book.value("Options", 2 + option, column) { return value }
    return nil
  }

  @Test("Every formula comes to what the tool says, whatever is known", arguments: [true, false])
  func equal(isJudged: Bool) throws {
    let results = try [
      Self.result("toy.8", isJudged: isJudged),
      Self.result("block.8", perHour: 20, pricing: .capacityBlock, isJudged: isJudged),
      Self.result("rare.8", perHour: 70, pricing: .spot, isJudged: isJudged),
      OptionResult(
        instance: Sample.instance("slow.8"), efficiency: Sample.efficiency(), outcome: .cannot(Refusal(.noLegalPlan))),
    ]
    let book = Self.book(results)
    #expect(book.sheets.map(\.sheet.name) == ["Summary", "Options", "Assumptions", "Sources"])
    #expect(book.differences == [])
    #expect(book.formulas > 50)
    // What stands with formulas is what files have.
    for (index, result) in results.prefix(3).enumerated() {
      let run = try #require(result.run)
      #expect(try Self.number(book, "bill, USD per million tokens", index) != nil)
      let bill = try #require(try Self.number(book, "bill as predicted, USD", index))
      #expect(abs(bill / (run.cost?.value ?? 0) - 1) < 1e-12)
    }
    #expect(book.charts.count == (isJudged ? 1 : 0))
    #expect(book.value("Options", 5, 0) == .text("slow.8"))
    #expect(book.value("Options", 5, book.column("bill as predicted, USD") ?? 0) == .empty)
  }

  @Test("Another price, discount, MFU, tokens: what follows is what the tool gives with them") func changed() throws {
    let results = try [Self.result("toy.8"), Self.result("block.8", perHour: 10, pricing: .capacityBlock)]
    let book = Self.book(results)
    let price = try #require(book.column("price, USD per instance-hour"))
    book.set("Options", 2, price, 5)
    let cheaper = try #require(try Self.result("toy.8", perHour: 5).run?.cost?.value)
    let bill = try #require(try Self.number(book, "bill as predicted, USD"))
    #expect(abs(bill / cheaper - 1) < 1e-12)
    #expect(book.value("Summary", 8, 1) == .text("toy.8") && book.value("Summary", 4, 1) == .text("toy.8"))
    book.set("Options", 2, try #require(book.column("discount, %")), 0.5)
    let half = try #require(try Self.number(book, "expected cost, USD"))
    #expect(abs(half / (1.1 * 0.5 * cheaper) - 1) < 1e-12)

    // Ten times as many tokens: more blocks, and more than fourteen days of them.
    func more(_ name: String, _ pricing: PricingModel, _ tokens: Double) throws -> Run {
      try #require(
        Self.result(name, perHour: 10, pricing: pricing) { $0.job.tokens = Count(tokens) }.run)
    }
    let tokens = Sample.job().tokens.value
    for factor in [1.5, 10, 300, 40_000] {
      book.set("Summary", 5, 1, tokens * factor)
      let run = try more("block.8", .capacityBlock, tokens * factor)
      for (heading, due) in [
        ("steps", run.course.steps), ("run as predicted, h", run.wallTime.value / 3600),
        ("bill as predicted, USD", run.cost?.value ?? 0),
      ] {
        let found = try #require(try Self.number(book, heading, 1))
        #expect(abs(found / due - 1) < 1e-9, "\(factor) \(heading): \(found), \(due)")
      }
    }
    book.set("Summary", 5, 1, tokens)
    let hours = try #require(try Self.number(book, "run as predicted, h"))
    let share = try #require(try Self.number(book, "MFU, % of peak"))
    book.set("Options", 2, try #require(book.column("MFU, % of peak")), share / 2)
    #expect(try #require(try Self.number(book, "run as predicted, h")) > 1.9 * hours)
  }

  @Test("Without a price what follows is unknown, and no 0; filled in, it has a cost and a rank") func unpriced() throws
  {
    var unpriced = try Self.result("free.8")
    var run = try #require(unpriced.run)
    (run.offer, run.bill) = (.unknown(Sample.unpriced("free.8")), nil)
    unpriced.outcome = .runs(run)
    unpriced.outlook?.cost = nil
    unpriced.outlook?.expectedCost = nil
    let priced = try Self.result("toy.8"), book = Self.book([priced, unpriced])
    #expect(book.differences == [])
    for heading in ["bill as predicted, USD", "expected cost, USD", "rank by cost", "expected cost ÷ the reference's"] {
      let column = try #require(book.column(heading))
      #expect(book.value("Options", 3, column) == .text("unknown"), "\(heading)")
    }
    #expect(book.cell("Options", 3, try #require(book.column("price, USD per instance-hour"))).content == .empty)
    #expect(try Self.number(book, "expected time, days", 1) != nil)
    #expect(book.value("Summary", 9, 1) == .text("–"))
    book.set("Options", 3, try #require(book.column("price, USD per instance-hour")), 1)
    #expect(book.value("Summary", 8, 1) == .text("free.8") && book.value("Summary", 9, 1) == .text("toy.8"))
    let bill = try #require(try Self.number(book, "bill as predicted, USD", 1))
    let due = try #require(priced.run?.cost?.value) / 50
    #expect(abs(bill / due - 1) < 1e-3)
  }

  /// A workbook as it is written, but with other numbers in some of its inputs: what stands with the formulas is old then.
  private final class Changed: BookTarget {
    let book: WorkbookFile
    private let changes: [String: Double]
    private var rows: [Int: Int] = [:]

    init(_ book: WorkbookFile, _ changes: [String: Double]) { (self.book, self.changes) = (book, changes) }
    func add(_ sheet: Workbooks.Sheet) -> Int { book.add(sheet) }
    func append(_ row: [SheetCell], to sheet: Int) {
      let place = rows[sheet, default: 0]
      rows[sheet] = place + 1
      let cells = row.enumerated().map { column, cell in
        changes["\(sheet)!\(Reference.cell(place, column))"].map { SheetCell(.number($0), cell.style) } ?? cell
      }
      book.append(cells, to: sheet)
    }
    func define(_ name: String, _ cell: String) { book.define(name, cell) }
    func allow(_ validation: Workbooks.Validation, in sheet: Int) { book.allow(validation, in: sheet) }
    func filter(row: Int, columns: ClosedRange<Int>, through last: Int, in sheet: Int) {
      book.filter(row: row, columns: columns, through: last, in: sheet)
    }
    func draw(_ chart: BarChart, row: Int, column: Int, in sheet: Int) {
      book.draw(chart, row: row, column: column, in: sheet)
    }
  }

  @Test(
    "In LibreOffice another price and other tokens give what the tool gives with them",
    .enabled(if: Office.path != nil, "LibreOffice is not installed"),
    .enabled(if: Slow.isAsked, "it takes long: make test-all runs it"))
  func libreOffice() throws {
    let results = try [Self.result("=toy.8"), Self.result("block.8", perHour: 10, pricing: .capacityBlock)]
    let text = ComparisonText(Sample.comparison(results), order: results.map(\.instance.name))
    let folder = NSTemporaryDirectory() + "trainfare-workbook-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let read = Self.book(results), price = try #require(read.column("price, USD per instance-hour"))
    let tokens = Sample.job().tokens.value * 300
    let file = try WorkbookFile(folder + "/c.xlsx", scratch: folder, isStreamed: false)
    let changes = ["0!B6": tokens, "1!" + Reference.cell(2, price): 5]
    ComparisonBook(text, made: "").write(to: Changed(file, changes))
    try file.close()
    let sheet = try #require(try Office.sheet(2, of: folder + "/c.xlsx", folder: folder))
    for (option, perHour, pricing) in [(0, 5.0, PricingModel.onDemand), (1, 10, .capacityBlock)] {
      let run = try #require(
        Self.result("x", perHour: perHour, pricing: pricing) { $0.job.tokens = Count(tokens) }.run)
      for (heading, due) in [
        ("run as predicted, h", run.wallTime.value / 3600), ("bill as predicted, USD", run.cost?.value ?? 0),
        ("expected cost, USD", 1.1 * (run.cost?.value ?? 0)),
      ] {
        let column = try #require(sheet[1].firstIndex(of: heading))
        let found = try #require(Double(sheet[2 + option][column]), "\(sheet[2 + option][column])")
        #expect(abs(found / due - 1) < 1e-9, "\(heading): \(found), and not \(due)")
      }
    }
    #expect(sheet[2][0] == "=toy.8")
    let summary = try #require(try Office.sheet(1, of: folder + "/c.xlsx", folder: folder))
    #expect(summary[8][1] == (sheet[2][0] == summary[4][1] ? "=toy.8" : "block.8"))
  }

  @Test("Equal costs have ranks of their own, and names are texts whatever they begin with") func names() throws {
    let names = ["=1+1", "a, \"b\" 'c' 🚀", "@x"]
    let results = try names.map { try Self.result($0) }
    let book = Self.book(results)
    #expect(book.differences == [])
    #expect((0..<3).map { book.value("Summary", 8 + $0, 1) } == names.map { .text($0) })
    #expect(book.cell("Options", 2, 0).content == .text("=1+1"))
  }

  @Test("A rule of billing as a formula bills what the rule bills", arguments: 0..<6) func billing(rule: Int) {
    let day = Seconds(86_400)
    var billing = [
      Billing.asItPasses, Billing(shortest: Seconds(60)), Billing(portion: .init(size: day)),
      Billing(shortest: Seconds(7200), portion: .init(size: Seconds(3600))),
      Billing(portion: .init(size: day, limit: day * 14), largerPortion: .init(size: day * 7)),
      Billing(portion: .init(size: day, limit: day * 14), largerPortion: .init(size: day * 7)),
    ][rule]
    if rule == 5 { billing.lead = Seconds(12_600) }
    func hours(_ seconds: Double?) -> Formula? { seconds.map { Formula($0 / 3600) } }
    let terms = billing.terms,
      own = BillingTerms(
        shortest: hours(terms.shortest), portion: hours(terms.portion), limit: hours(terms.limit),
        largerPortion: hours(terms.largerPortion), lead: hours(terms.lead), day: Formula(24))
    var random = SplitMix64(seed: UInt64(rule + 1))
    let times =
      (0..<200).map { _ in Double(random.next() >> 11) / 0x1p53 * 4e6 } + [1, 3600, 86_400, 1_209_600, 1_209_601]
    for time in times {
      let book = Recalculation()
      let sheet = book.add(Workbooks.Sheet(name: "s", widths: []))
      book.append(
        [SheetCell(.number(time / 3600)), SheetCell(.formula(own.billed(.cell("A1")), .number(0)))], to: sheet)
      let due = billing.billed(Seconds(time)).value / 3600
      guard case .number(let found) = book.value("s", 0, 1) else { Issue.record("no number"); continue }
      #expect(abs(found - due) <= 1e-9 * due, "\(time): \(found), \(due)")
    }
  }

  @Test("Rows of suites and sweeps have the same arithmetic, and the summary the cheapest of each model") func rows()
    throws
  {
    let book = Recalculation(), pages = RowsBook(book, by: .model, isJudged: true, title: "t", made: "m")
    let job = Sample.job()
    for (index, price) in [50.0, 20, 70].enumerated() {
      let pricing: PricingModel = index == 1 ? .capacityBlock : .onDemand
      let result = try Self.result("toy.\(index)", perHour: price, pricing: pricing)
      let row = SuiteRow(result, job: job, suite: "s", name: "case \(index)")
      let billing = result.run?.offer.price?.billing
      pages.append(OptionRow(row) { $0 == pricing ? billing : nil })
    }
    let refused = OptionResult(
      instance: Sample.instance("slow.8"), efficiency: Sample.efficiency(), outcome: .cannot(Refusal(.noLegalPlan)))
    pages.append(OptionRow(SuiteRow(refused, job: job, suite: "s", name: "none")) { _ in nil })
    pages.finish()
    #expect(book.differences == [])
    #expect(book.value("Summary", 3, 1) == .number(4) && book.value("Summary", 4, 1) == .number(3))
    // The picture is of the cells that have the cost.
    let chart = try #require(book.charts.first)
    #expect(book.charts.count == 1 && chart.bars == 1 && chart.names == "Summary!$A$8:$A$8")
    #expect(chart.parts.map(\.values) == ["Summary!$D$8:$D$8"] && chart.title.contains("each model"))
    let costs = try (0..<3).compactMap { try Self.number(book, "expected cost, USD", $0) }
    #expect(costs.count == 3 && book.value("Summary", 7, 3) == .number(costs.min() ?? 0))
    // Inputs of a row move it, and the summary with it.
    book.set("Options", 4, try #require(book.column("price, USD per instance-hour")), 0.01)
    #expect(book.value("Summary", 7, 1) == .text("case 2"))
    #expect(book.sheets.last?.rows.count == 4)
  }
}

import Calibration
import Foundation
import Testing

import struct Scenarios.Measurement

@testable import Reporting
@testable import Scenarios

@Suite struct ValidationTextTests {
  static func run(
    _ id: String, _ metric: Measurement.Metric = .stepTime, value: Double = 2, notes: String = "[A]",
    source: String = "s"
  ) -> Measurement {
    Measurement(
      id: id, source: source, model: "m", accelerator: "C", accelerators: 8, metric: metric, value: value, notes: notes,
      line: 2)
  }

  /// A run measured at 2 s.
  static func used(
    _ measurement: Measurement, predicted: Double, low: Double? = nil, high: Double? = nil, chip: String = "c1",
    tensor: Int = 1, group: String? = nil
  ) -> Verdict {
    let judged = Judged(
      id: measurement.id, series: measurement.series, chip: chip, stack: "k", grade: measurement.grade,
      planGroup: group, plan: Plan(tensor: tensor), measured: 2, predicted: predicted, low: low, high: high, work: 0.5)
    return Verdict(
      measurement, chip: chip, stack: "k", instance: "i", plan: judged.plan, group: group,
      .used(judged, assumptions: [.microBatch(2), .layers(8)]))
  }

  static func skipped(_ id: String, _ skip: Skip, notes: String = "[A]") -> Verdict {
    Verdict(run(id, notes: notes), .skipped(skip))
  }

  private func text(_ verdicts: [Verdict], worst: Int = 10) -> ValidationText {
    ValidationText(verdicts, file: "runs.csv", selection: [], worst: worst, changes: [])
  }

  private func cells(_ verdict: Verdict) -> [String: Cell] {
    Dictionary(uniqueKeysWithValues: VerdictColumns.all.map { ($0.name, $0.value(verdict)) })
  }

  @Test("docs/Output.md lists every column of a verdict, with its type and unit, in order")
  func documentation() throws {
    try OutputPage.holds("Columns of `validate`", VerdictColumns.all)
    try OutputPage.holds("Columns of `validate --memory`", MemoryColumns.all)
    try OutputPage.holds("Columns of `validate --collectives`", CollectiveColumns.all)
  }

  @Test("A prediction is told in the metric's own unit, its error always in step time") func units() {
    let time = cells(Self.used(Self.run("a-1"), predicted: 3, low: 1, high: 4))
    #expect(time["measured"] == .number(2) && time["predicted"] == .number(3) && time["error_percent"] == .number(50))
    #expect(time["predicted_p05"] == .number(1) && time["predicted_p95"] == .number(4))
    let minutes = cells(Self.used(Self.run("a-2", .timeToTrain, value: 10), predicted: 3))
    #expect(minutes["predicted"] == .number(15))
    // Twice as slow is half the rate, and the slow end of the time is the low end of the rate.
    let rate = cells(Self.used(Self.run("a-3", .tokenRate, value: 100), predicted: 4, low: 1, high: 8))
    #expect(rate["predicted"] == .number(50) && rate["error_percent"] == .number(100))
    #expect(rate["predicted_p05"] == .number(25) && rate["predicted_p95"] == .number(200))
    #expect(
      rate["assumptions"]
        == .text("the micro-batch is not stated, 2 is taken; layers are not stated, 8 make the published size")
        && rate["why"] == .unknown && rate["status"] == .text("used"))
  }

  @Test("A skipped run has a reason, and no prediction that could be taken for one") func skipped() {
    let cells = cells(Self.skipped("a-1", .noProfile("c.kit")))
    #expect(
      cells["status"] == .text("skipped")
        && cells["why"] == .text("its chip and stack have no efficiency profile: c.kit"))
    #expect(cells["measured"] == .number(2))
    for name in ["predicted", "predicted_p05", "predicted_p95", "error_percent", "plan", "chip"] {
      #expect(cells[name] == .unknown, "\(name)")
    }
  }

  @Test("Texts that a spreadsheet would run are neutralized") func neutralized() {
    var verdict = Self.skipped("=1+1", .notStated(column: "+reason"))
    verdict.measurement.model = "@cmd"
    let line = CSV.records(VerdictColumns.all, [verdict])
    #expect(line.hasPrefix("'=1+1,'=1+,'@cmd,"))
    #expect(line.contains(",'+reason is not stated,"))
  }

  @Test("Weak rows are in a line of their own, and in no other figure") func weakApart() {
    let verdicts = [
      Self.used(Self.run("a-1"), predicted: 2.2), Self.used(Self.run("b-1", notes: "[C]"), predicted: 20),
      Self.skipped("b-2", .offloading, notes: "[C]"),
    ]
    let lines = text(verdicts).table(Screen()).split(separator: "\n").map(String.init)
    func line(_ start: String) -> [Substring]? {
      lines.first { $0.hasPrefix(start) }?.dropFirst(start.count).split(separator: " ")
    }
    #expect(line("all")?.prefix(3) == ["1", "0", "10.0%"])
    #expect(line("graded [C], apart")?.prefix(3) == ["1", "1", "900.0%"])
    #expect(line("b ") == nil)
    #expect(line("c1")?.prefix(3) == ["1", "0", "10.0%"])
    #expect(!lines.contains { $0.hasPrefix("b-1") }, "not among the worst")
    #expect(lines.last == "3 runs: 2 used, 1 skipped.")
  }

  @Test("Reasons are counted, the most frequent first, each with an example") func reasons() {
    let verdicts = [
      Self.skipped("a-1", .offloading), Self.skipped("a-2", .noProfile("so")),
      Self.skipped("a-3", .noProfile("and so")),
    ]
    let table = text(verdicts).table(Screen())
    let lines = table.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    let due = [
      "2 its chip and stack have no efficiency profile a-2: so",
      "1 offloading to disks is not modelled a-1",
    ]
    let places = due.compactMap { lines.firstIndex(of: $0) }
    #expect(places.count == 2 && places == places.sorted())
  }

  @Test("The worst runs come first, as many as asked for") func worst() {
    let verdicts = [2.2, 1.0, 8, 2].enumerated().map { Self.used(Self.run("a-\($0)"), predicted: $1) }
    func shown(_ count: Int) -> [String] {
      let table = text(verdicts, worst: count).table(Screen())
      let part = table.components(separatedBy: "The worst:\n").dropFirst().last ?? ""
      return part.split(separator: "\n").dropFirst().filter { $0.hasPrefix("a-") }.map { String($0.prefix(3)) }
    }
    #expect(shown(2) == ["a-2", "a-1"])
    #expect(shown(9) == ["a-2", "a-1", "a-0", "a-3"])
    #expect(shown(0) == [])
  }

  @Test("Rank and regret stand in the lines whose groups have them") func ranking() {
    let verdicts = (1...5).map {
      Self.used(Self.run("a-\($0)"), predicted: Double($0), tensor: $0, group: "g")
    }
    let line = text(verdicts).table(Screen()).split(separator: "\n").first { $0.hasPrefix("a ") } ?? ""
    #expect(line.contains("  0.0%     0.0%       1 "), "\(line)")
  }

  @Test("Markdown is a page: a heading, what the columns mean, a table for each section") func markdown() {
    let verdicts = [Self.used(Self.run("a|b-1"), predicted: 3), Self.skipped("x_y-1", .notStated(column: "why *not*"))]
    let page = text(verdicts).markdown
    #expect(
      page.hasPrefix("# Accuracy\n\nPredictions against the measured runs of runs.csv. 2 runs: 1 used, 1 skipped.\n"))
    for words in [
      "## By series", "## By chip", "## Skipped", "## The worst runs", "| a\\|b |", "| x\\_y |", "why \\*not\\*",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(page.split(separator: "\n").allSatisfy { $0.hasPrefix("|") || $0.count <= 120 })
  }

  @Test("No runs at all are an empty page, not a trap") func none() {
    #expect(text([]).table(Screen(width: 40)).hasSuffix("0 runs: 0 used, 0 skipped.\n"))
    #expect(!text([]).markdown.isEmpty)
  }
}

import Foundation
import Quantities
import TestSupport
import Testing

@testable import Planning
@testable import Reporting
@testable import Scenarios

@Suite struct FileFormatTests {
  private struct Row: Sendable {
    var name: String
    var value: Double?
  }
  private static let columns: [Column<Row>] = [
    .text("name") { $0.name }, .number("value") { $0.value }, .json("more") { _ in "[1,{\"a\":\"b\\tc\"}]" },
  ]

  @Test("TSV has as many tabs in each line as there are columns but one, whatever texts have") func tabs() {
    let rows = [Row(name: "a\tb\r\nc", value: 1.5), Row(name: "=1+1", value: nil), Row(name: "\"q\"", value: -2)]
    let text = TSV.text(Self.columns, rows)
    #expect(text == "name\tvalue\na b  c\t1.5\n'=1+1\t\n\"q\"\t-2\n")
    #expect(TSV.text(Self.columns, rows, CSVDialect(decimal: ",")).contains("\t1,5\n"))
  }

  @Test("JSON Lines has an object on each line, with what only JSON has") func lines() throws {
    let text = JSON.lines(Self.columns, [Row(name: "a\nb", value: nil), Row(name: "c", value: 0.5)])
    let lines = text.split(separator: "\n")
    #expect(lines.count == 2)
    let first = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
    #expect(first["name"] as? String == "a\nb" && first["value"] is NSNull && (first["more"] as? [Any])?.count == 2)
  }

  @Test("Columns come in the order in which they are asked for") func choice() {
    let picked = ColumnChoice(["value", "name"]).picked(Self.columns)
    #expect(picked.map(\.name) == ["value", "name"])
    #expect(PlainTable.text(picked, [Row(name: "a", value: 2)], Screen()) == "value  name\n    2  a\n")
  }

  @Test("The brief set stands first, after the version, and every name in it is a column") func brief() {
    #expect(
      ResultColumns.all.prefix(1 + ResultColumns.brief.count).map(\.name) == ["schema_version"] + ResultColumns.brief)
    let names = ColumnNames.results
    #expect(names.like("COSTS").first == "cost_expected_usd" && names.like("x").isEmpty && names.like("qqq").isEmpty)
    #expect(names.sets == ["brief", "all"] && ColumnNames(VerdictColumns.all).sets == ["all"])
  }

  @Test(
    "An ending is what follows the last point of the name alone",
    arguments: [
      ("a.csv", "csv"), ("a.b/c", nil), ("x/.hidden.TSV", "tsv"), ("a.", nil), ("/dev/null", nil), ("a.jsonl", "jsonl"),
      ("a.xlsx", "xlsx"),
    ] as [(String, String?)])
  func endings(name: String, ending: String?) { #expect(Format.ending(of: name) == ending) }

  @Test("Billed hours are the bill's, the price makes them the cost, and the rest is what the run leaves") func hours()
  {
    // Two instances, 20 days, $25: no block.
    let row = Sample.row()
    #expect(row.billedHours == 960 && row.unusedHours == 0)
    #expect(abs((row.billedHours ?? 0) * 25 - 24_000) < 1e-9)
    #expect(Sample.row(run: Sample.run("toy.8", dollars: nil)).billedHours == nil)
  }

  @Test("A ratio is to the reference's expected figure, and limits are what was asked") func setting() {
    let reference = Sample.option("b", .runs(Sample.run("b", dollars: 50, days: 40)))
    let row = Sample.row().set(
      RowSetting(.within(Seconds(60), Dollars(9)), tags: Tags(written: "b=2;a=1"), reference: reference))
    func value(_ name: String) -> Cell? { ResultColumns.all.first { $0.name == name }?.value(row) }
    #expect(value("cost_vs_reference") == .number(0.25) && value("time_vs_reference") == .number(0.5))
    #expect(value("deadline_s") == .number(60) && value("budget_usd") == .number(9))
    #expect(value("reference") == .text("b") && value("tags") == .text("a=1;b=2"))
  }

  @Test("Tags are read, and what would break their column is refused") func tags() throws {
    var tags = Tags()
    try tags.add("team=nlp")
    try tags.add("cost.centre=4=2")
    #expect(tags.text == "cost.centre=4=2;team=nlp" && Tags(written: tags.text) == tags)
    for bad in ["team", "=x", "a b=1", "x=", "x=a;b", "team=two"] {
      #expect(throws: Tags.Problem.self) { try tags.add(bad) }
    }
    #expect(Tags(written: "a=1;b=1").over(Tags(written: "b=2")).text == "a=1;b=2")
    var row = SuiteRow(Sample.row().result, job: Sample.job(), suite: "s", name: "c")
    row["tags"] = .text("a=1")
    #expect(row.tagged(Tags(written: "b=2"))["tags"] == .text("a=1;b=2"))
  }
}

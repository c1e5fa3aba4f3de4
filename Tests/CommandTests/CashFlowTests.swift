import Foundation
import TestSupport
import Testing

/// `--cash-flow`: what is paid in which month.
@Suite struct CashFlowTests {
  /// A run of some months.
  private static let known = CompareTests.quick.dropFirst().map { $0 == "1 B" ? "4 T" : $0 }

  /// Rows of a CSV by column.
  private static func rows(_ text: String) throws -> [[String: String]] {
    let table = try #require(parseCSV(text)), header = try #require(table.first)
    return table.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  private static func run(_ command: String, _ more: String...) throws -> Tool.Result {
    try Tool.start([command] + known + more, environment: ["SOURCE_DATE_EPOCH": "1795910400"]).finish()
  }

  @Test("Months add up to the bill, and each has the part of it that its days are of the run") func byHand() throws {
    let on = ["--pricing", "on-demand", "--start", "2026-12-30"]
    let bill = try Self.rows(Tool.start(["compare"] + Self.known + on + ["--format", "csv"]).finish().out)
    let flow = try Self.rows(
      Tool.start(["compare"] + Self.known + on + ["--format", "csv", "--cash-flow"]).finish().out)
    for option in bill where option["feasible"] == "true" {
      let months = flow.filter { $0["instance"] == option["instance"] }
      try #require(months.count > 2)
      #expect(months.prefix(3).compactMap { $0["month"] } == ["2026-12", "2027-01", "2027-02"])
      for column in ["cost_usd", "cost_expected_usd"] {
        let sum = months.compactMap { $0[column].flatMap(Double.init) }.reduce(0, +)
        let cost = try #require(option[column].flatMap(Double.init))
        #expect(abs(sum / cost - 1) < 1e-12)
        #expect(months.last?["cumulative_" + column] == option[column])
      }
      // Two days of December at the price of an hour, for as long as it is predicted to take.
      let hourly = try #require(option["price_usd_per_instance_hour"].flatMap(Double.init))
      let hours = try #require(option["wall_time_s"].flatMap(Double.init)) / 3600
      #expect(hours > 48 + 744)
      let first = try #require(months[0]["cost_usd"].flatMap(Double.init))
      let units = try #require(option["instances"].flatMap(Double.init))
      let spares = try #require(option["spares_factor"].flatMap(Double.init))
      #expect(abs(first / (48 * units * spares * hourly) - 1) < 1e-9)
      let second = try #require(months[1]["cost_usd"].flatMap(Double.init))
      #expect(abs(second / first - 31.0 / 2) < 1e-9)
    }
    #expect(!flow.isEmpty)
  }

  @Test("A capacity block is paid in the month in which it starts, though it goes on in the next") func block() throws {
    let csv = try Tool.start(
      ["estimate", "--on", "p5.48xlarge", "--instances", "16", "--pricing", "capacity-block", "--start", "2026-12-30"]
        + ["--cash-flow", "--format", "csv"], environment: ["SOURCE_DATE_EPOCH": "1795910400"]
    ).finish()
    let rows = try Self.rows(csv.out)
    #expect(rows.count == 1 && rows[0]["month"] == "2026-12" && rows[0]["pricing"] == "capacity-block", "\(csv.out)")
  }

  @Test("People see the months below the answer, and what is not known is said") func text() throws {
    let table = try Self.run("compare", "--cash-flow")
    #expect(table.out.contains("instance type") && table.out.contains("Paid by month, expected:"))
    #expect(table.out.contains("  month 1 ") && table.out.contains("  in all "))
    #expect(table.out.contains("--start DAY tells calendar months"))
    let book = try Self.run("compare", "--cash-flow", "-o", "costs.xlsx")
    #expect(book.status == 64 && book.err.contains("writes no workbook"))
    let markdown = try Self.run("compare", "--cash-flow", "--format", "markdown")
    #expect(markdown.out.contains("| in all |"))
  }

  /// The quick question as a suite, of some months.
  private static let suite = """
    kind: suite
    version: 1
    summary: some months
    defaults: {tokens: 4 T, sequence_length: 2048, global_batch: 64, size: {instances: 1}}
    matrix:
      - models: [llama-3.2-1b]
        instances: [trn1.32xlarge, p5.48xlarge, no-such-type]

    """

  @Test("Cases of a suite have the months that a comparison of them has") func suites() throws {
    let scratch = try Scratch(), file = try scratch.write("months.yaml", Self.suite)
    let day = ["SOURCE_DATE_EPOCH": "1795910400"], start = ["--start", "2026-12-30"]
    let result = try Tool.start(
      ["suite", "run", file, "--cash-flow", "-o", scratch.path + "/m.csv"] + start, environment: day
    ).finish()
    // One case names no type.
    #expect(result.status == 2 && result.out.contains("Paid by month, from 2026-12-30 UTC, expected:"), "\(result.err)")
    let rows = try Self.rows(scratch.read("m.csv"))
    let compared = try Self.rows(
      Tool.start(["compare"] + Self.known + start + ["--cash-flow", "--format", "csv"], environment: day).finish().out)
    #expect(rows.count == compared.count && rows.count > 4)
    for (row, other) in zip(
      rows.sorted { Self.key($0) < Self.key($1) }, compared.sorted { Self.key($0) < Self.key($1) })
    {
      #expect(row["suite"] == "months" && other["suite"] == "")
      for column in ["instance", "month", "pricing", "cost_usd", "cost_expected_usd", "cumulative_cost_expected_usd"] {
        #expect(row[column] == other[column], "\(column)")
      }
    }
    #expect(scratch.names == ["m.csv", "months.yaml"])
  }

  private static func key(_ row: [String: String]) -> String { "\(row["instance"] ?? "") \(row["month"] ?? "")" }
}

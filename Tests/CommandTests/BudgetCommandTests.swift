import Foundation
import TestSupport
import Testing

@Suite struct BudgetCommandTests {
  static func rows(_ arguments: String...) throws -> [[String: String]] {
    let result = try Tool.start(["budget"] + arguments + ["--format", "csv"]).finish()
    let records = try #require(parseCSV(result.out))
    let header = try #require(records.first)
    return records.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  @Test("Without arguments: a row for each type and law, in CSV with its units") func usual() throws {
    let rows = try Self.rows()
    #expect(rows.count == 12)
    #expect(Set(rows.compactMap { $0["law"] }) == ["chinchilla", "deepseek", "llama-3"])
    for row in rows {
      #expect(row["budget_usd"] == "10000000")
      #expect(row["feasible"] == "true")
      #expect(try #require(Double(row["cost_usd"] ?? "")) <= 1e7)
      #expect(try #require(Double(row["wall_time_s"] ?? "")) <= 90 * 86_400)
      #expect((row["loss"] != "") == (row["law"] == "chinchilla"))
    }
  }

  @Test("The table says who trains most, what laws disagree on, and what is taken for granted") func table() throws {
    let result = try Tool.run("budget", "--dollars", "$300 k", "--on", "p4d.24xlarge,trn3-ultraserver-gen2")
    #expect(result.status == 0, "\(result.err)")
    #expect(result.out.contains("$300 k in 90 d · sequence 8,192 · bf16 · list prices"))
    #expect(result.out.contains("not stated"))
    #expect(result.out.contains("The laws disagree, on p4d.24xlarge: from "))
    #expect(result.out.contains("No price of trn3-ultraserver-gen2 is known. It wins below $"))
    #expect(result.out.contains("Assumed: training may take 90 d, since nobody said how long (--days)."))
    #expect(result.out.contains("rounded so that it splits"))
  }

  @Test("A contract by the year, a given model, and two ways of buying") func contract() throws {
    let rows = try Self.rows(
      "--dollars", "$5 M/year", "--days", "2 years", "--model", "llama-3.1-8b", "--on", "p5.48xlarge", "--pricing",
      "on-demand,capacity-block")
    #expect(rows.count == 2)
    #expect(rows.allSatisfy { $0["budget_usd"] == "10000000" && $0["law"] == "" && $0["model"] == "llama-3.1-8b" })
    #expect(Set(rows.compactMap { $0["pricing"] }) == ["on-demand", "capacity-block"])
    // The cheaper way trains more.
    #expect(rows.first?["pricing"] == "capacity-block")
  }

  @Test("All that is wrong with a command line is told at once") func wrong() throws {
    let result = try Tool.run(
      "budget", "--dollars", "ten", "--days=-3 d", "--global-batch", "0", "--pricing", "credit")
    #expect(result.status == 64)
    for part in ["--dollars", "--days", "--global-batch", "--pricing"] { #expect(result.err.contains(part), "\(part)") }
    for wrong in ["$0", "$nan", "inf", "", "$5 M,", "$1e99"] {
      let result = try Tool.run("budget", "--dollars", wrong)
      #expect(result.status == 64, "\(wrong): \(result.out)\(result.err)")
    }
  }

  @Test("What is not there is told with what is") func unknown() throws {
    let law = try Tool.run("budget", "--law", "chinchila")
    #expect(law.status == 2)
    #expect(law.err.contains("did you mean 'chinchilla'"))
    #expect(try Tool.run("budget", "nothing").status == 2)
    #expect(try Tool.run("budget", "--price", "p4d.24xlarge=1").status == 64)
    let net = try Tool.run("budget", "--model", "dlrm-small")
    #expect(net.status == 64)
    #expect(net.err.contains("is a recommender"))
  }

  @Test("Too little money is an honest no that says how much is enough") func little() throws {
    let result = try Tool.run("budget", "--dollars", "$1000", "--on", "p5.48xlarge")
    #expect(result.status == 1)
    #expect(result.out.contains("one p5.48xlarge for the whole time costs $119 k"))
    #expect(result.out.contains("Nothing can be trained for $1 k."))
  }

  @Test("The catalog has laws and budgets with their sources") func catalog() throws {
    let law = try Tool.run("catalog", "show", "chinchilla")
    #expect(law.out.contains("482.01 ± 124.58"))
    #expect(law.out.contains("arXiv:2404.10102"))
    let list = try Tool.run("catalog", "list", "budgets", "--format", "csv")
    #expect(list.out.contains("budget,frontier,\"$38 B, $10 B\""), "\(list.out)")
  }
}

/// A budget within what can be had, and as sure as asked.
@Suite struct BudgetRiskCommandTests {
  @Test("No fleet is larger than what can be had; the row and a sentence say so, with the source") func rental() throws
  {
    let result = try Tool.run(
      "budget", "--dollars", "$10 B", "--days", "7 years", "--model", "llama-3.1-405b", "--on",
      "p5.48xlarge,trn2.48xlarge", "--failures", "none")
    #expect(result.status == 0, "\(result.err)")
    #expect(result.out.contains("no more than 2,500 instances are available as on-demand (AWS, EC2 P5 instances page"))
    #expect(result.out.contains("no more than 256 instances are available as capacity-block"))
    #expect(result.out.contains("whether it is available as capacity-block is not known"))
    #expect(result.out.contains(" rental"))
  }

  @Test("Columns say how sure a row is, what is expected, of when the price is and how many can be had") func columns()
    throws
  {
    let row = try #require(
      try BudgetCommandTests.rows(
        "--dollars", "$2 M", "--model", "llama-3.1-8b", "--on", "p5.48xlarge", "--max-instances", "8", "--confidence",
        "75%", "--pricing", "capacity-block"
      ).first)
    func number(_ column: String) throws -> Double { try #require(Double(row[column] ?? ""), "\(column)") }
    #expect(try number("instances") <= 8 && row["limited_by"] == "asked" && row["most_instances"] == "256")
    let late = try number("probability_late")
    #expect(late <= 0.25 + 1e-9 && late > 0.23)
    #expect(try number("probability_over_budget") == 0)
    #expect(try number("wall_time_expected_s") < number("time_limit_s"))
    let (low, cost, high) = (
      try number("cost_usd_p05"), try number("cost_expected_usd"), try number("cost_usd_p95")
    )
    #expect(low < cost && cost < high)
    #expect(row["price_date"]?.hasPrefix("2026-") == true && row["region"] == "us-east-1")
  }

  @Test("What is wrong with the new options is told with the others") func wrong() throws {
    let result = try Tool.run("budget", "--confidence", "20", "--max-instances", "few", "--start", "soon")
    #expect(result.status == 64)
    for part in ["--confidence", "--max-instances", "--start", "write it like 90%", "write it like 2027-01-15"] {
      #expect(result.err.contains(part), "\(part): \(result.err)")
    }
  }
}

import Foundation
import TestSupport
import Testing

/// Which case is likely to be best, among those that answer one question.
@Suite struct SuiteChancesTests {
  private static let text = """
    kind: suite
    version: 1
    summary: two jobs, one of them within two limits
    defaults: {tokens: 10 B, sequence_length: 1024, global_batch: 64}
    matrix:
      - models: [gpt2]
        instances: [p5.48xlarge, trn1.32xlarge, p4d.24xlarge]
        sizes: [{deadline: 30 d}, {deadline: 60 d}]
        pricing: [on-demand]
    cases:
      - {name: alone, model: llama-3.2-1b, instance: p5.48xlarge, size: {deadline: 30 d}}
      - {name: late, model: gpt2, instance: p5.48xlarge, size: {deadline: 30 d}, pricing: capacity-block}
      - {name: large, model: gpt2, instance: no-such-type, size: {deadline: 30 d}}

    """

  private static func rows(_ text: String) throws -> [[String: String]] {
    let records = try #require(parseCSV(text)), header = try #require(records.first)
    return records.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  @Test("Chances of the cases of one question add up to 1, wherever they stand; a lone case has none")
  func chances() throws {
    let scratch = try Scratch()
    let path = try scratch.write("mine.yaml", Self.text)
    let result = try Tool.run("suite", "run", path, "-o", scratch.path + "/r.csv")
    let rows = try Self.rows(scratch.read("r.csv"))
    #expect(rows.count == 9)
    for column in ["probability_cheapest", "probability_fastest"] {
      func sum(_ part: (String) -> Bool) throws -> (Double, Int) {
        let own = rows.filter { part($0["case"] ?? "") }.compactMap { Double($0[column] ?? "") }
        return (own.reduce(0, +), own.count)
      }
      let soon = try sum { $0.contains("/30-d") || $0 == "late" }, later = try sum { $0.contains("/60-d") }
      #expect(abs(soon.0 - 1) < 1e-9 && soon.1 == 4, "\(column) \(soon)")
      #expect(abs(later.0 - 1) < 1e-9 && later.1 == 3, "\(column) \(later)")
      #expect(rows.first { $0["case"] == "alone" }?[column] == "")
    }
    #expect(result.out.contains("cheapest") && result.out.contains("fastest"), "\(result.out)")
  }

  @Test("They are those of a comparison of the same options") func likeCompare() throws {
    let scratch = try Scratch()
    let path = try scratch.write("mine.yaml", Self.text)
    let suite = try Self.rows(try Tool.run("suite", "run", path, "--format", "csv").out)
    let compared = try Self.rows(
      try Tool.run(
        "compare", "--model", "gpt2", "--tokens", "10 B", "--sequence-length", "1024", "--global-batch", "64", "--on",
        "p5.48xlarge,trn1.32xlarge,p4d.24xlarge", "--deadline", "60 d", "--pricing", "on-demand", "--format", "csv"
      ).out)
    #expect(compared.count == 3)
    for row in compared {
      let own = suite.first {
        $0["instance"] == row["instance"] && ($0["case"] ?? "").contains("/60-d")
      }
      #expect(own?["probability_cheapest"] == row["probability_cheapest"], "\(row["instance"] ?? "")")
      #expect(own?["cost_expected_usd"] == row["cost_expected_usd"])
    }
  }
}

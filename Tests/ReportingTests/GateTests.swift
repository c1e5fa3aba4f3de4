import Scenarios
import Testing

@testable import Reporting

/// `--fail-on` passes only what it has read.
@Suite struct GateTests {
  private static func table(_ name: String, _ costs: [(String, String?)]) -> ResultTable {
    ResultTable(
      name: name, columns: ["suite", "case", "instance", "feasible", "cost_usd"],
      rows: costs.map { ["s", $0.0, "p5", "true", $0.1] })
  }

  private static func failures(
    _ old: [(String, String?)], _ new: [(String, String?)], _ gate: String = "cost_usd +2%"
  ) throws -> [String] {
    SuiteDiff(table("old", old), table("new", new)).failures(try Tolerance(gate)).map(\.message)
  }

  @Test(
    "What is no figure fails the gate and is named, on either side",
    arguments: ["nan", "NaN", "inf", "-inf", "infinity", "x", "$100", "1,5", "0x10", "1e999", "100 ", "1_000", "١٠٠"])
  func unread(text: String) throws {
    #expect(
      try Self.failures([("a", "100")], [("a", text)]) == ["s/a: cost_usd is '\(text)' after, which is no figure"])
    #expect(
      try Self.failures([("a", text)], [("a", "100")]) == ["s/a: cost_usd is '\(text)' before, which is no figure"])
    // The same nonsense on both sides is no equality.
    #expect(try Self.failures([("a", text)], [("a", text)]).count == 1)
  }

  @Test("Figures pass or fail by their step") func figures() throws {
    #expect(try Self.failures([("a", "100"), ("b", "1e2")], [("a", "102"), ("b", "50.0")]).isEmpty)
    #expect(try Self.failures([("a", "100")], [("a", "103")]).count == 1)
    #expect(try Self.failures([("a", "1234.5678901234567")], [("a", "1234.5678901234571")], "cost_usd ±0%").isEmpty)
    #expect(try Self.failures([("a", "100")], [("a", "97")], "cost_usd -2%").count == 1)
  }

  @Test("A case or a value that is gone, and a name that is there twice, fail it") func missing() throws {
    #expect(try Self.failures([("a", "1"), ("b", "1")], [("a", "1")]) == ["s/b: cost_usd is gone with its case"])
    #expect(try Self.failures([("a", "1")], [("a", nil)]) == ["s/a: cost_usd is not known any more"])
    for (old, new) in [([("a", "1")], [("a", "1"), ("a", "9")]), ([("a", "1"), ("a", "1")], [("a", "1")])] {
      let found = try Self.failures(old, new)
      #expect(found.count == 1 && found[0].contains("several rows have this name"), "\(found)")
    }
  }

  @Test("A gate with nothing to compare is not open") func nothing() throws {
    #expect(try Self.failures([], []).count == 1)
    #expect(try Self.failures([("a", nil)], [("a", "5")]).count == 1)
    let other = ResultTable(
      name: "old", columns: ["suite", "case", "instance", "feasible"], rows: [["s", "a", "p5", "true"]])
    let diff = SuiteDiff(other, Self.table("new", [("a", "5")]))
    #expect(diff.failures(try Tolerance("cost_usd +2%")).map(\.message) == ["'old' has no column cost_usd"])
  }

  @Test(
    "Figures that differ in the last digits are the same; others are not, nor is text",
    arguments: [
      ("1234.5678901234567", "1234.5678901234571", true), ("100", "100.000001", false), ("0", "1e-300", false),
      ("nan", "NaN", false), ("-5", "-5.0", true),
    ])
  func tolerance(old: String, new: String, isSame: Bool) {
    let diff = SuiteDiff(Self.table("old", [("a", old)]), Self.table("new", [("a", new)]))
    #expect((diff.cases[0].kind == .same) == isSame)
    #expect(!diff.table(Screen()).contains("nan%"))
  }
}

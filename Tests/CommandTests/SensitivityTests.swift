import Foundation
import Testing

@Suite struct SensitivityTests {
  static func number(_ row: [String: String], _ column: String) -> Double? { row[column].flatMap { Double($0) } }

  @Test("Each row is what compare says of that end, and rows of a type fall")
  func tornado() throws {
    let rows = try BreakevenTests.rows("sensitivity", [])
    let own = rows.filter { $0["instance"] == "p5.48xlarge" }
    #expect(own.count > 15)
    for name in ["price", "tokens", "global batch", "chip peak", "memory bandwidth", "failure rate", "gemm_16bit"] {
      #expect(own.contains { $0["input"] == name }, "\(name)")
    }
    let price = try #require(own.first { $0["input"] == "price" })
    let (low, now) = (try #require(Self.number(price, "cost_usd_low")), try #require(Self.number(price, "cost_usd")))
    #expect(abs(low / now - 0.9) < 1e-9)
    #expect(Self.number(price, "wall_time_span_s") == 0)
    let peak = try #require(own.first { $0["input"] == "chip peak" })
    let asked = try BreakevenTests.rows("compare", ["--set", "chips.h100.peak.bf16=890.1 TFLOP/s"])
    let same = try #require(asked.first { $0["instance"] == "p5.48xlarge" })
    #expect(
      abs(try #require(Self.number(peak, "wall_time_low_s")) / #require(Self.number(same, "wall_time_expected_s")) - 1)
        < 1e-9)
    func moved(_ row: [String: String]) -> Double {
      let parts = [("cost_span_usd", "cost_usd"), ("wall_time_span_s", "wall_time_s")].compactMap { span, now in
        Self.number(row, span).flatMap { s in Self.number(row, now).map { s / $0 } }
      }
      return parts.max() ?? .infinity
    }
    #expect(zip(own, own.dropFirst()).allSatisfy { moved($0) >= moved($1) })
    // More of what is good makes a run shorter.
    #expect(try #require(Self.number(peak, "wall_time_low_s")) > #require(Self.number(peak, "wall_time_high_s")))
  }

  @Test("Of two types it says which to choose, how wrong that may be, and what to measure first")
  func choice() throws {
    let even = try Tool.start(
      ["sensitivity"] + BreakevenTests.job + ["--price", "p5.48xlarge=90", "--price", "p4d.24xlarge=21.96"]
    ).finish()
    #expect(even.status == 0, "\(even.err)")
    #expect(even.out.contains("It is the wrong choice with a probability of"))
    #expect(even.out.contains("Measure first: "))
    let sure = try Tool.start(["sensitivity"] + BreakevenTests.job + ["--price", "p5.48xlarge=0.01"]).finish()
    #expect(sure.out.contains("it is cheaper in every draw, so no measurement changes that"))
    #expect(!sure.out.contains("Measure first"))
  }

  @Test("It is of one type or two")
  func many() throws {
    #expect(try Tool.run("sensitivity").status == 64)
  }
}

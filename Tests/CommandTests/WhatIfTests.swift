import Foundation
import Testing

@Suite struct WhatIfTests {
  @Test("A what-if shows the run before, after and what it came through; what is not touched is the same")
  func before() throws {
    let result = try CompareTests.run("--set", "chips.h100.memory_bandwidth=2 TB/s")
    #expect(result.status == 0)
    #expect(result.out.contains("Against the run without these changes:"))
    #expect(result.out.contains("through step (--set) ×1."))
    #expect(result.out.contains("trn1.32xlarge: the same as before."))
    #expect(!(try CompareTests.run().out.contains("Against the run")))
  }

  @Test("Columns have the figures of the unchanged run, and are empty without a change")
  func columns() throws {
    let plain = SearchCommandTests.rows(try CompareTests.run("--format", "csv").out)
    let changed = SearchCommandTests.rows(
      try CompareTests.run("--set", "chips.h100.memory_bandwidth=2 TB/s", "--format", "csv").out)
    for row in changed {
      let same = plain.first { $0["instance"] == row["instance"] }
      #expect(row["cost_before_usd"] == same?["cost_expected_usd"] && row["cost_before_usd"] != "")
      #expect(row["wall_time_before_s"] == same?["wall_time_expected_s"])
    }
    #expect(plain.allSatisfy { $0["cost_before_usd"] == "" })
  }

  @Test("Shares of several changes add up to the difference, whatever their order")
  func shares() throws {
    let set = ["--set", "chips.h100.peak.bf16=400 TFLOP/s"], price = ["--price", "p5.48xlarge=100"]
    let job = BreakevenTests.job
    let one = try Tool.start(["compare"] + job + set + price).finish().out
    let other = try Tool.start(["compare"] + job + price + set).finish().out
    #expect(one == other)
    let rows = SearchCommandTests.rows(
      try Tool.start(["compare"] + job + set + price + ["--format", "csv"]).finish().out)
    let row = try #require(rows.first { $0["instance"] == "p5.48xlarge" })
    let after = try #require(row["cost_expected_usd"].flatMap { Double($0) })
    let was = try #require(row["cost_before_usd"].flatMap { Double($0) })
    // As printed, to three digits: `of it --price p5.48xlarge=100: +$12.3, 0 s`.
    let shares = one.matches(of: #/of it --\S+ [^:]*: ([+−]?)\$([0-9.,]+)( k)?/#).compactMap { match -> Double? in
      Double(String(match.2).replacing(",", with: "")).map {
        $0 * (match.3 == nil ? 1 : 1000) * (match.1 == "−" ? -1 : 1)
      }
    }
    #expect(shares.count == 2)
    #expect(abs(shares.reduce(0, +) / (after - was) - 1) < 0.02, "\(shares) \(after - was)")
  }

  @Test("A plan of one's own stands beside the one that was found")
  func plan() throws {
    let result = try Tool.run(
      "estimate", "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--instances", "8", "--plan", "tp=8,dp=8")
    #expect(result.status == 0)
    #expect(result.out.contains("Against the run without these changes:"))
    #expect(result.out.contains("plan: tp 1 → 8"))
  }

  @Test("A price of one's own leaves the way of buying as it is")
  func bought() throws {
    let rows = SearchCommandTests.rows(
      try Tool.run("compare", "--on", "trn2.48xlarge", "--price", "trn2.48xlarge=20", "--format", "csv").out)
    #expect(rows.first?["pricing"] == "capacity-block")
  }
}

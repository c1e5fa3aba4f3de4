import Foundation
import Testing

@Suite struct BreakevenTests {
  static let job = [
    "--model", "llama-3.2-1b", "--tokens", "20 B", "--sequence-length", "2048", "--global-batch", "64", "--instances",
    "1",
    "--on", "p5.48xlarge,p4d.24xlarge", "--pricing", "on-demand",
  ]

  static func rows(_ command: String, _ more: [String]) throws -> [[String: String]] {
    let result = try Tool.start([command] + job + more + ["--format", "csv"]).finish()
    #expect(result.status == 0, "\(result.err)")
    return SearchCommandTests.rows(result.out)
  }

  /// Ratios of the first type to the second, asked of `compare` with one more option.
  static func ratio(_ more: [String], _ column: String) throws -> Double {
    let rows = try rows("compare", more)
    func value(_ name: String) -> Double? {
      rows.first { $0["instance"] == name }?[column].flatMap { Double($0) }
    }
    return try #require(value("p5.48xlarge")) / #require(value("p4d.24xlarge"))
  }

  @Test("Asked again with a break-even value, both cost the same to a thousandth")
  func again() throws {
    let found = try Self.rows(
      "breakeven", ["--over", "price,discount,chips.h100.memory_bandwidth=100 GB/s..9000 GB/s"])
    let flips = found.filter { $0["status"] == "flips" && $0["compared"] == "cost" }
    #expect(flips.count >= 3)
    #expect(flips.contains { $0["input"] == "price p4d.24xlarge" })
    for flip in flips {
      // `compare --set 'path=value'` as a shell would take it apart.
      let text = try #require(flip["ask_again"])
      let words = text.dropFirst("compare ".count).split(separator: " ", maxSplits: 1).map {
        String($0).replacing("'", with: "")
      }
      #expect(abs(try Self.ratio(words, "cost_expected_usd") - 1) < 1e-3, "\(text)")
    }
    // A price's share of a bill is all of it, so the value follows from the ratio now.
    let price = try #require(flips.first { $0["input"] == "price p5.48xlarge" })
    let now = try #require(price["now"].flatMap { Double($0) }),
      value = try #require(price["value"].flatMap { Double($0) })
    #expect(abs(value / now * (try Self.ratio([], "cost_expected_usd")) - 1) < 1e-6)
    let low = try #require(price["value_p05"].flatMap { Double($0) }),
      high = try #require(price["value_p95"].flatMap { Double($0) })
    #expect(low < value && value < high)
  }

  @Test("What never flips is told with its range and the ratios at its ends, and price leaves time alone")
  func never() throws {
    let rows = try Self.rows("breakeven", ["--over", "tokens=10 B..40 B,price.p5.48xlarge=1..2"])
    let tokens = try #require(rows.first { $0["input"] == "tokens" && $0["compared"] == "time" })
    #expect(tokens["status"] == "never" && tokens["value"] == "")
    #expect(tokens["range_low"] == "10000000000" && tokens["ratio_low"] != nil && tokens["ratio_high"] != nil)
    let text = try Tool.start(["breakeven"] + Self.job + ["--over", "price.p5.48xlarge=1..2"]).finish()
    #expect(text.status == 0)
    #expect(text.out.contains("No flip in cost by price p5.48xlarge from $1.000/h to $2.000/h"))
    #expect(text.out.contains("The time does not change with price p5.48xlarge."))
  }

  @Test("A grid has a row for each pair of values, as compare has it, and a map")
  func grid() throws {
    let wanted = ["--grid", "price.p5.48xlarge=20..80,tokens=10 B..40 B", "--steps", "3"]
    let cells = try Self.rows("breakeven", wanted)
    #expect(cells.count == 9)
    let last = try #require(cells.last)
    #expect(last["x_value"] == "80" && last["y_value"] == "40000000000")
    let ratio = try Self.ratio(["--price", "p5.48xlarge=80"], "cost_usd")
    // Of other tokens the ratio is nearly the same; the cell itself is asked below.
    #expect(abs(try #require(last["cost_ratio"].flatMap { Double($0) }) / ratio - 1) < 0.1)
    #expect(Set(cells.compactMap { $0["cheaper"] }).isSubset(of: ["p5.48xlarge", "p4d.24xlarge"]))
    let map = try Tool.start(["breakeven"] + Self.job + wanted).finish()
    #expect(map.out.contains("cheaper: tokens upwards, price p5.48xlarge to the right"))
  }

  @Test("A price that nobody published can be solved for")
  func unknownPrice() throws {
    let result = try Tool.run(
      "breakeven", "--model", "llama-3.2-1b", "--tokens", "20 B", "--sequence-length", "2048", "--global-batch", "64",
      "--instances", "1", "--on", "dgx-h100,p5.48xlarge", "--over", "price.dgx-h100", "--format", "csv")
    let row = try #require(SearchCommandTests.rows(result.out).first { $0["compared"] == "cost" })
    #expect(row["now"] == "" && row["status"] == "flips", "\(result.out) \(result.err)")
    #expect(row["better_below"] == "dgx-h100")
  }

  @Test(
    "What cannot be varied so is told with what would have worked",
    arguments: [
      ("prise", "did you mean 'price'?"), ("tokens=5 B..3 B", "does not rise"),
      ("tokens=nan..3 B", "not a finite number"),
      ("price=-5..3", "minus sign"), ("discount=0..150%", "write 0% to 99%"), ("price.p6", "one of: p5.48xlarge"),
      ("chips.h100.peek", "do not say"), ("chips.h999.memory_bandwidth", "no chip is called"),
      ("deadline", "give a range"),
      ("global_batch=1.5..9", "whole number"), ("chips.h100.class", "no number"), ("tokens=", "LOW..HIGH"),
      (",", "missing"),
    ])
  func wrong(over: String, told: String) throws {
    let result = try Tool.start(["breakeven"] + Self.job + ["--over", over]).finish()
    #expect(result.status == 64, "\(over)")
    #expect(result.out.isEmpty && result.err.contains(told), "\(over): \(result.err)")
    #expect(result.err.contains("help: "))
  }

  @Test("It is between two types")
  func two() throws {
    let result = try Tool.run("breakeven", "--on", "p5.48xlarge")
    #expect(result.status == 64 && result.err.contains("between two instance types"))
  }
}

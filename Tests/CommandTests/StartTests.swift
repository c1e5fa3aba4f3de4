import Foundation
import TestSupport
import Testing

/// `--start`: when a capacity block ends, and from when on it can be booked.
@Suite struct StartTests {
  private static func rows(_ arguments: String...) throws -> [String: String] {
    let result = try Tool.start(
      ["estimate", "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--instances", "32", "--pricing", "capacity-block"]
        + arguments + ["--format", "csv"]
    ).finish()
    #expect(result.status == 0, "\(result.err)")
    let records = try #require(parseCSV(result.out))
    return Dictionary(uniqueKeysWithValues: zip(try #require(records.first), try #require(records.last)))
  }

  @Test("A block that starts at 08:00 is billed to 11:30; one of a day alone is of whole days, as without a start")
  func billed() throws {
    func hours(_ row: [String: String]) throws -> Double {
      func number(_ column: String) throws -> Double { try #require(Double(row[column] ?? ""), "\(column)") }
      return try number("cost_usd") / number("instances") / number("price_usd_per_instance_hour")
        / number("spares_factor")
    }
    let plain = try hours(try Self.rows()), day = try hours(try Self.rows("--start", "2999-01-15"))
    let early = try hours(try Self.rows("--start", "2999-01-15 08:00"))
    #expect(abs(plain / 24 - (plain / 24).rounded()) < 1e-9 && abs(day - plain) < 1e-9)
    let rest = early - 3.5
    #expect(abs(rest / 24 - (rest / 24).rounded()) < 1e-9, "\(early)")
    #expect(abs(early - plain) < 24)
  }

  @Test("What cannot be booked yet says from when on; a day that is past is refused with today") func booking() throws {
    let row = try Self.rows("--start", "2999-03-01")
    #expect(
      row["warnings"]?.contains(
        "a capacity block that starts 2999-03-01 cannot be booked yet; booking opens on 2999-01-04, 56 days before")
        == true, "\(row["warnings"] ?? "")")
    #expect(row["note_codes"]?.contains("not-yet-bookable") == true)
    let past = try Tool.run("compare", "--start", "2020-01-01", "--pricing", "nonsense")
    #expect(past.status == 64)
    #expect(past.err.contains("2020-01-01 is past") && past.err.contains("today is ") && past.err.contains("nonsense"))
  }
}

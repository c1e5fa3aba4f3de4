import Quantities
import Testing

@testable import Operating
@testable import Scenarios

@Suite struct FailureRateTests {
  private func log(
    _ id: String, _ architecture: String, failures: Double, chipHours: Double, leftOut: String? = nil,
    unit: FailureLog.Unit = .chip
  ) -> FailureLog {
    FailureLog(
      id: id, source: "", architecture: architecture, unit: unit, units: 1, hours: chipHours, failures: failures,
      leftOut: leftOut, note: nil)
  }

  @Test("Logs of equal rates give that rate, with the spread of counting alone") func equalLogs() throws {
    let rates = FailureRates([
      log("a", "h100", failures: 400, chipHours: 2e7), log("b", "a100", failures: 100, chipHours: 5e6),
    ])
    let h100 = try #require(rates.rate(of: chip("h100")))
    #expect(abs(h100.each.perHour / 2e-5 - 1) < 1e-9)
    #expect(h100.spread < 0.1)
  }

  @Test("A chip's own log moves it from where the others are, and leaves it better known than one without")
  func ownLog() throws {
    let rates = FailureRates([
      log("a", "a100", failures: 1e6, chipHours: 1e11), log("b", "v100", failures: 1e6, chipHours: 1e10),
      log("c", "h100", failures: 1e6, chipHours: 1e10),
    ])
    let own = try #require(rates.rate(of: chip("a100-80"))), other = try #require(rates.rate(of: chip("b200")))
    #expect(own.logs == ["a"] && other.logs.isEmpty)
    #expect(own.spread < other.spread)
    // τ² of 1e-5, 1e-4 and 1e-4 by moments with equal counts: their sample variance, ln(10)²/3.
    let between = 2.302585093 * 2.302585093 / 3
    // Others at 1e-4 with variance ½τ² + ½τ², its own at 1e-5 with ½τ².
    let mean = -9.210340372 / 3 + -11.512925465 * 2 / 3
    #expect(abs(Logarithm.natural(own.each.perHour) - mean) < 1e-3)
    #expect(abs(own.spread * own.spread / (between * (0.5 + 1.0 / 3)) - 1) < 1e-3)
    #expect(abs(other.spread * other.spread / (between * (0.5 + 0.5 + 1.0 / 3)) - 1) < 1e-3)
  }

  @Test("One log of hosts says nothing of how hosts scatter: chips' logs stand in") func fewHosts() throws {
    let rates = FailureRates([
      log("a", "a100", failures: 1e6, chipHours: 1e11), log("b", "v100", failures: 1e6, chipHours: 1e10),
      log("c", "", failures: 1e6, chipHours: 1e8, unit: .instance),
    ])
    #expect(try #require(rates.rate(of: chip("graviton4", .cpu))).spread > 1)
  }

  @Test("What is left out with a reason does not count, and hosts are a kind of their own") func leftOut() throws {
    let rates = FailureRates([
      log("a", "h100", failures: 10, chipHours: 1e6), log("b", "h100", failures: 1e6, chipHours: 1, leftOut: "why"),
      log("c", "cpu", failures: 5, chipHours: 1e4, unit: .instance),
    ])
    #expect(abs(try #require(rates.rate(of: chip("h100"))).each.perHour / 1e-5 - 1) < 1e-9)
    #expect(abs(try #require(rates.rate(of: chip("graviton4", .cpu))).each.perHour / 5e-4 - 1) < 1e-9)
    #expect(FailureRates([]).rate(of: chip("h100")) == nil)
  }
}

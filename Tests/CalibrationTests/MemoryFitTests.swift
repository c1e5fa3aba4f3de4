import Quantities
import Scenarios
import Simulation
import Testing

@testable import Calibration

/// Published peaks of memory beside predictions, and what is fitted to them.
@Suite struct MemoryFitTests {
  private static let judged: [MemoryVerdict] = {
    let rows = (try? MemoryValidation.judge(Rows.catalog)) ?? []
    return rows.compactMap { try? $0.outcome.get() }
  }()

  private func median(_ rows: [MemoryVerdict]) -> Double { rows.map { abs($0.error) }.median }

  @Test(
    "Every shipped peak is predicted; half within 4.5%, as of TorchTitan's page, and all but a few count as fitting"
  )
  func bounds() throws {
    let all = try MemoryValidation.judge(Rows.catalog)
    #expect(all.count == Self.judged.count && all.count >= 80)
    #expect(median(Self.judged) < 0.045)
    #expect(median(Self.judged.filter { $0.measured.series == "mem-titan" }) < 0.045)
    #expect(median(Self.judged.filter { $0.measured.series == "mem-halo" }) < 0.03)
    #expect(Double(Self.judged.count { abs($0.error) <= 0.06 }) >= 0.62 * Double(Self.judged.count))
    #expect(Double(Self.judged.count(where: \.fits)) >= 0.95 * Double(Self.judged.count))
  }

  @Test("At least 98% of the runs with a published step count as fitting") func published() throws {
    let found = try MemoryValidation.fitting(try Rows.catalog.measuredRuns(nil).rows, Rows.catalog)
    #expect(found.all > 1_900 && Double(found.fit) >= 0.98 * Double(found.all))
  }

  @Test(
    "The shipped reserve and spread are what the shipped peaks say, and 90% is about 90% of a source that was left out")
  func fitted() throws {
    let fit = try #require(MemoryFit(Self.judged)), priors = try Rows.catalog.priors()
    let chip = try Rows.catalog.chip("h100"), stack = try Rows.catalog.stack("torchtitan-eager")
    let own = fit[stack.family]
    #expect(
      abs(
        own.reserve(outside: priors.memoryOutside).value / 1_073_741_824 - priors.memoryReserve(chip, stack).value
          / 1_073_741_824) < 0.1)
    #expect(abs(own.spread - priors.memorySpread(chip, stack)) < 0.01)
    #expect(own.sources >= 4 && own.rows >= 40)
    let coverage = try #require(MemoryFit.coverage(Self.judged, of: [.allocated]))
    #expect(coverage > 0.8 && coverage <= 1)
  }

  /// Rows with a published peak of so much more than is counted.
  private func rows(_ source: String, family: String, more: [Double]) throws -> [MemoryVerdict] {
    let base = try #require(Self.judged.first { $0.measured.convention == .allocated })
    return more.map { gibibytes in
      var row = base
      row.measured.source = source
      row.measured.stack.family = family
      row.measured.peak = row.counted + Bytes(gibibytes * 1_073_741_824)
      return row
    }
  }

  @Test(
    "The slack is the median of the sources' medians, and a family with few sources lies between its own and that of all"
  )
  func slack() throws {
    let gib = 1_073_741_824.0
    let all =
      try rows("a", family: "one", more: [1, 1, 5]) + rows("b", family: "one", more: [3])
      + rows("c", family: "two", more: [8, 8, 8, 8])
    let fit = try #require(MemoryFit(all))
    #expect(abs(fit.population.slack.value / gib - 3) < 1e-9 && fit.population.sources == 3 && fit.population.rows == 8)
    // One source beside three that all families have: a quarter of the way from 3 to 8.
    #expect(abs(fit["two"].slack.value / gib - (3 + 0.25 * 5)) < 1e-9)
    #expect(abs(fit["one"].slack.value / gib - (3 + 0.4 * (2 - 3))) < 1e-9)
    #expect(fit["three"] == fit.population)
    let less = try #require(MemoryFit(all, without: "c"))
    #expect(abs(less.population.slack.value / gib - 2) < 1e-9 && less.families["two"] == nil)
  }

  @Test(
    "The spread puts nine tenths of the sources' weight within 90%; peaks that count less never give a reserve below nothing"
  )
  func spread() throws {
    let ten = try (0..<10).flatMap { try rows("s\($0)", family: "one", more: [$0 == 9 ? 30 : 0]) }
    let fit = try #require(MemoryFit(ten))
    #expect(fit.population.slack == .zero && fit.population.spread == 0)
    let less = try #require(MemoryFit(try rows("a", family: "one", more: [-2])))
    #expect(less.population.slack == .zero && less.population.spread > 0)
    var reserved = try rows("a", family: "one", more: [1])
    for i in reserved.indices { reserved[i].measured.convention = .reserved }
    #expect(MemoryFit(reserved) == nil)
  }
}

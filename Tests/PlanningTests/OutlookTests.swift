import Calibration
import Costing
import Foundation
import Planning
import Quantities
import Simulation
import Testing

@testable import Scenarios

/// Intervals as `compare` and `search` give them.
@Suite struct OutlookTests {
  private static let catalog = Catalog(roots: [
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path + "/configs"
  ])

  /// Of a chip that no run was fitted to, with an error of its own on such chips.
  private func outlook(extrapolated: Double) throws -> Outlook {
    var posterior = try #require(try Self.catalog.posterior())
    posterior.likeness.spreads = posterior.likeness.spreads.map { _ in 0 }
    posterior.likeness[.newChip] = extrapolated
    let knowledge = Knowledge(posterior, priors: try Self.catalog.priors(), runs: [], samples: 400)
    let results = compare(.small(), .instances(1), [.node()], prices(["node": 10])).results
    return try #require(knowledge.judged(results, job: .small())[0].outlook)
  }

  private func spread(_ interval: Interval) -> Double { log(interval.high / interval.low) / (2 * 1.644854) }

  @Test("what no parameter explains is in every interval that is printed, and adds to its variance") func unexplained()
    throws
  {
    let exact = try outlook(extrapolated: 0), honest = try outlook(extrapolated: 1)
    #expect(exact.evidence == .extrapolated)
    for part in [\Outlook.tokensPerSecond, \.wallTime] as [KeyPath<Outlook, Interval>] {
      let inner = spread(exact[keyPath: part]), whole = spread(honest[keyPath: part])
      #expect(abs(whole / (inner * inner + 1).squareRoot() - 1) < 0.15, "\(inner) \(whole)")
    }
    #expect(try spread(#require(honest.cost)) > 0.8)
  }

  @Test("the low end of an interval is below its median and that below the high end") func ends() throws {
    let outlook = try outlook(extrapolated: 0.1)
    for interval in [outlook.tokensPerSecond, outlook.wallTime, try #require(outlook.cost)] {
      #expect(interval.low < interval.median && interval.median < interval.high)
    }
  }
}

import Foundation
import Testing

import struct Scenarios.Measurement

@testable import Calibration
@testable import Scenarios

/// Held-out figures are worth what the fit did not see.
@Suite struct HeldOutTests {
  /// Runs of several groups, few enough to be fitted in no time.
  private static let chosen: [Measurement] = {
    let own = Rows.shipped.filter { $0.series == "foundry" && $0.grade != .weak }
    return own.enumerated().filter { $0.offset % 20 == 0 }.map(\.element)
  }()

  private func calibrator(_ rows: [Measurement]) throws -> Calibrator {
    try Calibrator(
      rows.map { ($0, try Rows.run($0)) }, catalog: Rows.catalog, priors: try Rows.catalog.priors())
  }

  private func heldOut(_ rows: [Measurement]) throws -> [Judged] {
    let outcome = try calibrator(rows).run(
      folds: 2, chipsLeftOut: [], date: "2026-01-01", data: "", source: "test", catalog: Rows.catalog
    ) { _ in true }
    return try #require(outcome).heldOut
  }

  @Test("a row that is held out is not seen by the fit that predicts it, and is by those of the other folds")
  func unseen() throws {
    let rows = Self.chosen
    var planted = rows
    // A rate: the run takes five times as long.
    planted[0].value /= 5
    let before = try heldOut(rows), after = try heldOut(planted)
    #expect(before.map(\.id) == rows.map(\.id) && abs(after[0].measured / before[0].measured - 5) < 1e-9)
    let fold = CrossValidation.deal(before.map { $0.planGroup ?? "" }, 2)
    #expect(Set(fold).count == 2)
    func moved(_ i: Int) -> Double { abs(after[i].predicted / before[i].predicted - 1) }
    for i in rows.indices where fold[i] == fold[0] { #expect(moved(i) < 1e-9, "\(rows[i].id)") }
    #expect(rows.indices.contains { fold[$0] != fold[0] && moved($0) > 1e-4 })
  }

  @Test("a held-out row's interval holds its prediction and has what no parameter explains of the other folds' rows")
  func intervals() throws {
    let noisy = Self.chosen.enumerated().map { i, row in
      var row = row
      row.value *= exp(i % 2 == 0 ? 0.4 : -0.4)
      return row
    }
    func spreads(_ rows: [Measurement]) throws -> [Double] {
      try heldOut(rows).map { row in
        let low = try #require(row.low), high = try #require(row.high)
        #expect(low < row.predicted && row.predicted < high, "\(row.id)")
        return log(high / low) / (2 * Interval.halfWidth)
      }
    }
    #expect(try spreads(noisy).allSatisfy { $0 > 0.2 })
    #expect(try spreads(Self.chosen).allSatisfy { $0 < 0.2 })
  }

  @Test("repeats of one run share the weight of √n runs, others keep their own") func repeats() throws {
    let one = Self.chosen[0], other = try #require(Self.chosen.first { $0.model != one.model })
    func again(_ k: Int) -> Measurement {
      var row = one
      row.id += "-\(k)"
      return row
    }
    let weights = try calibrator([one, again(1), other, again(2), again(3)]).rows.map(\.weight)
    #expect(weights == [0.5, 0.5, 1, 0.5, 0.5])
  }
}

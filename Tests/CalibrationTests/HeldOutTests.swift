import Foundation
import Testing

import struct Scenarios.Measurement

@testable import Calibration
@testable import Scenarios

/// Held-out figures are worth what the fit did not see.
@Suite struct HeldOutTests {
  /// Runs of one machine each, of several groups, few enough to be fitted in no time.
  private static let chosen: [Measurement] = {
    let own = Rows.shipped.filter { $0.series == "foundry" && $0.grade != .weak && ($0.accelerators ?? 9) <= 8 }
    return own.enumerated().filter { $0.offset % 37 == 0 }.map(\.element)
  }()

  private func calibrator(_ rows: [Measurement]) throws -> Calibrator {
    try Calibrator(
      rows.map { ($0, try Rows.run($0)) }, catalog: Rows.catalog, priors: try Rows.catalog.priors())
  }

  private func heldOut(_ rows: [Measurement]) throws -> [Judged] {
    let outcome = try calibrator(rows).run(
      folds: 2, leaving: [], date: "2026-01-01", data: "", source: "test", catalog: Rows.catalog
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
    // A fit begins where the fit to all ended, and ends within its tolerance of where its own rows put it.
    for i in rows.indices where fold[i] == fold[0] { #expect(moved(i) < 1e-3, "\(rows[i].id): \(moved(i))") }
    #expect(rows.indices.contains { fold[$0] != fold[0] && moved($0) > 1e-2 })
  }

  @Test("runs that differ in nothing but how experts exchanged tokens are steps of their own") func dispatch() throws {
    let rows = try calibrator(Rows.shipped.filter { ["awsdsv3-002", "awsdsv3-003"].contains($0.id) }).rows
    let times = rows.map { $0.plan.stepTimes([$0.plan.simulator.machine.efficiency.values])[0] }
    #expect(rows.count == 2 && rows[0].plan.plan == rows[1].plan.plan && rows.allSatisfy { $0.weight == 1 })
    #expect(times[0] > times[1] * 1.2, "\(times)")
  }

  @Test("a held-out row's interval has what no parameter explains, learnt from the rows of the other folds")
  func intervals() throws {
    let calibrator = try calibrator(Self.chosen), rows = calibrator.rows
    let told = try #require(
      CrossValidation.heldOut(
        calibrator.space, rows, CrossValidation.parts(rows, folds: 2), samples: 2000,
        finished: { _ in true }))
    let likeness = Likeness()
    for var fold in told {
      // The fit leaves a tenth of the rows that it saw.
      fold.inner = fold.inner.map { _ in 0.1 }
      let judged = calibrator.judged(fold, likeness, asTeam: true)
      #expect(judged.map(\.place) == fold.part.outside)
      let others = fold.part.inside
      let field = ResidualField(
        likeness, others.map { (rows[$0].team, rows[$0].step.features) }, residuals: others.map { _ in 0.1 })
      for (one, (residual, draws)) in zip(judged, zip(fold.residuals, fold.explained)) {
        let row = rows[one.place], own = field.unexplained(row.step.features, team: row.team)
        #expect(abs(log(one.row.predicted / one.row.measured) - residual - own.shift) < 1e-9)
        let low = try #require(one.row.low), high = try #require(one.row.high)
        let squared = log(high / low) * log(high / low) / 4
        let explained = (Interval(draws).variance + own.spread * own.spread) * Interval.halfWidth * Interval.halfWidth
        #expect(abs(squared / explained - 1) < 0.25, "\(row.id): \(squared) \(explained)")
      }
    }
  }

  @Test("repeats of one run share the weight of √n runs, others keep their own") func repeats() throws {
    let one = Self.chosen[0], other = try #require(Self.chosen.first { $0.model != one.model })
    func again(_ k: Int) -> Measurement {
      var row = one
      row.id = "foundry-90\(k)"
      return row
    }
    let weights = try calibrator([one, again(1), other, again(2), again(3)]).rows.map(\.weight)
    #expect(weights == [0.5, 0.5, 1, 0.5, 0.5])
  }
}

import Quantities
import Scenarios
import Simulation
import Testing

@testable import Calibration

/// Collectives that were timed alone beside predictions.
@Suite struct CollectiveValidationTests {
  private static let rows = (try? CollectiveValidation.judge(Rows.catalog)) ?? []
  private static let judged = rows.compactMap { try? $0.outcome.get() }
  private static let sweeps = CollectiveValidation.sweeps(judged)

  private func median(_ holds: (CollectiveVerdict) -> Bool) -> Double {
    Self.judged.filter(holds).map { abs($0.error) }.median
  }

  @Test("Nearly all shipped rows with a size and a time are predicted, large ones within a third") func bounds() {
    #expect(Self.rows.count == 137 && Self.judged.count >= 120)
    #expect(median { $0.bytes.value > 67_108_864 } < 0.33)
    #expect(median { $0.measured.kind == .allReduce && $0.bytes.value > 67_108_864 } < 0.2)
    #expect(Self.judged.allSatisfy { $0.predicted.value.isFinite && $0.predicted > .zero })
  }

  @Test(
    "A small collective takes the latencies of its steps, a few microseconds each, and where no sweep says so, no call besides"
  )
  func small() throws {
    let p5 = try #require(Self.judged.first { $0.measured.id == "nccl-p5-1" })
    let profile = try Rows.catalog.efficiency(chip: "h100", stack: nil)
    // Three steps down and three up, of 3.4 µs as published.
    #expect(p5.call == .zero && abs(p5.alone.latency.value / (6 * 3.4e-6 * profile[.scaleUpLatency]) - 1) < 1e-3)
    #expect(p5.alone.slowest?.fraction == .scaleUp && p5.predicted == p5.alone.time)
    let b200 = try #require(Self.judged.first { $0.measured.id == "nccl-b200-1" })
    #expect(p5.alone.time.value < 30e-6)
    #expect(b200.alone.time.value > 25e-6 && b200.alone.time.value < 110e-6 && b200.alone.transfer.value < 1e-6)
  }

  @Test("All-to-all between Trainium chips is as slow as it was measured, and the shipped prior is what the rows say")
  func exchange() throws {
    let large = Self.judged.filter {
      $0.measured.kind == .allToAll && $0.measured.machine == "trn2.48xlarge" && $0.bytes.value >= 67_108_864
    }
    #expect(large.count >= 5 && large.map { abs($0.error) }.median < 0.4)
    let said = CollectiveValidation.said(Self.sweeps)
    let own = try #require(said.first { $0.parameter == .linkExchange && $0.chip == "trainium2" })
    let shipped = try #require(try Rows.catalog.priors().apart["trainium"]?[.linkExchange])
    #expect(own.sweeps == 3)
    #expect(abs(shipped.center - EfficiencyParameter.linkExchange.scale.fitted(own.rows)) < shipped.spread)
    let within = try #require(said.first { $0.parameter == .deviceLink && $0.chip == "trainium2" })
    #expect(within.sweeps >= 10 && abs(within.rows - within.profile) < 0.25)
  }

  @Test("A call's own time is the median of the sweeps' fixed times over what is predicted, by path") func calls() {
    let calls = CollectiveValidation.calls(Self.sweeps)
    let framework = calls["framework call (torch.distributed)"]?.value ?? 0,
      kernel = calls["inside one NKI kernel"]?.value ?? 1
    #expect(framework > 3e-4 && framework < 3e-3)
    #expect(kernel < framework / 4)
  }

  /// Rows of one sweep with a line's times.
  private func sweep(_ sizes: [Double], fixed: Double, slope: Double) throws -> CollectiveSweep {
    let base = try #require(Self.judged.first { $0.measured.kind == .allReduce })
    return CollectiveSweep(
      sizes.map { size in
        var row = base
        (row.bytes, row.published) = (Bytes(size), Seconds(fixed + size * slope))
        return row
      })
  }

  @Test("A sweep's line is found exactly, and never has less than nothing of either") func line() throws {
    let found = try sweep([1e6, 1e7, 1e8], fixed: 1e-3, slope: 1e-11)
    let share = 2 * Double(found.rows[0].ranks - 1) / Double(found.rows[0].ranks)
    #expect(abs(found.fixed.value - 1e-3) < 1e-9)
    #expect(abs((found.bus?.value ?? 0) / (share / 1e-11) - 1) < 1e-6)
    #expect(try sweep([1e6, 1e8], fixed: -5e-6, slope: 1e-11).fixed == .zero)
    // Sizes that are as good as one tell no rate.
    #expect(try sweep([1e6, 2e6], fixed: 1e-3, slope: 1e-11).bus == nil)
    let one = try sweep([1e6], fixed: 1e-3, slope: 0)
    #expect(one.bus == nil && abs(one.fixed.value - 1e-3) < 1e-12)
  }

  @Test("What cannot be predicted says why") func skipped() {
    var reasons: [CollectiveSkip: Int] = [:]
    for row in Self.rows { if case .failure(let why) = row.outcome { reasons[why, default: 0] += 1 } }
    #expect(reasons[.notModelled(.broadcast)] == 3 && reasons[.machineUnknown("")] == 1)
    #expect((reasons[.notStated(column: "bytes")] ?? 0) >= 9)
  }
}

import Foundation
import Scenarios
import Simulation
import Testing

import struct Scenarios.Measurement

@testable import Calibration

@Suite struct ValidationTests {
  static let catalog = Rows.catalog
  static let runs = Rows.shipped
  /// Of all of them, worked out once.
  static let verdicts = Result { try Validation.judge(runs, catalog: catalog) }

  private func plain() throws -> Measurement { try #require(Self.runs.first { $0.series == "vtrain-single" }) }

  private func verdict(_ change: (inout Measurement) -> Void) throws -> Verdict {
    var run = try plain()
    change(&run)
    return try #require(try Validation.judge([run], catalog: Self.catalog).first)
  }

  @Test("Every run gets a verdict, in order, and every skipped one a reason") func everyRun() throws {
    let verdicts = try Self.verdicts.get()
    #expect(verdicts.map(\.measurement.id) == Self.runs.map(\.id))
    #expect(verdicts.count { $0.judged != nil } > 1000)
    #expect(verdicts.allSatisfy { ($0.judged == nil) == ($0.skip != nil) })
  }

  @Test("Every measured run is predicted with the same bits by validate, by an estimate, in a batch and under samples")
  func oneEvaluation() throws {
    var parted: [String] = [], sharded = 0
    for (verdict, resolved) in zip(try Self.verdicts.get(), Rows.resolved) {
      guard let judged = verdict.judged else { continue }
      #expect(resolved.row.id == judged.id)
      let run = try resolved.run.get()
      let simulator = try Simulator(job: run.job, instance: run.instance, efficiency: run.efficiency)
      let question = PlanCase(simulator, run.plan)
      // In a batch, beside a plan of another kind, as a search has it.
      var batch = PlanBatch(), results = PlanResults()
      batch.append(Plan(tensor: run.plan.tensor, context: run.plan.context))
      batch.append(run.plan)
      simulator.evaluate(batch, shape: 0, of: simulator.table([BlockShape(run.plan)]), into: &results)
      let ways = [
        question.estimate().stepTime.value, question.stepTimes([.neutral, run.efficiency.values])[1], results.step(1),
      ]
      if ways.contains(where: { $0 != judged.predicted }) { parted.append("\(judged.id) \(judged.predicted) \(ways)") }
      if run.plan.shard != nil { sharded += 1 }
    }
    #expect(parted.isEmpty, "\(parted.count): \(parted.prefix(3))")
    #expect(sharded > 0)
  }

  @Test("Step times and rates are two ways to say the same, and a value goes back to its metric") func metrics() throws
  {
    let time = try plain()
    let tokens = Double((time.globalBatch ?? 0) * (time.sequenceLength ?? 0))
    let rate = try verdict {
      $0.metric = .tokenRate
      $0.value = tokens / time.value / ($0.accelerators ?? 1)
    }
    let judged = try #require(rate.judged)
    #expect(abs(judged.measured / time.value - 1) < 1e-12)
    #expect(abs((rate.value(ofStep: 2 * judged.measured) ?? 0) / (rate.measurement.value / 2) - 1) < 1e-12)
    let same = try verdict { _ in }
    #expect(same.value(ofStep: same.judged?.predicted) == same.judged.map { time.value * ($0.predicted / $0.measured) })
  }

  typealias Change = @Sendable (inout Measurement) -> Void

  /// Words of the case and of what is in the row.
  static let unknown: [(change: Change, words: String)] = [
    ({ $0.accelerator = "TPU" }, "TPU"), ({ $0.experts = "8/2" }, "mixtureOfExperts"),
    ({ $0.precision = nil }, "precisionNotStated"),
    ({ $0.precision = "int3" }, "int3"), ({ $0.tensor = nil }, "notStated(column: \"tp\")"),
    ({ $0.data = 77 }, "Fill(stated: 77"),
    ({ ($0.metric, $0.derivedTokensPerSecond) = (.utilization, nil) }, "utilization"), ({ $0.heads = 7 }, "heads"),
    ({ $0.recompute = "some" }, "some"),
    ({ $0.microBatch = 3 }, "batchDoesNotSplit"), ({ $0.sharding = "ZeRO-9" }, "ZeRO-9"),
    ({ $0.globalBatch = nil }, "global_batch_sequences"), ({ $0.interleave = 1000 }, "pipelineTooDeep"),
  ]

  @Test("What is not known is skipped, with what it is in that row", arguments: unknown)
  func skipped(change: Change, words: String) throws {
    let skip = try #require(try verdict(change).skip)
    #expect("\(skip)".contains(words), "\(skip)")
  }

  @Test("Absurd numbers are skipped or predicted, never trapped on") func absurd() throws {
    let huge = 1_000_000_000
    for changes in [
      { ($0.tensor, $0.pipeline) = (huge, huge) }, { $0.accelerators = 1e30 }, { $0.layers = huge },
      { ($0.hiddenSize, $0.heads) = (huge, 1) }, { $0.value = 1e-30 }, { $0.value = 1e30 },
      { $0.globalBatch = huge }, { $0.microBatch = huge }, { $0.keyValueHeads = huge },
      { ($0.vocabularySize, $0.sequenceLength) = (huge, 100_000_000) }, { $0.feedForwardSize = huge },
      { $0.interleave = huge }, { $0.billionParameters = 1e-30 },
    ] as [(inout Measurement) -> Void] {
      let verdict = try verdict(changes)
      #expect(verdict.judged != nil || verdict.skip != nil)
    }
  }
}

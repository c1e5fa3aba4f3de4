import Quantities
import Scenarios
import Testing

@testable import Calibration

/// Rows that count samples, or say less than the batch of a step.
@Suite struct ResolvedBatchTests {
  /// A ViT-Base on 16 Trainium1, 32 cores, of which each has 64 pictures at once.
  private func vit(_ change: (inout Scenarios.Measurement) -> Void = { _ in }) throws -> MeasuredRun {
    try Rows.run(
      Rows.gpt("neuron-docs") {
        ($0.model, $0.billionParameters, $0.accelerator, $0.accelerators) = ("ViT-Base fine-tuning", nil, "Trn1", 16)
        ($0.hiddenSize, $0.layers, $0.heads, $0.keyValueHeads) = (nil, nil, nil, nil)
        ($0.vocabularySize, $0.sequenceLength) = (nil, nil)
        ($0.tensor, $0.pipeline, $0.context, $0.data, $0.interleave) = (nil, nil, nil, nil, nil)
        ($0.microBatch, $0.globalBatch, $0.recompute, $0.precision) = (nil, 2048, nil, "bf16")
        ($0.metric, $0.value, $0.derivedTokensPerSecond) = (.sampleRate, 4096, nil)
        change(&$0)
      })
  }

  @Test("Pictures have the tokens of their patches, and a step is the batch over their rate") func samples() throws {
    let run = try vit()
    #expect(run.job.sequenceLength == 197 && run.job.globalBatch == 2048 && run.stepTime == Seconds(0.5))
    #expect(run.assumptions.contains(.sampleTokens(197)))
    #expect(try vit { $0.value = 8192 }.stepTime == Seconds(0.25))
  }

  @Test("What is data parallel alone works on its share of the batch at once") func share() throws {
    let plan = try vit().plan
    #expect(plan.data == 32 && plan.tensor == 1 && plan.microBatch == 64)
    #expect(try vit { $0.accelerators = 32 }.plan.microBatch == 32)
    #expect(try vit { $0.microBatch = 16 }.plan.microBatch == 16)
  }

  @Test("Without a pipeline a batch that is not stated is what devices work on at once") func batch() throws {
    let run = try Rows.run(
      Rows.llama {
        ($0.globalBatch, $0.microBatch, $0.metric, $0.value) = (nil, 2, .stepTime, 1)
        ($0.tensor, $0.pipeline, $0.context, $0.data, $0.interleave) = (1, 1, 1, nil, nil)
      })
    #expect(run.job.globalBatch == 2 * run.plan.data && run.assumptions.contains(.batch(2 * run.plan.data)))
    let piped = Rows.llama { ($0.globalBatch, $0.microBatch, $0.pipeline) = (nil, 2, 2) }
    #expect(try Rows.skip(piped) == .notStated(column: "global_batch_sequences"))
  }

  @Test("DeepSeek-V3 predicts a further token where its rows' FLOPs say so, and none where they say so")
  func furtherTokens() throws {
    func further(_ id: String) throws -> Int {
      let found = try #require(Rows.resolved.first { $0.row.id == id })
      return try found.run.get().job.model.predictedTokens
    }
    #expect(try further("mbridge-001") == 1 && further("mlperf6-dsv3-001") == 1)
    #expect(try further("mbridge-238") == 0 && further("automodel-005") == 0)
    #expect(try further("mbridge-283") == 1 && further("mbridge-013") == 2)
  }
}

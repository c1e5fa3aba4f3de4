import Scenarios
import Simulation
import Testing

import struct Scenarios.Measurement

@testable import Calibration

/// What was trained, and how long a step of it took.
@Suite struct ResolvedModelTests {
  private func model(_ row: Measurement) throws -> Model { try Rows.run(row).job.model }

  @Test("The name tells gated models from plain ones, and a published size the unknown ones") func forms() throws {
    let llama = try model(Rows.llama())
    #expect(llama.activation == .swiglu && llama.positions == .rotary && !llama.tiedEmbeddings && !llama.dropout)
    let gpt = try model(Rows.gpt())
    #expect(gpt.activation == .gelu && gpt.positions == .learned && gpt.tiedEmbeddings && gpt.dropout)
    #expect(gpt.feedForwardSize == 4 * 6144 && gpt.keyValueHeads == 64)
    let unknown = try model(Rows.llama { $0.model = "House 8B" })
    #expect(unknown.activation == .swiglu)
    #expect(try model(Rows.llama { ($0.model, $0.billionParameters) = ("House", nil) }).activation == .gelu)
  }

  @Test("Nemotron 4 has squared ReLU, rotary positions and an output matrix of its own") func nemotron() throws {
    let nemotron = try model(
      Rows.llama {
        ($0.model, $0.hiddenSize, $0.layers, $0.heads) = ("Nemotron4-15B", 6144, 32, 48)
        ($0.feedForwardSize, $0.vocabularySize, $0.billionParameters) = (24576, 256_000, 15.6)
      })
    #expect(nemotron.activation == .relu && nemotron.positions == .rotary && !nemotron.tiedEmbeddings)
    #expect(abs(nemotron.parameterCount.total / 15.6e9 - 1) < 0.01)
  }

  @Test("Embeddings are shared or not as the published size has it, where it is printed exactly enough") func tied()
    throws
  {
    // 7.1 B with a vocabulary of 131,072 is only reached with two matrices.
    func gpt(_ billions: Double?) throws -> Bool {
      try model(
        Rows.gpt {
          ($0.hiddenSize, $0.layers, $0.heads, $0.vocabularySize) = (4096, 30, 32, 131_072)
          $0.billionParameters = billions
        }
      ).tiedEmbeddings
    }
    #expect(try !gpt(7.1))
    #expect(try gpt(7) && gpt(nil) && gpt(6.6))
  }

  @Test("Heads and layers left open follow from the width and the size, and are told") func inferred() throws {
    let run = try Rows.run(
      Rows.gpt("bloom") {
        ($0.model, $0.billionParameters, $0.hiddenSize) = ("BLOOM variant 181B", 181, 14336)
        ($0.heads, $0.layers, $0.vocabularySize, $0.tensor, $0.sharding) = (nil, nil, 250_880, 4, "ZeRO-1")
        ($0.data, $0.globalBatch, $0.sequenceParallel) = (2, 8, nil)
      })
    #expect(run.job.model.layers == 72 && run.job.model.heads == 112)
    #expect(run.assumptions.contains(.layers(72)) && run.assumptions.contains(.heads(112, of: 128)))
    #expect(try Rows.skip(Rows.llama { $0.layers = nil }) == .notStated(column: "layers"))
    #expect(try Rows.skip(Rows.gpt { $0.hiddenSize = nil }) == .notStated(column: "hidden"))
  }

  @Test("Heads may be narrower or wider together than the model where it is known to be so") func headDimension() throws
  {
    #expect(try model(Rows.llama { ($0.model, $0.hiddenSize) = ("Mistral-Nemo-12B", 5120) }).headDimension == 128)
    #expect(try Rows.skip(Rows.llama { $0.heads = 33 }) == .headsDoNotDivide(heads: 33, hidden: 4096))
  }

  static let others: [(change: @Sendable (inout Measurement) -> Void, skip: Skip)] = [
    ({ $0.experts = "8/2" }, .mixtureOfExperts), ({ $0.expert = 8 }, .mixtureOfExperts),
    ({ $0.metric = .timeToTrain }, .timeToTrain),
    ({ ($0.metric, $0.sequenceLength) = (.sampleRate, nil) }, .notStated(column: "seq_len")),
    ({ $0.model = "Nemotron_3_5_Lightning" }, .architecture("nemotron_3_5")),
    ({ $0.accelerator = "TPU" }, .machineUnknown("TPU")),
    ({ $0.metric = .flopRate }, .countingUnknown(.flopRate)),
  ]

  @Test("What is not modelled is skipped for a reason that can be counted", arguments: others)
  func skipped(change: @Sendable (inout Measurement) -> Void, skip: Skip) throws {
    #expect(try Rows.skip(Rows.llama("mbridge", change)) == skip)
  }

  @Test("Step times, rates of tokens and of operations say the same of one run") func metrics() throws {
    let row = Rows.llama("nemo-longseq")
    let run = try Rows.run(row)
    let work = ModelWork(job: run.job, stack: run.efficiency.stack).perStep(globalBatch: 256).value
    func time(_ change: (inout Measurement) -> Void) throws -> Double {
      var row = row
      change(&row)
      return try Rows.run(row).stepTime.value
    }
    #expect(try time { ($0.metric, $0.value) = (.tokenRate, 256 * 8192 / 10.0 / 64) } == 10)
    #expect(abs(try time { ($0.metric, $0.value) = (.flopRate, work / 10 / 64 / 1e12) } - 10) < 1e-9)
    #expect(abs(try time { ($0.metric, $0.value) = (.utilization, 100 * work / 10 / 64 / 989e12) } - 10) < 1e-9)
    // What whoever wrote the row worked out from its source goes before what we would.
    #expect(
      try time { ($0.metric, $0.value, $0.derivedTokensPerSecond) = (.flopRate, 1, 256 * 8192 / 20.0) } == 20)
  }

  @Test("Absurd numbers are skipped or resolved, never trapped on") func absurd() throws {
    let huge = 1_000_000_000
    for change in [
      { ($0.tensor, $0.pipeline) = (huge, huge) }, { ($0.tensor, $0.pipeline, $0.context) = (huge, huge, huge) },
      { $0.accelerators = 1e30 }, { $0.layers = huge }, { $0.heads = 0 }, { ($0.hiddenSize, $0.heads) = (huge, nil) },
      { ($0.hiddenSize, $0.heads) = (huge, 1) }, { ($0.hiddenSize, $0.heads) = (1, nil) }, { $0.value = 1e-30 },
      { $0.value = 1e30 }, { $0.globalBatch = huge }, { $0.microBatch = huge }, { $0.keyValueHeads = huge },
      { ($0.vocabularySize, $0.sequenceLength) = (huge, 100_000_000) }, { $0.feedForwardSize = huge },
      { $0.interleave = huge }, { $0.billionParameters = 1e-30 }, { ($0.layers, $0.billionParameters) = (nil, 1e30) },
      { ($0.sharding, $0.data) = ("FSDP 99999999", nil) }, { $0.sharding = "ZeRO-1 group 0" },
      { ($0.metric, $0.hiddenSize, $0.vocabularySize) = (.flopRate, huge / 32 * 32, huge) },
      { $0.notes = "LoRA r0" }, { $0.notes = "LoRA rank 9999999999999999999999" }, { $0.model = "" },
    ] as [(inout Measurement) -> Void] {
      for series in ["mbridge", "nemo-longseq", "mlperf", "my-own"] {
        _ = try Rows.skip(Rows.llama(series, change))
        _ = try Rows.skip(Rows.gpt(series, change))
      }
    }
  }
}

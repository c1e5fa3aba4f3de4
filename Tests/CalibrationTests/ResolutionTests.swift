import Scenarios
import Simulation
import Testing

import struct Scenarios.Measurement

@testable import Calibration

/// On which machines, with which software, and how the work was split.
@Suite struct ResolutionTests {
  private func llama(_ series: String = "mbridge", _ change: (inout Measurement) -> Void = { _ in }) throws
    -> MeasuredRun
  {
    try Rows.run(Rows.llama(series, change))
  }

  @Test("A row that says everything is taken as it is, and nothing is assumed") func plain() throws {
    let run = try llama()
    #expect(run.assumptions.isEmpty)
    #expect(
      run.plan
        == Plan(tensor: 2, pipeline: 2, data: 16, zero: 1, microBatch: 1, recompute: .none, sequenceParallel: true))
    #expect(run.stepTime.value == 10 && run.job.globalBatch == 256 && run.job.loraRank == nil)
    #expect(run.instance.name == "dgx-h100" && run.efficiency.stack.name == "nemo")
  }

  @Test("Software and machines are those of the series, told apart by words in its rows") func setting() throws {
    #expect(
      try llama {
        $0.sharding = "FSDP"; $0.pipeline = 1; $0.data = 32
      }.efficiency.stack.name == "megatron-fsdp")
    #expect(try llama("titan") { $0.notes = "[A] eager" }.efficiency.stack.name == "torchtitan-eager")
    #expect(try llama("titan").instance.chip.name == "h100-hbm2e")
    #expect(try llama("gpu-recipes").efficiency.stack.name == "xla")
    #expect(try llama("gpu-recipes") { $0.notes = "[A] NeMo" }.efficiency.stack.name == "nemo")
    #expect(try Rows.run(Rows.gpt("bloom")).instance.name == "jean-zay-a100")
    #expect(try Rows.run(Rows.gpt("vtrain-multi")).instance.name == "vtrain-a100")
    let skip = try #require(try Rows.skip(Rows.gpt("megascale")))
    guard case .noStack = skip else {
      Issue.record("\(skip)")
      return
    }
    // Of a source that nobody described, the row's own words are all there is.
    let unknown = try llama("my-own")
    #expect(unknown.efficiency.stack.name == "generic" && unknown.assumptions.contains(.stack("generic")))
    #expect(try llama("my-own") { $0.source = "A lab, trained with TorchTitan" }.efficiency.stack.name == "torchtitan")
    #expect(try llama("my-own") { $0.notes = "[A] Megatron-DeepSpeed" }.efficiency.stack.name == "megatron-deepspeed")
  }

  @Test("What nobody says of a plan may have been otherwise, and each way that fits has a part of the draws")
  func open() throws {
    let said = try llama("my-own") { $0.interleave = 1 }.openSteps()
    #expect(said == [1])
    let recompute = try llama("my-own") { ($0.interleave, $0.recompute) = (1, nil) }
    // Nothing was taken; selective and full take longer.
    let steps = recompute.openSteps()
    #expect(steps.count == 3 && steps[0] == 1 && steps[1] >= 1 && steps[2] > 1.1)
    #expect(recompute.assumptions.contains(.recompute(.none)))
    let microBatch = try llama("my-own") { ($0.interleave, $0.microBatch) = (1, nil) }
    #expect(microBatch.openSteps().count > 1)
    // Of two stages it may have been interleaved, which takes less time, and the row says what is taken.
    let chunks = try llama("my-own")
    #expect(chunks.openSteps().count > 1 && chunks.openSteps().allSatisfy { $0 <= 1 })
    #expect(chunks.assumptions.contains(.interleave(1)))
    // Of a source that says how it ran nothing is open.
    let described = try llama("titan") { ($0.pipeline, $0.tensor, $0.data, $0.sharding) = (1, 1, 64, "FSDP") }
    #expect(described.open.isEmpty)
  }

  @Test(
    "What ranks share may be written as people do",
    arguments: [
      ("ZeRO-1", 1), ("zero1", 1), ("ZeRO 2", 2), ("3", 3), ("FSDP", 3), ("DDP", 0), ("none", 0),
      ("distributed optimizer", 1),
    ])
  func sharding(words: String, zero: Int) throws {
    #expect(try Sharding(words, node: 8)?.zero == zero)
  }

  @Test("What a source says of experts and of what is waited for is how its rows ran") func experts() throws {
    func shipped(_ id: String) throws -> MeasuredRun {
      try #require(Rows.resolved.first { $0.row.id == id }).run.get()
    }
    let mixture = try shipped("swift-004"), dense = try shipped("swift-001")
    #expect(mixture.plan.expert == 8 && mixture.plan.expertTensor == 2 && dense.plan.expertTensor == 1)
    #expect(mixture.efficiency.stack.waitedFor == [.tensorForward, .data])
    #expect(try shipped("mzoo-001").plan.expertTensor == 1)
    #expect(mixture.assumptions.contains(.expertTensor(2)))
    // What a row says itself is not assumed.
    var whole = try #require(Rows.shipped.first { $0.id == "swift-004" })
    whole.expertTensor = 1
    let own = try Rows.run(whole)
    #expect(own.plan.expertTensor == 1 && !own.assumptions.contains(.expertTensor(2)))
    #expect(try shipped("dgxc-298").plan.expertTensor == 4)
    // The size of a vocabulary is that of the row, of a model known by its name too.
    #expect(try shipped("mlperf6-gptoss-001").job.model.vocabularySize == 128_256)
    let nemotron = try shipped("dgxc-088").efficiency.stack
    #expect(nemotron.reduceType == .fp32 && nemotron.gradientType == .fp32)
    let deepSeek = try shipped("awsdsv3-005").efficiency.stack, qwen = try shipped("awsqwen235-001").efficiency.stack
    #expect(deepSeek.reduceType == .bf16 && deepSeek.expertOverlap == .microBatches && qwen.reduceType == .fp32)
    // Runs that differ in nothing but what is waited for are two.
    #expect(try shipped("titan-019").group != shipped("titan-020").group)
  }

  @Test("Degrees count devices of the chips, and half a chip is one device of two") func devices() throws {
    let run = try llama("torchneuronx") {
      ($0.accelerator, $0.accelerators, $0.tensor, $0.pipeline, $0.data) = ("Trn1", 0.5, 1, 1, 1)
      ($0.sharding, $0.metric, $0.value) = ("ZeRO-1", .tokenRate, 1000)
    }
    #expect(run.plan.devices == 1 && run.plan.zero == 0)
    #expect(abs(run.stepTime.value - 256 * 8192 / (1000 * 0.5)) < 1e-9)
    func skip(_ change: (inout Measurement) -> Void) throws -> Skip? { try Rows.skip(Rows.llama("mbridge", change)) }
    #expect(try skip { $0.data = 15 } == .dataDegreeDoesNotFill(stated: 15, left: 16))
    #expect(try skip { $0.tensor = 3 } == .degreesDoNotFill(devices: 64, product: 6))
    #expect(try skip { $0.accelerators = 63 } == .degreesDoNotFill(devices: 63, product: 4))
    #expect(try skip { $0.pipeline = 64 } == .degreesDoNotFill(devices: 64, product: 128))
    #expect(try Rows.skip(Rows.llama { $0.accelerators = 0.3 }) == .devicesNotWhole(chips: 0.3))
  }

  @Test("The data degree is what the other degrees leave") func dataDegree() throws {
    #expect(try llama { $0.data = nil }.plan.data == 16)
    #expect(try llama { ($0.data, $0.pipeline, $0.context) = (nil, nil, 4) }.plan.data == 8)
  }

  static let formats: [(words: String, type: DataType)] = [
    ("BF16+FP32Optimizer", .bf16), ("bf16 with fp32 gradient accumulation", .bf16), ("fp16/bf16", .bf16),
    ("fp16", .fp16),
    ("BF16+SR", .bf16), ("FP32", .fp32), ("FP8-CS", .fp8), ("fp8 rowwise", .fp8), ("MXFP8", .mxfp8),
    ("FP8-MX/sub-channel", .mxfp8), ("nvfp4", .fp4),
  ]

  @Test("The precision is the narrowest format that the words name", arguments: formats)
  func precision(words: String, type: DataType) throws {
    let run = try llama { ($0.precision, $0.accelerator) = (words, "GB200") }
    #expect(run.job.precision == type)
  }

  @Test("Block-scaled fp8 is plain fp8 where the chip has no rate for it") func blockScaled() throws {
    #expect(try llama { $0.precision = "MXFP8" }.job.precision == .fp8)
    #expect(try Rows.skip(Rows.llama { $0.precision = "int3" }) == .precisionUnknown("int3"))
    #expect(try Rows.skip(Rows.llama { $0.precision = nil }) == .precisionNotStated)
  }

  static let shardings: [(words: String, zero: Int, shard: Int?)] = [
    ("ZeRO-1", 1, nil), ("distributed optimizer", 1, nil), ("ZeRO-1 group 8", 1, 8),
    ("ZeRO-1 group -1 (all DP ranks)", 1, nil), ("FSDP full shard (ZeRO-3)", 3, nil),
    ("FSDP shard grad+opt (ZeRO-2)", 2, nil), ("FSDP 16", 3, 16), ("FSDP2 64", 3, nil), ("FSDP2 1", 0, nil),
    ("FSDP 32 x replicas 2", 3, 32), ("FSDP 12", 3, 4), ("HSDP", 3, 8), ("FSDP+DP", 3, nil), ("FSDP 999999999", 3, nil),
  ]

  @Test("What ranks share is read from the words, and a group always divides the ranks", arguments: shardings)
  func sharding(words: String, zero: Int, shard: Int?) throws {
    let run = try llama { ($0.sharding, $0.tensor, $0.pipeline, $0.data) = (words, 1, 1, 64) }
    #expect(run.plan.zero == zero && run.plan.shard == shard)
  }

  @Test("Full sharding is a whole plan; without it, degrees that are not stated leave the plan open") func degrees()
    throws
  {
    #expect(try llama { ($0.tensor, $0.pipeline, $0.data, $0.sharding) = (nil, nil, nil, "FSDP") }.plan.data == 64)
    #expect(try Rows.skip(Rows.llama { $0.tensor = nil }) == .notStated(column: "tp"))
    #expect(try Rows.skip(Rows.llama { $0.sharding = "ZeRO-9" }) == .shardingUnknown("ZeRO-9"))
    #expect(try Rows.skip(Rows.llama { $0.sharding = "ZeRO-3 with NVMe offload" }) == .offloading)
    #expect(try llama { $0.sharding = "ZeRO-3 with CPU offload" }.job.optimizer.offload == .states)
    let both = try llama { $0.sharding = "ZeRO-3 with CPU offload of optimizer and activations" }.job
    #expect(both.optimizer.offload == .states && both.training?.offload == .activations)
    let part = try llama { $0.sharding = "FSDP, activations of 20 layers offloaded" }.job
    #expect(part.optimizer.offload == .none && part.training?.offload == .activations)
    let more = try llama { $0.sharding = "ZeRO-3 with CPU offload of optimizer and activations of 20 layers" }.job
    #expect(more.optimizer.offload == .states && more.training?.offload == .activations)
  }

  @Test("Stochastic rounding takes the place of an fp32 copy, and moments are of 16 bits then") func rounding() throws {
    #expect(try llama { _ in }.job.optimizer == .adamw)
    for run in [
      try llama { $0.precision = "BF16+SR" }, try llama { $0.notes += "; AdamW with stochastic rounding" },
    ] {
      #expect(!run.job.optimizer.hasMaster && run.job.optimizer.states == .bf16 && run.job.precision == .bf16)
    }
  }

  @Test(
    "Documents that fill a sequence, and dropout, are read from a row's notes; published FLOP/s count no mask of documents"
  )
  func documents() throws {
    let packed = "[A] said; SQuAD, packed documents of about 190 tokens"
    #expect(try llama { _ in }.job.documents == nil)
    #expect(try llama { $0.notes = packed }.job.documents == Documents(.packed, mean: 190))
    #expect(try llama { $0.notes = "[A] packed documents of about 0 tokens" }.job.documents == nil)
    func step(_ notes: String) throws -> Double {
      try llama("nemo2407") {
        ($0.metric, $0.value, $0.derivedTokensPerSecond) = (.flopRate, 400, nil)
        $0.notes = notes
      }.stepTime.value
    }
    #expect(try step(packed) == step("[A] said"))
    func drops(_ series: String, _ notes: String) throws -> Bool {
      try Rows.run(Rows.gpt(series) { $0.notes = notes }).job.model.dropout
    }
    #expect(try drops("dgxc", "[A] dropout 0.1 and FlashAttention-2") && !drops("dgxc", "[A] said"))
  }

  @Test("What a row is silent on is taken as its source says, as far as the stack offers it, and told") func silent()
    throws
  {
    let run = try llama { ($0.sharding, $0.recompute, $0.sequenceParallel) = (nil, nil, nil) }
    #expect(run.plan.zero == 1 && run.plan.recompute == .none && run.plan.sequenceParallel)
    #expect(run.assumptions.count == 3)
    #expect(run.assumptions.contains(.sharding(zero: 1)))
    let bert = try Rows.run(
      Rows.llama("neuron-docs") {
        ($0.model, $0.accelerator, $0.accelerators, $0.sharding) = ("BERT-Large", "Trn1", 16, nil)
        ($0.tensor, $0.pipeline, $0.data, $0.sequenceParallel) = (1, 1, 32, nil)
      })
    #expect(bert.plan.zero == 0 && bert.efficiency.stack.name == "neuron-bert" && !bert.plan.sequenceParallel)
    #expect(bert.job.model.family == .encoder)
  }

  @Test("Nothing is split over one rank, whatever the words") func oneRank() throws {
    let run = try llama { ($0.tensor, $0.pipeline, $0.data, $0.accelerators) = (1, 2, 1, 2) }
    #expect(run.plan.zero == 0 && !run.plan.sequenceParallel)
  }

  @Test("A micro-batch left open is the largest up to 4 that leaves a pipeline idle for a quarter at most")
  func microBatch()
    throws
  {
    // 16 sequences a copy: fours make 4 micro-batches, which hide one stage more.
    #expect(try llama { $0.microBatch = nil }.plan.microBatch == 4)
    // Eight stages need 28 micro-batches for a quarter, and have 16 of two sequences, 32 of one.
    #expect(try llama { ($0.microBatch, $0.pipeline, $0.data, $0.globalBatch) = (nil, 8, 4, 128) }.plan.microBatch == 1)
    #expect(try llama { ($0.microBatch, $0.globalBatch) = (nil, 16) }.plan.microBatch == 1)
    #expect(try llama { ($0.microBatch, $0.pipeline, $0.data) = (nil, 1, 32) }.plan.microBatch == 4)
    let odd = try Rows.skip(Rows.llama { ($0.microBatch, $0.globalBatch) = (nil, 250) })
    #expect(odd == .batchDoesNotSplit(batch: 250, data: 16))
  }

  @Test("Chunks of a stage are as stated, or as the source interleaves where the layers spread over them")
  func interleave()
    throws
  {
    #expect(try llama { $0.interleave = 8 }.plan.interleave == 8)
    #expect(try llama { ($0.interleave, $0.pipeline, $0.data) = (8, 1, 32) }.plan.interleave == 1)
    let mlperf = try llama("mlperf") { ($0.layers, $0.pipeline, $0.data, $0.globalBatch) = (96, 8, 4, 64) }
    #expect(mlperf.plan.interleave == 6 && mlperf.assumptions.count == 1)
    #expect(try llama("mlperf") { ($0.layers, $0.pipeline, $0.data) = (80, 8, 4) }.plan.interleave == 1)
  }

  @Test("Adapters are trained with the rank that the notes give, or 16") func adapters() throws {
    #expect(try llama { $0.notes = "[B] LoRA r64 on all" }.job.loraRank == 64)
    let silent = try llama { $0.model = "LLAMA3_8B lora" }
    #expect(silent.job.loraRank == 16 && silent.job.loraTargets == .attention && silent.assumptions.count == 2)
  }

  @Test("Runs of one family share source, model, chips and sequence length, whatever batch and precision") func family()
    throws
  {
    let one = try llama(), other = try llama { ($0.globalBatch, $0.precision) = (512, "fp8") }
    #expect(one.family == other.family && one.group != other.group)
    #expect(try llama { $0.sequenceLength = 4096 }.family != one.family)
    #expect(try llama { ($0.tensor, $0.data) = (4, 8) }.group == one.group)
  }

  @Test("A plan that a run had is refused for nothing that the run shows to be possible") func evident() throws {
    func problems(_ change: (inout Measurement) -> Void) throws -> [PlanProblem] {
      let run = try llama("mbridge", change)
      let machine = try Machine(instance: run.instance, efficiency: run.efficiency, precision: run.job.precision)
      return Validation.problems(run, machine)
    }
    // 78 layers over 12 stages, as BLOOM ran; 126 over 128 chunks, where ends stand for layers.
    #expect(try problems { ($0.layers, $0.tensor, $0.pipeline, $0.data, $0.accelerators) = (78, 1, 12, 1, 12) }.isEmpty)
    #expect(
      try problems {
        ($0.layers, $0.pipeline, $0.interleave, $0.data, $0.globalBatch) = (126, 16, 8, 2, 64)
      }.isEmpty)
    #expect(try !problems { ($0.layers, $0.pipeline, $0.interleave, $0.data) = (126, 16, 9, 2) }.isEmpty)
    #expect(try !problems { $0.interleave = 5 }.isEmpty)
  }
}

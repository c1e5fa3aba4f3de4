import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

let gib = 1_073_741_824.0
let nowhere = Origin(source: "test", retrieved: "2026-01-01", location: "")

/// A figure in base units.
func known<U>(_ value: Double) -> Sourced<Quantity<U>> { Sourced(Quantity(value), origin: nowhere) }

func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}

extension Model {
  /// GPT of the Megatron papers: learned positions, biases, dropout, a tied head over 51,200 words.
  static func megatron(
    layers: Int, hidden: Int, heads: Int, vocabulary: Int = 51_200, tied: Bool = true, dropout: Bool = true
  ) -> Model {
    Model(
      name: "megatron", summary: "", family: .decoder, layers: layers, hiddenSize: hidden, heads: heads,
      keyValueHeads: heads, headDimension: hidden / heads, feedForwardSize: 4 * hidden,
      vocabularySize: vocabulary, maxSequenceLength: 2048, activation: .gelu, normalization: .layernorm,
      positions: .learned, queryKeyNorm: .none, normsPerLayer: 2, queryKeyValueBias: true, outputBias: true,
      feedForwardBias: true, tiedEmbeddings: tied, dropout: dropout, tokenTypes: 0, publishedParameters: nil,
      origin: nowhere)
  }

  /// Llama 3: grouped queries, gated feed-forward, rotary positions, no biases.
  static func llama(
    layers: Int, hidden: Int, heads: Int, keyValueHeads: Int = 8, feedForward: Int, vocabulary: Int = 128_256,
    tied: Bool = false
  ) -> Model {
    Model(
      name: "llama", summary: "", family: .decoder, layers: layers, hiddenSize: hidden, heads: heads,
      keyValueHeads: keyValueHeads, headDimension: hidden / heads, feedForwardSize: feedForward,
      vocabularySize: vocabulary, maxSequenceLength: 131_072, activation: .swiglu, normalization: .rmsnorm,
      positions: .rotary, queryKeyNorm: .none, normsPerLayer: 2, queryKeyValueBias: false, outputBias: false,
      feedForwardBias: false, tiedEmbeddings: tied, dropout: false, tokenTypes: 0, publishedParameters: nil,
      origin: nowhere)
  }

  static let llama70B = llama(layers: 80, hidden: 8192, heads: 64, feedForward: 28_672)
  static let llama1B = llama(layers: 16, hidden: 2048, heads: 32, feedForward: 8192, tied: true)
}

/// The four models of Korthikanti et al. 2022 (arXiv:2205.05198 table 3).
struct MegatronRun: Sendable, CustomTestStringConvertible {
  var name: String
  var layers: Int, hidden: Int, heads: Int
  /// B, t, p, v, b
  var batch: Int, tensor: Int, pipeline: Int, interleave: Int, microBatch: Int
  var model: Model { .megatron(layers: layers, hidden: hidden, heads: heads) }
  var job: Job {
    Job(
      name: name, model: model, tokens: Count(3e11), sequenceLength: 2048, globalBatch: batch,
      precision: .fp16)
  }
  func plan(_ recompute: Recompute, sequenceParallel: Bool) -> Plan {
    Plan(
      tensor: tensor, pipeline: pipeline, interleave: interleave, microBatch: microBatch,
      recompute: recompute, sequenceParallel: sequenceParallel)
  }
  var testDescription: String { name }

  static let all = [
    MegatronRun(
      name: "megatron-22b", layers: 48, hidden: 6144, heads: 64, batch: 4, tensor: 8, pipeline: 1,
      interleave: 1, microBatch: 4),
    MegatronRun(
      name: "megatron-175b", layers: 96, hidden: 12_288, heads: 96, batch: 64, tensor: 8, pipeline: 8,
      interleave: 3, microBatch: 1),
    MegatronRun(
      name: "megatron-530b", layers: 105, hidden: 20_480, heads: 128, batch: 280, tensor: 8, pipeline: 35,
      interleave: 3, microBatch: 1),
    MegatronRun(
      name: "megatron-1t", layers: 128, hidden: 25_600, heads: 160, batch: 512, tensor: 8, pipeline: 64,
      interleave: 1, microBatch: 1),
  ]
}

extension Stack {
  /// A stack that can do everything; its attention kernel is the one difference that matters.
  static func able(_ attention: Attention) -> Stack {
    Stack(
      name: "able", summary: "", family: "able", attention: attention, gradientType: .fp32, reduceType: .fp32,
      sequenceParallel: true,
      contextParallel: true, expertParallel: true, pipeline: true, interleaving: true, zeroStages: [0, 1, 2, 3],
      recompute: Recompute.allCases, origin: nowhere)
  }
}

extension Efficiency {
  /// Everything the datasheet promises, nothing overlapped: results can be worked out by hand.
  static func perfect(_ attention: Stack.Attention = .unfused) -> Efficiency {
    Efficiency(
      name: "perfect", chip: "round", stack: .able(attention), isDefault: true, values: .neutral,
      origin: nowhere)
  }

  /// Losses everywhere, so that each has something to act on.
  static func lossy(_ attention: Stack.Attention) -> Efficiency {
    var e = perfect(attention)
    let losses: [(EfficiencyParameter, Double)] = [
      (.gemm16bit, 0.8), (.gemmFP8, 0.8), (.gemmMXFP8, 0.8), (.gemmFP4, 0.8), (.gemm32bit, 0.8),
      (.gemmBatched, 0.7), (.misaligned, 0.4), (.tileLoss, 0.7), (.gemmDepthHalf, 128), (.attentionForward, 0.6),
      (.attentionBackward, 0.5), (.attentionOlder, 0.6), (.attentionLengthHalf, 500), (.elementwise, 0.85),
      (.normalization, 0.6),
      (.softmax, 0.64), (.optimizer, 0.8), (.castPasses, 1.5), (.softmaxPasses, 3), (.launchTime, 4e-6),
      (.deviceLink, 0.9), (.scaleUp, 0.8), (.scaleOut, 0.84), (.scaleUpLatency, 2), (.scaleOutLatency, 1.5),
      (.scaleUpWait, 2e-5), (.scaleOutWait, 1e-4), (.linkExchange, 0.9), (.efaExchange, 0.6),
      (.tensorOverlap, 0.3), (.tensorForwardOverlap, 0.2), (.dataOverlap, 0.5), (.shardOverlap, 0.6),
      (.contextOverlap, 0.5), (.pipelineOverlap, 0.2), (.contention, 0.05), (.hostForward, 4e-4),
      (.hostBackward, 6e-4), (.hostPerRank, 0.02), (.hostSoftmax, 0.1), (.microBatchTime, 1e-3), (.stepTime, 0.01),
      (.stepGrowth, 0.5),
      (.sendTime, 2e-5), (.idling, 0.03), (.straggling, 0.01),
    ]
    for (parameter, value) in losses { e[parameter] = value }
    e.memoryReserve = Bytes(4 * gib)
    return e
  }
}

extension Chip {
  /// 1e15 FLOP/s in 16 bits, 2e12 B/s, 80 GiB; any matrix fills its units.
  static func round(devices: Int = 1) -> Chip {
    Chip(
      name: "round", vendor: "test", summary: "", chipClass: .accelerator, released: 2026,
      devicesPerChip: devices,
      peak: [
        .bf16: known(1e15), .fp16: known(1e15), .fp32: known(1e14), .fp8: known(2e15), .mxfp8: known(2e15),
      ], ceiling: [:],
      memoryCapacity: known(80 * gib), memoryBandwidth: known(2e12), onChipMemory: nil,
      matrixUnit: MatrixUnit(rows: 1, columns: 1, units: devices), link: nil,
      deviceLink: devices > 1 ? Link(name: "inside", bandwidth: known(4e11), latency: known(5e-7)) : nil,
      powerMax: nil, powerIdle: nil, disputed: [], origin: nowhere)
  }

  /// The same with tiles and processors, so that shapes matter.
  static func tiled(devices: Int = 1) -> Chip {
    var chip = round(devices: devices)
    chip.matrixUnit = MatrixUnit(rows: 128, columns: 256, units: 100)
    return chip
  }
}

extension Instance {
  /// Chips on a switch of 3e11 B/s each, units on a network of 2.5e10 B/s for each chip.
  static func node(_ chip: Chip = .round(), chips: Int = 8, topology: Topology = .switched) -> Instance {
    Instance(
      name: "node", provider: .unread, summary: "", released: nil, chip: chip, chips: chips, host: Host(),
      nitro: nil,
      scaleUp: [
        ScaleUp(name: "links", topology: topology, chips: chips, bandwidth: known(3e11), latency: known(2e-6))
      ],
      network: Network(kind: .efa, bandwidth: known(2.5e10 * Double(chips)), latency: known(1e-5)),
      ebs: nil, localStorage: nil, powerMax: nil, members: nil, soldIn: nil, disputed: [], origin: nowhere)
  }
}

func estimate(_ job: Job, _ plan: Plan, _ efficiency: Efficiency) throws -> Estimate {
  try estimate(job, plan, on: .node(), efficiency)
}

func estimate(
  _ job: Job, _ plan: Plan, on instance: Instance = .node(), _ efficiency: Efficiency = .perfect()
) throws -> Estimate {
  try Simulator(job: job, instance: instance, efficiency: efficiency).estimate(plan)
}

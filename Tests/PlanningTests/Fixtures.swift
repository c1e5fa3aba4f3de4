import Costing
import Planning
import Quantities
import Simulation

@testable import Scenarios

let gib = 1_073_741_824.0
let nowhere = Origin(source: "test", retrieved: "2026-01-01", location: "")

/// A figure in base units.
func known<U>(_ value: Double) -> Sourced<Quantity<U>> { Sourced(Quantity(value), origin: nowhere) }

extension Model {
  /// Llama 3.2 1B by its shape, or less of it.
  static func llama(layers: Int = 16) -> Model {
    Model(
      name: "llama", summary: "", family: .decoder, layers: layers, hiddenSize: 2048, heads: 32,
      keyValueHeads: 8, headDimension: 64, feedForwardSize: 8192, vocabularySize: 128_256,
      maxSequenceLength: 131_072, activation: .swiglu, normalization: .rmsnorm, positions: .rotary,
      queryKeyNorm: .none, normsPerLayer: 2, queryKeyValueBias: false, outputBias: false,
      feedForwardBias: false, tiedEmbeddings: true, dropout: false, tokenTypes: 0, publishedParameters: nil,
      origin: nowhere)
  }
}

extension Job {
  static func small(layers: Int = 16, batch: Int = 32, tokens: Double = 1e11) -> Job {
    Job(
      name: "small", model: .llama(layers: layers), tokens: Count(tokens), sequenceLength: 4096,
      globalBatch: batch)
  }
}

extension Stack {
  static func named(_ name: String, _ attention: Attention, context: Bool = true, zero: [Int]) -> Stack {
    Stack(
      name: name, summary: "", family: name, attention: attention, gradientType: .fp32, reduceType: .fp32,
      sequenceParallel: true,
      contextParallel: context, pipeline: true, interleaving: true, zeroStages: zero,
      recompute: Recompute.allCases, origin: nowhere)
  }
}

extension Efficiency {
  static func profile(_ stack: Stack = .named("core", .fused, zero: [0, 1])) -> Efficiency {
    var profile = Efficiency(
      name: "profile", chip: "chip", stack: stack, isDefault: true, memoryReserve: Bytes(4 * gib), origin: nowhere)
    let values: [(EfficiencyParameter, Double)] = [
      (.gemm16bit, 0.75), (.gemmBatched, 0.6), (.gemmDepthHalf, 200), (.attentionForward, 0.6),
      (.attentionBackward, 0.5), (.attentionLengthHalf, 300), (.elementwise, 0.88), (.normalization, 0.7),
      (.softmax, 0.64), (.optimizer, 0.85), (.launchTime, 4e-6), (.scaleUp, 0.8), (.scaleOut, 0.7),
      (.tensorForwardOverlap, 0.1), (.dataOverlap, 0.8), (.shardOverlap, 0.7), (.contextOverlap, 0.8),
      (.contention, 0.05), (.hostForward, 2e-4), (.hostBackward, 3e-4), (.hostPerRank, 0.02),
      (.microBatchTime, 5e-4), (.stepTime, 0.01), (.sendTime, 1e-5), (.straggling, 0.01),
    ]
    for (parameter, value) in values { profile[parameter] = value }
    return profile
  }
}

extension Instance {
  /// `chips` GPUs of 1e15 FLOP/s on a switch, joined by a network.
  static func node(
    _ name: String = "node", chips: Int = 8, memory: Double = 80, peak: Double = 1e15, clusters: Bool = true
  ) -> Instance {
    let chip = Chip(
      name: "chip", vendor: "test", summary: "", chipClass: .accelerator, released: 2026, devicesPerChip: 1,
      peak: [.bf16: known(peak)], ceiling: [:], memoryCapacity: known(memory * gib),
      memoryBandwidth: known(3e12), onChipMemory: nil,
      matrixUnit: MatrixUnit(rows: 128, columns: 256, units: 132), link: nil, deviceLink: nil, powerMax: nil,
      powerIdle: nil, disputed: [], origin: nowhere)
    let network = Network(kind: .efa, bandwidth: known(5e10 * Double(chips)), latency: known(2e-5))
    return Instance(
      name: name, provider: .aws, summary: "", released: nil, chip: chip, chips: chips, host: Host(),
      nitro: nil,
      scaleUp: [
        ScaleUp(
          name: "links", topology: .switched, chips: chips, bandwidth: known(4.5e11), latency: known(3e-6))
      ],
      network: clusters ? network : nil, ebs: nil, localStorage: nil, powerMax: nil, members: nil,
      soldIn: nil,
      disputed: [], origin: nowhere)
  }
}

extension PlanSearch {
  static func of(
    _ job: Job, on instance: Instance = .node(), _ efficiency: Efficiency = .profile(),
    _ request: PlanRequest = .init()
  ) throws -> PlanSearch {
    PlanSearch(
      simulator: try Simulator(job: job, instance: instance, efficiency: efficiency), request: request)
  }
}

extension Provider {
  /// With the shipped rules, so that plans and prices here are billed as a user's are.
  static let aws: Provider =
    (try? Catalog(roots: [MeasuredPlansTests.repository + "/configs"]).provider("aws")) ?? .unread
}

/// A book with an on-demand price for each name.
func prices(_ perHour: [String: Double]) -> PriceBook {
  PriceBook(
    perHour.map { name, rate in
      Price(
        provider: "aws", instance: name, region: .named("us-east-1"), model: .onDemand,
        rate: DollarRate(perHour: rate), billing: Provider.aws.billing(of: .onDemand) ?? .asItPasses,
        date: "2026-07-01", source: "test")
    })
}

func compare(
  _ job: Job, _ size: JobSize, _ instances: [Instance], _ book: PriceBook, plan: PlanRequest? = nil
) -> Comparison {
  Comparison(
    ComparisonRequest(job: job, size: size, options: instances.map { ($0, .profile()) }, plan: plan),
    prices: book)
}

extension Refusal {
  /// What one device has, where it was too little for the plan that needs least.
  var memoryThere: Bytes? { if case .leastMemory(_, let there) = reason { there } else { nil } }
  /// Whether more fails than the run gets on.
  var isEndless: Bool {
    switch reason {
    case .neverEnds, .planNeverEnds: true
    default: false
    }
  }
}

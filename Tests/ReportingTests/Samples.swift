import Costing
import Foundation
import Operating
import Quantities

@testable import Planning
@testable import Reporting
@testable import Scenarios
@testable import Simulation

/// Results made by hand: no simulator, no files, every number chosen so that a reader can check it.
enum Sample {
  static let origin = Origin(
    source: "a datasheet", retrieved: "2026-01-31", note: nil, location: "chips/toy.yaml:7")

  static func sourced<U: Quantities.Unit>(_ value: Double, note: String? = nil) -> Sourced<Quantity<U>> {
    var origin = origin
    origin.note = note
    return Sourced(Quantity<U>(value), origin: origin)
  }

  static let chip = Chip(
    name: "toy", vendor: "Acme", summary: "A toy chip", chipClass: .accelerator, released: 2025,
    devicesPerChip: 1, peak: [.bf16: sourced(1e15)], ceiling: [:],
    memoryCapacity: sourced(80 * 1_073_741_824),
    memoryBandwidth: sourced(3e12, note: "rounded"), onChipMemory: nil,
    matrixUnit: MatrixUnit(rows: 128, columns: 128, units: 100), link: nil, deviceLink: nil, powerMax: nil,
    powerIdle: nil, disputed: ["One says 3 TB/s, another 3.2."], origin: origin)

  static func instance(_ name: String) -> Instance {
    Instance(
      name: name, provider: .unread, summary: "Eight toys", released: 2025, chip: chip, chips: 8, host: Host(),
      nitro: nil,
      scaleUp: [
        ScaleUp(name: "link", topology: .switched, chips: 8, bandwidth: sourced(4e11), latency: sourced(1e-6))
      ],
      network: Network(kind: .efa, bandwidth: sourced(4e11), latency: sourced(1e-5)), ebs: nil,
      localStorage: nil,
      powerMax: nil, members: nil, soldIn: nil, disputed: [], origin: origin)
  }

  static let stack = Stack(
    name: "toolkit", summary: "", family: "kit", attention: .fused, gradientType: .fp32, reduceType: .fp32,
    sequenceParallel: true,
    contextParallel: true, pipeline: true, interleaving: true, zeroStages: [0, 1], recompute: [.none, .full],
    origin: origin)

  static func efficiency(_ status: Efficiency.Status = .extrapolated) -> Efficiency {
    var profile = Efficiency(
      name: "toy.toolkit", chip: "toy", stack: stack, isDefault: true, status: status, memoryReserve: Bytes(2e9),
      origin: origin)
    let values: [(EfficiencyParameter, Double)] = [
      (.gemm16bit, 0.8), (.gemmDepthHalf, 256), (.attentionForward, 0.5), (.attentionBackward, 0.4),
      (.elementwise, 0.8), (.normalization, 0.7), (.softmax, 0.6), (.optimizer, 0.8), (.launchTime, 5e-6),
      (.deviceLink, 0.8), (.scaleUp, 0.8), (.scaleOut, 0.8), (.dataOverlap, 0.5), (.contextOverlap, 0.5),
      (.contention, 0.1), (.scaleUpLatency, 2.5), (.hostForward, 3e-4), (.straggling, 0.0125),
    ]
    for (parameter, value) in values { profile[parameter] = value }
    return profile
  }

  static let model = Model(
    name: "small", summary: "A small model", family: .decoder, layers: 8, hiddenSize: 1024, heads: 16,
    keyValueHeads: 4, headDimension: 64, feedForwardSize: 4096, vocabularySize: 32_000,
    maxSequenceLength: 4096,
    activation: .swiglu, normalization: .rmsnorm, positions: .rotary, queryKeyNorm: .none, normsPerLayer: 2,
    queryKeyValueBias: false, outputBias: false, feedForwardBias: false, tiedEmbeddings: false,
    dropout: false,
    tokenTypes: 0, publishedParameters: nil, origin: origin)

  static func job(_ name: String = "a job") -> Job {
    Job(name: name, model: model, tokens: Count(1e12), sequenceLength: 4096, globalBatch: 512)
  }

  static let plan = Plan(
    tensor: 2, pipeline: 2, interleave: 2, data: 4, zero: 1, microBatch: 1, recompute: .full,
    sequenceParallel: true)

  /// A step of 10 s: 6.75, 1, 0.5, 0, 0.25, 0.5, 0.5, 0.25, 0.1875 and 0.0625.
  static let estimate = Estimate(
    plan: plan,
    step: StepParts([
      .compute: Seconds(6.75), .recompute: Seconds(1), .tensor: Seconds(0.5), .pipeline: Seconds(0.25),
      .data: Seconds(0.5), .bubble: Seconds(0.5), .optimizer: Seconds(0.25), .host: Seconds(0.1875),
      .straggling: Seconds(0.0625),
    ]),
    memory: MemoryParts([
      .weights: Bytes(10e9), .gradients: Bytes(20e9), .optimizer: Bytes(5e9), .activations: Bytes(15e9),
      .logits: Bytes(1e9), .reserve: Bytes(2e9),
    ]),
    memoryCapacity: Bytes(80 * 1_073_741_824), tokensPerStep: 2_097_152,
    tokensPerSecond: CountRate(209_715.2),
    modelUtilization: 0.4, hardwareUtilization: 0.53, microBatches: 128)

  static func question(_ name: String) -> PlanCase {
    do {
      return PlanCase(try Simulator(job: job(), instance: instance(name), efficiency: efficiency()), plan)
    } catch { preconditionFailure("the sample chip runs the sample job: \(error)") }
  }

  static func run(
    _ name: String, dollars: Double? = 25, days: Double = 20, notes: [Note] = []
  ) -> Run {
    let time = Seconds(days * 86_400)
    let price = dollars.map {
      Price(
        provider: "acme", instance: name, region: .named("moon-1"), model: .onDemand, rate: DollarRate(perHour: $0),
        billing: .asItPasses, date: "2026-01-31", source: "a price list")
    }
    let offer: Offer = price.map { .price($0, warnings: []) } ?? .unknown(unpriced(name))
    return Run(
      units: 2, chips: 16, devices: 16, question: question(name), estimate: estimate, bottleneck: .compute,
      course: .bare(step: time, steps: 1), offer: offer,
      bill: price.map { Bill(units: 2, wallTime: time, price: $0) },
      tuned: (time, price.map { Bill(units: 2, wallTime: time, price: $0).total }),
      notes: [.run(.profileExtrapolated("toy.toolkit"))] + notes)
  }

  static func unpriced(_ name: String) -> Unpriced { Unpriced(instance: name, wanted: [.onDemand]) }

  /// 90 GB are needed, and 80 GiB are there.
  static let tooLarge = RefusalReason.leastMemory(needed: Bytes(90e9), there: Bytes(80 * 1_073_741_824))

  static func option(_ name: String, _ outcome: OptionResult.Outcome) -> OptionResult {
    OptionResult(instance: instance(name), efficiency: efficiency(), outcome: outcome)
  }

  static func row(_ name: String = "toy.8", job: Job = job(), run: Run? = nil) -> ResultRow {
    ResultRow(job: job, result: option(name, .runs(run ?? Sample.run(name))))
  }

  static func comparison(_ results: [OptionResult], size: JobSize = .deadline(Seconds(30 * 86_400)))
    -> Comparison
  {
    var comparison = Comparison(
      ComparisonRequest(job: job(), size: size, options: []), prices: PriceBook([]))
    comparison.results = results
    return comparison
  }
}

/// The repository's own folder, so that tests can read its documentation.
let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

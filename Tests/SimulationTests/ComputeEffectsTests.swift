import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

@Suite struct ComputeEffectsTests {
  static let model = Model.megatron(layers: 8, hidden: 4096, heads: 32)
  static let job = Job(name: "job", model: model, tokens: Count(1e9), sequenceLength: 2048, globalBatch: 32)

  private func step(_ plan: Plan, _ efficiency: Efficiency = .perfect(), job: Job = Self.job) throws
    -> StepParts
  {
    try estimate(job, plan, efficiency).step
  }

  private func detail(_ plan: Plan, _ efficiency: Efficiency = .perfect(), job: Job = Self.job) throws
    -> LoweredShape.Detail
  {
    let simulator = try Simulator(job: job, instance: .node(), efficiency: efficiency)
    return simulator.lowered(BlockShape(plan)).detail()
  }

  @Test("compute of one device is every operator of every layer and both ends, once per micro-batch")
  func compute() throws {
    let d = try detail(Plan(microBatch: 2))
    let layer = d.time(.layerForward) + d.time(.layerBackward)
    let ends =
      d.time(.embeddingForward) + d.time(.embeddingBackward) + d.time(.headForward) + d.time(.headBackward)
    #expect(isClose(try step(Plan(microBatch: 2)).compute.value, 16 * (8 * layer + ends)))
    // Nothing but products: 3 × 2 × 12h² per token at the peak, attention aside.
    let products = zip(d.operators, d.times).filter { $0.0.kind == .gemm && $0.0.batch == 1 }
    let layers = products.filter {
      !$0.0.components.isDisjoint(with: [.layerForward, .layerBackward])
    }
    #expect(isClose(layers.reduce(0) { $0 + $1.1 }, 72 * 4096 * 4096 * 4096 / 1e15))
  }

  @Test("without stages there is no bubble; with them it is the time of all other stages")
  func bubble() throws {
    #expect(try step(Plan()).bubble == .zero)
    let d = try detail(Plan(pipeline: 4))
    let layer = d.time(.layerForward) + d.time(.layerBackward)
    let found = try step(Plan(pipeline: 4)), boundary = found.pipeline.value / 32
    let embedding = d.time(.embeddingForward) + d.time(.embeddingBackward)
    #expect(isClose(found.bubble.value, 3 * (2 * layer + boundary) + embedding))
    let chunked = try step(Plan(pipeline: 4, interleave: 2))
    #expect(isClose(chunked.bubble.value, (3 * (2 * layer + 2 * boundary) + embedding) / 2))
  }

  @Test("the stage that holds the head sets the pace")
  func head() throws {
    let d = try detail(Plan(pipeline: 4))
    let layer = d.time(.layerForward) + d.time(.layerBackward),
      head = d.time(.headForward) + d.time(.headBackward)
    #expect(isClose(try step(Plan(pipeline: 4)).compute.value, 32 * (2 * layer + head)))
    var larger = Self.job
    larger.model.vocabularySize *= 4
    let slower = try step(Plan(pipeline: 4), job: larger).compute.value
    #expect(slower > 32 * (2 * layer + 3.9 * head))
  }

  @Test("one layer less on the last stage makes room for the head")
  func unevenStages() throws {
    var job = Self.job
    job.model.layers = 7
    let d = try detail(Plan(pipeline: 4), job: job)
    let layer = d.time(.layerForward) + d.time(.layerBackward),
      head = d.time(.headForward) + d.time(.headBackward)
    let embedding = d.time(.embeddingForward) + d.time(.embeddingBackward)
    let slowest = max(layer + head, 2 * layer + embedding)
    #expect(isClose(try step(Plan(pipeline: 4), job: job).compute.value, 32 * slowest))
  }

  @Test("the optimizer reads and writes 34 bytes per parameter, over the ranks that share them")
  func optimizer() throws {
    let p = Self.model.parameterCount.total
    #expect(isClose(try step(Plan()).optimizer.value, p * 34 / 2e12))
    #expect(isClose(try step(Plan(data: 8)).optimizer.value, p * 34 / 2e12))
    #expect(isClose(try step(Plan(data: 8, zero: 1)).optimizer.value, p / 8 * 34 / 2e12))
    var job = Self.job
    job.optimizer = .adamwBF16
    #expect(isClose(try step(Plan(), job: job).optimizer.value, p * 26 / 2e12))
  }

  @Test("full recomputation runs every layer forward again, selective only unfused attention")
  func recompute() throws {
    let d = try detail(Plan())
    #expect(isClose(try step(Plan(recompute: .full)).recompute.value, 32 * 8 * d.time(.layerForward)))
    #expect(
      isClose(try step(Plan(recompute: .selective)).recompute.value, 32 * 8 * d.time(.attentionForward)))
    #expect(try step(Plan(recompute: .selective), .perfect(.fused)).recompute == .zero)
    #expect(try step(Plan()).recompute == .zero)
  }

  @Test("every operator that a device runs pays its launch")
  func launch() throws {
    var e = Efficiency.perfect()
    e[.launchTime] = 1
    let d = try detail(Plan(), e)
    func run(_ components: [Component]) -> Double {
      Double(
        d.operators.filter { one in
          one.flops + one.bytes > 0 && components.contains { one.components.contains($0) }
        }.count)
    }
    let layer = run([.layerForward, .layerBackward])
    let ends = run([.embeddingForward, .embeddingBackward, .headForward, .headBackward])
    let added = try step(Plan(), e).compute.value - step(Plan()).compute.value
    #expect(layer > 30 && isClose(added, 32 * (8 * layer + ends), 1e-9))
  }

  @Test("sequence parallelism divides norms, dropout and residuals among tensor ranks")
  func sequenceParallel() throws {
    let whole = try detail(Plan(tensor: 8)), split = try detail(Plan(tensor: 8, sequenceParallel: true))
    for (a, b) in zip(whole.operators, split.operators) where a.kind != .collective {
      let divided = a.name.contains("norm") || a.name.contains("residual") || a.name == "embedding.dropout"
      #expect(isClose(b.bytes, divided ? a.bytes / 8 : a.bytes), "\(a.name)")
    }
  }

  @Test("dropout moves masks; a model without it is faster")
  func dropout() throws {
    var job = Self.job
    job.model.dropout = false
    #expect(try step(Plan(), job: job).compute < step(Plan()).compute)
  }

  @Test("fused attention moves no scores and skips masked ones: it is faster")
  func fused() throws {
    let plain = try detail(Plan()), fused = try detail(Plan(), .perfect(.fused))
    #expect(fused.time(.attentionForward) < plain.time(.attentionForward))
    let scores = 32.0 * 2048 * 2048
    let forward = fused.operators.filter { $0.kind == .attentionForward }
    #expect(forward.map(\.flops) == [2 * scores * 128])
    #expect(fused.operators.filter { $0.kind == .attentionBackward }.map(\.flops) == [5 * scores * 128])
    #expect(forward.allSatisfy { $0.bytes < scores })
  }

  @Test("8-bit products run at their own rate, with attention in 16 bits and a cast around each product")
  func eightBits() throws {
    var job = Self.job
    job.precision = .fp8
    let wide = try detail(Plan()), narrow = try detail(Plan(), job: job)
    func time(_ d: LoweredShape.Detail, _ name: String) -> Double {
      zip(d.operators, d.times).first { $0.0.name == name }?.1 ?? 0
    }
    #expect(isClose(time(wide, "mlp.up"), 2 * time(narrow, "mlp.up")))
    #expect(time(wide, "mlp.up.cast") == 0 && time(narrow, "mlp.up.cast") > 0)
    let machine = try Machine(instance: .node(), efficiency: .perfect(), precision: .fp8)
    #expect((machine.matrixRate, machine.attentionRate) == (FLOPRate(2e15), FLOPRate(1e15)))
  }

  /// A worse value of each parameter, by how it may vary.
  private func worse(_ parameter: EfficiencyParameter, _ value: Double) -> Double {
    switch parameter.scale {
    // Batched products of scores are bound by memory until they are slow indeed.
    // Nor do links between chips set the pace before those within.
    case .fraction:
      parameter == .linkExchange ? 0.02 : [.gemmBatched, .misaligned].contains(parameter) ? 0.1 : value * 0.5
    case .overlap: parameter == .tileLoss ? 1 : 0
    case .number: parameter == .contention ? 0.5 : parameter.neutral == 0 ? 500 : 3
    case .seconds: 1e-2
    }
  }

  @Test("every efficiency parameter slows a step that uses all of the machine", arguments: EfficiencyParameter.allCases)
  func everyParameter(parameter: EfficiencyParameter) throws {
    // What only other types, unfused attention, or sharded parameters use has a job and a plan of its own.
    let types: [EfficiencyParameter: DataType] = [
      .gemmFP8: .fp8, .gemmMXFP8: .mxfp8, .gemmFP4: .fp4, .gemm32bit: .fp32, .castPasses: .fp8,
    ]
    let unfused: Set<EfficiencyParameter> = [.gemmBatched, .misaligned, .softmaxPasses, .hostSoftmax]
    var e = Efficiency.perfect(
      unfused.contains(parameter) ? .unfused : parameter == .attentionOlder ? .flash2 : .fused)
    for one in EfficiencyParameter.allCases where one.scale == .overlap { e[one] = 0.5 }
    // Hosts that a layer waits for, where their share is what is asked.
    if [.hostPerRank, .hostSoftmax].contains(parameter) { (e[.hostForward], e[.hostBackward]) = (1e-3, 1e-3) }
    if parameter == .stepGrowth { e[.stepTime] = 1e-2 }
    (e.stack.softmaxRows, e.stack.softmaxLength) = (4, 2048)
    var chip = Chip.tiled(devices: 2)
    chip.peak[.fp4] = known(4e15)
    chip.flashAttention = 3
    let instance = Instance.node(chip, chips: 4)
    var job = Job(name: "1b", model: .llama1B, tokens: Count(1e9), sequenceLength: 4096, globalBatch: 64)
    job.precision = types[parameter] ?? .bf16
    if parameter == .misaligned { job.model.headDimension = 60 }
    let ofExperts: Set<EfficiencyParameter> = [
      .gemmGrouped, .exchangeOverlap, .hostExperts, .linkExchange, .efaExchange,
    ]
    if ofExperts.contains(parameter) {
      (e[.hostForward], e[.hostBackward]) = (1e-3, 1e-3)
      let experts = Experts(count: 16, perToken: 2, net: DenseNet(size: 8192, activation: .swiglu))
      job.model.layout = job.model.layout.mapped { $0.feedForward = .experts(experts) }
    }
    if parameter == .scan {
      let space = StateSpace(innerSize: 4096, stateSize: 128, heads: 64)
      job.model.layout = job.model.layout.mapped { $0.mixer = .stateSpace(space) }
    }
    let plan =
      ofExperts.contains(parameter)
      ? Plan(tensor: 2, data: 8, expert: parameter == .efaExchange ? 16 : 8, zero: 1, sequenceParallel: true)
      : parameter == .shardOverlap
        ? Plan(tensor: 2, data: 8, context: 2, zero: 3) : Plan(tensor: 2, pipeline: 2, data: 4, context: 2, zero: 1)
    let before = try estimate(job, plan, on: instance, e).stepTime
    e[parameter] = worse(parameter, e[parameter])
    let after = try estimate(job, plan, on: instance, e).stepTime
    #expect(after > before * 1.0001, "\(parameter.key): \(after / before)")
  }

  @Test("products that do not fill tiles or processors run below the chip's rate")
  func tiles() throws {
    let round = try estimate(Self.job, Plan(tensor: 8)).step.compute
    let tiled = try estimate(Self.job, Plan(tensor: 8), on: .node(.tiled())).step.compute
    #expect(tiled > round * 1.02)
  }

  @Test("memory held back by the runtime is part of the need")
  func reserve() throws {
    var e = Efficiency.perfect()
    let before = try estimate(Self.job, Plan(), e).memory.total
    e.memoryReserve = Bytes(5e9)
    #expect(try estimate(Self.job, Plan(), e).memory.total - before == Bytes(5e9))
  }
}

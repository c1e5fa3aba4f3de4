import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Each effect that docs/Model.md names, by hand on a machine that reaches all its datasheet says: none of these
/// holds when its effect is taken out of the model.
@Suite struct CommunicationEffectsTests {
  static let model = Model.megatron(layers: 8, hidden: 4096, heads: 32)
  static let job = Job(name: "job", model: model, tokens: Count(1e9), sequenceLength: 2048, globalBatch: 32)
  /// b·s·h in 16 bits, for b = 1.
  static let hidden = 2048 * 4096 * 2.0
  static let parameters = model.parameterCount.total

  /// Reduce-scatter over ranks of one node: a switch of 3e11 B/s and 2 µs.
  private func scatter(_ bytes: Double, _ n: Double, steps: Double) -> Double {
    steps * 2e-6 + (n - 1) / n * bytes / 3e11
  }

  private func step(_ plan: Plan, _ efficiency: Efficiency = .perfect(), job: Job = Self.job) throws
    -> StepParts
  {
    try estimate(job, plan, efficiency).step
  }

  @Test(
    "tensor ranks reduce twice forward and twice backward per layer, once at either end, and for the loss")
  func tensor() throws {
    let reduce = 2 * scatter(Self.hidden, 8, steps: 3), loss = 2 * scatter(2048 * 4, 8, steps: 3)
    let found = try step(Plan(tensor: 8)).tensor.value
    #expect(isClose(found, 32 * (8 * 4 * reduce + 2 * reduce + 3 * loss)))
    #expect(try step(Plan()).tensor == .zero)
  }

  @Test("under sequence parallelism they gather and scatter instead, and gather inputs once more backward")
  func sequenceParallel() throws {
    let half = scatter(Self.hidden, 8, steps: 3), loss = 2 * scatter(2048 * 4, 8, steps: 3)
    let found = try step(Plan(tensor: 8, sequenceParallel: true)).tensor.value
    #expect(isClose(found, 32 * (8 * 10 * half + (2 + 3) * half + 3 * loss)))
  }

  @Test("full recomputation repeats the forward reductions of its layers")
  func recomputedTensor() throws {
    let plain = try step(Plan(tensor: 8)).tensor.value
    let full = try step(Plan(tensor: 8, recompute: .full)).tensor.value
    #expect(isClose(full - plain, 32 * 8 * 2 * 2 * scatter(Self.hidden, 8, steps: 3)))
  }

  @Test(
    "tensor traffic of gradients hides behind weight gradients when overlapped, at the price of contention")
  func tensorOverlap() throws {
    var e = Efficiency.perfect()
    let plain = try step(Plan(tensor: 8), e).tensor.value
    e[.tensorOverlap] = 1
    let hidden = try step(Plan(tensor: 8), e).tensor.value
    let simulator = try Simulator(job: Self.job, instance: .node(), efficiency: e)
    let window = simulator.lowered(BlockShape(tensor: 8)).detail().time(
      .columnWeightGradient)
    // Two of the four reductions of a layer, of which the weight gradients here cover a part.
    let backward = 2 * 2 * scatter(Self.hidden, 8, steps: 3)
    #expect(window < backward)
    #expect(isClose(plain - hidden, 32 * 8 * window, 1e-9))
    e[.contention] = 0.1
    let contended = try step(Plan(tensor: 8), e).tensor.value
    #expect(isClose(contended - hidden, 0.1 * (plain - hidden), 1e-9))
  }

  @Test("forward reductions, and no others, hide behind forward products when overlapped, at the price of contention")
  func tensorForwardOverlap() throws {
    var e = Efficiency.perfect()
    let simulator = try Simulator(job: Self.job, instance: .node(), efficiency: e)
    let detail = simulator.lowered(BlockShape(tensor: 8)).detail()
    let linear = ["qkv", "projection", "mlp.up", "mlp.down"]
    let window = zip(detail.operators, detail.times).filter { linear.contains($0.0.name) }.reduce(0) { $0 + $1.1 }
    // 2 · 12h² FLOP a token, over 8 ranks; the smallest of the four is bound by memory.
    #expect(isClose(window, 24 * 4096 * 4096 * 2048 / 8 / 1e15, 0.05))
    let plain = try step(Plan(tensor: 8), e).tensor.value
    let full = try step(Plan(tensor: 8, recompute: .full), e).tensor.value
    #expect(0.5 * window < detail.time(.tensorForward))
    e[.tensorForwardOverlap] = 0.5
    #expect(isClose(try step(Plan(tensor: 8), e).tensor.value, plain - 32 * 8 * 0.5 * window, 1e-9))
    let repeated = try step(Plan(tensor: 8, recompute: .full), e).tensor.value
    #expect(isClose(repeated, full - 2 * 32 * 8 * 0.5 * window, 1e-9))
    e[.contention] = 0.2
    #expect(isClose(try step(Plan(tensor: 8), e).tensor.value, plain - 32 * 8 * 0.4 * window, 1e-9))
  }

  @Test("each step of a collective takes a multiple of the link's latency, of the network's another")
  func latencies() throws {
    var e = Efficiency.perfect()
    e[.scaleUpLatency] = 3
    // Three steps down and three up, each 4 µs longer: four reductions a layer, two at the ends, three of the loss.
    let added = try step(Plan(tensor: 8), e).tensor.value - step(Plan(tensor: 8)).tensor.value
    #expect(isClose(added, 32 * (8 * 4 + 2 + 3) * 6 * 4e-6, 1e-9))
    let hop = try step(Plan(pipeline: 4), e).pipeline.value - step(Plan(pipeline: 4)).pipeline.value
    #expect(isClose(hop, 32 * 2 * 4e-6, 1e-9))
    e[.scaleOutLatency] = 5
    let data = try step(Plan(data: 32), e).data.value - step(Plan(data: 32)).data.value
    #expect(isClose(data, 2 * (3 * 4e-6 + 3 * 4e-5), 1e-9))
    let inside = Instance.node(.round(devices: 2), chips: 4)
    let pairs = try estimate(Self.job, Plan(tensor: 2), on: inside, e).step.tensor.value
    let published = try estimate(Self.job, Plan(tensor: 2), on: inside).step.tensor.value
    #expect(isClose(pairs - published, 32 * (8 * 4 + 2 + 3) * 2 * 1e-6, 1e-9))
  }

  @Test("each message between stages has a price that no overlap hides")
  func sendTime() throws {
    let hop = 2e-6 + Self.hidden / 3e11
    var e = Efficiency.perfect()
    e[.sendTime] = 1e-3
    #expect(isClose(try step(Plan(pipeline: 4), e).pipeline.value, 32 * 2 * (hop + 1e-3)))
    #expect(isClose(try step(Plan(pipeline: 4, interleave: 2), e).pipeline.value, 32 * 2 * 2 * (hop + 1e-3)))
    e[.pipelineOverlap] = 1
    #expect(isClose(try step(Plan(pipeline: 4), e).pipeline.value, 32 * 2 * 1e-3))
    #expect(try step(Plan(), e).pipeline == .zero)
  }

  @Test("each stage boundary is crossed forward and backward per micro-batch and chunk")
  func pipeline() throws {
    let hop = 2e-6 + Self.hidden / 3e11
    #expect(isClose(try step(Plan(pipeline: 4)).pipeline.value, 32 * 2 * hop))
    #expect(isClose(try step(Plan(pipeline: 4, interleave: 2)).pipeline.value, 32 * 2 * 2 * hop))
    #expect(try step(Plan()).pipeline == .zero)
    var e = Efficiency.perfect()
    e[.pipelineOverlap] = 0.25
    #expect(isClose(try step(Plan(pipeline: 4), e).pipeline.value, 0.75 * 32 * 2 * hop))
  }

  @Test("between nodes tensor ranks send an eighth each, and gather it again unless the sequence stays split")
  func boundaryGather() throws {
    let hop = 1e-5 + Self.hidden / 8 / 2.5e10
    let split = try step(Plan(tensor: 8, pipeline: 4, sequenceParallel: true)).pipeline.value
    #expect(isClose(split, 32 * 2 * hop))
    let whole = try step(Plan(tensor: 8, pipeline: 4)).pipeline.value
    #expect(isClose(whole, 32 * 2 * (hop + scatter(Self.hidden, 8, steps: 3))))
  }

  @Test("data-parallel ranks reduce gradients once, or as their optimizer's sharding asks", arguments: 0...3)
  func data(zero: Int) throws {
    let m = 4.0
    let reduce = scatter(4 * Self.parameters, 8, steps: 3), gather = scatter(2 * Self.parameters, 8, steps: 3)
    let expected = [2 * reduce, reduce + gather, m * reduce + gather, m * (2 * gather + reduce)][zero]
    #expect(isClose(try step(Plan(data: 8, zero: zero)).data.value, expected))
    #expect(try step(Plan()).data == .zero)
  }

  @Test("across nodes gradients go over the network by the eighth that each device reduced")
  func hierarchical() throws {
    let bytes = 4 * Self.parameters
    // Both at once: latencies add up, and the network's transfer is the longer one.
    let half = scatter(0, 8, steps: 3) + 3 * 1e-5 + 3 / 4 * bytes / 8 / 2.5e10
    #expect(scatter(bytes, 8, steps: 3) < half)
    #expect(isClose(try step(Plan(data: 32)).data.value, 2 * half))
  }

  @Test("gradients travel behind backward compute when overlapped, at the price of contention")
  func dataOverlap() throws {
    var e = Efficiency.perfect()
    let plain = try step(Plan(data: 32), e)
    let simulator = try Simulator(job: Self.job, instance: .node(), efficiency: e)
    let detail = simulator.lowered(BlockShape(tensor: 1)).detail()
    let window =
      8 * detail.time(.layerBackward) + detail.time(.embeddingBackward) + detail.time(.headBackward)
    e[.dataOverlap] = 0.1
    #expect(isClose(try step(Plan(data: 32), e).data.value, plain.data.value - 0.1 * window))
    // Bytes go there and back, and keep a device busy for as long as its fastest links take for them.
    let busy = 2 * 4 * Self.parameters / 3e11 / plain.data.value
    #expect(busy < 1)
    e[.contention] = 0.2
    #expect(isClose(try step(Plan(data: 32), e).data.value, plain.data.value - (1 - 0.2 * busy) * 0.1 * window))
    (e[.dataOverlap], e[.contention]) = (1, 0.2)
    #expect(
      isClose(
        try step(Plan(data: 32), e).data.value,
        max(0.2 * busy * plain.data.value, plain.data.value - (1 - 0.2 * busy) * window)))
  }

  @Test("what is hidden slows other work by its bytes, however slow the network is", arguments: [1, 2, 3])
  func slowNetwork(zero: Int) throws {
    var e = Efficiency.perfect()
    (e[.dataOverlap], e[.shardOverlap], e[.contention]) = (1, 1, 0.2)
    var job = Self.job
    job.sequenceLength = 32_768
    func data(_ rate: Double) throws -> Double {
      var node = Instance.node()
      node.network?.bandwidth = known(rate)
      return try estimate(job, Plan(data: 32, zero: zero), on: node, e).step.data.value
    }
    // All of it hides, and the fourth part of the rate is no slower for anybody.
    #expect(try isClose(data(2e11), data(5e10), 1e-9))
    e[.contention] = 0
    #expect(try data(5e10) == 0)
  }

  @Test("weights that are waited for are gathered in the open, and gradients hide as before")
  func waitedForWeights() throws {
    var e = Efficiency.perfect()
    e[.dataOverlap] = 0.5
    func data(_ zero: Int, _ e: Efficiency) throws -> Double { try step(Plan(data: 8, zero: zero), e).data.value }
    let gather = scatter(2 * Self.parameters, 8, steps: 3)
    let hidden = try [0, 1, 2, 3].map { try data($0, e) }
    e.stack.waitedFor = [.weights]
    let open = try [0, 1, 2, 3].map { try data($0, e) }
    #expect(open[0] == hidden[0] && open[3] == hidden[3])
    for zero in 1...2 {
      #expect(open[zero] > hidden[zero] && open[zero] >= gather)
      var none = e
      none.stack.waitedFor = []
      none[.dataOverlap] = 0
      #expect(try open[zero] <= data(zero, none))
    }
  }

  @Test(
    "what software waits for hides behind nothing, whatever its profile says",
    arguments: [Stack.Communication.tensor, .tensorForward, .data, .shard, .context, .pipeline])
  func waitedFor(communication: Stack.Communication) throws {
    var waiting = Efficiency.lossy(.unfused), none = waiting
    waiting.stack.waitedFor = [communication]
    none[try #require(communication.overlap)] = 0
    let plans = [
      Plan(tensor: 2, pipeline: 2, data: 4, context: 2, zero: 1),
      Plan(tensor: 2, data: 8, zero: 3, sequenceParallel: true),
    ]
    for plan in plans {
      #expect(try estimate(Self.job, plan, waiting).step == estimate(Self.job, plan, none).step)
    }
    let hidden = try plans.map { try estimate(Self.job, $0, .lossy(.unfused)).step }
    #expect(try zip(plans, hidden).contains { try estimate(Self.job, $0, waiting).step != $1 })
    #expect(waiting.values.asRun(by: .able(.fused)) == waiting.values)
  }

  @Test("A pipeline from both ends idles less, and holds the weights and gradients of two stages")
  func dualPipe() throws {
    var both = Efficiency.perfect()
    both.stack.dualPipe = true
    for p in [2.0, 4, 8] {
      let plan = Plan(pipeline: Int(p), data: 2, zero: 1)
      let one = try estimate(Self.job, plan), two = try estimate(Self.job, plan, both)
      // (p/2 − 1)·(F + B + B − 3W) of (p − 1)·(F + B), with B = 2F and W = F.
      #expect(isClose(two.step.bubble.value, one.step.bubble.value * (p / 2 - 1) * 2 / ((p - 1) * 3)))
      #expect(two.step.compute == one.step.compute && two.step.data > one.step.data)
      #expect(two.memory.weights == one.memory.weights * 2 && two.memory.gradients == one.memory.gradients * 2)
      // Twice as many ranks share the states of twice as many parameters, and the work on them.
      #expect(two.memory.optimizer == one.memory.optimizer && two.step.optimizer == one.step.optimizer)
      // Where nothing is sharded, each holds and updates all of its own; a single pipeline has two copies of each stage.
      let whole = Plan(pipeline: Int(p)), single = try estimate(Self.job, whole),
        double = try estimate(Self.job, whole, both)
      #expect(
        double.memory.optimizer == single.memory.optimizer * 2 && double.step.optimizer == single.step.optimizer * 2)
      #expect(double.step.data > single.step.data)
    }
    let (one, two) = (
      try estimate(Self.job, Plan(data: 8, zero: 1)), try estimate(Self.job, Plan(data: 8, zero: 1), both)
    )
    #expect(one.step == two.step && one.memory.total == two.memory.total)
  }

  @Test("first and last stage add up the gradients of the embedding they share")
  func tied() throws {
    var job = Self.job
    job.model = .megatron(layers: 8, hidden: 4096, heads: 32, tied: false)
    let apart = try step(Plan(pipeline: 4), job: job), shared = try step(Plan(pipeline: 4))
    #expect(apart.data == .zero)
    #expect(isClose(shared.data.value, 2 * 2e-6 + 51_200 * 4096 * 4 / 3e11))
  }

  @Test("context ranks exchange keys and values of each layer, once forward and twice backward")
  func context() throws {
    let job = Job(name: "1b", model: .llama1B, tokens: Count(1e9), sequenceLength: 8192, globalBatch: 8)
    let exchange = scatter(2 * 8 * 64 * 8192 * 2, 4, steps: 2)
    var e = Efficiency.perfect(.fused)
    let found = try step(Plan(context: 4), e, job: job)
    #expect(isClose(found.context.value, 8 * 16 * 3 * exchange))
    #expect(try step(Plan(context: 4, recompute: .full), e, job: job).context > found.context)
    #expect(try step(Plan(), e, job: job).context == .zero)
    // Four ranks share the work, and the gradients.
    #expect(found.compute < (try step(Plan(), e, job: job).compute) * 0.3)
    #expect(found.data > .zero)
    e[.contextOverlap] = 1
    #expect(try step(Plan(context: 4), e, job: job).context < found.context)
  }

  @Test("a group within the devices of one chip uses the links inside it")
  func deviceLink() throws {
    let instance = Instance.node(.round(devices: 2), chips: 4)
    let found = try estimate(Self.job, Plan(tensor: 2), on: instance).step.tensor.value
    func half(_ bytes: Double) -> Double { 5e-7 + bytes / 2 / 4e11 }
    #expect(isClose(found, 32 * 2 * ((8 * 4 + 2) * half(Self.hidden) + 3 * half(2048 * 4))))
  }

  @Test("a tensor group along one side of a torus has half of the links")
  func torus() throws {
    let torus = Instance.node(chips: 16, topology: .torus2D), plain = Instance.node(chips: 16)
    var slow = plain
    slow.scaleUp[0].bandwidth = known(1.5e11)
    let side = try estimate(Self.job, Plan(tensor: 4), on: torus).step.tensor
    #expect(side == (try estimate(Self.job, Plan(tensor: 4), on: slow).step.tensor))
    let whole = try estimate(Self.job, Plan(tensor: 16), on: torus).step.tensor
    #expect(whole == (try estimate(Self.job, Plan(tensor: 16), on: plain).step.tensor))
  }
}

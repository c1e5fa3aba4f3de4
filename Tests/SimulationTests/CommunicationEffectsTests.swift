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
  func scatter(_ bytes: Double, _ n: Double, steps: Double) -> Double {
    steps * 2e-6 + (n - 1) / n * bytes / 3e11
  }

  func step(_ plan: Plan, _ efficiency: Efficiency = .perfect(), job: Job = Self.job) throws
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
    #expect(isClose(data, Self.parameters / 40e6 * 2 * (3 * 4e-6 + 3 * 4e-5), 1e-9))
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
    // A call for each layer where all is sharded, else for each bucket of 40 M parameters.
    let calls = zero == 3 ? 8 : Self.parameters / 40e6
    let reduce = scatter(4 * Self.parameters, 8, steps: calls * 3)
    let gather = scatter(2 * Self.parameters, 8, steps: calls * 3)
    let expected = [2 * reduce, reduce + gather, m * reduce + gather, m * (2 * gather + reduce)][zero]
    #expect(isClose(try step(Plan(data: 8, zero: zero)).data.value, expected))
    #expect(try step(Plan()).data == .zero)
  }

  @Test("across nodes gradients go over the network by the eighth that each device reduced")
  func hierarchical() throws {
    let bytes = 4 * Self.parameters
    // Both at once: latencies add up, and the network's transfer is the longer one.
    let calls = Self.parameters / 40e6
    let half = calls * (scatter(0, 8, steps: 3) + 3 * 1e-5) + 3 / 4 * bytes / 8 / 2.5e10
    #expect(scatter(bytes, 8, steps: 3) < half)
    #expect(isClose(try step(Plan(data: 32)).data.value, 2 * half))
    // With so many ranks that a million parameters for each are the larger bucket.
    let many = Self.parameters / 64e6 * (3 * 2e-6 + 7 * 1e-5)
    var job = Self.job
    job.globalBatch = 64
    #expect(isClose(try step(Plan(data: 64), job: job).data.value, 2 * (many + 7 / 8 * bytes / 8 / 2.5e10)))
  }

  @Test(
    "before each call ranks wait for each doubling of them, by how far it goes: two calls a bucket, four collectives a layer"
  )
  func waits() throws {
    var e = Efficiency.perfect()
    e[.scaleUpWait] = 1e-4
    let tensor = try step(Plan(tensor: 8), e).tensor.value - step(Plan(tensor: 8)).tensor.value
    #expect(isClose(tensor, 32 * (8 * 4 + 2 + 3) * 3e-4, 1e-9))
    #expect(try step(Plan(data: 32), e).data == step(Plan(data: 32)).data)
    e[.scaleOutWait] = 1e-3
    let data = try step(Plan(data: 32, zero: 1), e).data.value - step(Plan(data: 32, zero: 1)).data.value
    #expect(isClose(data, 2 * Self.parameters / 40e6 * 5e-3, 1e-9))
    let reduced = try step(Plan(data: 32), e).data.value - step(Plan(data: 32)).data.value
    #expect(isClose(reduced, Self.parameters / 40e6 * 5e-3, 1e-9))
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

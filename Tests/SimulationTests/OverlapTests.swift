import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// What of communication hides behind other work, what that costs, and what software waits for.
extension CommunicationEffectsTests {
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
}

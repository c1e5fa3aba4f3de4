import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// How tokens come to their experts, what hides that, and what a host does for them.
extension BlockLawTests {
  @Test("Tokens that go to experts in 8 bits and come back in 16 are three quarters of the bytes") func dispatch() {
    let block = Block(
      .attention(Self.attention),
      .experts(Experts(count: 16, perToken: 2, net: DenseNet(size: 512, activation: .swiglu))))
    func bytes(_ type: DataType?) -> Double? {
      var stack = Stack.able(.fused)
      stack.dispatchType = type
      return Lowering(job: Self.job(Self.model([block])), stack: stack).operators(BlockShape(tensor: 1, expert: 8))[0]
        .first { $0.name == "ep.forward" }?.collective?.bytes
    }
    #expect(bytes(.fp8) == bytes(nil).map { $0 * 0.75 } && bytes(nil) == 4096 * 2 * 1024 * 2)
  }

  @Test("A token whose experts are neighbours is sent once for each rank that has some of them, all on one machine")
  func neighbours() throws {
    func exchange(_ dispatch: Stack.ExpertDispatch, expert: Int) throws -> Collective {
      let experts = Experts(count: 64, perToken: 8, net: DenseNet(size: 512, activation: .swiglu))
      var stack = Stack.able(.fused)
      stack.expertDispatch = dispatch
      let list = Lowering(
        job: Self.job(Self.model([Block(.attention(Self.attention), .experts(experts))])), stack: stack
      )
      .operators(BlockShape(tensor: 1, expert: expert))[0]
      return try #require(list.first { $0.name == "ep.forward" }?.collective)
    }
    // Eight ranks have eight experts each: one rank has all of a token's. Of 32 ranks four have them.
    for (ranks, receivers) in [(8, 1.0), (32, 4)] {
      let near = try exchange(.neighbours, expert: ranks), all = try exchange(.perExpert, expert: ranks)
      #expect(isClose(near.bytes, all.bytes * receivers / 8) && near.copies == receivers && near.within == 0)
      let machines = try exchange(.perMachine, expert: ranks)
      #expect(machines.bytes == all.bytes && machines.copies == 8 && machines.within == 1 && all.copies == 0)
    }
  }

  @Test("Rows are laid out twice where each expert is sent a copy, and once where a rank gets a token once")
  func permuted() throws {
    func rows(_ dispatch: Stack.ExpertDispatch, expert: Int, slices: Int = 1, within: Double = 1) throws -> Double {
      let net = DenseNet(size: 512, activation: .swiglu)
      let experts = Experts(count: 64, perToken: 8, net: net, within: within)
      var stack = Stack.able(.fused)
      stack.expertDispatch = dispatch
      let shape = BlockShape(tensor: 1, expert: expert, expertTensor: slices)
      let model = Self.model([Block(.attention(Self.attention), .experts(experts))])
      let list = Lowering(job: Self.job(model), stack: stack).operators(shape)[0]
      let all = try ["experts.permute", "experts.permute.grad", "experts.combine", "experts.combine.grad"].map { name in
        try #require(list.first { $0.name == name }).bytes
      }
      // As many before and after the experts' work, forward and backward; of each of 4,096 tokens.
      #expect(Set(all).count == 1)
      return all[0] / (4096 * 1024 * 2)
    }
    #expect(try rows(.perExpert, expert: 8) == 4 * 8)
    #expect(try rows(.perExpert, expert: 8, slices: 2) == 2 * 8 + 2 * 16)
    // Of eight ranks one is missed by all eight experts of a token as often as (7/8)^8.
    let reached = 8 * (1 - 5_764_801.0 / 16_777_216)
    #expect(try isClose(rows(.perMachine, expert: 8), reached + 8))
    #expect(try isClose(rows(.perMachine, expert: 16, within: 0.5), reached + 8))
    #expect(try isClose(rows(.perMachine, expert: 8, slices: 2), 2 * (reached + 8)))
    #expect(try rows(.perMachine, expert: 1) == 1 + 8)
    // Of neighbours one rank has all.
    #expect(try rows(.neighbours, expert: 8) == 1 + 8)
  }

  @Test("Biases of experts and the clamps beside them are passes over rows only where a stack runs them apart")
  func separateBiases() throws {
    func passes(_ isSeparate: Bool, bias: Bool, selective: Stack.Selective = .scores) -> [Operator] {
      let net = DenseNet(size: 512, activation: .swiglu, bias: bias)
      var stack = Stack.able(.fused)
      (stack.separateBiases, stack.selective) = (isSeparate, selective)
      let model = Self.model([Block(.attention(Self.attention), .experts(Experts(count: 64, perToken: 8, net: net)))])
      return Lowering(job: Self.job(model), stack: stack).operators(BlockShape(tensor: 1, expert: 8))[0].filter {
        $0.name.hasPrefix("experts.clamp") || $0.name.hasPrefix("experts.bias")
      }
    }
    #expect(passes(false, bias: true).isEmpty && passes(true, bias: false).isEmpty)
    let all = passes(true, bias: true), rows = 4096.0 * 8
    let bytes = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.bytes) })
    // Two bytes a number: the clamps and the copy read and write it; 28 bytes and 40 for a bias in fp32.
    #expect(
      bytes == [
        "experts.clamp": rows * 2 * 512 * 8, "experts.clamp.grad": rows * 2 * 512 * 15,
        "experts.bias": rows * 1024 * 28,
        "experts.bias.grad": rows * 1024 * 40,
      ])
    // The clamp is made again with the activation, the bias is not.
    let again = passes(true, bias: true, selective: .cheap).filter { $0.components.contains(.selective) }
    #expect(again.map(\.name) == ["experts.clamp"])
  }

  @Test("Beside another micro-batch the exchange of experts costs what it slows, or what is longer than all work")
  func paired() throws {
    let block = Block(
      .attention(Self.attention),
      .experts(Experts(count: 16, perToken: 2, net: DenseNet(size: 512, activation: .swiglu))))
    let model = Self.model([Block](repeating: block, count: 8))
    func exchange(
      _ overlap: Stack.ExpertOverlap, contention: Double, hidden: Double = 0, plan: Plan = Plan(data: 8, expert: 8),
      waits: Bool = false
    ) throws -> Double {
      var efficiency = Efficiency.perfect(.fused)
      efficiency.stack.expertOverlap = overlap
      if waits { efficiency.stack.waitedFor = [.exchange] }
      efficiency[.contention] = contention
      efficiency[.exchangeOverlap] = hidden
      return try Simulator(job: Self.job(model), instance: .node(), efficiency: efficiency).estimate(plan).step.exchange
        .value
    }
    let alone = try exchange(.layer, contention: 0)
    // Of eight micro-batches the first goes forward, and the last backward, with no other beside it.
    #expect(try isClose(exchange(.microBatches, contention: 0), alone / 8))
    #expect(try isClose(exchange(.microBatches, contention: 0.25), alone * (1 + 7 * 0.25) / 8))
    // In pipelines as many as there are stages.
    for (p, v) in [(2, 1), (4, 1), (4, 2)] {
      let plan = Plan(pipeline: p, interleave: v, data: 2, expert: 2)
      let each = try exchange(.layer, contention: 0, plan: plan) / 32
      #expect(try isClose(exchange(.microBatches, contention: 0, plan: plan), Double(p) * each))
    }
    // What the profile hides inside a layer is of no account then.
    #expect(try exchange(.microBatches, contention: 0.25, hidden: 0.5) == exchange(.microBatches, contention: 0.25))
    #expect(try exchange(.microBatches, contention: 0.25, plan: Plan(data: 8)) == 0)
    // What is waited for hides neither here nor there.
    #expect(try exchange(.microBatches, contention: 0.25, waits: true) == alone)
    #expect(try exchange(.layer, contention: 0.25, hidden: 0.5) < alone)
    #expect(try exchange(.layer, contention: 0.25, hidden: 0.5, waits: true) == alone)
  }

  @Test("What a host does for experts is behind nothing, and grows with the experts of a device") func hostOfExperts()
    throws
  {
    let experts = Experts(count: 16, perToken: 2, net: DenseNet(size: 4096, activation: .swiglu))
    let model = Self.model([Block(.attention(Self.attention), .experts(experts))])
    func host(_ expert: Int, _ value: Double) throws -> Double {
      var efficiency = Efficiency.perfect(.fused)
      // A host far faster than the device: only what is behind nothing counts.
      (efficiency[.hostForward], efficiency[.hostBackward]) = (1e-6, 2e-6)
      efficiency[.hostExperts] = value
      let job = Self.job(model)
      let plan = Plan(data: 8, expert: expert, zero: 1)
      return try Simulator(job: job, instance: .node(), efficiency: efficiency).estimate(plan).step[.host].value
    }
    let none = try host(8, 0), two = try host(8, 4), four = try host(4, 4)
    // One layer, 64 ÷ 8 micro-batches of one: 4 · 2/8 · (1 + 2) µs each.
    let ofTwo = two - none, ofFour = four - none
    #expect(abs(ofTwo - 24e-6) < 1e-9, "\(ofTwo)")
    #expect(abs(ofFour / ofTwo - 2) < 1e-6)
  }
}

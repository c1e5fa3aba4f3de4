import Quantities
import TestSupport
import Testing

@testable import Scenarios
@testable import Simulation

/// Experts whose matrices several ranks share.
@Suite struct ExpertTensorTests {
  static let net = DenseNet(size: 512, activation: .swiglu)
  static func block(_ loads: ExpertLoads = .fullestRank(1), latent: Int? = nil) -> Block {
    Block(
      .attention(BlockLawTests.attention),
      .experts(Experts(count: 16, perToken: 2, net: net, latent: latent, loads: loads)))
  }
  static func model(_ block: Block = block()) -> Model {
    BlockLawTests.model([Block](repeating: block, count: 8))
  }
  static let tokens = 4096.0, hidden = 1024.0

  static func operators(_ shape: BlockShape, _ block: Block = block(), dispatch: DataType? = nil) -> [Operator] {
    var stack = Stack.able(.fused)
    stack.dispatchType = dispatch
    return Lowering(job: BlockLawTests.job(BlockLawTests.model([block])), stack: stack).operators(shape)[0]
  }
  static func flops(_ operators: [Operator], _ name: String) -> Double {
    operators.filter { $0.name.hasPrefix(name) }.reduce(0) { $0 + $1.flops }
  }
  static func collective(_ operators: [Operator], _ name: String) -> Collective? {
    operators.first { $0.name == name }?.collective
  }

  static let shapes = [(1, 1), (8, 1), (4, 2), (2, 4), (1, 8), (16, 1), (2, 2), (1, 2)]

  @Test("Every rank has the same products however experts are spread and cut", arguments: shapes)
  func products(expert: Int, slices: Int) {
    let whole = Self.operators(BlockShape(tensor: 1))
    let cut = Self.operators(BlockShape(tensor: 1, expert: expert, expertTensor: slices))
    for name in ["experts.up", "experts.down", "router", "attention", "qkv"] {
      #expect(isClose(Self.flops(whole, name), Self.flops(cut, name)), "\(name)")
    }
    #expect(Self.flops(cut, "experts.up") > 0)
    // Each of E/e experts has the rows of x ranks, and 1/x of its width.
    let up = cut.first { $0.name == "experts.up" }
    #expect(up?.batch == Double(16 / expert) && up?.n == 2 * 512 / Double(slices))
    #expect(up?.m == Self.tokens * 2 * Double(slices) * Double(expert) / 16)
  }

  @Test("Rows of a group are gathered and scattered to their closed form, and travel between groups as before")
  func exchanged() {
    for (expert, slices) in Self.shapes {
      let list = Self.operators(BlockShape(tensor: 1, expert: expert, expertTensor: slices))
      let sent = Self.tokens * 2 * Self.hidden * 2
      for name in ["ep.forward", "ep.backward"] {
        #expect(
          Self.collective(list, name) == Collective(kind: .allToAll, group: expert, stride: slices, bytes: sent))
      }
      for name in ["etp.forward", "etp.backward"] {
        #expect(
          Self.collective(list, name)
            == Collective(kind: .reduceScatter, group: slices, stride: 1, bytes: sent * Double(slices)))
        // There and back.
        #expect(list.first { $0.name == name }?.repeats == 2)
      }
    }
    let shape = BlockShape(tensor: 1, expert: 4, expertTensor: 2)
    func gathered(_ block: Block, _ dispatch: DataType? = nil) -> Double? {
      Self.collective(Self.operators(shape, block, dispatch: dispatch), "etp.forward")?.bytes
    }
    let plain = gathered(Self.block())
    #expect(gathered(Self.block(latent: 256)) == plain.map { $0 / 4 })
    #expect(gathered(Self.block(), .fp8) == plain.map { $0 * 0.75 })
    #expect(gathered(Self.block(.fullestRank(1.25))) == plain.map { $0 * 1.25 })
  }

  @Test("One expert that tensor ranks share is the dense net that they share: products, weights and traffic")
  func dense() throws {
    let net = BlockLawTests.net
    let dense = Block(.attention(BlockLawTests.attention), .dense(net))
    let one = Block(.attention(BlockLawTests.attention), .experts(Experts(count: 1, perToken: 1, net: net)))
    let shape = BlockShape(tensor: 4, expertTensor: 4, sequenceParallel: true)
    let a = Self.operators(shape, dense), b = Self.operators(shape, one)
    #expect(Self.flops(a, "mlp.up") == Self.flops(b, "experts.up") && Self.flops(a, "mlp.up") > 0)
    #expect(Self.flops(a, "mlp.down") == Self.flops(b, "experts.down"))
    // A half of a layer gathers its input and scatters its output, over the same ranks.
    #expect(Self.collective(b, "etp.forward") == Self.collective(a, "tp.forward"))
    #expect(a.first { $0.name == "tp.forward" }?.repeats == 4 && b.first { $0.name == "tp.forward" }?.repeats == 2)
    func weights(_ block: Block) throws -> Double {
      let plan = Plan(tensor: 4, data: 2, expertTensor: 4, sequenceParallel: true)
      return try estimate(BlockLawTests.job(Self.model(block)), plan, .perfect(.fused)).memory.weights.value
    }
    // The router has a row of its own.
    #expect(try isClose(weights(one) - weights(dense), 8 * 1024 * 2))
  }

  @Test("Weights, gradients and states of experts fall with both degrees; inputs of others are kept besides")
  func memory() throws {
    func memory(_ expert: Int, _ slices: Int) throws -> MemoryParts {
      let plan = Plan(data: 8, expert: expert, expertTensor: slices)
      return try estimate(BlockLawTests.job(Self.model()), plan, .perfect(.fused)).memory
    }
    let whole = try memory(1, 1), experts = 8 * 16 * 3 * 1024 * 512.0
    for (expert, slices) in Self.shapes where expert * slices <= 8 {
      let found = try memory(expert, slices), gone = experts * (1 - 1 / Double(expert * slices))
      #expect(isClose((whole.weights - found.weights).value, gone * 2))
      #expect(isClose((whole.gradients - found.gradients).value, gone * 4))
      #expect(isClose((whole.optimizer - found.optimizer).value, gone * 12))
      // Rows of the other ranks of the group, of eight layers.
      let inputs = 8 * Self.tokens * 2 * Double(slices - 1) * Self.hidden * 2
      #expect(isClose((found.activations - whole.activations).value, inputs) || slices == 1)
      #expect(slices > 1 || found.activations == whole.activations)
    }
  }

  @Test("Gradients of experts are summed over the ranks that have the same piece of them") func gradients() throws {
    func data(_ expert: Int, _ slices: Int) throws -> Double {
      let plan = Plan(data: 8, expert: expert, expertTensor: slices, zero: 1)
      return try estimate(BlockLawTests.job(Self.model()), plan, .perfect(.fused)).step.data.value
    }
    for (expert, slices) in [(4, 2), (2, 4), (1, 8)] { #expect(try isClose(data(expert, slices), data(8, 1))) }
    for (expert, slices) in [(2, 2), (1, 4)] { #expect(try isClose(data(expert, slices), data(4, 1))) }
    // All eight ranks hold one copy: nothing of it is summed, as with half of them.
    #expect(try data(8, 1) < data(4, 1) && data(4, 1) < data(1, 1))
  }

  @Test("A load that is spread waits for the fullest group, however many ranks share each") func groups() {
    func rows(_ expert: Int, _ slices: Int) -> Double {
      let list = Self.operators(
        BlockShape(tensor: 1, expert: expert, expertTensor: slices), Self.block(.spread(0.5)))
      return Self.flops(list, "experts.up")
    }
    #expect(rows(1, 8) == rows(1, 1) && isClose(rows(4, 2), rows(4, 1)) && rows(4, 1) > rows(1, 1))
  }

  @Test(
    "The kernel equals its twin over random plans of cut experts, shapes of all kinds in one table", arguments: 0..<4)
  func twin(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(8100 + seed)), looked = 0
    let job = BlockLawTests.job(Self.model(Self.block(.spread(0.3))))
    let simulator = try Simulator(job: job, instance: .node(.tiled()), efficiency: .lossy(.fused))
    let rules = PlanRules(job: job, machine: simulator.machine)
    var plans: [Plan] = []
    while plans.count < 60 {
      let tensor = random.pick([1, 2, 4]), zero = random.pick([0, 1, 2, 3])
      let plan = Plan(
        tensor: tensor, pipeline: random.pick([1, 2, 4]), data: random.pick([1, 2, 4, 8, 16]),
        context: random.pick([1, 2]), expert: random.pick([1, 2, 4, 8, 16]), expertTensor: random.pick([1, 2, 4, 8]),
        zero: zero, shard: zero > 0 ? random.pick([nil, 2]) : nil, microBatch: random.pick([1, 2]),
        recompute: random.pick(Recompute.allCases), sequenceParallel: tensor > 1)
      if rules.problems(plan).isEmpty { plans.append(plan) }
    }
    let table = simulator.table(plans.map { BlockShape($0) })
    for (place, plan) in plans.enumerated() {
      var batch = PlanBatch(), fast = PlanResults(), naive = PlanResults()
      batch.append(plan)
      #expect(batch.plan(0, BlockShape(plan)) == plan)
      simulator.evaluate(batch, 0..<1, shape: place, of: table, into: &fast)
      simulator.evaluate(batch, 0..<1, shape: place, of: table, into: &naive, naively: true)
      let found = simulator.estimate(plan)
      #expect(isClose(fast.step(0), naive.step(0), 1e-9) && isClose(fast.memory(0), naive.memory(0), 1e-9), "\(plan)")
      #expect(isClose(found.stepTime.value, fast.step(0), 1e-9), "\(plan)")
      looked += plan.expertTensor > 1 && plan.expert > 1 ? 1 : 0
    }
    #expect(looked > 5)
  }

  @Test(
    "Experts that cannot be cut, ranks that groups do not fill and stacks that cannot are refused, each by its reason")
  func rules() throws {
    func problems(_ model: Model, _ plan: Plan, _ stack: Stack = .able(.fused)) throws -> [PlanProblem] {
      var efficiency = Efficiency.perfect()
      efficiency.stack = stack
      let job = BlockLawTests.job(model)
      let machine = try Simulator(job: job, instance: .node(), efficiency: efficiency).machine
      return PlanRules(job: job, machine: machine).problems(plan)
    }
    let model = Self.model()
    #expect(try problems(model, Plan(data: 8, expert: 4, expertTensor: 2)).isEmpty)
    #expect(try problems(BlockLawTests.base, Plan(data: 8, expertTensor: 2)) == [.noExpertsToCut(2)])
    #expect(
      try problems(model, Plan(data: 6, expertTensor: 3)).contains(.expertTensorDoesNotDivide(3, size: 512)))
    #expect(
      try problems(model, Plan(data: 8, expert: 4, expertTensor: 4))
        == [.expertTensorRanks(4, expert: 4, ranks: 8)])
    // Of ranks that the expert degree alone does not fill, that alone is told.
    #expect(try problems(model, Plan(data: 8, expert: 16, expertTensor: 4)) == [.expertRanks(16, ranks: 8)])
    var unable = Stack.able(.fused)
    unable.expertParallel = false
    #expect(
      try problems(model, Plan(data: 8, expertTensor: 2), unable)
        == [.stackLacks(.expertTensorParallelism, stack: "able")])
    #expect(PlanProblem.expertTensorRanks(4, expert: 4, ranks: 8).key == "etp")
  }
}

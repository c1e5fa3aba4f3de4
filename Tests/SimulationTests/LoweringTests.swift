import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// The table of operators that `--explain` prints, for shapes of which each number can be worked out.
@Suite struct LoweringTests {
  static let job = Job(
    name: "70b", model: .llama70B, tokens: Count(1e12), sequenceLength: 4096, globalBatch: 8)

  private func operators(
    _ shape: BlockShape, _ attention: Stack.Attention = .fused, job: Job = Self.job
  ) -> [Operator] {
    Lowering(job: job, stack: .able(attention)).operators(shape)[0]
  }

  private func named(_ name: String, _ list: [Operator]) throws -> Operator {
    try #require(list.first { $0.name == name })
  }

  // Llama 3 70B on 8 tensor ranks: h 8192, 64 heads and 8 key/value heads of 128, f 28,672, V 128,256. A
  // micro-batch of two sequences has 8192 tokens.
  static let linear: [(String, Int, Int)] = [
    ("qkv", 8192, 1280), ("projection", 1024, 8192), ("mlp.up", 8192, 7168), ("mlp.down", 3584, 8192),
    ("head", 8192, 16_032),
  ]

  @Test(
    "each linear layer has a forward, a data-gradient and a weight-gradient product of its own shape",
    arguments: linear)
  func products(name: String, inner: Int, outer: Int) throws {
    let list = operators(BlockShape(tensor: 8, microBatch: 2, sequenceParallel: true))
    let (m, k, n) = (8192.0, Double(inner), Double(outer))
    let forward = try named(name, list)
    let data = try named("\(name).dgrad", list), weight = try named("\(name).wgrad", list)
    #expect([forward.m, forward.n, forward.k, forward.batch] == [m, n, k, 1])
    #expect([data.m, data.n, data.k, data.batch] == [m, k, n, 1])
    #expect([weight.m, weight.n, weight.k, weight.batch] == [k, n, m, 1])
    #expect([forward, data, weight].allSatisfy { $0.flops == 2 * m * n * k })
    // Operands and result in 16 bits; the weight gradient adds to an fp32 buffer: reads and writes it.
    #expect(forward.bytes == 2 * (m * k + k * n + m * n) && data.bytes == forward.bytes)
    #expect(weight.bytes == 2 * (m * k + m * n) + 8 * k * n)
  }

  @Test("key/value heads are repeated where there are more tensor ranks than heads")
  func repeatedHeads() throws {
    let list = operators(BlockShape(tensor: 16))
    #expect(try named("qkv", list).n == (4 + 2) * 128)
  }

  @Test("a vocabulary that does not divide is padded to the next row")
  func paddedVocabulary() throws {
    var job = Self.job
    job.model.vocabularySize = 128_257
    #expect(try named("head", operators(BlockShape(tensor: 8), job: job)).n == 16_033)
  }

  /// Bytes per token on one of 8 ranks.
  static let passes: [(String, Int)] = [
    // Two passes of h/t forward and three backward, in 16 bits.
    ("attention.norm", 2 * 1024 * 2), ("attention.norm.grad", 3 * 1024 * 2), ("mlp.residual", 3 * 1024 * 2),
    // Rotary embedding reads and writes 8 query heads and one key head.
    ("qk-transform", 2 * 9 * 128 * 2),
    // Gate and up in, product out; backward reads three and writes two.
    ("activation", 3 * 3584 * 2), ("activation.grad", 5 * 3584 * 2),
    // Queries, keys, values and output once.
    ("attention", 18 * 128 * 2), ("attention.grad", 2 * 18 * 128 * 2),
    ("embedding", 2 * 8192 * 2), ("embedding.grad", 8192 * 10), ("embedding.dropout", 0),
    ("head.norm", 2 * 1024 * 2), ("cross-entropy", 16_032 * 14), ("cross-entropy.grad", 16_032 * 10),
  ]

  @Test("operators between the products move each tensor once per pass", arguments: passes)
  func bytes(name: String, perToken: Int) throws {
    let list = operators(BlockShape(tensor: 8, microBatch: 2, sequenceParallel: true))
    #expect(try named(name, list).bytes == 8192 * Double(perToken))
  }

  @Test("attention works 4·b·a·s²·d_h forward, of which a causal kernel skips half; encoders skip nothing")
  func attention() throws {
    let full = 4.0 * 2 * 8 * 4096 * 4096 * 128
    let list = operators(BlockShape(tensor: 8, microBatch: 2))
    #expect(try named("attention", list).flops == full / 2)
    #expect(try named("attention", list).modelFLOPs == full)
    #expect(try named("attention.grad", list).flops == 2.5 * full / 2)
    var encoder = Self.job
    encoder.model.family = .encoder
    #expect(
      try named("attention", operators(BlockShape(tensor: 8, microBatch: 2), job: encoder)).flops == full)
  }

  @Test("unfused attention is two batched products forward and four backward around passes over the scores")
  func unfused() throws {
    let list = operators(BlockShape(tensor: 8, microBatch: 2), .unfused)
    let batched = list.filter { $0.batch > 1 }
    #expect(batched.count == 6)
    #expect(batched.allSatisfy { $0.batch == 16 && $0.flops == 2 * 16 * 4096 * 4096 * 128 })
    #expect(try named("softmax", list).bytes == 2 * 16 * 4096 * 4096 * 2)
    #expect(try named("softmax.grad", list).bytes == 3 * 16 * 4096 * 4096 * 2)
    #expect(try named("softmax.dropout", list).bytes == 0)
  }

  @Test("context ranks split queries and tokens, and see all keys")
  func context() throws {
    let whole = operators(BlockShape(tensor: 8)), split = operators(BlockShape(tensor: 8, context: 4))
    #expect(try named("mlp.up", split).m == 1024)
    #expect(try named("attention", split).flops == named("attention", whole).flops / 4)
    let exchange = try #require(try named("cp.forward", split).collective)
    #expect(exchange == Collective(kind: .reduceScatter, group: 4, stride: 8, bytes: 2 * 128 * 4096 * 2))
  }

  @Test("an encoder's head transforms every position before the vocabulary")
  func encoder() throws {
    var job = Self.job
    job.model.family = .encoder
    #expect(try named("head.transform", operators(BlockShape(tensor: 8), job: job)).n == 8192)
    #expect(!operators(BlockShape(tensor: 8)).contains { $0.name == "head.transform" })
  }

  @Test("all shapes of a job share one list of operators in one order")
  func oneOrder() {
    let names = operators(BlockShape(tensor: 1)).map(\.name)
    for t in [2, 8] {
      for c in [1, 4] {
        for split in [false, true] {
          let shape = BlockShape(
            tensor: t, context: c, microBatch: 4, recompute: .full, sequenceParallel: split)
          #expect(operators(shape).map(\.name) == names)
        }
      }
    }
  }

  @Test("a table of many shapes gives each what it gives alone")
  func table() throws {
    let simulator = try Simulator(job: Self.job, instance: .node(), efficiency: .lossy(.fused))
    let shapes = [1, 2, 4, 8].flatMap { t in [1, 2, 4].map { BlockShape(tensor: t, microBatch: $0) } }
    let many = simulator.table(shapes)
    var plans = PlanBatch(), alone = PlanResults(), among = PlanResults()
    plans.append(Plan(data: 1))
    for (i, shape) in shapes.enumerated() {
      #expect(many.shapes.firstIndex(of: shape) == i)
      simulator.evaluate(plans, shape: i, of: many, into: &among)
      simulator.evaluate(plans, shape: 0, of: simulator.table([shape]), into: &alone)
      #expect(alone.stepParts(0) == among.stepParts(0) && alone.memoryParts(0) == among.memoryParts(0))
    }
  }
}

@Suite struct BottleneckTests {
  private func bottleneck(
    _ job: Job, _ plan: Plan, on instance: Instance = .node(), _ values: [(EfficiencyParameter, Double)] = []
  ) throws -> Bottleneck {
    var efficiency = Efficiency.perfect(.fused)
    for (parameter, value) in values { efficiency[parameter] = value }
    let simulator = try Simulator(job: job, instance: instance, efficiency: efficiency)
    return PlanCase(simulator, plan).bottleneck
  }

  private let job = Job(
    name: "1b", model: .llama1B, tokens: Count(1e9), sequenceLength: 4096, globalBatch: 8)

  @Test("the word for what a step waits for is that of its largest part")
  func words() throws {
    #expect(try bottleneck(job, Plan(microBatch: 8)) == .compute)
    var slow = Instance.node()
    #expect(try bottleneck(job, Plan(data: 8), on: .node(chips: 1)) == Bottleneck(.data))
    #expect(try bottleneck(job, Plan(pipeline: 8, microBatch: 8)) == Bottleneck(.bubble))
    slow.scaleUp[0].bandwidth = known(1e9)
    #expect(try bottleneck(job, Plan(tensor: 8), on: slow) == Bottleneck(.tensor))
    var untied = job
    untied.model.tiedEmbeddings = false
    #expect(try bottleneck(untied, Plan(pipeline: 2), on: slow) == Bottleneck(.pipeline))
    #expect(try bottleneck(job, Plan(pipeline: 2), on: slow) == Bottleneck(.data))
    #expect(try bottleneck(job, Plan(context: 2), on: slow) != .compute)
    var starved = Chip.round()
    starved.memoryBandwidth = known(1e10)
    #expect(try bottleneck(job, Plan(microBatch: 8), on: .node(starved)) == .memoryBandwidth)
    #expect(try bottleneck(job, Plan(microBatch: 8), [(.hostForward, 1)]) == Bottleneck(.host))
    #expect(try bottleneck(job, Plan(), [(.stepTime, 100)]) == Bottleneck(.host))
    var large = job
    large.globalBatch = 512
    let spread = try bottleneck(large, Plan(data: 64), on: .node(chips: 1), [(.straggling, 1), (.scaleOutLatency, 0)])
    #expect(spread == Bottleneck(.straggling))
  }

  @Test("the memory-bound share grows as memory slows, from none to all")
  func share() throws {
    func share(_ bandwidth: Double) throws -> Double {
      var chip = Chip.round()
      chip.memoryBandwidth = known(bandwidth)
      return try Simulator(job: job, instance: .node(chip), efficiency: .perfect(.fused)).lowered(
        BlockShape(Plan())
      ).memoryBoundShare
    }
    let shares = try [1e9, 1e11, 1e12, 1e13, 1e16].map(share)
    #expect(shares == shares.sorted(by: >))
    #expect(shares[0] > 0.99 && shares[4] < 0.01)
  }
}

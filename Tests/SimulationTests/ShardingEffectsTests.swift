import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// What data-parallel ranks share, in which groups, in which type, and behind what it hides.
@Suite struct ShardingEffectsTests {
  static let parameters = CommunicationEffectsTests.parameters
  /// Four micro-batches on 32 ranks.
  static let job: Job = {
    var job = CommunicationEffectsTests.job
    job.globalBatch = 128
    return job
  }()

  private func step(_ plan: Plan, _ efficiency: Efficiency = .perfect(), job: Job = Self.job) throws -> StepParts {
    try estimate(job, plan, efficiency).step
  }

  /// Reduce-scatter over 8 ranks of one node, and over 4 nodes of what each rank of a node has left of it.
  private func inside(_ bytes: Double, calls: Double) -> Double { calls * 3 * 2e-6 + 7 / 8 * bytes / 3e11 }
  private func across(_ slice: Double, calls: Double) -> Double { calls * 3 * 1e-5 + 3 / 4 * slice / 2.5e10 }

  /// A call for each layer where all is sharded, else for each bucket of 40 M parameters.
  private func calls(zero: Int) -> Double { zero == 3 ? Double(Self.job.model.layers) : Self.parameters / 40e6 }

  /// Over both at once: latencies add up, and the slower transfer is waited for.
  private func through(_ bytes: Double, calls: Double) -> Double {
    let within = inside(bytes, calls: 0), between = across(bytes / 8, calls: 0)
    return inside(0, calls: calls) + across(0, calls: calls) + max(within, between)
  }

  private func windows(_ plan: Plan, _ e: Efficiency, job: Job = Self.job) throws -> (ahead: Double, back: Double) {
    let simulator = try Simulator(job: job, instance: .node(), efficiency: e)
    let d = simulator.lowered(BlockShape(plan)).detail()
    let layers = Double(job.model.layers)
    return (
      layers * (d.time(.layerForward) + d.time(.contextForward)) + d.time(.embeddingForward) + d.time(.headForward),
      layers * (d.time(.layerBackward) + d.time(.contextBackward)) + d.time(.embeddingBackward)
        + d.time(.headBackward)
    )
  }

  @Test(
    "copies within a node gather over its links, and add up their slices across nodes once a step", arguments: 1...3)
  func hybrid(zero: Int) throws {
    let gradients = 4 * Self.parameters, weights = 2 * Self.parameters
    let calls = calls(zero: zero)
    let reduce = inside(gradients, calls: calls), gather = inside(weights, calls: calls)
    let between = 2 * across(gradients / 8, calls: calls)
    let m = 4.0
    let expected = [reduce + between + gather, m * reduce + between + gather, m * (2 * gather + reduce) + between]
    let found = try step(Plan(data: 32, zero: zero, shard: 8))
    #expect(isClose(found.data.value, expected[zero - 1]))
    // One copy over all nodes sends the slices for every micro-batch instead: with many of them that is dearer.
    guard zero > 1 else { return }
    var job = Self.job
    job.globalBatch *= 16
    let shared = try step(Plan(data: 32, zero: zero, shard: 8), job: job),
      whole = try step(
        Plan(data: 32, zero: zero), job: job)
    #expect(whole.data.value > 1.1 * shared.data.value)
  }

  @Test("a copy is shared by the ranks of its shard alone: memory and update are those of 8 ranks, not of 32")
  func hybridMemory() throws {
    let hybrid = try estimate(Self.job, Plan(data: 32, zero: 3, shard: 8))
    let eight = try estimate(Self.job, Plan(data: 8, zero: 3))
    #expect(hybrid.memory.weights == eight.memory.weights && hybrid.memory.gradients == eight.memory.gradients)
    #expect(hybrid.memory.optimizer == eight.memory.optimizer)
    #expect(hybrid.step.optimizer == eight.step.optimizer)
    #expect(isClose(hybrid.memory.weights.value, 2 * Self.parameters / 8))
  }

  @Test("one shard of all ranks is no shard, and shards of one rank are no sharding", arguments: 1...3)
  func extremes(zero: Int) throws {
    let all = try estimate(Self.job, Plan(data: 32, zero: zero))
    let named = try estimate(Self.job, Plan(data: 32, zero: zero, shard: 32))
    #expect(StepParts.Part.allCases.allSatisfy { all.step[$0] == named.step[$0] })
    #expect(all.memory.total == named.memory.total)
    let alone = try estimate(Self.job, Plan(data: 32, zero: zero, shard: 1))
    let none = try estimate(Self.job, Plan(data: 32))
    #expect(isClose(alone.step.data.value, none.step.data.value))
    #expect(alone.memory.weights == none.memory.weights && alone.memory.optimizer == none.memory.optimizer)
  }

  @Test("a shard has to divide the ranks, and only then is a plan legal")
  func shardRules() throws {
    let machine = try Machine(instance: .node(), efficiency: .perfect(), precision: .bf16)
    let rules = PlanRules(job: Self.job, machine: machine)
    #expect(rules.problems(Plan(data: 32, zero: 3, shard: 8)).isEmpty)
    #expect(rules.problems(Plan(data: 16, context: 2, zero: 3, shard: 32)).isEmpty)
    // Where nothing is sharded there is nothing to divide.
    #expect(rules.problems(Plan(data: 32, shard: 5)).isEmpty)
    let problem = PlanProblem.shardDoesNotDivide(5, ranks: 32)
    #expect(rules.problems(Plan(data: 32, zero: 3, shard: 5)) == [problem])
  }

  @Test("what is exchanged for every micro-batch hides behind its share of each, whatever once a step hides behind")
  func shardOverlap() throws {
    var e = Efficiency.perfect()
    let plan = Plan(data: 32, zero: 3), plain = try step(plan)
    let window = try windows(plan, e)
    e[.shardOverlap] = 0.1
    #expect(try isClose(step(plan, e).data.value, plain.data.value - 4 * 0.1 * (window.ahead + window.back), 1e-9))
    e[.contention] = 0.25
    // Weights are what hides; their bytes take the switch less time than they take the network.
    let bytes = 2 * Self.job.model.parameterCount.total, gather = through(bytes, calls: calls(zero: 3))
    #expect(0.1 * window.back < gather && bytes / 3e11 < gather)
    let slower = 0.25 * bytes / 3e11 / gather
    let contended = plain.data.value - 4 * (1 - slower) * 0.1 * (window.ahead + window.back)
    #expect(try isClose(step(plan, e).data.value, contended, 1e-9))
    (e[.shardOverlap], e[.contention], e[.dataOverlap]) = (0, 0, 1)
    #expect(try step(plan, e).data == plain.data)
    // Gradients of stage 2 travel for every micro-batch, its parameters once.
    let two = Plan(data: 32, zero: 2), before = try step(two)
    (e[.shardOverlap], e[.dataOverlap]) = (0.1, 0.05)
    let hidden = 4 * 0.1 * window.back + 0.05 * window.ahead
    #expect(try isClose(step(two, e).data.value, before.data.value - hidden, 1e-9))
    // With copies, their sums are made once.
    e[.shardOverlap] = 0
    let copies = Plan(data: 32, zero: 3, shard: 8)
    let once = 0.05 * window.back
    #expect(try isClose(step(copies, e).data.value, step(copies).data.value - once, 1e-9))
  }

  @Test("what hides behind a layer hides behind what the layer waits for as well, and not twice behind its compute")
  func sharedWindow() throws {
    var e = Efficiency.perfect(.fused)
    var job = Self.job
    job.globalBatch = 32
    let plan = Plan(data: 8, context: 4, zero: 3)
    let plain = try step(plan, e, job: job), window = try windows(plan, e, job: job)
    e[.shardOverlap] = 0.1
    let found = try step(plan, e, job: job)
    #expect(found.context > .zero && found.context == plain.context)
    #expect(isClose(found.data.value, plain.data.value - 4 * 0.1 * (window.ahead + window.back), 1e-9))
  }

  @Test("gradients travel in a type of their own, and are kept in another")
  func reduceType() throws {
    var e = Efficiency.perfect()
    e.stack.reduceType = .bf16
    let half = through(2 * Self.parameters, calls: calls(zero: 0))
    #expect(try isClose(step(Plan(data: 32), e).data.value, 2 * half))
    let narrow = try estimate(Self.job, Plan(data: 32), e), wide = try estimate(Self.job, Plan(data: 32))
    #expect(narrow.memory.gradients == wide.memory.gradients && narrow.step.optimizer == wide.step.optimizer)
    // The shared embedding of first and last stage likewise, and 32-bit training has one type.
    #expect(try isClose(step(Plan(pipeline: 4), e).data.value, 2 * 2e-6 + 51_200 * 4096 * 2 / 3e11))
    var job = Self.job
    job.precision = .fp32
    #expect(try step(Plan(data: 32), e, job: job).data == step(Plan(data: 32), job: job).data)
  }

  @Test(
    "gradients that ranks share travel in another type where the stack says so, and a layer's take as much less room")
  func shardedReduceType() throws {
    var e = Efficiency.perfect(), less = e
    e.stack.peak = .moment
    less.stack.peak = .moment
    less.stack.shardedReduceType = .bf16
    for zero in 0...1 { #expect(try step(Plan(data: 32, zero: zero), less) == step(Plan(data: 32, zero: zero), e)) }
    for zero in 2...3 {
      let plan = Plan(data: 32, zero: zero), before = try estimate(Self.job, plan, e),
        after = try estimate(Self.job, plan, less)
      #expect(after.step.data < before.step.data && after.memory.gradients == before.memory.gradients)
      #expect(
        isClose((before.memory.workspace - after.memory.workspace).value, 2 * Self.job.model.parameterCount.perLayer))
    }
    // An optimizer that says in what gradients are summed says in what they travel, and 32-bit training has one type.
    var job = Self.job
    job.optimizer = try Optimizer(parsing: "adamw,gradients=fp32")
    #expect(job.shardedReduceType(less.stack) == .fp32)
    (job.optimizer, job.precision) = (.adamw, .fp32)
    #expect(job.shardedReduceType(less.stack) == .fp32)
  }

  @Test("where stages are interleaved, gradients travel while the pipeline drains")
  func drain() throws {
    var job = Self.job
    job.model = .megatron(layers: 8, hidden: 4096, heads: 32, tied: false)
    var e = Efficiency.perfect()
    for (plan, drains) in [(Plan(pipeline: 4, data: 8), 0.0), (Plan(pipeline: 4, interleave: 2, data: 8), 1)] {
      e[.dataOverlap] = 0
      let plain = try step(plan, e, job: job)
      let simulator = try Simulator(job: job, instance: .node(), efficiency: e)
      let d = simulator.lowered(BlockShape(plan)).detail()
      // The last stage, which has the head.
      let back = 2 * d.time(.layerBackward) + d.time(.headBackward)
      e[.dataOverlap] = 0.01
      let found = try step(plan, e, job: job)
      #expect(plain.bubble > .zero && found.bubble == plain.bubble)
      let hidden = 0.01 * (back + drains * plain.bubble.value)
      #expect(isClose(found.data.value, plain.data.value - hidden, 1e-9), "\(plan)")
    }
  }
}

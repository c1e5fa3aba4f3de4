import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

@Suite struct PlanRulesTests {
  /// 24 layers, 24 heads, 6 of them key/value heads, feed-forward 6144, 2048 tokens, 48 sequences.
  static let model = Model.llama(layers: 24, hidden: 3072, heads: 24, keyValueHeads: 6, feedForward: 6144)
  static let job = Job(
    name: "job", model: model, tokens: Count(1e9), sequenceLength: 2048, globalBatch: 48)

  private func rules(
    _ stack: Stack = .able(.unfused), clusters: Bool = true, model: Model = Self.model, length: Int = 2048
  ) throws -> PlanRules {
    var efficiency = Efficiency.perfect()
    efficiency.stack = stack
    var instance = Instance.node()
    if !clusters { instance.network = nil }
    var job = Self.job
    (job.model, job.sequenceLength) = (model, length)
    return PlanRules(
      job: job, machine: try Machine(instance: instance, efficiency: efficiency, precision: .bf16))
  }

  /// Legal as it stands; each test spoils one thing.
  static let legal = Plan(
    tensor: 2, pipeline: 4, interleave: 2, data: 3, context: 2, zero: 1, microBatch: 2, recompute: .full,
    sequenceParallel: true)

  private func spoiled(_ change: (inout Plan) -> Void) -> Plan {
    var plan = Self.legal
    change(&plan)
    return plan
  }

  @Test("a legal plan has no problems")
  func none() throws {
    #expect(try rules().problems(Self.legal, devices: 48).isEmpty)
    #expect(try rules().problems(Plan()).isEmpty)
    #expect(try rules(clusters: false).problems(Plan(tensor: 2, data: 4), devices: 8).isEmpty)
  }

  @Test("tensor ranks divide heads, feed-forward and key/value heads")
  func tensor() throws {
    // 16 divides 2048 tokens and 6144, not 24 heads, and 6 key/value heads neither way.
    #expect(
      try rules().problems(spoiled { $0.tensor = 16 })
        == [.tensorDoesNotDivideHeads(16, heads: 24), .tensorAndKeyValueHeads(16, keyValueHeads: 6)])
    var model = Self.model
    model.keyValueHeads = 1
    #expect(
      try rules(model: model).problems(spoiled { $0.tensor = 16 }) == [
        .tensorDoesNotDivideHeads(16, heads: 24)
      ])
    #expect(try rules().problems(spoiled { $0.tensor = 4 }) == [.tensorAndKeyValueHeads(4, keyValueHeads: 6)])
    model = Self.model
    model.feedForwardSize = 6145
    #expect(try rules(model: model).problems(Self.legal) == [.tensorDoesNotDivideFeedForward(2, size: 6145)])
  }

  @Test("sequence parallelism needs tensor ranks that split the sequence")
  func sequence() throws {
    #expect(try rules().problems(spoiled { $0.tensor = 1 }) == [.sequenceParallelNeedsTensor])
    let plan = spoiled { $0.tensor = 6 }
    #expect(try rules().problems(plan) == [.sequenceDoesNotSplit(by: 6, length: 1024)])
    #expect(try rules().problems(spoiled { ($0.tensor, $0.sequenceParallel) = (6, false) }).isEmpty)
  }

  @Test("context ranks split the sequence into two balanced parts each")
  func context() throws {
    let plan = spoiled { ($0.context, $0.sequenceParallel) = (3, false) }
    #expect(try rules().problems(plan) == [.contextDoesNotSplit(3, length: 2048)])
    #expect(try rules(length: 2052).problems(plan).isEmpty)
  }

  @Test("a context rank has as many tokens as a kernel of attention takes at a time")
  func shortContext() throws {
    #expect(try rules().shapeProblems(BlockShape(tensor: 1, context: 16)).isEmpty)
    #expect(
      try rules().shapeProblems(BlockShape(tensor: 1, context: 32)) == [.contextTooShort(32, length: 2048)])
    #expect(
      try rules(length: 4096).shapeProblems(BlockShape(tensor: 1, context: 512)).contains(
        .contextTooShort(512, length: 4096)))
  }

  @Test("stacks that do not split layers have no tensor ranks")
  func noTensor() throws {
    var stack = Stack.able(.unfused)
    stack.tensorParallel = false
    #expect(try rules(stack).problems(Self.legal) == [.stackLacks(.tensorParallelism, stack: "able")])
    #expect(try rules(stack).problems(spoiled { ($0.tensor, $0.sequenceParallel, $0.data) = (1, false, 6) }).isEmpty)
  }

  @Test("pipelines have at most as many chunks as layers, and spread the layers over them")
  func pipeline() throws {
    let deep = spoiled { ($0.pipeline, $0.interleave, $0.data) = (6, 6, 2) }
    #expect(try rules().problems(deep) == [.pipelineTooDeep(36, layers: 24)])
    // 24 layers on 20 chunks would leave 16 of 40 places empty; on 5 stages one of 25.
    let uneven = spoiled { ($0.pipeline, $0.interleave, $0.data) = (4, 5, 3) }
    #expect(try rules().problems(uneven) == [.pipelineUneven(pipeline: 4, interleave: 5, layers: 24)])
    #expect(try rules().problems(spoiled { ($0.pipeline, $0.interleave) = (5, 1) }).isEmpty)
  }

  @Test(
    "layers spread evenly, or with the last and then the first chunk one short",
    arguments: [
      (24, 4, 3, true), (23, 4, 3, true), (22, 4, 3, true), (21, 4, 3, false), (24, 5, 1, true),
      (23, 5, 1, true),
      (22, 5, 1, false), (7, 2, 1, true), (6, 2, 2, false), (7, 2, 2, true), (7, 1, 1, true),
      (3, 4, 1, false),
      (4, 4, 1, true), (126, 16, 1, true),
    ])
  func spreads(layers: Int, pipeline: Int, interleave: Int, legal: Bool) {
    #expect(PlanRules.spreads(layers: layers, pipeline: pipeline, interleave: interleave) == legal)
  }

  @Test("interleaving needs stages, and micro-batches in multiples of them")
  func interleave() throws {
    #expect(try rules().problems(spoiled { $0.pipeline = 1 }) == [.interleaveNeedsPipeline(2)])
    let few = spoiled { $0.data = 8 }
    #expect(try rules().problems(few) == [.interleaveNeedsMicroBatches(microBatches: 3, pipeline: 4)])
  }

  @Test("DualPipe takes pairs of stages and of micro-batches, and two micro-batches a stage")
  func bothEnds() throws {
    var stack = Stack.able(.unfused)
    stack.dualPipe = true
    let rules = try rules(stack)
    func problems(_ p: Int, _ m: Int) -> [PlanProblem] { rules.problems(Plan(pipeline: p, microBatch: 48 / m)) }
    #expect(problems(4, 8) == [] && problems(1, 1) == [] && problems(2, 4) == [])
    for (p, m) in [(4, 6), (3, 8), (2, 3), (8, 8)] {
      #expect(problems(p, m) == [.dualPipeNeedsPairs(microBatches: m, pipeline: p)])
    }
  }

  @Test("the global batch splits into micro-batches and data-parallel ranks")
  func batch() throws {
    #expect(
      try rules().problems(spoiled { $0.data = 5 }) == [.batchDoesNotSplit(batch: 48, microBatch: 2, data: 5)]
    )
    #expect(
      try rules().problems(Plan(microBatch: 96)) == [.batchDoesNotSplit(batch: 48, microBatch: 96, data: 1)])
  }

  @Test("optimizer sharding needs ranks to shard over, and from stage 2 on a pipeline of one")
  func zero() throws {
    #expect(try rules().problems(spoiled { $0.zero = 2 }) == [.zeroNeedsWholeModel(zero: 2, pipeline: 4)])
    #expect(try rules().problems(spoiled { ($0.data, $0.context) = (1, 1) }) == [.zeroNeedsRanks(1)])
    #expect(try rules().problems(Plan(context: 2, zero: 1)).isEmpty)
    #expect(try rules().problems(Plan(data: 2, zero: 3)).isEmpty)
  }

  static let lacks: [(StackFeature, @Sendable (inout Stack) -> Void)] = [
    (.sequenceParallelism, { $0.sequenceParallel = false }),
    (.contextParallelism, { $0.contextParallel = false }),
    (.recomputation(.full), { $0.recompute = [.none, .selective] }),
    (.zero(1), { $0.zeroStages = [0, 3] }),
    (.pipelineParallelism, { $0.pipeline = false }),
    (.interleaving, { $0.interleaving = false }),
  ]

  @Test("what the software stack lacks is named", arguments: lacks)
  func stack(what: StackFeature, change: @Sendable (inout Stack) -> Void) throws {
    var stack = Stack.able(.unfused)
    change(&stack)
    #expect(try rules(stack).problems(Self.legal) == [.stackLacks(what, stack: "able")])
  }

  @Test("a plan uses exactly the devices there are")
  func devices() throws {
    #expect(try rules().problems(Self.legal, devices: 40) == [.devices(product: 48, available: 40)])
  }

  @Test("without a network between instances a plan stays inside one")
  func node() throws {
    #expect(try rules(clusters: false).problems(Plan(data: 16)) == [.leavesNode(devices: 16)])
    #expect(try rules(clusters: false).problems(Plan(data: 8)).isEmpty)
  }

  @Test("everything wrong with a plan is reported at once")
  func all() throws {
    let plan = Plan(tensor: 5, interleave: 2, data: 7, zero: 2, recompute: .full)
    #expect(try rules().problems(plan, devices: 1).count == 6)
  }

  @Test("a problem names the key of the plan that is most likely to be changed")
  func keys() {
    #expect(PlanProblem.stackLacks(.zero(3), stack: "x").key == "zero")
    #expect(PlanProblem.stackLacks(.recomputation(.full), stack: "x").key == "recompute")
    #expect(PlanProblem.stackLacks(.pipelineParallelism, stack: "x").key == "pp")
    #expect(PlanProblem.recommenderSplits(.context(2)).key == "cp")
    #expect(PlanProblem.zeroNeedsWholeModel(zero: 2, pipeline: 4).key == "zero")
    #expect(PlanProblem.devices(product: 4, available: 8).key == "tp")
  }

  @Test("divisors are all there are, ascending", arguments: [1, 2, 7, 12, 36, 97, 720, 1024])
  func allDivisors(n: Int) {
    #expect(divisors(n) == (1...n).filter { n % $0 == 0 })
  }
}

import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// A recommender small enough to be worked out by hand: 4 dense features, 3 tables of 1,000 rows that are looked up twice
/// and one of 10 that is looked up once, vectors of 8.
@Suite struct RecommenderTests {
  private static let net = Recommender(
    bottom: [4, 16, 8], top: [8 + 10, 32, 1], interaction: .dot,
    tables: [.init(rows: 1000, lookups: 2, count: 3), .init(rows: 10)], dimension: 8)
  private static let crossed = Recommender(
    bottom: [4, 16, 8], top: [40, 32, 1], interaction: .cross, crosses: 3, crossRank: 6, tables: net.tables,
    dimension: 8)

  private static func model(_ net: Recommender = net) -> Model {
    var model = Model.unread
    (model.name, model.family, model.recommender) = ("small", .recommender, net)
    return model
  }

  private static func job(_ net: Recommender = net, batch: Int = 4096) -> Job {
    Job(name: "small", model: model(net), tokens: Count(1e6), sequenceLength: 1, globalBatch: batch)
  }

  private static func operators(_ net: Recommender = net, microBatch: Int = 100) -> [Operator] {
    Lowering(job: job(net), stack: .able(.fused)).operators(BlockShape(tensor: 1, microBatch: microBatch))[0]
  }

  @Test(
    "The top net takes the bottom's output and a product for each pair of vectors, or all vectors where they are crossed"
  )
  func interacted() {
    #expect(Self.net.vectors == 5 && Self.net.pairs == 10 && Self.net.interacted == 18)
    #expect(Self.crossed.interacted == 40)
  }

  @Test("Nets, tables and crosses have the parameters counted by hand")
  func parameters() {
    let nets: Double = 80 + 136 + 608 + 33
    let count = Self.net.parameterCount
    #expect(count.perLayer == nets && count.embedding == 3010 * 8 && count.total == nets + 24_080)
    let crosses: Double = 3 * 520
    #expect(Self.crossed.parameterCount.perLayer == nets + 22 * 32 + crosses)
  }

  @Test("Each layer of a net is a product with its own shape, forward and twice backward")
  func layers() {
    let products = Self.operators().filter { $0.name == "bottom" || $0.name == "top" }
    #expect(products.map { [$0.m, $0.n, $0.k] } == [[100, 16, 4], [100, 8, 16], [100, 32, 18], [100, 1, 32]])
    #expect(Self.operators().filter { $0.name.hasSuffix(".wgrad") }.map(\.k) == [100, 100, 100, 100])
    #expect(Self.operators(Self.crossed).filter { $0.name == "cross.up" && $0.n == 40 && $0.k == 6 }.count == 3)
  }

  @Test("Interaction is a product of all vectors by all for each sample, and one for either side backward")
  func interaction() {
    let products = Self.operators().filter { $0.kind == .batched }
    #expect(products.map { [$0.batch, $0.m, $0.n, $0.k] } == [[100, 5, 5, 8], [100, 5, 8, 5], [100, 5, 8, 5]])
    #expect(Self.operators(Self.crossed).allSatisfy { $0.kind != .batched })
  }

  @Test("Tables are read row by row forward, and read and written with their rows' state backward")
  func tables() throws {
    let forward = try #require(Self.operators().first { $0.name == "tables" })
    // 7 lookups of 32 bytes and an index, 4 vectors of 16.
    #expect(forward.bytes == 100 * (7 * (32 + 8) + 4 * 16))
    let backward = try #require(Self.operators().first { $0.name == "tables.update" })
    #expect(backward.bytes == 100 * 7 * (16 + 2 * (32 + 4) + 8))
    #expect(forward.flops == 0 && backward.flops == 0)
  }

  @Test("Useful work is six operations for each weight of a net and each product of a pair")
  func work() {
    let weights: Double = 64 + 128 + 576 + 32, pairs: Double = 5 * 5 * 8
    let found = ModelWork(job: Self.job(), stack: .able(.fused)).perSequence.value
    #expect(found == 6 * (weights + pairs))
  }

  @Test("Tables and their state are spread over all ranks, nets are on each")
  func memory() throws {
    let one = try estimate(Self.job(), Plan(microBatch: 64)),
      four = try estimate(Self.job(), Plan(data: 4, microBatch: 64))
    let nets = Self.net.parameterCount.perLayer
    #expect(one.memory.weights.value == 2 * nets + 24_080 * 4)
    #expect(four.memory.weights.value == 2 * nets + 24_080)
    #expect(one.memory.optimizer.value == 12 * nets + 3010 * 4)
    #expect(four.memory.optimizer.value == 12 * nets + 3010)
    #expect(one.memory.gradients == four.memory.gradients && one.memory.gradients.value == 4 * nets)
  }

  @Test("A checkpoint has the nets by the job's optimizer, and of tables weights and a number for each row")
  func checkpoint() throws {
    let simulator = try Simulator(job: Self.job(), instance: .node(), efficiency: .perfect())
    #expect(simulator.checkpointSize.value == 14 * Self.net.parameterCount.perLayer + 24_080 * 4 + 3010 * 4)
  }

  @Test("What is looked up is exchanged forward and backward at the links of the tier that holds all ranks")
  func exchange() throws {
    // Nothing else is in `data` but the nets' gradients, which do not depend on the micro-batch.
    func exchanged(_ ranks: Int, _ microBatch: Int) throws -> Double {
      let job = Self.job(batch: ranks * microBatch)
      var none = Self.net
      none.tables = [.init(rows: 1e-300, lookups: 0, count: 4)]
      let with = try estimate(job, Plan(data: ranks, microBatch: microBatch)).step.data.value
      let without = try estimate(
        Self.job(none, batch: ranks * microBatch), Plan(data: ranks, microBatch: microBatch)
      ).step.data.value
      return with - without
    }
    // Two ranks have two vectors a table and sample, 8, and 7 rows are looked up: the rows go.
    #expect(isClose(try exchanged(2, 1000), 2 * (1e3 * 7 * 16 / 2 / 3e11), 1e-6))
    #expect(isClose(try exchanged(8, 1000), 2 * (1e3 * 7 * 16 * 7 / 8 / 3e11), 1e-6))
    // Beyond a machine by the network.
    #expect(isClose(try exchanged(16, 1000), 2 * (1e3 * 7 * 16 * 15 / 16 / 2.5e10), 1e-6))
  }

  @Test("Where samples look up more rows than ranks times tables, ranks exchange vectors they have added up")
  func pooled() throws {
    func data(_ lookups: Int) throws -> Seconds {
      var net = Self.net
      net.tables = [.init(rows: 1000, lookups: lookups, count: 4)]
      return try estimate(Self.job(net), Plan(data: 2, microBatch: 2048)).step.data
    }
    #expect(try data(1) < data(2))
    #expect(try data(2) == data(100))
  }

  @Test("One rank exchanges nothing")
  func alone() throws {
    #expect(try estimate(Self.job(), Plan(microBatch: 4096)).step.data == .zero)
  }

  @Test("A recommender has data-parallel ranks alone, and is told so")
  func rules() throws {
    let machine = try Machine(instance: .node(), efficiency: .perfect(), precision: .bf16)
    let rules = PlanRules(job: Self.job(), machine: machine)
    #expect(rules.problems(Plan(data: 8, zero: 1, microBatch: 512), devices: 8).isEmpty)
    #expect(rules.problems(Plan(tensor: 2, microBatch: 512)) == [.recommenderSplits(.tensor(2))])
    #expect(rules.problems(Plan(context: 2, microBatch: 512)) == [.recommenderSplits(.context(2))])
    #expect(rules.problems(Plan(pipeline: 2, microBatch: 512)) == [.recommenderSplits(.pipeline(2))])
    #expect(
      rules.stageProblems(pipeline: 2) == [.recommenderSplits(.pipeline(2))] && rules.stageProblems(pipeline: 1).isEmpty
    )
    #expect(rules.problems(Plan(recompute: .full)) == [.recommenderRecomputes(.full)])
  }

  @Test("The kernel's twin says the same of a recommender")
  func twin() throws {
    let simulator = try Simulator(job: Self.job(), instance: .node(), efficiency: .lossy(.fused))
    var plans = PlanBatch()
    for (data, zero) in [(1, 0), (2, 0), (8, 1), (16, 2), (32, 3)] {
      plans.append(pipeline: 1, interleave: 1, data: data, zero: zero)
    }
    let table = simulator.table([BlockShape(tensor: 1, microBatch: 16)])
    var fast = PlanResults(), naive = PlanResults()
    simulator.evaluate(plans, 0..<plans.count, shape: 0, of: table, into: &fast)
    simulator.evaluate(plans, 0..<plans.count, shape: 0, of: table, into: &naive, naively: true)
    for i in 0..<plans.count {
      #expect(isClose(fast.step(i), naive.step(i)) && isClose(fast.memory(i), naive.memory(i)))
    }
  }

  @Test("Looking up rows is bound by memory")
  func bound() throws {
    var net = Self.net
    net.tables = [.init(rows: 1000, lookups: 1000, count: 4)]
    let simulator = try Simulator(job: Self.job(net), instance: .node(), efficiency: .perfect())
    let plan = Plan(microBatch: 4096)
    #expect(simulator.lowered(BlockShape(plan)).memoryBoundShare > 0.9)
    #expect(PlanCase(simulator, plan).bottleneck == .memoryBandwidth)
  }
}

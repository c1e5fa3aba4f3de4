import Foundation
import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Linear layers between widths, and the shipped models with two towers.
@Suite struct TowerTests {
  private static let one = Projection(inputs: 588, outputs: 1024)

  private static func job(_ one: Projection, length: Int? = 256) -> Job {
    var model = Model.llama(
      layers: 1, hidden: 512, heads: 8, keyValueHeads: 8, feedForward: 2048, vocabulary: 50_000, tied: true)
    var block = Block(.projection(one), .none, norms: 0)
    block.length = length
    model.layout = Layout([block])
    return Job(name: "job", model: model, tokens: Count(1e9), sequenceLength: 64, globalBatch: 64)
  }

  private static func layer(_ one: Projection, _ shape: BlockShape = BlockShape(tensor: 1, microBatch: 4)) -> [Operator]
  {
    Lowering(job: job(one), stack: .able(.fused)).operators(shape)[0].filter {
      !$0.components.isDisjoint(with: [.layerForward, .layerBackward])
    }
  }

  @Test("A projection is one linear layer over its own positions, and nothing is sent for it") func product() {
    let model = Model.llama(
      layers: 1, hidden: 512, heads: 8, keyValueHeads: 8, feedForward: 2048, vocabulary: 50_000, tied: true)
    let plain = Job(name: "job", model: model, tokens: Count(1e9), sequenceLength: 256, globalBatch: 64)
    let d = Dimensions(Lowering(job: plain, stack: .able(.fused)), BlockShape(tensor: 1, microBatch: 4))
    let due = d.linear("linear", n: 1024, k: 588, columnParallel: false)
    let found = Self.layer(Self.one).filter { $0.name.hasPrefix("linear") && ($0.kind == .gemm || $0.kind == .cast) }
    #expect(found.map { [$0.flops, $0.bytes] } == due.map { [$0.flops, $0.bytes] })
    let forward: Double = 2 * 4 * 256 * 588 * 1024
    #expect(found.filter { $0.flops > 0 }.map(\.flops) == [forward, forward, forward])
    #expect(Self.layer(Self.one).allSatisfy { $0.collective == nil && ($0.kind == .gemm || $0.bytes == 0) })
    // Whole on each of two tensor ranks, but on half of the tokens where norms are shared out.
    let shared = Self.layer(Self.one, BlockShape(tensor: 2, microBatch: 4, sequenceParallel: true))
    #expect(shared.reduce(0) { $0 + $1.flops } == 1.5 * forward)
    #expect(Self.layer(Self.one, BlockShape(tensor: 2, microBatch: 4)).reduce(0) { $0 + $1.flops } == 3 * forward)
  }

  @Test("Its norm, vectors and activation are passes over the side that they stand on") func passes() {
    func bytes(_ change: (inout Projection) -> Void) -> [Double] {
      var one = Self.one
      change(&one)
      return Self.layer(one).filter { $0.kind != .gemm }.map { $0.bytes / (4 * 256 * 2) }.filter { $0 > 0 }
    }
    #expect(bytes { $0.norm = .before } == [2 * 588, 3 * 588])
    #expect(bytes { $0.norm = .after } == [2 * 1024, 3 * 1024])
    #expect(bytes { $0.vectors = 7 } == [3 * 1024])
    #expect(bytes { $0.activation = .gelu } == [2 * 1024, 3 * 1024])
    #expect(bytes { $0.bias = true } == [])
  }

  @Test("What goes into product, norm and activation is kept; the input alone where all is made again") func kept() {
    func kept(_ one: Projection, _ recompute: Recompute = .none) -> [Double] {
      let shape = BlockShape(tensor: 1, microBatch: 4, recompute: recompute)
      let layer = Lowering(job: Self.job(one), stack: .able(.fused)).activations(shape).layers[0]
      return [layer.kept / (4 * 256 * 2), layer.workspace / (4 * 256 * 2)]
    }
    #expect(kept(Self.one) == [588, 0] && kept(Self.one, .full) == [588, 588])
    let more = Projection(inputs: 588, outputs: 1024, norm: .after, activation: .gelu)
    #expect(kept(more) == [588 + 2048, 0] && kept(more, .full) == [588, 588 + 2048])
  }

  @Test("Positions of a projection need not be shared out; those of layers that look at each other do") func rules()
    throws
  {
    let job = Self.job(Self.one, length: 1)
    let machine = try Simulator(job: job, instance: .node(), efficiency: .perfect(.fused)).machine
    let rules = PlanRules(job: job, machine: machine)
    #expect(rules.shapeProblems(BlockShape(tensor: 4, context: 2, sequenceParallel: true)).isEmpty)
    #expect(Block(.projection(Self.one), .none, norms: 0).launched == 0.25)
  }

  private static let configs = Catalog(roots: [
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../configs")
      .standardizedFileURL.path
  ])

  private static func job(_ model: String, length: Int) throws -> Job {
    Job(
      name: "job", model: try configs.model(model), tokens: Count(1e9), sequenceLength: length, globalBatch: 256)
  }

  @Test("CLIP has the published parameters but for its temperature, and both towers do what each does alone")
  func clip() throws {
    let stack = Stack.able(.fused)
    let both = try Self.job("clip-l", length: 77)
    #expect(both.model.parameterCount.total == 427_616_513 - 1)
    let text = try Self.job("clip-l-text", length: 77), vision = try Self.job("clip-l-vision", length: 257)
    let tables = Lowering(job: both, stack: stack).operators(BlockShape(tensor: 1, microBatch: 8))
    func alone(_ job: Job) -> [[Double]] {
      Lowering(job: job, stack: stack).operators(BlockShape(tensor: 1, microBatch: 8))[0].filter {
        !$0.components.isDisjoint(with: [.layerForward, .layerBackward])
      }.map { [$0.flops, $0.bytes] }
    }
    #expect(both.model.layout.counts == [1, 24, 1, 12])
    func amounts(_ list: [Operator]) -> [[Double]] {
      list.filter { !$0.components.isDisjoint(with: [.layerForward, .layerBackward]) }.map { [$0.flops, $0.bytes] }
    }
    #expect(amounts(tables[1]) == alone(vision) && amounts(tables[3]) == alone(text))
    func work(_ job: Job) -> Double { ModelWork(job: job, stack: stack).layers.value }
    let patches: Double = 256 * 588 * 1024, out: Double = 1024 * 768
    #expect(isClose(work(both), work(text) + work(vision) + 6 * (patches + out)))
    #expect(isClose(ModelWork(job: both, stack: stack).head.value, 6 * 768 * 768))
  }

  @Test("VideoMAE has the parameters that its program makes, and its encoder sees a tenth of what its decoder does")
  func videoMAE() throws {
    let job = try Self.job("videomae-base", length: 160), model = job.model
    // All keys have a bias here: 768 and 384 more a layer.
    #expect(model.parameterCount.total == 94_210_944 + 12 * 768 + 4 * 384)
    func block(_ h: Double, _ s: Double) -> Double { 24 * s * h * h + 4 * s * s * h }
    let layers: Double = 12 * block(768, 160) + 4 * block(384, 1568)
    let ends: Double = 1568 * 1536 * 768 + 160 * 768 * 384 + 1408 * 384 * 1536
    let work = ModelWork(job: job, stack: .able(.fused))
    #expect(isClose(work.layers.value, 3 * (layers + 2 * ends)))
    #expect(work.head.value == 0)
  }

  @Test("A step of two towers has the time of both, and tensor degrees are those that both divide into")
  func step() throws {
    let job = try Self.job("clip-l", length: 77)
    func compute(_ plan: Plan) throws -> Double {
      try Simulator(job: job, instance: .node(), efficiency: .perfect(.fused)).estimate(plan).step.compute.value
    }
    let whole = try compute(Plan(data: 8, microBatch: 8)), split = try compute(Plan(tensor: 2, data: 4, microBatch: 16))
    #expect(whole > 0 && split > 0.9 * whole && split < 1.3 * whole)
    let machine = try Simulator(job: job, instance: .node(), efficiency: .perfect(.fused)).machine
    let rules = PlanRules(job: job, machine: machine)
    #expect(rules.shapeProblems(BlockShape(tensor: 8)).contains(.tensorDoesNotDivideHeads(8, heads: 12)))
    #expect(rules.shapeProblems(BlockShape(tensor: 4)).isEmpty)
  }
}

import Foundation
import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Convolutions as products of which one side is never written.
@Suite struct ConvolutionTests {
  private static let one = Convolution(kernel: 3, inputs: 32, outputs: 48, positions: 196, stride: 2)

  private static func model(_ list: [Convolution]) -> Model {
    var model = Model.megatron(layers: 1, hidden: 64, heads: 1, vocabulary: 1, tied: false, dropout: false)
    (model.family, model.vocabularySize, model.normalization, model.positions) = (.encoder, 0, .plain, .none)
    model.outputs = 10
    model.layout = Layout(list.map { Block(.convolution($0), .none, norms: 0) })
    return model
  }

  private static func job(_ list: [Convolution], batch: Int = 64) -> Job {
    Job(name: "made", model: model(list), tokens: Count(1e6), sequenceLength: 1, globalBatch: batch)
  }

  private static func operators(_ one: Convolution, microBatch: Int = 4, precision: DataType = .bf16) -> [Operator] {
    var job = job([one])
    job.precision = precision
    return Lowering(job: job, stack: .able(.fused)).operators(BlockShape(tensor: 1, microBatch: microBatch))[0]
      .filter { !$0.components.isDisjoint(with: [.layerForward, .layerBackward]) }
  }

  @Test("Work is 2·k²·C_in·C_out·positions of a sample forward, and as much for either gradient, whatever the stride")
  func work() throws {
    for stride in [1, 2, 3, 5] {
      var one = Self.one
      one.stride = stride
      let products = Self.operators(one).filter { $0.kind == .gemm }
      let forward: Double = 2 * 9 * 32 * 48 * 196 * 4
      #expect(products.map(\.name) == ["convolution", "convolution.dgrad", "convolution.wgrad"])
      #expect(products.allSatisfy { isClose($0.flops, forward) }, "\(stride): \(products.map(\.flops))")
    }
    let forward = try #require(Self.operators(Self.one).first { $0.name == "convolution" })
    #expect((forward.m, forward.n, forward.k) == (4 * 196, 48, 9 * 32))
    let back = try #require(Self.operators(Self.one).first { $0.name == "convolution.dgrad" })
    #expect((back.m, back.n) == (4 * 4 * 196, 32))
  }

  @Test("A kernel of one position is a linear layer over the positions: the same products and bytes") func linear() {
    let one = Convolution(kernel: 1, inputs: 64, outputs: 256, positions: 128)
    let model = Model.megatron(layers: 1, hidden: 64, heads: 1)
    let job = Job(name: "made", model: model, tokens: Count(1e6), sequenceLength: 128, globalBatch: 4)
    let lowering = Lowering(job: job, stack: .able(.fused))
    let layer = Dimensions(lowering, BlockShape(tensor: 1, microBatch: 4)).linear(
      "layer", n: 256, k: 64, columnParallel: false
    ).filter { $0.kind == .gemm && $0.flops > 0 }
    let products = Self.operators(one).filter { $0.kind == .gemm }
    #expect(products.map { [$0.m, $0.n, $0.k, $0.bytes] } == layer.map { [$0.m, $0.n, $0.k, $0.bytes] })
  }

  @Test("Norm and activation are passes over the output; a sum reads the other branch, too") func passes() {
    func bytes(_ ending: Convolution.Ending) -> [Double] {
      var one = Self.one
      one.ending = ending
      let pass: Double = 4 * 196 * 48 * 2
      return Self.operators(one).filter { $0.kind != .gemm && $0.kind != .cast }.map { $0.bytes / pass }
    }
    #expect(bytes(.relu) == [3, 2, 3, 5] && bytes(.sum) == [3, 3, 6, 5] && bytes(.none) == [3, 0, 0, 5])
  }

  @Test("What the norm takes and what follows it gives are kept for backward") func kept() {
    func kept(_ ending: Convolution.Ending) -> Double {
      var one = Self.one
      one.ending = ending
      return Lowering(job: Self.job([one]), stack: .able(.fused)).activations(BlockShape(tensor: 1, microBatch: 4))
        .layers[0].kept
    }
    let pass: Double = 4 * 196 * 48 * 2
    #expect(kept(.relu) == 2 * pass && kept(.sum) == 2 * pass && kept(.none) == pass)
  }

  @Test("Each input is read once, and of a wide stride those that the kernel meets") func read() throws {
    func bytes(_ kernel: Int, _ stride: Int) throws -> Double {
      let one = Convolution(kernel: kernel, inputs: 32, outputs: 48, positions: 196, stride: stride)
      let weight = Double(kernel * kernel * 32 * 48 * 2), given: Double = 4 * 196 * 48 * 2
      return try #require(Self.operators(one).first { $0.name == "convolution" }).bytes - weight - given
    }
    let output: Double = 4 * 196 * 32 * 2
    #expect(try [bytes(3, 1), bytes(3, 2), bytes(1, 2), bytes(3, 5)] == [output, 4 * output, output, 9 * output])
  }

  private static let configs = Catalog(roots: [
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../configs")
      .standardizedFileURL.path
  ])

  @Test("ResNet-50 has the published parameters and 4.09 G multiply-adds, those of its table added up") func resnet()
    throws
  {
    let model = try Self.configs.model("resnet-50")
    #expect(model.layers == 53 && model.parameterCount.total == 25_557_032)
    // Channels in, of the narrow convolutions, bottlenecks, positions before and after (arXiv:1512.03385 table 1, stride in the middle).
    let stages: [(Double, Double, Double, Double, Double)] = [
      (64, 64, 3, 3136, 3136), (256, 128, 4, 3136, 784), (512, 256, 6, 784, 196), (1024, 512, 3, 196, 49),
    ]
    var sum: Double = 49 * 3 * 64 * 12_544 + 2048 * 1000
    for (inputs, width, count, before, after) in stages {
      let wide = 4 * width
      sum += inputs * width * before + 9 * width * width * after + width * wide * after + inputs * wide * after
      sum += (count - 1) * (2 * wide * width + 9 * width * width) * after
    }
    let job = Job(name: "made", model: model, tokens: Count(1e6), sequenceLength: 1, globalBatch: 256)
    let found = ModelWork(job: job, stack: .able(.fused)).perSequence.value
    #expect(isClose(found, 3 * 2 * sum), "\(found / 6) and \(sum)")
    #expect(abs(found / 6 / 4.09e9 - 1) < 0.001)
  }

  @Test("Plans have data ranks alone: every other degree is refused by its own name") func rules() throws {
    let job = Self.job([Self.one, Self.one])
    let machine = try Simulator(job: job, instance: .node(), efficiency: .perfect(.fused)).machine
    func problems(_ plan: Plan) -> [PlanProblem] { PlanRules(job: job, machine: machine).problems(plan) }
    #expect(problems(Plan(data: 8, zero: 1)).isEmpty)
    #expect(problems(Plan(tensor: 2, data: 4)) == [.convolutionSplits(.tensor(2))])
    #expect(problems(Plan(pipeline: 2, data: 4)) == [.convolutionSplits(.pipeline(2))])
    #expect(problems(Plan(data: 4, context: 2)) == [.convolutionSplits(.context(2))])
    #expect(problems(Plan(data: 8, recompute: .full)) == [.convolutionRecomputes(.full)])
    #expect(problems(Plan(data: 8, expert: 2)) == [.noExperts(2)])
  }

  @Test("A step has the work of all convolutions, and its gradients are summed by the data ranks") func step() throws {
    let one = Convolution(kernel: 3, inputs: 512, outputs: 512, positions: 196)
    let single = try estimate(Self.job([one], batch: 512), Plan(data: 8, microBatch: 64))
    let double = try estimate(Self.job([one, one], batch: 512), Plan(data: 8, microBatch: 64))
    #expect(double.step.compute > single.step.compute && double.step[.data] > single.step[.data])
    #expect(single.step.tensor == .zero && single.step[.data] > .zero)
    // 178 GFLOP at 1e15 a second and 167 MB at 2e12: products and passes are of one size, and neither is forgotten.
    let product: Double = 3 * 2 * 9 * 512 * 512 * 196 * 64, pass: Double = 196 * 64 * 512 * 2
    let least = product / 1e15 + 13 * pass / 2e12
    #expect(isClose(double.step.compute.value - single.step.compute.value, least, 0.02))
  }

  @Test("A host launches a quarter of a transformer's layer for a convolution; a frozen one works forward only")
  func launches() throws {
    let block = Block(.convolution(Self.one), .none, norms: 0)
    #expect(block.launched == 0.25 && Block(.none, .none).launched == 1)
    var job = Self.job([Self.one, Self.one])
    job.training = Training(.frozen(1))
    let simulator = try Simulator(job: job, instance: .node(), efficiency: .perfect(.fused))
    let tables = simulator.lowered(BlockShape(tensor: 1)).tables
    #expect(tables[0].allSatisfy { !$0.components.contains(.layerBackward) })
    #expect(tables[1].contains { $0.components.contains(.layerBackward) })
  }
}

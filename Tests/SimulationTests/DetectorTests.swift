import Foundation
import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// What detectors add to convolutions: groups, biases, norms that are frozen or absent, levels that share weights.
@Suite struct DetectorTests {
  private static let one: Convolution = {
    var one = Convolution(kernel: 3, inputs: 128, outputs: 256, positions: 196, stride: 2)
    one.groups = 32
    return one
  }()

  private static func job(_ list: [Convolution]) -> Job {
    var model = Model.megatron(layers: 1, hidden: 64, heads: 1, vocabulary: 1, tied: false, dropout: false)
    (model.family, model.vocabularySize, model.normalization, model.positions) = (.encoder, 0, .plain, .none)
    model.outputs = 0
    model.layout = Layout(list.map { Block(.convolution($0), .none, norms: 0) })
    return Job(name: "made", model: model, tokens: Count(1e6), sequenceLength: 1, globalBatch: 64)
  }

  private static func operators(_ one: Convolution) -> [Operator] {
    Lowering(job: job([one]), stack: .able(.fused)).operators(BlockShape(tensor: 1, microBatch: 4))[0]
      .filter { !$0.components.isDisjoint(with: [.layerForward, .layerBackward]) }
  }

  private static func kept(_ one: Convolution) -> Double {
    Lowering(job: job([one]), stack: .able(.fused)).activations(BlockShape(tensor: 1, microBatch: 4)).layers[0].kept
  }

  private static func changed(_ change: (inout Convolution) -> Void) -> Convolution {
    var one = Self.one
    change(&one)
    return one
  }

  @Test("Groups divide the work: each is a product of its own channels, forward and for either gradient") func groups()
    throws
  {
    let products = Self.operators(Self.one).filter { $0.kind == .gemm }
    let forward: Double = 2 * 9 * 128 * 256 / 32 * 196 * 4
    #expect(products.allSatisfy { isClose($0.flops, forward) && $0.batch == 32 }, "\(products.map(\.flops))")
    #expect(products.map { [$0.m, $0.n, $0.k] } == [[784, 8, 36], [4 * 784, 4, 18], [36, 8, 784]])
    // What is read and written but for the kernels is that of one group.
    let whole = Self.operators(Self.changed { $0.groups = 1 })
    let kernels: Double = 9 * 128 * 256 * 2
    let bytes = (Self.operators(Self.one).first { $0.kind == .gemm }?.bytes ?? 0) - kernels / 32
    #expect(bytes == (whole.first { $0.kind == .gemm }?.bytes ?? 0) - kernels)
    #expect(
      Self.operators(Self.one).filter { $0.kind != .gemm }.map(\.bytes)
        == whole.filter { $0.kind != .gemm }.map(\.bytes))
  }

  @Test("A frozen norm is one pass each way and no norm none; a loss takes fp32 as a head's does") func passes() {
    func bytes(_ change: (inout Convolution) -> Void) -> [Double] {
      let pass: Double = 4 * 196 * 256 * 2
      return Self.operators(Self.changed(change)).filter { $0.kind != .gemm && $0.kind != .cast }.map {
        $0.bytes / pass
      }
    }
    #expect(bytes { $0.norm = .frozen } == [2, 2, 3, 2])
    #expect(bytes { $0.norm = .none } == [0, 2, 3, 0])
    #expect(bytes { ($0.norm, $0.ending) = (.none, .loss) } == [0, 7, 5, 0])
    #expect(bytes { $0.bias = true } == [3, 2, 3, 5] && bytes { $0.isShared = true } == [3, 2, 3, 5])
  }

  @Test("Only a batch norm keeps its input; a loss keeps fp32") func kept() {
    func kept(_ norm: Convolution.Norm, _ ending: Convolution.Ending) -> Double {
      Self.kept(Self.changed { ($0.norm, $0.ending) = (norm, ending) }) / (4 * 196 * 256 * 2)
    }
    #expect(kept(.batch, .relu) == 2 && kept(.batch, .none) == 1)
    #expect(kept(.frozen, .relu) == 1 && kept(.frozen, .sum) == 1 && kept(.frozen, .none) == 0)
    #expect(kept(.none, .relu) == 1 && kept(.none, .none) == 1 && kept(.none, .loss) == 2)
  }

  @Test("Parameters are the kernels of a group's depth, a bias, and scale and shift that are trained") func parameters()
  {
    func count(_ change: (inout Convolution) -> Void) -> Double {
      Self.job([Self.changed(change)]).model.parameterCount.total
    }
    let kernels: Double = 9 * 4 * 256
    #expect(count { _ in } == kernels + 512 && count { $0.groups = 1 } == 32 * kernels + 512)
    #expect(count { $0.norm = .frozen } == kernels && count { ($0.norm, $0.bias) = (.none, true) } == kernels + 256)
  }

  @Test("Levels that share weights have them once, and each its work") func shared() throws {
    let other = Self.changed { ($0.isShared, $0.positions) = (true, 49) }
    let job = Self.job([Self.one, other, other])
    #expect(job.model.parameterCount.total == Self.job([Self.one]).model.parameterCount.total)
    let matrices = job.model.matrices.reduce(0) { $0 + $1.parameters }
    #expect(matrices == 9216)
    let forward: Double = 2 * 9 * 4 * 256
    #expect(isClose(ModelWork(job: job, stack: .able(.fused)).layers.value, 3 * forward * (196 + 2 * 49)))
    let (alone, three) = (try estimate(Self.job([Self.one]), Plan(data: 8)), try estimate(job, Plan(data: 8)))
    #expect(three.step[.optimizer] == alone.step[.optimizer] && three.step[.data] == alone.step[.data])
    #expect(three.step.compute > alone.step.compute)
  }

  private static let configs = Catalog(roots: [
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../configs")
      .standardizedFileURL.path
  ])

  /// A layout with its bottlenecks made narrower or wider.
  private static func mapped(_ model: Model, _ change: (inout Convolution) -> Void) -> Double {
    var other = model
    other.layout = model.layout.mapped { block in
      guard case .convolution(var one) = block.mixer, one.inputs > 3 else { return }
      change(&one)
      block.mixer = .convolution(one)
    }
    return other.parameterCount.total
  }

  @Test("ResNet-50 with 32 groups of twice the channels is ResNeXt-50 32x4d: torchvision's 25,028,904 parameters")
  func resNeXt() throws {
    let count = Self.mapped(try Self.configs.model("resnet-50")) { one in
      if one.kernel == 3 {
        (one.inputs, one.outputs, one.groups) = (2 * one.inputs, 2 * one.outputs, 32)
      } else if one.ending == .relu {
        one.outputs *= 2
      } else if one.ending == .sum {
        one.inputs *= 2
      }
    }
    #expect(count == 25_028_904)
  }

  @Test("MLPerf's RetinaNet with ResNet-50 and 91 classes is torchvision's: 34,014,999 parameters") func torchvision()
    throws
  {
    let model = try Self.configs.model("retinanet")
    let count = Self.mapped(model) { one in
      if one.groups > 1 {
        (one.inputs, one.outputs, one.groups) = (one.inputs / 2, one.outputs / 2, 1)
      } else if one.norm == .frozen, one.ending == .relu {
        one.outputs /= 2
      } else if one.norm == .frozen, one.ending == .sum {
        one.inputs /= 2
      }
      if one.outputs == 9 * 264 { one.outputs = 9 * 91 }
    }
    #expect(count == 34_014_999)
    #expect(model.parameterCount.total == 37_060_652)
  }

  @Test("RetinaNet's work is that of its stages, its pyramid and its heads added up") func work() throws {
    let job = Job(
      name: "made", model: try Self.configs.model("retinanet"), tokens: Count(1e6), sequenceLength: 1, globalBatch: 256)
    // Channels in, of the grouped convolutions, bottlenecks, positions before and after.
    let stages: [(Double, Double, Double, Double, Double)] = [
      (64, 128, 3, 40_000, 40_000), (256, 256, 4, 40_000, 10_000), (512, 512, 6, 10_000, 2500),
      (1024, 1024, 3, 2500, 625),
    ]
    var sum: Double = 49 * 3 * 64 * 160_000
    for (inputs, width, count, before, after) in stages {
      let wide = 2 * width, grouped = 9 * width * width / 32
      sum += inputs * width * before + grouped * after + width * wide * after + inputs * wide * after
      sum += (count - 1) * (2 * wide * width + grouped) * after
    }
    let levels: Double = 10_000 + 2500 + 625, above: Double = 169 + 49, each: Double = 9 * 256 * 256
    sum += 256 * (512 * 10_000 + 1024 * 2500 + 2048 * 625) + each * (levels + above)
    let classes: Double = 9 * 256 * 9 * 264, boxes: Double = 9 * 256 * 9 * 4
    sum += (levels + above) * (8 * each + classes + boxes)
    let work = ModelWork(job: job, stack: .able(.fused))
    #expect(isClose(work.perSequence.value, 3 * 2 * sum), "\(work.perSequence.value / 6) and \(sum)")
    #expect(work.head.value == 0)
  }
}

import Foundation
import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Transformers that take noise out of patches, their blocks adapted to a vector of the picture.
@Suite struct DiffusionTests {
  private static func model(layers: Int, hidden: Int, adaptive: Bool = true) -> Model {
    var model = Model.megatron(layers: layers, hidden: hidden, heads: 4, vocabulary: 1, tied: false, dropout: false)
    (model.family, model.vocabularySize, model.normalization) = (.encoder, 0, .plain)
    model.diffusion = Diffusion(patchInputs: 16, patchOutputs: 32, stepSize: 256, classes: 11)
    model.layout = model.layout.mapped { $0.adaptive = adaptive }
    return model
  }

  private static func job(_ model: Model, length: Int, batch: Int = 8) -> Job {
    Job(name: "made", model: model, tokens: Count(1e6), sequenceLength: length, globalBatch: batch)
  }

  private static func operators(_ model: Model, _ shape: BlockShape, length: Int = 64) -> [Operator] {
    Lowering(job: job(model, length: length), stack: .able(.fused)).operators(shape)[0]
  }

  /// Multiply-adds of a picture, forward: of each patch 12·h² a block and attention to all, the layers of patches and of the head;
  /// once 6·h² a block, 2·h² before the head, and the net of the step.
  private static func multiplied(layers: Int, hidden: Int, length: Int) -> Double {
    let l = Double(layers), h = Double(hidden), s = Double(length)
    let once: Double = (6 * l + 2) * h * h + (256 + h) * h
    return s * (l * (12 * h * h + 2 * s * h) + (16 + 32) * h) + once
  }

  @Test("Work is that of the closed form, forward and twice backward", arguments: [(3, 64, 16), (5, 256, 64)])
  func closedForm(layers: Int, hidden: Int, length: Int) {
    let model = Self.model(layers: layers, hidden: hidden)
    let work = ModelWork(job: Self.job(model, length: length), stack: .able(.fused))
    let found = Self.multiplied(layers: layers, hidden: hidden, length: length)
    #expect(isClose(work.perSequence.value, 3 * 2 * found), "\(work.perSequence.value / 6 / found)")
  }

  @Test("DiT-XL/2 has the published parameters and 118.6 G multiply-adds a picture (arXiv:2212.09748 table 4)")
  func published() throws {
    let configs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../configs")
    let model = try Catalog(roots: [configs.standardizedFileURL.path]).model("dit-xl-2")
    #expect(model.parameterCount.total == 675_129_632)
    let found = ModelWork(job: Self.job(model, length: 256), stack: .able(.fused)).perSequence.value / 6
    #expect(abs(found / 118.64e9 - 1) < 0.0005, "\(found)")
    #expect(isClose(found, Self.multiplied(layers: 28, hidden: 1152, length: 256)))
  }

  @Test("A block's own vectors are made once for a picture, whatever its length and however it is split")
  func once() throws {
    let model = Self.model(layers: 2, hidden: 128)
    for shape in [BlockShape(tensor: 1, microBatch: 6), BlockShape(tensor: 2, context: 2, microBatch: 6)] {
      for length in [64, 256] {
        let list = Self.operators(model, shape, length: length)
        let made = try #require(list.first { $0.name == "adaptive.vectors" })
        #expect((made.m, made.n, made.k) == (6, 6 * 128, 128))
        #expect(list.first { $0.name == "step.out" }?.m == 6 && list.first { $0.name == "head.vectors" }?.n == 256)
      }
    }
    var half = Block(try #require(model.layout.kinds.first).mixer, .none, norms: 1)
    #expect(half.adaptedVectors == 0 && model.layout.kinds[0].adaptedVectors == 6)
    half.adaptive = true
    #expect(half.adaptedVectors == 3)
  }

  @Test("Adaptive norms add their layer's parameters, whole on each tensor rank, two passes and what these keep")
  func adaptive() throws {
    let plain = Self.model(layers: 1, hidden: 128, adaptive: false), adapted = Self.model(layers: 1, hidden: 128)
    let (a, b) = (plain.parameterCount.kinds[0], adapted.parameterCount.kinds[0])
    #expect(b.whole - a.whole == 6 * 128 * 129 && b.split == a.split)
    func kept(_ model: Model) -> Double {
      Lowering(job: Self.job(model, length: 64), stack: .able(.fused)).activations(BlockShape(tensor: 1)).layers[0].kept
    }
    let stream: Double = 64 * 128 * 2
    #expect(kept(adapted) - kept(plain) == 4 * stream)
    func passes(_ model: Model) -> [Double] {
      Self.operators(model, BlockShape(tensor: 1)).filter { $0.name.hasPrefix("adaptive") && $0.kind == .elementwise }
        .map(\.bytes)
    }
    #expect(passes(adapted) == [4 * stream, 8 * stream])
    #expect(passes(plain).isEmpty)
    let slow = try estimate(Self.job(adapted, length: 64), Plan(data: 8)).stepTime
    #expect(try slow > estimate(Self.job(plain, length: 64), Plan(data: 8)).stepTime)
  }

  @Test("Nothing goes back to patches and the step where the first blocks are frozen") func frozen() throws {
    var job = Self.job(Self.model(layers: 2, hidden: 128), length: 64)
    func backward() throws -> Bool {
      try Simulator(job: job, instance: .node(), efficiency: .perfect(.fused)).lowered(BlockShape(tensor: 1)).tables[0]
        .contains { $0.components.contains(.embeddingBackward) }
    }
    #expect(try backward())
    job.training = Training(.frozen(1))
    #expect(try !backward())
  }

  @Test("The head gives a patch its numbers; nothing of a vocabulary is left") func head() throws {
    let list = Self.operators(Self.model(layers: 1, hidden: 128), BlockShape(tensor: 1, microBatch: 2))
    let head = try #require(list.first { $0.name == "head" })
    #expect((head.m, head.n, head.k) == (128, 32, 128))
    #expect(!list.contains { ["embedding", "head.transform", "cross-entropy"].contains($0.name) })
    #expect(list.contains { $0.name == "patches" && $0.k == 16 && $0.m == 128 })
  }
}

import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Encoders whose head classifies a sequence instead of every token.
@Suite struct ClassifierTests {
  private static func model(_ change: (inout Model) -> Void = { _ in }) -> Model {
    var model = Model.megatron(layers: 4, hidden: 256, heads: 4, vocabulary: 1000)
    (model.family, model.tiedEmbeddings) = (.encoder, false)
    model.outputs = 10
    change(&model)
    return model
  }

  private static func head(_ model: Model, microBatch: Int) throws -> [Operator] {
    let job = Job(name: "made", model: model, tokens: Count(1e6), sequenceLength: 128, globalBatch: 8)
    return Lowering(job: job, stack: .able(.fused)).operators(BlockShape(tensor: 1, microBatch: microBatch))[0]
      .filter { !$0.components.isDisjoint(with: [.headForward, .headBackward]) }
  }

  @Test("A classifier's head has a row for each sequence and a column for each class") func shape() throws {
    let product = try #require(try Self.head(Self.model(), microBatch: 4).first { $0.name == "head" })
    #expect((product.m, product.n, product.k) == (4, 10, 256))
    let words = try #require(try Self.head(Self.model { $0.outputs = nil }, microBatch: 4).first { $0.name == "head" })
    #expect((words.m, words.n, words.k) == (4 * 128, 1000, 256))
  }

  @Test("A pooler is one dense layer more, in work and in parameters") func pooler() throws {
    let bare = Self.model(), pooled = Self.model { $0.pooler = true }
    #expect(try Self.head(bare, microBatch: 4).allSatisfy { $0.name != "head.transform" })
    #expect(try Self.head(pooled, microBatch: 4).contains { $0.name == "head.transform" && $0.m == 4 })
    #expect(pooled.parameterCount.head - bare.parameterCount.head == 256 * 256 + 256)
    #expect(bare.parameterCount.head == 10 * 257)
  }
}

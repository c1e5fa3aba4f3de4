import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Blocks whose width is not the model's: towers beside a text.
@Suite struct WidthTests {
  private static func block(_ width: Int?, heads: Int = 8, length: Int? = nil) -> Block {
    let h = width ?? 512
    let attention = Attention(
      heads: heads, keyValueHeads: heads, headDimension: h / heads, queryKeyValueBias: true, outputBias: true)
    var block = Block(.attention(attention), .dense(DenseNet(size: 4 * h, activation: .gelu, bias: true)))
    (block.hiddenSize, block.length) = (width, length)
    return block
  }

  private static func job(_ blocks: [Block], hidden: Int = 512, length: Int = 256) -> Job {
    var model = Model.llama(
      layers: 1, hidden: hidden, heads: 8, keyValueHeads: 8, feedForward: 2048, vocabulary: 50_000, tied: true)
    model.layout = Layout(blocks)
    return Job(name: "job", model: model, tokens: Count(1e9), sequenceLength: length, globalBatch: 64)
  }

  /// Everything that a layer does, as numbers: work, bytes, what is sent.
  private static func layer(_ list: [Operator]) -> [Double] {
    let ends: ComponentSet = [
      .embeddingForward, .embeddingBackward, .headForward, .headBackward, ComponentSet(.embeddingTensor),
      ComponentSet(.headTensor),
    ]
    return list.filter { $0.components.isDisjoint(with: ends) }.flatMap {
      [$0.flops, $0.bytes, $0.collective?.bytes ?? 0, $0.repeats]
    }
  }

  private static let shapes = [
    BlockShape(tensor: 1), BlockShape(tensor: 2, sequenceParallel: true), BlockShape(tensor: 4, context: 2),
  ]

  @Test("A block of its own width does, keeps and has what a model of that width would", arguments: shapes)
  func equal(shape: BlockShape) {
    for stack in [Stack.able(.fused), .able(.unfused)] {
      let tower = Lowering(job: Self.job([Self.block(nil), Self.block(768)]), stack: stack)
      var wide = Self.block(768)
      wide.hiddenSize = nil
      let whole = Lowering(job: Self.job([wide], hidden: 768), stack: stack)
      let found = Self.layer(tower.operators(shape)[1])
      #expect(found == Self.layer(whole.operators(shape)[0]) && found.contains { $0 > 0 })
      let (kept, due) = (tower.activations(shape).layers[1], whole.activations(shape).layers[0])
      #expect(kept.kept == due.kept && kept.workspace == due.workspace)
      let counts = (tower.model.parameterCount.kinds[1], whole.model.parameterCount.kinds[0])
      #expect(counts.0 == counts.1)
    }
  }

  @Test("Neighbours, embedding and head keep the model's width") func neighbours() {
    let one = Lowering(job: Self.job([Self.block(nil)]), stack: .able(.fused))
    let two = Lowering(job: Self.job([Self.block(nil), Self.block(1024)]), stack: .able(.fused))
    for shape in Self.shapes {
      let (alone, beside) = (one.operators(shape)[0], two.operators(shape)[0])
      #expect(alone.map { [$0.flops, $0.bytes] } == beside.map { [$0.flops, $0.bytes] })
    }
    let counts = (one.model.parameterCount, two.model.parameterCount)
    #expect(counts.0.embedding == counts.1.embedding && counts.0.head == counts.1.head)
  }

  @Test("Work, parameters and matrices follow the closed forms of each width") func closedForms() {
    let job = Self.job([Self.block(nil), Self.block(768, heads: 12, length: 1024)])
    func work(_ h: Double, _ s: Double) -> Double { 24 * s * h * h + 4 * s * s * h }
    let found = ModelWork(job: job, stack: .able(.fused)).layers.value
    #expect(isClose(found, 3 * (work(512, 256) + work(768, 1024))))
    // Of rmsnorm: scales alone.
    func parameters(_ h: Double) -> Double { 12 * h * h + 9 * h + 2 * h }
    #expect(job.model.parameterCount.kinds.map(\.total) == [parameters(512), parameters(768)])
    let squares: Double = 512 * 512 + 768 * 768, matrices = job.model.matrices.reduce(0) { $0 + $1.parameters }
    #expect(matrices == 12 * squares)
    let attention: Double = 4 * 2 * (512 + 768)
    #expect(job.model.adapterParameters(rank: 3, .attention) == 3 * attention)
  }

  @Test("Stages send the widest stream: width times tokens of the tower that has most") func boundary() {
    func sent(_ blocks: [Block], _ shape: BlockShape = BlockShape(tensor: 1)) -> Double {
      Lowering(job: Self.job(blocks), stack: .able(.fused)).boundary(shape)
    }
    #expect(sent([Self.block(nil)]) == 256 * 512 * 2)
    #expect(sent([Self.block(nil), Self.block(384)]) == 256 * 512 * 2)
    #expect(sent([Self.block(nil), Self.block(768)]) == 256 * 768 * 2)
    #expect(sent([Self.block(nil), Self.block(384, length: 1024)]) == 1024 * 384 * 2)
    #expect(
      sent([Self.block(nil), Self.block(768)], BlockShape(tensor: 1, context: 2, microBatch: 4)) == 4 * 128 * 768 * 2)
  }

  @Test("A pipeline over a wider tower sends more, and gathers more") func pipeline() throws {
    let narrow = [Block](repeating: Self.block(nil), count: 4)
    let wide = narrow.dropLast() + [Self.block(1024)]
    let plan = Plan(tensor: 2, pipeline: 4, microBatch: 1)
    let (one, two) = (try estimate(Self.job(narrow), plan), try estimate(Self.job(Array(wide)), plan))
    #expect(two.step[.pipeline] > one.step[.pipeline])
    #expect(two.step[.tensor] > one.step[.tensor])
    #expect(two.step.compute > one.step.compute)
  }

  @Test("A further token is not predicted by a layer of another width") func further() {
    var job = Self.job([Self.block(nil), Self.block(1024)])
    job.training = Training(.full, mtp: 1)
    #expect(job.trainingProblem?.message == "the last layer of llama has another width than its words")
    job.model.layout = Layout([Self.block(1024), Self.block(nil)])
    #expect(job.trainingProblem == nil)
  }
}

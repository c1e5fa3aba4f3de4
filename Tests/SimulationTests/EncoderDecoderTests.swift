import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Layers that work on other tokens than the job's, and attention to what an encoder gives.
@Suite struct EncoderDecoderTests {
  private static let net = DenseNet(size: 2048, activation: .gelu)
  private static let attention = Attention(heads: 8, keyValueHeads: 8, headDimension: 64)
  private static let text = 448, sound = 1500

  private static func job(_ blocks: [Block], length: Int = text) -> Job {
    var model = Model.llama(
      layers: 1, hidden: 512, heads: 8, keyValueHeads: 8, feedForward: 2048, vocabulary: 50_000, tied: true)
    model.layout = Layout(blocks)
    return Job(name: "job", model: model, tokens: Count(1e9), sequenceLength: length, globalBatch: 64)
  }

  private static func lowered(
    _ block: Block, length: Int = text, stack: Stack = .able(.fused), _ shape: BlockShape = BlockShape(tensor: 1)
  ) -> [Operator] {
    Lowering(job: job([block], length: length), stack: stack).operators(shape)[0]
  }

  private static func flops(_ list: [Operator], _ name: String) -> Double {
    list.filter { $0.name == name }.reduce(0) { $0 + $1.flops }
  }

  private static func block(length: Int? = nil, across: Int? = nil, causal: Bool? = nil) -> Block {
    var mixer = attention
    mixer.across = across
    var block = Block(.attention(mixer), .dense(net))
    (block.length, block.causal) = (length, causal)
    return block
  }

  @Test("Layers of as many tokens as the job's are the job's own; of more they are what a longer job would have")
  func ownLength() throws {
    for stack in [Stack.able(.fused), .able(.unfused)] {
      func layers(_ block: Block, length: Int = Self.text) -> [Double] {
        Self.lowered(block, length: length, stack: stack).filter {
          !$0.components.isDisjoint(with: [.layerForward, .layerBackward])
        }.flatMap { [$0.flops, $0.bytes] }
      }
      #expect(layers(Self.block(length: Self.text)) == layers(Self.block()))
      #expect(layers(Self.block(length: Self.sound)) == layers(Self.block(), length: Self.sound))
      #expect(layers(Self.block(length: Self.sound)) != layers(Self.block()))
    }
    func kept(_ block: Block, length: Int) -> Double {
      Lowering(job: Self.job([block], length: length), stack: .able(.fused)).activations(BlockShape(tensor: 1)).layers[
        0
      ]
      .kept
    }
    #expect(kept(Self.block(length: Self.sound), length: Self.text) == kept(Self.block(), length: Self.sound))
  }

  @Test("Attention to as many other tokens is attention to all of one's own; to others it follows the closed form")
  func across() {
    let open = Self.lowered(Self.block(causal: false)), same = Self.lowered(Self.block(across: Self.text))
    #expect(Self.flops(open, "attention") == Self.flops(same, "attention"))
    #expect(Self.flops(open, "qkv") == Self.flops(same, "query") + Self.flops(same, "keys-values"))
    // A causal mask skips half.
    #expect(2 * Self.flops(Self.lowered(Self.block()), "attention") == Self.flops(open, "attention"))
    let far = Self.lowered(Self.block(across: Self.sound)), h = 512.0, text = Double(Self.text),
      sound = Double(Self.sound)
    #expect(Self.flops(far, "query") == 2 * text * h * h)
    #expect(Self.flops(far, "keys-values") == 2 * sound * h * 2 * h)
    #expect(Self.flops(far, "attention") == 4 * text * sound * h)
    #expect(Self.flops(far, "mlp.up") == Self.flops(open, "mlp.up"))
  }

  @Test("Keys and values of other tokens are kept, and sent between context ranks, as often as there are such tokens")
  func keptAndSent() {
    func kept(_ across: Int) -> Double {
      Lowering(job: Self.job([Self.block(across: across)]), stack: .able(.fused)).activations(BlockShape(tensor: 1))
        .layers[0].kept
    }
    #expect(isClose(kept(Self.sound) - kept(Self.text), Double(Self.sound - Self.text) * 2 * 512 * 2))
    func sent(_ across: Int) -> Double? {
      Self.lowered(Self.block(across: across), BlockShape(tensor: 1, context: 2)).first { $0.name == "cp.forward" }?
        .collective?.bytes
    }
    #expect(sent(Self.sound) == 2 * 512 * Double(Self.sound) * 2)
  }

  @Test("Ranks that do not divide an encoder's tokens are refused, with the number") func divisions() throws {
    let job = Self.job([Self.block(length: Self.sound, causal: false), Self.block(across: Self.sound)])
    let simulator = try Simulator(job: job, instance: .node(), efficiency: .perfect(.fused))
    let rules = PlanRules(job: job, machine: simulator.machine)
    let problems = rules.shapeProblems(BlockShape(tensor: 8, sequenceParallel: true))
    #expect(problems.contains(.sequenceDoesNotSplit(by: 8, length: 1500)))
    #expect(rules.shapeProblems(BlockShape(tensor: 4, sequenceParallel: true)).isEmpty)
    #expect(rules.shapeProblems(BlockShape(tensor: 1, context: 8)).contains(.contextDoesNotSplit(8, length: 1500)))
  }

  @Test("Whisper's work for 30 seconds of sound is what its layers have, added up by hand") func whisper() throws {
    var encoder = Self.block(length: Self.sound, causal: false), second = Self.block(across: Self.sound)
    (encoder.norms, second.norms) = (2, 2)
    let first = Block(.attention(Self.attention), .none, norms: 1)
    let job = Self.job([encoder, encoder, first, second, first, second])
    let work = ModelWork(job: job, stack: .able(.fused))
    let h = 512.0, f = 2048.0, t = Double(Self.text), s = Double(Self.sound)
    let ofEncoder: Double = 8 * s * h * h + 4 * s * h * f + 4 * s * s * h
    let ofText: Double = 8 * t * h * h + 4 * t * t * h
    let ofSound: Double = 4 * t * h * h + 4 * s * h * h + 4 * t * s * h + 4 * t * h * f
    #expect(isClose(work.layers.value, 3 * 2 * (ofEncoder + ofText + ofSound)))
  }
}

import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

@Suite struct BlockLawTests {
  static let base = Model.llama(layers: 8, hidden: 1024, heads: 16, feedForward: 4096)
  static func job(_ model: Model) -> Job {
    Job(name: "job", model: model, tokens: Count(1e9), sequenceLength: 4096, globalBatch: 64)
  }
  static let attention = Attention(heads: 16, keyValueHeads: 8, headDimension: 64)
  static let net = DenseNet(size: 4096, activation: .swiglu)

  static func model(_ blocks: [Block]) -> Model {
    var model = base
    model.layout = Layout(blocks)
    return model
  }

  func estimate(_ model: Model, _ plan: Plan = Plan(data: 8, zero: 1)) throws -> Estimate {
    try Simulator(job: Self.job(model), instance: .node(), efficiency: .perfect(.fused)).estimate(plan)
  }

  func operators(_ block: Block, _ shape: BlockShape = BlockShape(tensor: 1)) -> [Operator] {
    Lowering(job: Self.job(Self.model([block])), stack: .able(.fused)).operators(shape)[0]
  }

  func flops(_ operators: [Operator], _ name: String) -> Double {
    operators.filter { $0.name.hasPrefix(name) }.reduce(0) { $0 + $1.flops }
  }

  @Test("Words of another width cost the products of two layers, and less of the head") func wordWidth() {
    let block = Block(.attention(Self.attention), .dense(Self.net)), d = BlockShape(tensor: 1)
    var model = Self.model([block])
    func ends() -> Double {
      let all = Lowering(job: Self.job(model), stack: .able(.fused)).operators(d).joined()
      return flops(Array(all), "embedding") + flops(Array(all), "head")
    }
    let h = Double(model.hiddenSize), v = Double(model.vocabularySize), same = ends()
    model.embeddingSize = 256
    // Forward and twice backward: two products between the widths, and the head's less deep one.
    #expect(isClose(ends() - same, 6 * 4096 * (2 * h * 256 - v * (h - 256))))
  }

  @Test("A window as long as the sequence is no window; a shorter one is less work, to the closed form")
  func window() throws {
    func work(_ window: Int?, chunked: Bool = false) -> Double {
      var attention = Self.attention
      (attention.window, attention.chunked) = (window, chunked)
      return flops(operators(Block(.attention(attention), .dense(Self.net))), "attention")
    }
    #expect(work(4096) == work(nil) && work(9000) == work(nil))
    // Of s²/2 pairs w·s − w²/2, and of chunks s·w/2.
    #expect(isClose(work(1024) / work(nil), (1024 * 4096 - 1024.0 * 1024 / 2) / (4096.0 * 4096 / 2)))
    #expect(isClose(work(1024, chunked: true) / work(nil), 0.25))
    var near = Self.attention
    near.window = 4096
    let same = Self.model([Block](repeating: Block(.attention(near), .dense(Self.net)), count: 8))
    #expect(try estimate(same).stepTime == estimate(Self.base).stepTime)
  }

  @Test("Packed documents as long as the sequence are no packing; shorter ones leave their share of attention's work")
  func documents() throws {
    func work(_ documents: Documents?, window: Int? = nil) -> Double {
      var attention = Self.attention, job = Self.job(Self.base)
      attention.window = window
      job.model = Self.model([Block(.attention(attention), .dense(Self.net))])
      job.documents = documents
      return flops(Lowering(job: job, stack: .able(.fused)).operators(BlockShape(tensor: 1))[0], "attention")
    }
    #expect(work(Documents(.packed, mean: 4096, spread: 0)) == work(nil))
    #expect(isClose(work(Documents(.packed, mean: 512, spread: 0)) / work(nil), 512.0 / 4096))
    // Long documents have most of the tokens.
    #expect(work(Documents(.packed, mean: 512, spread: 1)) > work(Documents(.packed, mean: 512, spread: 0)))
    #expect(work(Documents(.packed, mean: 2048, spread: 0), window: 128) == work(nil, window: 128))
    #expect(work(Documents(.padded, mean: 512)) == work(nil))
  }

  @Test(
    "Selective recomputation of what is cheap keeps less than none and more than full, and takes the time of what it repeats"
  )
  func cheap() throws {
    let experts = Experts(count: 16, perToken: 2, net: DenseNet(size: 512, activation: .swiglu))
    let latent = LatentAttention(
      heads: 16, queryRank: 384, keyValueRank: 128, plainDimension: 64, rotaryDimension: 32, valueDimension: 64)
    for block in [Block(.attention(Self.attention), .dense(Self.net)), Block(.latent(latent), .experts(experts))] {
      let model = Self.model([Block](repeating: block, count: 8))
      func estimate(_ recompute: Recompute, _ selective: Stack.Selective) throws -> Estimate {
        var efficiency = Efficiency.perfect(.fused)
        efficiency.stack.selective = selective
        let simulator = try Simulator(job: Self.job(model), instance: .node(), efficiency: efficiency)
        return simulator.estimate(Plan(data: 8, recompute: recompute))
      }
      let none = try estimate(.none, .cheap), some = try estimate(.selective, .cheap), all = try estimate(.full, .cheap)
      #expect(some.memory.activations < none.memory.activations && all.memory.activations < some.memory.activations)
      #expect(some.step.recompute > .zero && some.step.recompute < all.step.recompute)
      var stack = Stack.able(.fused)
      stack.selective = .cheap
      let again = Lowering(job: Self.job(model), stack: stack).operators(BlockShape(tensor: 1))[0]
        .filter { $0.components.contains(.selective) }.map(\.name)
      #expect(again.contains("attention.norm") && again.contains { $0.hasSuffix("activation") })
      #expect(again.contains("kv.up") == (block.mixer != .attention(Self.attention)) && !again.contains("projection"))
      // Where it means scores, fused attention has none to make again.
      let scores = try estimate(.selective, .scores), plain = try estimate(.none, .scores)
      #expect(scores.stepTime == plain.stepTime && scores.memory.total == plain.memory.total)
    }
  }

  @Test("Where every second product is made again, queries, values, attention's output and the gate are kept")
  func alternate() throws {
    let h = Double(Self.base.hiddenSize), heads = 16.0, queries = 1024.0, keys = 512.0, inner = 4096.0
    let job = Self.job(Self.model([Block(.attention(Self.attention), .dense(Self.net))]))
    var stack = Stack.able(.fused)
    stack.selective = .alternate
    let lowering = Lowering(job: job, stack: stack)
    let tokens = Double(job.sequenceLength)
    let kept = lowering.activations(BlockShape(tensor: 1, recompute: .selective)).layers[0].kept
    // The block's input and what comes of the down projection, q, v, attention's output and the gate, in 16 bits; a statistic a row.
    #expect(isClose(kept, tokens * (2 * (2 * h + queries + keys + queries + inner) + 4 * heads)))
    let again = lowering.operators(BlockShape(tensor: 1))[0].filter { $0.components == .selective }
    #expect(isClose(again.reduce(0) { $0 + $1.flops }, 2 * tokens * h * (keys + queries + inner)))
  }

  @Test(
    "Where feed-forward nets are made again, what goes into their activation functions is not kept, and their last product not repeated"
  )
  func nets() throws {
    let h = Double(Self.base.hiddenSize), heads = 16.0, queries = 1024.0, keys = 512.0, inner = 4096.0
    let job = Self.job(Self.model([Block(.attention(Self.attention), .dense(Self.net))]))
    var stack = Stack.able(.fused)
    stack.selective = .nets
    let lowering = Lowering(job: job, stack: stack), tokens = Double(job.sequenceLength)
    let kept = lowering.activations(BlockShape(tensor: 1, recompute: .selective)).layers[0].kept
    // The inputs of both norms, q, k, v and attention's output in 16 bits; a statistic a row.
    #expect(isClose(kept, tokens * (2 * (2 * h + queries + 2 * keys + queries) + 4 * heads)))
    func repeated(_ block: Block) -> Double {
      Lowering(job: Self.job(Self.model([block])), stack: stack).operators(BlockShape(tensor: 1))[0]
        .filter { $0.components.contains(.selective) }.reduce(0) { $0 + $1.flops }
    }
    #expect(isClose(repeated(Block(.attention(Self.attention), .dense(Self.net))), 2 * tokens * h * 2 * inner))
    // Of experts all products, the shared one's but the last.
    let shared = DenseNet(size: 256, activation: .swiglu), routed = DenseNet(size: 512, activation: .swiglu)
    let mixture = Experts(count: 16, perToken: 2, net: routed, shared: shared)
    #expect(
      isClose(
        repeated(Block(.attention(Self.attention), .experts(mixture))), 2 * tokens * h * (2 * 3 * 512 + 2 * 256)))
  }

  @Test("Chunked cross-entropy keeps as many logits as inputs, and passes over logits less often")
  func chunked() throws {
    var job = Self.job(Self.base)
    func estimate() throws -> Estimate {
      try Simulator(job: job, instance: .node(), efficiency: .perfect(.fused)).estimate(Plan(data: 8))
    }
    let whole = try estimate()
    job.training = Training(.full, crossEntropy: .chunked)
    let chunked = try estimate()
    let vocabulary = Double(Self.base.vocabularySize), hidden = Double(Self.base.hiddenSize)
    #expect(vocabulary > hidden && chunked.stepTime < whole.stepTime)
    #expect(isClose((whole.memory.logits - chunked.memory.logits).value, 4096 * (vocabulary - hidden) * 4))
  }

  @Test("On one stage the order of layers changes nothing; a pipeline has to wait for the stage with the slow ones")
  func order() throws {
    var short = Self.attention
    short.window = 128
    let slow = Block(.attention(Self.attention), .dense(Self.net)), quick = Block(.attention(short), .dense(Self.net))
    let first = Self.model([quick, quick, quick, quick, slow, slow, slow, slow])
    let turns = Self.model([slow, quick, slow, quick, slow, quick, slow, quick])
    let (a, b) = (try estimate(first), try estimate(turns))
    #expect(isClose(a.stepTime.value, b.stepTime.value) && isClose(a.memory.total.value, b.memory.total.value))
    let staged = Plan(pipeline: 2, data: 4)
    let uneven = try estimate(first, staged), even = try estimate(turns, staged)
    #expect(uneven.stepTime > even.stepTime)
    #expect(
      isClose(
        uneven.step.compute.value + uneven.step.bubble.value,
        even.step.compute.value + even.step.bubble.value, 0.35))
  }

  @Test("Mixed layers have the sum of their own work")
  func work() throws {
    let experts = Block(
      .attention(Self.attention),
      .experts(Experts(count: 16, perToken: 2, net: DenseNet(size: 512, activation: .swiglu))))
    let dense = Block(.attention(Self.attention), .dense(Self.net))
    func layers(_ blocks: [Block]) -> Double {
      ModelWork(job: Self.job(Self.model(blocks)), stack: .able(.fused)).layers.value
    }
    #expect(isClose(layers([dense, experts, experts]), layers([dense]) + 2 * layers([experts])))
  }

  @Test("Every mixer splits over tensor ranks, and has less work than full attention has over long sequences")
  func mixers() throws {
    let all: [Mixer] = [
      .latent(
        LatentAttention(
          heads: 16, queryRank: 512, keyValueRank: 128, plainDimension: 64, rotaryDimension: 32, valueDimension: 64)),
      .stateSpace(StateSpace(innerSize: 2048, stateSize: 128, heads: 32, groups: 8)),
      .stateSpace(StateSpace(innerSize: 2048, stateSize: 16, stepRank: 64)),
      .gatedDelta(GatedDelta(keyHeads: 16, valueHeads: 32, keyDimension: 64, valueDimension: 64)),
    ]
    for mixer in all {
      let model = Self.model([Block](repeating: Block(mixer, .dense(Self.net)), count: 8))
      let one = try estimate(model),
        two = try estimate(
          model, Plan(tensor: 2, data: 4, zero: 1, sequenceParallel: true))
      #expect(one.stepTime > .zero && two.step.tensor > .zero && one.step.tensor == .zero, "\(mixer)")
      #expect(two.memory.weights < one.memory.weights, "\(mixer)")
      #expect(model.parameterCount.total > 0)
    }
  }

  @Test("Experts that do not split, ranks that they do not fill and models without are refused, each by its reason")
  func rules() throws {
    let block = Block(
      .attention(Self.attention),
      .experts(Experts(count: 12, perToken: 2, net: DenseNet(size: 512, activation: .swiglu))))
    let job = Self.job(Self.model([Block](repeating: block, count: 8)))
    let machine = try Simulator(job: job, instance: .node(), efficiency: .perfect()).machine
    func problems(_ job: Job, _ plan: Plan) -> [PlanProblem] { PlanRules(job: job, machine: machine).problems(plan) }
    #expect(problems(job, Plan(data: 8, expert: 8)).contains(.expertsDoNotSplit(8, experts: 12)))
    #expect(problems(job, Plan(data: 8, expert: 3)).contains(.expertRanks(3, ranks: 8)))
    #expect(problems(job, Plan(tensor: 2, data: 4, expert: 4)).contains(.expertsNeedSequenceParallel))
    #expect(problems(Self.job(Self.base), Plan(data: 8, expert: 2)).contains(.noExperts(2)))
    #expect(problems(job, Plan(data: 8, expert: 4)).isEmpty)
  }
}

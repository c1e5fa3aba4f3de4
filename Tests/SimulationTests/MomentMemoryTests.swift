import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Memory of stacks that free what nothing needs any more: closed forms of what one moment holds.
@Suite struct MomentMemoryTests {
  private static let model = Model.llama1B
  private static func stack(_ peak: Stack.Peak) -> Stack {
    var stack = Stack.able(.fused)
    (stack.peak, stack.logitBytes) = (peak, 12)
    return stack
  }

  private func job(_ batch: Int = 8) -> Job {
    Job(name: "1b", model: Self.model, tokens: Count(1e9), sequenceLength: 2048, globalBatch: batch)
  }

  private func memory(_ job: Job, _ plan: Plan, _ stack: Stack) throws -> MemoryParts {
    try estimate(job, plan, stack).memory
  }

  private func estimate(_ job: Job, _ plan: Plan, _ stack: Stack) throws -> Estimate {
    var efficiency = Efficiency.perfect(.fused)
    efficiency.stack = stack
    return try Simulator(job: job, instance: .node(), efficiency: efficiency).estimate(plan)
  }

  @Test("What FSDP shards is the fp32 copy: no other weights are held, and 16 bytes a parameter in all") func sharded()
    throws
  {
    let plan = Plan(data: 8, zero: 3, recompute: .full), all = Self.model.parameterCount.total
    let own = try memory(job(), plan, Self.stack(.moment))
    #expect(own.weights == .zero && isClose((own.gradients + own.optimizer).value, 16 * all / 8))
    // Laid out ahead there is a 16-bit copy besides, and so there is of weights that are not updated.
    let usual = try memory(job(), plan, .able(.fused))
    #expect(isClose(usual.weights.value, 2 * all / 8))
    var adapted = job()
    adapted.training = Training(.adapters(rank: 8, on: .attention, quantized: false))
    #expect(isClose(try memory(adapted, plan, Self.stack(.moment)).weights.value, 2 * all / 8))
    // Without a master copy there is but one copy anyway.
    var narrow = job()
    narrow.optimizer = try Optimizer(parsing: "adamw-bf16,master=none")
    #expect(isClose(try memory(narrow, plan, Self.stack(.moment)).weights.value, 2 * all / 8))
  }

  @Test(
    "Of one micro-batch the larger counts: all activations with the loss or a layer's work, or all gradients with a layer's work"
  )
  func moment() throws {
    for recompute in [Recompute.none, .full] {
      let plan = Plan(data: 8, zero: 2, recompute: recompute)
      let freed = try memory(job(), plan, Self.stack(.moment)), kept = try memory(job(), plan, Self.stack(.cached))
      let work = kept.workspace, gradients = kept.gradients
      let begin = kept.activations + max(kept.logits, work), end = gradients + work
      #expect(freed.workspace == work && freed.gradients == gradients)
      #expect(isClose(freed.total.value, (freed.weights + freed.optimizer + max(begin, end)).value))
      #expect(freed.total < kept.total)
      #expect(freed.activations >= .zero && freed.logits >= .zero)
    }
  }

  @Test("Of several micro-batches gradients stay from one to the next") func accumulated() throws {
    let plan = Plan(data: 8, zero: 2, recompute: .none), more = job(16)
    let freed = try memory(more, plan, Self.stack(.moment)), kept = try memory(more, plan, Self.stack(.cached))
    let held = freed.weights + freed.optimizer + freed.gradients
    #expect(isClose(freed.total.value, (held + kept.activations + max(kept.logits, kept.workspace)).value))
    #expect(try memory(job(), plan, Self.stack(.moment)).total < freed.total)
  }

  @Test(
    "Beside gathered layers, full sharding has the ends gathered, and both kinds a layer's gradients in 16 bits and as they travel"
  )
  func gathered() throws {
    let layer = Self.model.parameterCount.perLayer, size = Double(Self.model.vocabularySize * Self.model.hiddenSize)
    func work(_ zero: Int) throws -> Double {
      try memory(job(), Plan(data: 8, zero: zero, recompute: .none), Self.stack(.cached)).workspace.value
    }
    #expect(isClose(try work(2) - work(1), layer * (2 + 4)))
    let ends = size * (Self.model.tiedEmbeddings ? 1 : 2) + Double(Self.model.hiddenSize)
    #expect(isClose(try work(3) - work(2), 2 * 2 * layer + 2 * ends, 1e-3))
  }

  @Test(
    "The loss holds 4 bytes a logit in place, 6 by one kernel, 12 by single operators; one kernel takes less time",
    arguments: [
      (Training.CrossEntropy.whole, 12.0), (.fused, 6), (.unfused, 12),
    ])
  func logits(loss: Training.CrossEntropy, bytes: Double) throws {
    var job = job()
    job.training = Training(.full, crossEntropy: loss)
    let plan = Plan(data: 8, zero: 2, recompute: .full), found = try estimate(job, plan, Self.stack(.cached))
    let tokens = 2048.0, inputs = tokens * Double(Self.model.hiddenSize) * 2 * 2
    #expect(isClose(found.memory.logits.value, tokens * Double(Self.model.vocabularySize) * bytes + inputs))
    job.training = Training(.full)
    let usual = try estimate(job, plan, .able(.fused))
    #expect(loss == .fused ? found.stepTime < usual.stepTime : found.stepTime == usual.stepTime)
    #expect(isClose(usual.memory.logits.value, tokens * Double(Self.model.vocabularySize) * 4 + inputs))
  }

  @Test(
    "Single operators keep more: norms six bytes a number, for an fp32 input and what they give before the scale; gates what they multiply"
  )
  func operators() {
    func kept(_ unfused: Bool) -> Double {
      var stack = Self.stack(.moment)
      stack.singleOperators = unfused
      return Lowering(job: job(), stack: stack).activations(BlockShape(tensor: 1)).layers[0].kept
    }
    let norms = 2 * 6 * Double(Self.model.hiddenSize), gate = 2 * Double(Self.model.feedForwardSize)
    #expect(isClose(kept(true) - kept(false), 2048 * (norms + gate)))
  }

  @Test("Under ZeRO 2 a rank has all weights, and beside them its share where no fp32 copy is that share")
  func gatheredOnce() throws {
    let all = Self.model.parameterCount.total, plan = Plan(data: 8, zero: 2, recompute: .none)
    var narrow = job()
    narrow.optimizer = try Optimizer(parsing: "adamw-bf16,master=none")
    #expect(isClose(try memory(narrow, plan, Self.stack(.moment)).weights.value, 2 * all * (1 + 1 / 8.0)))
    #expect(isClose(try memory(job(), plan, Self.stack(.moment)).weights.value, 2 * all))
    // Laid out ahead, weights are there once.
    #expect(isClose(try memory(narrow, plan, .able(.fused)).weights.value, 2 * all))
    // A rank alone shares with nobody, and what is not gathered is there once.
    for (other, size) in [(Plan(zero: 2), 1.0), (Plan(data: 8, zero: 1), 1), (Plan(data: 8, zero: 3), 1 / 8.0)] {
      #expect(isClose(try memory(narrow, other, Self.stack(.moment)).weights.value, 2 * all * size))
    }
  }

  @Test("What goes into weights that are frozen and have no adapter is not kept") func frozenInputs() throws {
    func kept(_ targets: LoRATargets?) -> Double {
      var job = job()
      job.training = targets.map { Training(.adapters(rank: 8, on: $0, quantized: false)) }
      return Lowering(job: job, stack: Self.stack(.moment)).activations(BlockShape(tensor: 1)).layers[0].kept
    }
    let hidden = Double(Self.model.hiddenSize), inner = Double(Self.model.feedForwardSize)
    #expect(kept(.all) == kept(nil))
    #expect(isClose(kept(nil) - kept(.attention), 2048 * 2 * (hidden + inner)))
    #expect(isClose(kept(nil) - kept(.mlp), 2048 * 2 * hidden))
  }

  @Test(
    "A layer that goes back has gradients of its feed-forward net too, and what it took of other ranks, with its gradient"
  )
  func workspace() {
    func work(_ peak: Stack.Peak, tensor: Int) -> Double {
      Lowering(job: job(), stack: Self.stack(peak)).activations(
        BlockShape(tensor: tensor, recompute: .full, sequenceParallel: tensor > 1)
      ).layers[0].workspace
    }
    let net = 2048 * Double(Self.model.feedForwardSize) * 2
    // Gate, up, what comes of both: gated nets have two inputs.
    let inner = net * (Self.model.activation.gated ? 3 : 2)
    #expect(isClose(work(.moment, tensor: 1) - work(.sum, tensor: 1), inner))
    let passing = 2 * 2048 * 7 / 8.0 * Double(Self.model.hiddenSize) * 2
    #expect(isClose(work(.moment, tensor: 8) - work(.sum, tensor: 8), inner / 8 + passing))
    // Of experts those inside them, not of the rows that come and go.
    var experts = job()
    let mixture = Experts(count: 16, perToken: 4, net: DenseNet(size: 512, activation: .swiglu))
    experts.model.layout = experts.model.layout.mapped { $0.feedForward = .experts(mixture) }
    let gradients = [Stack.Peak.moment, .sum].map {
      Lowering(job: experts, stack: Self.stack($0)).activations(BlockShape(tensor: 1, recompute: .full)).layers[0]
        .workspace
    }
    #expect(isClose(gradients[0] - gradients[1], 4 * 2048 * 512 * 2 * 3))
  }

  @Test("What DeepEP's exchanges gave stays when all else is made again: a token once for each rank, and each sum")
  func dispatched() {
    let mixture = Experts(count: 16, perToken: 4, net: DenseNet(size: 512, activation: .swiglu))
    var experts = job()
    experts.model.layout = experts.model.layout.mapped { $0.feedForward = .experts(mixture) }
    func kept(_ dispatch: Stack.ExpertDispatch, _ peak: Stack.Peak, expert: Int = 8) -> Double {
      var stack = Self.stack(peak)
      stack.expertDispatch = dispatch
      let shape = BlockShape(Plan(data: 8, expert: expert, recompute: .full))
      return Lowering(job: experts, stack: stack).activations(shape).layers[0].kept
    }
    // A token's four experts miss a rank with (7/8)⁴.
    let missed = 2401 / 4096.0, ranks = 8 * (1 - missed), row = 2048 * Double(Self.model.hiddenSize) * 2
    #expect(isClose(kept(.perMachine, .moment) - kept(.perExpert, .moment), (ranks + 1) * row))
    // Experts of a token that are neighbours are on two ranks of eight.
    #expect(isClose(kept(.neighbours, .moment) - kept(.perExpert, .moment), (2 + 1) * row))
    #expect(kept(.perMachine, .sum) == kept(.perExpert, .sum))
    #expect(kept(.perMachine, .moment, expert: 1) == kept(.perExpert, .moment, expert: 1))
  }

  @Test(
    "Where every second product is made again less stays and a step takes longer; of experts nothing that they made stays"
  )
  func selective() throws {
    var stack = Self.stack(.moment), plan = Plan(data: 8, zero: 2, recompute: .selective)
    let all = try estimate(job(), plan, stack)
    stack.selective = .alternate
    let half = try estimate(job(), plan, stack)
    #expect(half.stepTime > all.stepTime && half.memory.activations < all.memory.activations)
    var experts = job()
    let mixture = Experts(count: 16, perToken: 2, net: DenseNet(size: 512, activation: .swiglu))
    experts.model.layout = experts.model.layout.mapped { $0.feedForward = .experts(mixture) }
    var wider = experts
    wider.model.layout = wider.model.layout.mapped {
      $0.feedForward = .experts(Experts(count: 16, perToken: 2, net: DenseNet(size: 1024, activation: .swiglu)))
    }
    func kept(_ job: Job) -> Double {
      Lowering(job: job, stack: stack).activations(BlockShape(tensor: 1, recompute: .selective)).layers[0].kept
    }
    #expect(kept(experts) == kept(wider))
    // Likewise where experts are frozen, and less is there to be made again.
    for job in [experts, wider] {
      var adapted = job
      adapted.training = Training(.adapters(rank: 8, on: .attention, quantized: false))
      #expect(isClose(kept(job) - kept(adapted), 0))
    }
    (plan.recompute, stack.peak) = (.none, .cached)
    #expect(try estimate(experts, plan, stack).memory.activations < estimate(wider, plan, stack).memory.activations)
  }
}

import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// What is trained and by which optimizer, against closed forms.
@Suite struct FineTuningTests {
  private static let job = Job(
    name: "8b", model: .llama(layers: 32, hidden: 4096, heads: 32, feedForward: 14_336), tokens: Count(1e9),
    sequenceLength: 4096, globalBatch: 32)
  private static var parameters: Double { job.model.parameterCount.total }

  /// Of all layers: 2 · 4,096², 2 · 4,096 · 1,024 and 3 · 4,096 · 14,336 each.
  private static let matrices = 32 * 218_103_808.0

  private static func with(_ train: String? = nil, _ optimizer: String? = nil) throws -> Job {
    var job = job
    job.training = try train.map { try Training(parsing: $0) }
    if let optimizer { job.optimizer = try Optimizer(parsing: optimizer) }
    return job
  }

  private static func linked(_ rate: Double = 5e10) -> Instance {
    var chip = Chip.tiled()
    chip.hostLink = Link(name: "PCIe", bandwidth: known(rate), latency: nil)
    return .node(chip)
  }

  private func estimate(_ job: Job, _ plan: Plan = Plan()) throws -> Estimate {
    try Simulator(job: job, instance: Self.linked(), efficiency: .perfect(.fused)).estimate(plan)
  }

  // MARK: Further tokens

  @Test("A module that predicts a further token is a layer, a product of twice the width and the head once more")
  func predicts() throws {
    let job = try Self.with("full,mtp=2"), model = Self.job.model, h = 4096.0
    let more = model.predicting(2), one = model.parameterCount.perLayer + 2 * h * h + 3 * h
    #expect(more.layers == 34 && model.predicting(0).layers == 32)
    #expect(isClose(more.parameterCount.total - model.parameterCount.total, 2 * one))
    let plain = try estimate(Self.job), asked = try estimate(job)
    let simulator = try Simulator(job: job, instance: Self.linked(), efficiency: .perfect(.fused))
    let before = try Simulator(job: Self.job, instance: Self.linked(), efficiency: .perfect(.fused))
    #expect(isClose(simulator.work.head.value, 3 * before.work.head.value))
    let layer = before.work.layers.value / 32, joining = 6 * 4096 * 2 * h * h
    #expect(isClose(simulator.work.layers.value, 34 * layer + 2 * joining))
    #expect(isClose((asked.memory.weights - plain.memory.weights).value, 2 * one * 2))
    #expect(asked.stepTime > plain.stepTime && asked.memory.activations > plain.memory.activations)
    #expect(try estimate(Self.with("full,mtp=0")).stepTime == plain.stepTime)
  }

  // MARK: Optimizers

  @Test(
    "states take their bytes, and the update reads and writes them",
    arguments: [
      ("adamw", 12.0, 4.0), ("adamw-bf16", 8, 4), ("adamw-8bit", 4 + 2 * (1 + 4.0 / 256), 4), ("lion", 8, 4),
      ("lion-8bit", 5 + 4.0 / 256, 4),
      ("sgd", 8, 4), ("sgd-bf16", 6, 4), ("adamw,master=none", 8, 2),
      ("adamw-8bit,master=none", 2 * (1 + 4.0 / 256), 2),
      ("adamw-bf16,master=none,gradients=fp32", 4, 4), ("adamw,gradients=bf16", 12, 2),
    ] as [(String, Double, Double)])
  func states(optimizer: String, state: Double, gradient: Double) throws {
    let job = try Self.with(nil, optimizer), found = try estimate(job)
    #expect(isClose(found.memory.optimizer.value, Self.parameters * state))
    #expect(isClose(found.memory.gradients.value, Self.parameters * gradient))
    let rate = try Simulator(job: job, instance: Self.linked(), efficiency: .perfect(.fused)).machine.memoryRate.value
    let weight = job.optimizer.hasMaster ? 2.0 : 4
    #expect(isClose(found.step.optimizer.value, Self.parameters * (2 * gradient + 2 * state + weight) / rate))
    let sharded = try estimate(job, Plan(data: 8, zero: 1))
    #expect(isClose(sharded.memory.optimizer.value, Self.parameters * state / 8))
  }

  @Test("fp32 weights are their own copy, and their gradients are fp32 whatever is asked")
  func wide() throws {
    var job = try Self.with(nil, "adamw,master=none,gradients=bf16")
    job.precision = .fp32
    let found = try estimate(job)
    #expect(isClose(found.memory.optimizer.value, Self.parameters * 8))
    #expect(isClose(found.memory.gradients.value, Self.parameters * 4))
  }

  @Test("Adafactor keeps a row and a column of each matrix, and vectors whole")
  func adafactor() throws {
    // 2 · 8,192 of queries and output, 2 · 5,120 of keys and values, 3 · 18,432 of the net.
    let layer = 81_920.0
    let ends = 264_704.0, vectors = 266_240.0
    let found = try estimate(try Self.with(nil, "adafactor"))
    #expect(isClose(found.memory.optimizer.value, 4 * (Self.parameters + 32 * layer + ends + vectors)))
    let lean = try estimate(try Self.with(nil, "adafactor,master=none")).memory.optimizer.value
    #expect(lean > 0 && lean < 0.01 * Self.parameters)
  }

  @Test("Muon's products cost their FLOPs, and AdamW's moments stay for embedding and head")
  func muon() throws {
    func products(_ n: Double, _ m: Double) -> Double { 5 * (4 * n * n * m + 2 * n * n * n) }
    let square = products(4096, 4096), narrow = products(1024, 4096), wide = products(4096, 14_336)
    let flops: Double = 64 * square + 64 * narrow + 96 * wide
    let job = try Self.with(nil, "muon")
    let simulator = try Simulator(job: job, instance: Self.linked(), efficiency: .perfect(.fused))
    let muon = simulator.estimate(Plan()), adamw = try estimate(try Self.with(nil, "adamw"))
    let matrices = Self.matrices
    #expect(isClose(muon.memory.optimizer.value, 12 * Self.parameters - 4 * matrices))
    let bytes: Double = muon.memory.optimizer.value * 2 + Self.parameters * 10
    let expected: Double = bytes / simulator.machine.memoryRate.value + flops / simulator.machine.matrixRate.value
    #expect(isClose(muon.step.optimizer.value, expected, 1e-9))
    #expect(muon.step.optimizer > adamw.step.optimizer)
    // 6·n·m² a step at most (Jordan and others 2024).
    #expect(products(4096, 4096) == 5 * 6 * 4096 * 4096 * 4096)
    #expect(isClose(simulator.estimate(Plan(data: 8, zero: 1)).step.optimizer.value, muon.step.optimizer.value / 8))
  }

  @Test("what is offloaded leaves the device, and comes and goes over the host's link")
  func offload() throws {
    let kept = try Self.with(nil, "adamw"), offloaded = try Self.with(nil, "adamw,offload=states")
    let plan = Plan(data: 8, zero: 3)
    let here = try estimate(kept, plan), there = try estimate(offloaded, plan)
    #expect(there.memory.optimizer == .zero && here.memory.optimizer > .zero)
    #expect(
      there.memory.total + here.memory.optimizer == here.memory.total
        || isClose(
          (there.memory.total + here.memory.optimizer).value, here.memory.total.value)
    )
    #expect(isClose((there.step.optimizer - here.step.optimizer).value, 2 * 12 * Self.parameters / 8 / 5e10, 1e-9))
    let simulator = try Simulator(job: offloaded, instance: Self.linked(), efficiency: .perfect(.fused))
    for zero in [0, 1, 2, 3] {
      let found = simulator.estimate(Plan(data: 8, zero: zero))
      #expect(isClose(simulator.offloaded(found).value, 12 * Self.parameters / (zero > 0 ? 8 : 1), 1e-9))
    }
    let plain = try Simulator(job: kept, instance: Self.linked(), efficiency: .perfect(.fused))
    #expect(plain.offloaded(here) == .zero && plain.checkpointSize == simulator.checkpointSize)
    #expect(throws: Unsupported.hostLinkUnknown(chip: Instance.node().chip.name)) {
      _ = try Simulator(job: offloaded, instance: .node(), efficiency: .perfect(.fused))
    }
  }

  @Test("Where the host updates, gradients go and weights come, and a machine's devices wait for the same processors")
  func hostUpdate() throws {
    let plan = Plan(data: 8, zero: 3), instance = Self.linked()
    var efficiency = Efficiency.perfect(.fused)
    efficiency.stack.hostUpdate = known(1e-9)
    func update(_ optimizer: String, _ efficiency: Efficiency) throws -> Double {
      let simulator = try Simulator(job: Self.with(nil, optimizer), instance: instance, efficiency: efficiency)
      return simulator.estimate(plan).step.optimizer.value
    }
    let here = try update("adamw", efficiency), there = try update("adamw,offload=states", efficiency)
    let moved = (4 + 2) * Self.parameters / 8 / 5e10, updated = 1e-9 * Self.parameters / 8 * Double(instance.devices)
    #expect(isClose(there - here, moved + updated, 1e-9))
    #expect(try here == update("adamw", .perfect(.fused)))
  }

  // MARK: What is trained

  /// FLOPs that the device executes in one layer's products.
  private func flops(_ job: Job) throws -> Double {
    let simulator = try Simulator(job: job, instance: Self.linked(), efficiency: .perfect(.fused))
    return simulator.lowered(BlockShape(tensor: 1)).detail().operators.filter {
      $0.kind == .gemm && !$0.components.isDisjoint(with: [.layerForward, .layerBackward])
    }.reduce(0) { $0 + $1.flops }
  }

  @Test("adapters save a third of the products, and give it back with their rank: nothing of them is free")
  func rank() throws {
    let full = try flops(Self.job)
    // Fused products of queries, keys and values, and of gate and up, have an adapter of one input each.
    func closed(_ rank: Double) -> Double {
      // Inputs 3 · 4,096 + 14,336; outputs 6,144 + 2 · 4,096 + 2 · 14,336.
      let sides = 26_624.0 + 43_008.0
      return full * 2 / 3 + 24_576 * rank * sides
    }
    var before = full * 2 / 3
    for rank in [1, 16, 256, 1024, 4096] {
      let found = try flops(try Self.with("lora,rank=\(rank),on=attention+mlp"))
      #expect(isClose(found, closed(Double(rank)), 1e-9), "rank \(rank)")
      #expect(found > before)
      before = found
    }
    #expect(try flops(try Self.with("lora,rank=16,on=attention+mlp")) < 0.68 * full)
    // A rank at which adapters have as many numbers as the matrices costs more than training these.
    #expect(before > full)
    // 218,103,808 numbers with sides of 81,920 together.
    let equal = 218_103_808 / 81_920
    let trained = try Self.with("lora,rank=\(equal),on=attention+mlp").trainedParameters
    #expect(isClose(trained, Self.matrices, 2e-3))
  }

  @Test("adapters of the net alone leave attention without them")
  func targets() throws {
    func adapted(_ on: String) throws -> Set<String> {
      let job = try Self.with("lora,on=\(on)")
      let simulator = try Simulator(job: job, instance: Self.linked(), efficiency: .perfect(.fused))
      return Set(
        simulator.lowered(BlockShape(tensor: 1)).detail().operators.filter {
          $0.name.hasSuffix(".adapter") && $0.bytes > 0
        }.map(\.name))
    }
    let net = try adapted("mlp"), attention = try adapted("attention")
    #expect(net == ["mlp.up.adapter", "mlp.down.adapter"])
    #expect(attention == ["qkv.adapter", "projection.adapter"])
    #expect(try adapted("attention+mlp") == net.union(attention))
  }

  @Test("quantized weights take 4.127 bits, and each direction makes them 16 bits")
  func quantized() throws {
    let lora = try estimate(try Self.with("lora,on=attention+mlp")),
      qlora = try estimate(try Self.with("qlora,on=attention+mlp"))
    let matrices = Self.matrices
    #expect(isClose(qlora.memory.weights.value, 2 * (Self.parameters - matrices) + matrices * 4.127 / 8))
    #expect(isClose(lora.memory.weights.value, 2 * Self.parameters))
    #expect(qlora.memory.gradients == lora.memory.gradients && qlora.memory.optimizer == lora.memory.optimizer)
    let machine = try Simulator(job: Self.job, instance: Self.linked(), efficiency: .perfect(.fused)).machine
    let pass = matrices * (4.127 / 8 + 2) / machine.memoryRate.value
    #expect(isClose((qlora.step.compute - lora.step.compute).value, 32 * 2 * pass, 1e-6))
    #expect(isClose(qlora.modelUtilization * qlora.stepTime.value, lora.modelUtilization * lora.stepTime.value))
  }

  @Test("frozen layers work forward only, keep nothing and train nothing")
  func frozen() throws {
    let full = try estimate(Self.job), half = try estimate(try Self.with("frozen=16"))
    let count = Self.job.model.parameterCount
    let trained = count.total - 16 * count.perLayer - count.embedding
    #expect(isClose(half.memory.gradients.value, 4 * trained) && isClose(half.memory.optimizer.value, 12 * trained))
    #expect(isClose(half.memory.activations.value, full.memory.activations.value / 2))
    #expect(half.memory.weights == full.memory.weights)
    let detail = try Simulator(job: Self.job, instance: Self.linked(), efficiency: .perfect(.fused))
      .lowered(BlockShape(tensor: 1)).detail()
    let saved = 16 * detail.time(.layerBackward) + detail.time(.embeddingBackward)
    #expect(isClose((full.step.compute - half.step.compute).value, 32 * saved, 1e-9))
    #expect(isClose(half.step.optimizer.value, full.step.optimizer.value * trained / count.total, 1e-9))
    var before = try estimate(Self.job, Plan(recompute: .full)).stepTime
    for layers in [1, 8, 16, 31] {
      let found = try estimate(try Self.with("frozen=\(layers)"), Plan(recompute: .full)).stepTime
      #expect(found < before)
      before = found
    }
  }

  @Test("stages that train nothing are refused, and a plan of one stage is not")
  func stages() throws {
    let job = try Self.with("frozen=8")
    let simulator = try Simulator(job: job, instance: Self.linked(), efficiency: .perfect(.fused))
    let rules = PlanRules(job: simulator.job, machine: simulator.machine)
    #expect(rules.problems(Plan(pipeline: 2)).contains(.frozenNeedsWholeModel(frozen: 8, pipeline: 2)))
    #expect(rules.problems(Plan(data: 2)).isEmpty)
  }

  @Test("a reference works forward once more; it has weights of its own unless adapters make the difference")
  func reference() throws {
    let full = try estimate(Self.job), dpo = try estimate(try Self.with("full,loss=dpo"))
    let detail = try Simulator(job: Self.job, instance: Self.linked(), efficiency: .perfect(.fused))
      .lowered(BlockShape(tensor: 1)).detail()
    let once = 32 * detail.time(.layerForward) + detail.time(.embeddingForward) + detail.time(.headForward)
    #expect(isClose((dpo.step.compute - full.step.compute).value, 32 * once, 1e-9))
    #expect(isClose(dpo.memory.weights.value, 2 * full.memory.weights.value))
    #expect(dpo.memory.optimizer == full.memory.optimizer && dpo.memory.gradients == full.memory.gradients)
    // Useful work is a third more, but for attention, whose backward is twice its forward as well.
    let ratio = dpo.modelUtilization * dpo.stepTime.value / (full.modelUtilization * full.stepTime.value)
    #expect(isClose(ratio, 4.0 / 3, 1e-9))
    let lora = try estimate(try Self.with("lora")), pairs = try estimate(try Self.with("lora,loss=dpo"))
    #expect(pairs.memory.weights == lora.memory.weights && pairs.step.compute > lora.step.compute)
    // Three gathers of sharded weights in place of two.
    let sharded = Plan(data: 8, zero: 3)
    #expect(try estimate(try Self.with("full,loss=dpo"), sharded).step.data > estimate(Self.job, sharded).step.data)
  }

  @Test(
    "the kernel and its twin agree on all of it",
    arguments: ["frozen=5", "full,loss=dpo", "qlora,rank=64", "lora,loss=dpo"])
  func twins(train: String) throws {
    for optimizer in ["muon,offload=states", "adafactor,master=none", "adamw-8bit"] {
      let job = try Self.with(train, optimizer)
      let simulator = try Simulator(job: job, instance: Self.linked(), efficiency: .lossy(.fused))
      for zero in 0...3 {
        var batch = PlanBatch()
        batch.append(pipeline: 1, interleave: 1, data: 8, zero: zero)
        let shape = BlockShape(tensor: 1, recompute: zero % 2 == 0 ? .none : .full)
        let table = simulator.table([shape])
        var fast = PlanResults(), slow = PlanResults()
        simulator.evaluate(batch, shape: 0, of: table, into: &fast)
        simulator.evaluate(batch, 0..<1, shape: 0, of: table, into: &slow, naively: true)
        #expect(isClose(fast.step(0), slow.step(0), 1e-12) && isClose(fast.memory(0), slow.memory(0), 1e-12))
        let plan = batch.plan(0, shape)
        #expect(isClose(PlanCase(simulator, plan).estimate().stepTime.value, fast.step(0)))
      }
    }
  }
}

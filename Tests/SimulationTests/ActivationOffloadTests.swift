import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Activations that wait in the host's memory, against closed forms and what must hold of every plan.
@Suite struct ActivationOffloadTests {
  private static let model = Model.llama(layers: 32, hidden: 4096, heads: 32, feedForward: 14_336)

  private static func job(_ train: String? = nil) throws -> Job {
    var job = Job(
      name: "8b", model: model, tokens: Count(1e9), sequenceLength: 4096, globalBatch: 32)
    job.training = try train.map { try Training(parsing: $0) }
    return job
  }

  private static func linked(_ rate: Double, _ instance: Instance = .node(.tiled())) -> Instance {
    var instance = instance
    instance.chip.hostLink = Link(name: "PCIe", bandwidth: known(rate), latency: nil)
    return instance
  }

  private func simulator(_ train: String?, link: Double = 5e10) throws -> Simulator {
    try Simulator(job: Self.job(train), instance: Self.linked(link), efficiency: .perfect(.fused))
  }

  /// Of one layer and micro-batch.
  private func kept(_ simulator: Simulator, _ plan: Plan) -> Double {
    Lowering(job: simulator.job, stack: simulator.machine.efficiency.stack).activations(BlockShape(plan)).layers[0].kept
  }

  @Test("what layers keep is with the host, and the device has room for two of them", arguments: Recompute.allCases)
  func memory(recompute: Recompute) throws {
    let plan = Plan(data: 8, zero: 1, recompute: recompute)
    let plain = try simulator(nil), offloading = try simulator("full,offload=activations")
    let here = plain.estimate(plan), there = offloading.estimate(plan), layer = kept(plain, plan)
    #expect(isClose(here.memory.activations.value, 32 * layer) && there.memory.activations == .zero)
    #expect(isClose((there.memory.workspace - here.memory.workspace).value, 2 * layer, 1e-9))
    #expect(isClose((here.memory.total - there.memory.total).value, 30 * layer, 1e-9))
    #expect(isClose(offloading.offloaded(there).value, 32 * layer) && plain.offloaded(here) == .zero)
    // With full recomputation a layer keeps its input alone.
    if recompute == .full { #expect(layer == 4096 * 4096 * 2) }
  }

  @Test("each layer's activations cross the link twice, and what is longer than its work is waited for")
  func time() throws {
    let plan = Plan(data: 8, recompute: .full)
    let plain = try simulator(nil).estimate(plan), layer = kept(try simulator(nil), plan)
    let detail = try simulator(nil).lowered(BlockShape(plan)).detail()
    let forward = detail.time(.layerForward), backward = detail.time(.layerBackward) + forward
    // Slower than either direction, than forward alone, and as fast as no link is.
    for seconds in [3 * backward, (forward + backward) / 2, 0.5 * forward] {
      let there = try simulator("full,offload=activations", link: layer / seconds).estimate(plan)
      // 4 micro-batches of 32 layers.
      let waited = 128 * (max(0, seconds - forward) + max(0, seconds - backward))
      #expect(isClose((there.step.host - plain.step.host).value, waited, 1e-9))
      #expect(there.step.compute == plain.step.compute && there.step.recompute == plain.step.recompute)
      if waited == 0 { #expect(there.stepTime == plain.stepTime) }
    }
  }

  @Test("a reference keeps nothing and hides nothing; frozen layers keep nothing")
  func scopes() throws {
    let plan = Plan(data: 8), slow = 1e9
    func waited(_ train: String) throws -> Double {
      let there = try simulator(train + ",offload=activations", link: slow).estimate(plan)
      return (there.step.host - (try simulator(train, link: slow).estimate(plan)).step.host).value
    }
    let full = try waited("full"), dpo = try waited("full,loss=dpo"), half = try waited("frozen=16")
    #expect(full > 0 && isClose(full, dpo, 1e-9) && isClose(half, full / 2, 1e-9))
    let frozen = try simulator("frozen=16,offload=activations")
    #expect(
      isClose(
        frozen.offloaded(frozen.estimate(plan)).value,
        try simulator("frozen=16").estimate(plan).memory.activations.value))
  }

  @Test("the host holds what the first stage of a pipeline would keep of all micro-batches in flight")
  func stages() throws {
    for plan in [Plan(pipeline: 4, data: 2), Plan(pipeline: 4, interleave: 2), Plan(pipeline: 8, interleave: 4)] {
      let here = try simulator(nil).estimate(plan)
      let offloading = try simulator("full,offload=activations"), there = offloading.estimate(plan)
      #expect(isClose(offloading.offloaded(there).value, here.memory.activations.value), "\(plan)")
    }
    // 7, 8, 8 and 7 layers, for 4, 3, 2 and 1 micro-batches.
    var shallow = try Self.job("full,offload=activations")
    shallow.model.layout = Layout(Self.model.layout.kinds[0], times: 30)
    let uneven = try Simulator(job: shallow, instance: Self.linked(5e10), efficiency: .perfect(.fused))
    let four = Plan(pipeline: 4, data: 2)
    #expect(isClose(uneven.offloaded(uneven.estimate(four)).value, 28 * kept(uneven, four)))
    // States that wait with them add up.
    var both = try Self.job("full,offload=activations")
    both.optimizer = try Optimizer(parsing: "adamw,offload=states")
    let all = try Simulator(job: both, instance: Self.linked(5e10), efficiency: .perfect(.fused)), plan = Plan(data: 8)
    let states = 12 * Self.model.parameterCount.total
    #expect(isClose(all.offloaded(all.estimate(plan)).value, 32 * kept(all, plan) + states, 1e-9))
  }

  @Test("without a link that is known nothing goes to the host")
  func refuses() throws {
    #expect(throws: Unsupported.hostLinkUnknown(chip: Instance.node().chip.name)) {
      _ = try Simulator(
        job: Self.job("full,offload=activations"), instance: .node(), efficiency: .perfect(.fused))
    }
  }

  @Test(
    "offloading takes no less time and no more of the device; a faster link is no slower; the kernel equals its twin")
  func laws() throws {
    for scenario in try Scenario.many(60, seed: 4100) where scenario.job.model.layers >= 2 * scenario.plan.pipeline {
      func with(_ rate: Double, _ train: Training.Offload) throws -> Simulator {
        try scenario.with {
          $0.instance = Self.linked(rate, $0.instance)
          var training = $0.job.training ?? Training(.full)
          training.offload = train
          $0.job.training = training
        }.simulator()
      }
      let plan = scenario.plan, slow = try with(2e10, .activations)
      let plain = try with(2e10, .none).estimate(plan), there = slow.estimate(plan)
      let fast = try with(8e10, .activations).estimate(plan)
      #expect(there.stepTime >= plain.stepTime && there.stepTime >= fast.stepTime && fast.stepTime >= plain.stepTime)
      #expect(there.memory.total.value <= plain.memory.total.value * (1 + 1e-12), "\(plan)")
      var batch = PlanBatch(), naive = PlanResults()
      batch.append(plan)
      let table = slow.table([BlockShape(plan)])
      slow.evaluate(batch, 0..<1, shape: 0, of: table, into: &naive, naively: true)
      #expect(isClose(naive.step(0), there.stepTime.value, 1e-10) && isClose(naive.memory(0), there.memory.total.value))
      let terms = PlanCase(slow, plan).trace().step.filter { $0.part == .host }
      #expect(isClose(terms.reduce(0) { $0 + $1.amount.value }, there.step.host.value, 1e-9))
    }
  }
}

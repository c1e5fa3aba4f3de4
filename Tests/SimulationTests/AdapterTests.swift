import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Low-rank adapters: only they are trained, so frozen weights have no gradient, no state and no update.
@Suite struct AdapterTests {
  static let full = Job(
    name: "8b", model: .llama(layers: 32, hidden: 4096, heads: 32, feedForward: 14_336), tokens: Count(1e9),
    sequenceLength: 4096, globalBatch: 32)
  static let adapted: Job = {
    var job = full
    job.loraRank = 16
    job.loraTargets = .all
    return job
  }()

  private func detail(_ job: Job) throws -> LoweredShape.Detail {
    let simulator = try Simulator(job: job, instance: .node(), efficiency: .perfect(.fused))
    return simulator.lowered(BlockShape(tensor: 1)).detail()
  }

  @Test("frozen weights have no weight gradient: products of backward take as long as those of forward")
  func products() throws {
    let full = try detail(Self.full), adapted = try detail(Self.adapted)
    func products(_ d: LoweredShape.Detail, _ component: Component) -> Double {
      zip(d.operators, d.times).filter {
        $0.0.kind == .gemm && $0.0.components.contains(component) && !$0.0.name.contains("adapter")
      }.reduce(0) {
        $0 + $1.1
      }
    }
    #expect(isClose(products(adapted, .layerForward), products(full, .layerForward), 1e-9))
    #expect(isClose(products(adapted, .layerBackward), products(adapted, .layerForward), 0.02))
    #expect(isClose(products(adapted, .layerBackward), products(full, .layerBackward) / 2, 0.02))
    for (one, time) in zip(adapted.operators, adapted.times) where one.name.hasSuffix(".wgrad") {
      #expect(one.flops == 0 && one.bytes == 0 && time == 0, "\(one.name)")
    }
    #expect(adapted.time(.headBackward) < 0.7 * full.time(.headBackward))
    #expect(adapted.time(.columnWeightGradient) == 0 && full.time(.columnWeightGradient) > 0)
    let step = try estimate(Self.adapted, Plan(), .perfect(.fused)).step.compute
    let whole = try estimate(Self.full, Plan(), .perfect(.fused)).step.compute
    // The passes of the adapters take back most of what their products save where memory is slow.
    #expect(step < whole * 0.95 && adapted.time(.layerBackward) < full.time(.layerBackward) * 0.85)
  }

  @Test("adapters read a layer's input and add to its output, forward and backward")
  func traffic() throws {
    let d = try detail(Self.adapted)
    func bytes(_ name: String) throws -> Double { try #require(d.operators.first { $0.name == name }).bytes }
    #expect(try bytes("mlp.down.adapter") == 4096 * (14_336 + 3 * 4096) * 2)
    #expect(try bytes("mlp.down.adapter.grad") == 4096 * (3 * 14_336 + 2 * 4096) * 2)
    #expect(try bytes("head.adapter") == 0)
    let full = try detail(Self.full)
    #expect(full.operators.filter { $0.name.contains("adapter") }.allSatisfy { $0.bytes == 0 })
    #expect(d.time(.layerForward) > full.time(.layerForward))
  }

  @Test("gradients, states, their traffic and their update shrink to the adapters' share", arguments: [0, 1])
  func share(zero: Int) throws {
    let model = Self.full.model
    let share = model.adapterParameters(rank: 16, .all) / model.parameterCount.layers
    #expect(share > 0.003 && share < 0.01)
    let plan = Plan(data: 8, zero: zero)
    let full = try estimate(Self.full, plan, .perfect(.fused)),
      adapted = try estimate(Self.adapted, plan, .perfect(.fused))
    #expect(isClose(adapted.memory.gradients.value, share * full.memory.gradients.value))
    #expect(isClose(adapted.memory.optimizer.value, share * full.memory.optimizer.value))
    #expect(adapted.memory.weights == full.memory.weights)
    #expect(isClose(adapted.step.optimizer.value, share * full.step.optimizer.value))
    #expect(adapted.step.data < full.step.data * 0.01)
    #expect(adapted.step.data > .zero)
  }

  @Test("sharded weights are gathered whole all the same")
  func gathered() throws {
    let plan = Plan(data: 8, zero: 3), parameters = Self.full.model.parameterCount.total
    let model = Self.full.model
    let share = model.adapterParameters(rank: 16, .all) / model.parameterCount.layers
    // Every layer is a call, of three steps.
    let calls = Double(model.layers)
    func half(_ bytes: Double) -> Double { calls * 3 * 2e-6 + 7 / 8 * bytes / 3e11 }
    let found = try estimate(Self.adapted, plan, .perfect(.fused))
    let expected = 4 * (2 * half(2 * parameters) + half(4 * share * parameters))
    #expect(isClose(found.step.data.value, expected))
    #expect(isClose(found.memory.weights.value, 2 * parameters / 8))
  }
}

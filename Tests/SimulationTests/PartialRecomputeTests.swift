import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Recomputation in the first layers of each stage alone: what lies between none and all of it.
@Suite struct PartialRecomputeTests {
  /// 8 layers on each of 4 stages, or 4 in each of 2 chunks. So few words that the first stage is the fullest, which holds most
  /// micro-batches.
  private static let job = Job(
    name: "8b", model: .llama(layers: 32, hidden: 4096, heads: 32, feedForward: 14_336, vocabulary: 1024),
    tokens: Count(1e9), sequenceLength: 4096, globalBatch: 32)

  private func simulator(_ efficiency: Efficiency = .perfect(.fused)) throws -> Simulator {
    try Simulator(job: Self.job, instance: .node(.tiled()), efficiency: efficiency)
  }

  private static func plan(_ mode: Recompute, interleave: Int = 1) -> Plan {
    Plan(pipeline: 4, interleave: interleave, data: 2, recompute: mode)
  }

  /// Every part of a step and of memory.
  private func figures(_ e: Estimate) -> [Double] {
    StepParts.Part.allCases.map { e.step[$0].value } + MemoryParts.Part.allCases.map { e.memory[$0].value }
      + [e.modelUtilization, e.hardwareUtilization]
  }

  @Test("in no layers is none, in all of a stage is full", arguments: [1, 2])
  func ends(interleave: Int) throws {
    let simulator = try simulator(.lossy(.fused))
    #expect(Recompute(.full, layers: 0) == .none && Recompute(.selective, layers: 0) == .none)
    for mode in [Recompute.Mode.full, .selective] {
      let whole = figures(simulator.estimate(Self.plan(Recompute(mode), interleave: interleave)))
      for layers in [8 / interleave, 32] {
        let part = figures(simulator.estimate(Self.plan(Recompute(mode, layers: layers), interleave: interleave)))
        #expect(zip(part, whole).allSatisfy { isClose($0, $1, 1e-9) }, "\(layers): \(part) and \(whole)")
      }
    }
  }

  @Test("between them time, memory and work go up by a layer at a time", arguments: [1, 2])
  func between(interleave: Int) throws {
    let simulator = try simulator()
    func found(_ mode: Recompute) -> Estimate { simulator.estimate(Self.plan(mode, interleave: interleave)) }
    let none = found(.none), full = found(.full), most = 8 / interleave
    func line(_ share: Double, _ figure: (Estimate) -> Double) -> Double {
      figure(none) + share * (figure(full) - figure(none))
    }
    for layers in 1..<most {
      let part = found(Recompute(.full, layers: layers)), share = Double(layers) / Double(most)
      let amounts: [(Estimate) -> Double] = [
        { $0.step.recompute.value }, { $0.step.compute.value }, { $0.memory.activations.value }, { $0.stepTime.value },
        { $0.hardwareUtilization * $0.stepTime.value },
      ]
      for (place, amount) in amounts.enumerated() {
        #expect(isClose(amount(part), line(share, amount), 1e-9), "\(layers) layers, amount \(place)")
      }
      // One layer is done again at a time, in whichever it is.
      #expect(part.memory.workspace == full.memory.workspace && part.modelUtilization < none.modelUtilization)
    }
    #expect(full.step.recompute > .zero && full.memory.activations < none.memory.activations)
  }

  @Test("of layers that differ, those that recompute are counted one by one")
  func mixed() throws {
    // Two kinds in turn: layers with a window and without.
    var job = Self.job
    job.model.layout = Layout(
      (0..<32).map { i in
        var block = Self.job.model.layout.kinds[0]
        if i % 2 == 0, case .attention(var attention) = block.mixer {
          attention.window = 512
          block.mixer = .attention(attention)
        }
        return block
      })
    let simulator = try Simulator(job: job, instance: .node(.tiled()), efficiency: .perfect(.fused))
    let lowered = simulator.lowered(BlockShape(tensor: 1))
    let times = [lowered.detail(0).time(.layerForward), lowered.detail(1).time(.layerForward)]
    #expect(times[0] < times[1])
    for layers in 1...8 {
      let part = simulator.estimate(Self.plan(Recompute(.full, layers: layers)))
      let windows = Double((layers + 1) / 2), others = Double(layers / 2)
      // 16 micro-batches on each of 2 data ranks.
      #expect(isClose(part.step.recompute.value, 16 * (windows * times[0] + others * times[1]), 1e-9))
    }
  }

  @Test("where stages have unlike numbers of layers, work is counted on each of them")
  func uneven() throws {
    var job = Self.job
    job.model.layout = Layout(Self.job.model.layout.kinds[0], times: 30)
    let simulator = try Simulator(job: job, instance: .node(.tiled()), efficiency: .perfect(.fused))
    let layer = simulator.work.layersForward.value / 30, useful = simulator.work.perStep(globalBatch: 32).value
    for (interleave, chunks) in [(1, [7, 8, 8, 7]), (2, [3, 4, 4, 4, 4, 4, 4, 3])] {
      for part in 1...8 {
        let found = simulator.estimate(Self.plan(Recompute(.full, layers: part), interleave: interleave))
        let again = 32 * layer * Double(chunks.reduce(0) { $0 + min(part, $1) })
        let ratio = found.hardwareUtilization / found.modelUtilization
        #expect(isClose(ratio, 1 + again / useful, 1e-12), "\(part) layers of \(chunks)")
      }
    }
  }

  @Test("more layers take no less time and no more memory; the kernel equals its twin, and its terms add up")
  func laws() throws {
    for scenario in try Scenario.many(40, seed: 4200) {
      let simulator = try scenario.simulator()
      var before: Estimate?
      for layers in 0...4 {
        var plan = scenario.plan
        plan.recompute = Recompute(.full, layers: layers)
        let found = simulator.estimate(plan)
        if let before {
          // A layer that is done again has room of its own.
          let room = found.memory.workspace - before.memory.workspace
          #expect(found.stepTime.value >= before.stepTime.value * (1 - 1e-12))
          #expect(found.memory.total.value <= (before.memory.total + room).value * (1 + 1e-12))
        }
        before = found
        var batch = PlanBatch(), naive = PlanResults()
        batch.append(plan)
        let table = simulator.table([BlockShape(plan)])
        simulator.evaluate(batch, 0..<1, shape: 0, of: table, into: &naive, naively: true)
        #expect(isClose(naive.step(0), found.stepTime.value, 1e-9))
        #expect(isClose(naive.memory(0), found.memory.total.value, 1e-9))
        #expect(batch.plan(0, BlockShape(plan)).recompute == plan.recompute)
        let trace = PlanCase(simulator, plan).trace()
        for part in [StepParts.Part.recompute, .compute, .host] {
          let sum = trace.step.filter { $0.part == part }.reduce(0) { $0 + $1.amount.value }
          #expect(isClose(sum, found.step[part].value, 1e-9))
        }
      }
    }
  }

  @Test("what is offloaded are the inputs of layers that recompute, and all that the others keep")
  func offloaded() throws {
    var job = Self.job, instance = Instance.node(.tiled())
    instance.chip.hostLink = Link(name: "PCIe", bandwidth: known(1e9), latency: nil)
    job.training = Training(.full, offload: .activations)
    let simulator = try Simulator(job: job, instance: instance, efficiency: .perfect(.fused))
    let plain = try self.simulator()
    for layers in 0...8 {
      let plan = Self.plan(Recompute(.full, layers: layers)), there = simulator.estimate(plan)
      #expect(isClose(simulator.offloaded(there).value, plain.estimate(plan).memory.activations.value, 1e-9))
      #expect(there.memory.activations == .zero)
    }
  }

  @Test("more layers than the model has are refused, and so is a mode that the stack has not")
  func refused() throws {
    var profile = Efficiency.perfect(.fused)
    let rules = PlanRules(job: Self.job, machine: try simulator(profile).machine)
    #expect(rules.problems(Self.plan(Recompute(.full, layers: 32))).isEmpty)
    #expect(
      rules.problems(Self.plan(Recompute(.full, layers: 33))) == [.recomputesMoreThanAll(33, layers: 32)])
    profile.stack.recompute = [.none]
    let lacking = PlanRules(job: Self.job, machine: try simulator(profile).machine)
    #expect(
      lacking.problems(Self.plan(Recompute(.full, layers: 2)))
        == [.stackLacks(.recomputation(.full), stack: profile.stack.name)])
  }
}

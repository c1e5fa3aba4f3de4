import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// What must hold whatever the parameters are, tried on seeded random scenarios.
@Suite struct LawsTests {
  /// A hair above equality, for sums in another order.
  private let slack = 1 + 1e-9

  @Test("the parts of a step add up to the kernel's step, the parts of memory to its memory")
  func parts() throws {
    for s in try Scenario.many(200, seed: 1) {
      let simulator = try s.simulator()
      var batch = PlanBatch()
      batch.append(s.plan)
      var results = PlanResults()
      simulator.evaluate(batch, shape: 0, of: simulator.table([BlockShape(s.plan)]), into: &results)
      let e = simulator.estimate(s.plan, results, at: 0)
      #expect(isClose(StepParts.Part.allCases.reduce(0) { $0 + e.step[$1].value }, results.step(0)))
      #expect(isClose(MemoryParts.Part.allCases.reduce(0) { $0 + e.memory[$1].value }, results.memory(0)))
      #expect(StepParts.Part.allCases.allSatisfy { e.step[$0].value >= 0 && e.step[$0].value.isFinite })
      #expect(MemoryParts.Part.allCases.allSatisfy { e.memory[$0].value >= 0 })
    }
  }

  typealias Change = @Sendable (inout Scenario) -> Void

  static let improvements = machines + parameters

  private static let machines: [(String, Change)] = [
    ("memory bandwidth", { $0.instance.chip.memoryBandwidth = faster($0.instance.chip.memoryBandwidth) }),
    ("peak", { $0.instance.chip.peak = $0.instance.chip.peak.mapValues(faster) }),
    ("link bandwidth", { $0.instance.scaleUp[0].bandwidth = faster($0.instance.scaleUp[0].bandwidth) }),
    ("link latency", { $0.instance.scaleUp[0].latency = known(0) }),
    (
      "network bandwidth",
      { s in s.instance.network.map { s.instance.network?.bandwidth = faster($0.bandwidth) } }
    ),
    ("network latency", { $0.instance.network?.latency = known(1e-6) }),
    (
      "matrix efficiency",
      { s in
        for type in s.instance.chip.peak.keys { s.efficiency[.gemm(type)] = min(1, s.efficiency[.gemm(type)] * 1.1) }
      }
    ),
  ]

  /// Each parameter at its best. Which of those of matrix products counts depends on the job's type: all are above.
  private static let parameters: [(String, Change)] = {
    let gemms = Set(DataType.allCases.map(EfficiencyParameter.gemm))
    // Scenarios have no experts, no state-space layers and no older kernels; BlockLawTests and ComputeEffectsTests have.
    let ofOthers: Set<EfficiencyParameter> = [
      .gemmGrouped, .exchangeOverlap, .hostExperts, .linkExchange, .efaExchange, .scan, .attentionOlder,
    ]
    return EfficiencyParameter.allCases.filter { !gemms.contains($0) && !ofOthers.contains($0) }.map { parameter in
      let change: Change = { $0.efficiency[parameter] = best(parameter) }
      return (parameter.key, change)
    }
  }()

  /// The value of software that loses nothing, adds nothing and hides all.
  static func best(_ parameter: EfficiencyParameter) -> Double {
    switch parameter {
    case .castPasses, .scaleUpLatency, .scaleOutLatency, .tileLoss: 0
    default: parameter.scale == .overlap ? 1 : parameter.neutral
    }
  }

  private static func faster<U>(_ rate: Sourced<Quantity<U>>) -> Sourced<Quantity<U>> {
    known(rate.value.value * 1.7)
  }

  @Test("a better machine is never slower", arguments: improvements)
  func better(name: String, change: Change) throws {
    var gained = 0
    for s in try Scenario.many(250, seed: 2) {
      let before = try s.estimate().stepTime, after = try s.with(change).estimate().stepTime
      #expect(after <= before * slack, "\(name): \(after / before) under \(s.plan)")
      if after < before * 0.999 { gained += 1 }
    }
    #expect(gained > 0, "\(name) never mattered")
  }

  @Test("a step takes at least its executed work at the attainable rate of all devices")
  func roofline() throws {
    for s in try Scenario.many(200, seed: 3) {
      let simulator = try s.simulator()
      let e = simulator.estimate(s.plan)
      let machine = simulator.machine
      // Fused kernels skip masked scores: half of the counted 4 forward, 2.5 times that half for 8 backward.
      let length = Double(s.job.sequenceLength), model = s.job.model
      let scores =
        length * length * Double(model.heads * model.headDimension * model.layers * s.job.globalBatch)
      let skipped = s.efficiency.stack.attention == .fused ? 5 * scores : 0
      let work = simulator.work.perStep(globalBatch: s.job.globalBatch).value - skipped
      let rate = max(machine.matrixRate.value, machine.attentionRate.value) * Double(s.plan.devices)
      #expect(e.stepTime.value >= work / rate)
      #expect(e.hardwareUtilization >= e.modelUtilization)
      if skipped == 0 { #expect(e.modelUtilization > 0 && e.modelUtilization <= 1) }
    }
  }

  @Test("twice the batch never takes less time, nor more than twice")
  func batch() throws {
    for s in try Scenario.many(150, seed: 4) {
      let twice = s.with { $0.job.globalBatch *= 2 }
      let one = try s.estimate().stepTime, two = try twice.estimate().stepTime
      #expect(two >= one && two <= one * (2 * slack))
    }
  }

  @Test("time per token does not depend on how many tokens the job has")
  func tokens() throws {
    for s in try Scenario.many(50, seed: 5) {
      let twice = s.with { $0.job.tokens = $0.job.tokens * 2 }
      #expect(try s.estimate().tokensPerSecond == twice.estimate().tokensPerSecond)
    }
  }

  @Test("more tensor ranks never hold more weights, gradients or states each")
  func tensor() throws {
    var tried = 0
    for s in try Scenario.many(150, seed: 6) {
      let wider = s.with { $0.plan.tensor *= 2 }
      guard try wider.isLegal() else { continue }
      tried += 1
      let narrow = try s.estimate().memory, wide = try wider.estimate().memory
      #expect(wide.weights <= narrow.weights)
      #expect(wide.gradients <= narrow.gradients)
      #expect(wide.optimizer <= narrow.optimizer)
    }
    #expect(tried > 50)
  }

  @Test("each further stage of optimizer sharding takes less memory")
  func zero() throws {
    for s in try Scenario.many(60, seed: 7, { $0.plan.pipeline == 1 && $0.plan.data * $0.plan.context > 1 }) {
      let sizes = try (0...3).map { z in try s.with { $0.plan.zero = z }.estimate().memory }
      for (less, more) in zip(sizes.dropFirst(), sizes) {
        #expect(
          less.weights + less.gradients + less.optimizer < more.weights + more.gradients + more.optimizer)
      }
      // Stage 3 holds two layers' gathered weights for it, which only more layers than two make up for.
      #expect(sizes[1].total < sizes[0].total && sizes[2].total < sizes[1].total)
      let gathered = sizes[3].workspace - sizes[2].workspace
      #expect(sizes[3].total < sizes[2].total + gathered)
    }
  }

  @Test("full recomputation keeps no more than selective, and selective no more than none")
  func recompute() throws {
    for s in try Scenario.many(150, seed: 8) {
      let kept = try [Recompute.full, .selective, .none].map { mode in
        try s.with { $0.plan.recompute = mode }.estimate()
      }
      #expect(kept[0].memory.activations <= kept[1].memory.activations)
      #expect(kept[1].memory.activations <= kept[2].memory.activations)
      #expect(kept[1].memory.total <= kept[2].memory.total || kept[1].memory.workspace > .zero)
      let times = kept.map(\.stepTime)
      #expect(times[0] >= times[1] && times[1] >= times[2], "\(times) under \(s.plan)")
    }
  }

  @Test("interleaving divides the bubble and sends more")
  func interleaving() throws {
    let even = try Scenario.many(40, seed: 9) {
      $0.plan.interleave > 1 && $0.job.model.layers % ($0.plan.pipeline * $0.plan.interleave) == 0
    }
    for s in even {
      let plain = try s.with { $0.plan.interleave = 1 }.estimate().step, chunked = try s.estimate().step
      #expect(chunked.bubble < plain.bubble)
      #expect(isClose(chunked.pipeline.value, plain.pipeline.value * Double(s.plan.interleave)))
      #expect(isClose(chunked.compute.value, plain.compute.value))
    }
  }

  @Test("the same scenario gives the same bits")
  func repeatable() throws {
    for s in try Scenario.many(40, seed: 10) {
      let a = try s.estimate(), b = try s.estimate()
      #expect(StepParts.Part.allCases.allSatisfy { a.step[$0] == b.step[$0] })
      #expect(MemoryParts.Part.allCases.allSatisfy { a.memory[$0] == b.memory[$0] })
    }
  }
}

import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Pipelines whose first and last chunk have as many layers as somebody chose.
@Suite struct ChunkEndsTests {
  private static func job(layers: Int = 32, vocabulary: Int = 128_256, batch: Int = 64) -> Job {
    Job(
      name: "8b", model: .llama(layers: layers, hidden: 4096, heads: 32, feedForward: 14_336, vocabulary: vocabulary),
      tokens: Count(1e9), sequenceLength: 4096, globalBatch: batch)
  }

  private func simulator(_ job: Job = Self.job()) throws -> Simulator {
    try Simulator(job: job, instance: .node(.tiled()), efficiency: .lossy(.fused))
  }

  private static func plan(_ ends: ChunkEnds?, pipeline: Int = 4, interleave: Int = 1) -> Plan {
    Plan(pipeline: pipeline, interleave: interleave, data: 8 / pipeline, ends: ends)
  }

  private func figures(_ e: Estimate) -> [Double] {
    StepParts.Part.allCases.map { e.step[$0].value } + MemoryParts.Part.allCases.map { e.memory[$0].value }
      + [e.modelUtilization, e.hardwareUtilization]
  }

  @Test("the text is two numbers and nothing else")
  func text() {
    #expect(ChunkEnds(rawValue: "4:1") == ChunkEnds(first: 4, last: 1))
    for wrong in [
      "", "4", "4:", ":1", "4:1:1", "-1:2", "04:1", "4: 1", "a:b", "4:99999999999999999999", "4:1000000000",
    ] {
      #expect(ChunkEnds(rawValue: wrong) == nil, "\(wrong)")
    }
  }

  @Test("ends that are as long as the others change nothing", arguments: [1, 2])
  func even(interleave: Int) throws {
    let simulator = try simulator(), each = 8 / interleave
    let even = figures(simulator.estimate(Self.plan(nil, interleave: interleave)))
    let cut = figures(
      simulator.estimate(Self.plan(ChunkEnds(first: each, last: each), interleave: interleave)))
    #expect(zip(even, cut).allSatisfy { isClose($0, $1, 1e-9) }, "\(even) and \(cut)")
  }

  @Test(
    "the slowest stage is the longest one: with four micro-batches or more a layer fewer beside the head takes less time"
  )
  func pace() throws {
    let simulator = try simulator(), lowered = simulator.lowered(BlockShape(tensor: 1))
    func step(_ first: Int, _ last: Int) -> Double {
      simulator.estimate(Self.plan(ChunkEnds(first: first, last: last))).stepTime.value
    }
    // The head has the work of two and a half layers, so of 32 the last stage does best with fewer.
    #expect(step(9, 5) < step(8, 8) && step(8, 8) < step(7, 11))
    // What a stage computes goes up by one layer at a time while it is the slowest.
    let layer = lowered.detail().time(.layerForward) + lowered.detail().time(.layerBackward)
    func compute(_ last: Int) -> Double {
      simulator.estimate(Self.plan(ChunkEnds(first: 4, last: last))).step.compute.value
    }
    let rounds = Double(simulator.job.globalBatch / 2)
    #expect(isClose(compute(18) - compute(14), 4 * rounds * layer, 1e-9))
  }

  @Test("a stage with fewer layers holds less, and all of them together hold as much as before")
  func memory() throws {
    let simulator = try simulator(Self.job(vocabulary: 1024))
    func memory(_ first: Int, _ last: Int) -> Estimate {
      simulator.estimate(Self.plan(ChunkEnds(first: first, last: last)))
    }
    // The first stage has most micro-batches in flight.
    #expect(memory(4, 8).memory.activations < memory(8, 8).memory.activations)
    #expect(memory(12, 8).memory.activations > memory(8, 8).memory.activations)
    // The whole work does not depend on who does it.
    let share = memory(4, 8).hardwareUtilization * memory(4, 8).stepTime.value
    #expect(isClose(share, memory(8, 8).hardwareUtilization * memory(8, 8).stepTime.value, 1e-9))
  }

  @Test("modules that predict further tokens come on top of the last chunk")
  func prediction() throws {
    var job = Self.job()
    job.training = Training(.full, mtp: 1)
    let simulator = try simulator(job)
    #expect(simulator.job.model.layers == 33)
    let plan = Self.plan(ChunkEnds(first: 8, last: 8))
    #expect(PlanRules(job: simulator.job, machine: simulator.machine).problems(plan).isEmpty)
    #expect(PlanRules(job: job, machine: simulator.machine).problems(plan).isEmpty)
    let dealt = StageLayers(simulator.job.model, plan)
    #expect((0..<4).map { stage in dealt.sum(of: stage) { _, _ in 1 } } == [8, 8, 8, 9])
  }

  @Test("of interleaved stages the first chunk and the last one are meant")
  func interleaved() throws {
    let model = Self.job(layers: 61).model
    let dealt = StageLayers(model, Self.plan(ChunkEnds(first: 4, last: 1), pipeline: 2, interleave: 8))
    #expect((0..<2).map { stage in dealt.sum(of: stage) { _, _ in 1 } } == [32, 29])
  }

  @Test("what cannot be dealt is refused, with what would work")
  func refused() throws {
    let simulator = try simulator(), rules = PlanRules(job: simulator.job, machine: simulator.machine)
    func problems(_ first: Int, _ last: Int, pipeline: Int = 4) -> [PlanProblem] {
      rules.problems(Self.plan(ChunkEnds(first: first, last: last), pipeline: pipeline))
    }
    #expect(problems(9, 5).isEmpty && problems(0, 2).isEmpty && problems(17, 15, pipeline: 2).isEmpty)
    #expect(problems(9, 6) == [.endsDoNotSpread(ChunkEnds(first: 9, last: 6), chunks: 4, layers: 32)])
    #expect(problems(17, 16, pipeline: 2) == [.endsDoNotSpread(ChunkEnds(first: 17, last: 16), chunks: 2, layers: 32)])
    #expect(problems(20, 20) == [.endsDoNotSpread(ChunkEnds(first: 20, last: 20), chunks: 4, layers: 32)])
    #expect(problems(16, 16) == [.endsDoNotSpread(ChunkEnds(first: 16, last: 16), chunks: 4, layers: 32)])
    #expect(problems(16, 16, pipeline: 1) == [.endsNeedPipeline(ChunkEnds(first: 16, last: 16))])
    #expect(problems(9, 6).first?.key == "ends")
  }
}

import Quantities
import TestSupport
import Testing

@testable import Planning
@testable import Scenarios
@testable import Simulation

/// The word about a cut of a pipeline by hand that would save time.
@Suite struct EvenerStagesTests {
  /// 32 layers, whose head is as much work as several of them.
  private func simulator(words: Int = 128_256, mtp: Int = 0) throws -> Simulator {
    var job = Job.small(layers: 32, batch: 64)
    job.model.vocabularySize = words
    if mtp > 0 { job.training = Training(.full, mtp: mtp) }
    return try Simulator(job: job, instance: .node(), efficiency: .profile())
  }

  private func cut(_ simulator: Simulator, _ plan: Plan) -> EvenerStages? {
    EvenerStages(simulator, simulator.estimate(plan))
  }

  @Test(
    "a head of many words makes room for itself, and what is saved is what the plan then saves",
    arguments: [(2, 1), (4, 1), (4, 2), (8, 1)])
  func head(pipeline: Int, interleave: Int) throws {
    let simulator = try simulator()
    let plan = Plan(pipeline: pipeline, interleave: interleave, data: 8 / pipeline), even = simulator.estimate(plan)
    let found = try #require(EvenerStages(simulator, even))
    var other = plan
    other.ends = found.ends
    #expect(PlanRules(job: simulator.job, machine: simulator.machine).problems(other).isEmpty)
    #expect(found.ends.last < found.ends.first && found.saved >= 0.03)
    #expect(isClose(simulator.estimate(other).stepTime / even.stepTime, 1 - found.saved, 1e-9))
    // No other cut is better by much: the neighbours are not.
    for (first, last) in [(1, -1), (-1, 1)] where found.ends.last + last >= 0 {
      var beside = plan
      beside.ends = ChunkEnds(first: found.ends.first + first, last: found.ends.last + last)
      #expect(simulator.estimate(beside).stepTime >= simulator.estimate(other).stepTime)
    }
  }

  @Test("what a search adds to a step counts on neither side") func added() throws {
    let simulator = try simulator()
    var found = simulator.estimate(Plan(pipeline: 4, data: 2))
    let bare = try #require(EvenerStages(simulator, found))
    found.step[.untried] = found.stepTime
    #expect(EvenerStages(simulator, found)?.saved == bare.saved)
  }

  @Test("where stages are even, cut by hand, or there is one, nothing is said")
  func none() throws {
    let small = try simulator(words: 1024), large = try simulator()
    #expect(cut(small, Plan(pipeline: 4, data: 2)) == nil)
    #expect(cut(large, Plan(data: 8)) == nil)
    #expect(cut(large, Plan(pipeline: 4, data: 2, ends: ChunkEnds(first: 8, last: 8))) == nil)
  }

  @Test("what predicts further tokens stays on the last chunk, and is counted there")
  func prediction() throws {
    let simulator = try simulator(mtp: 1)
    let found = try #require(cut(simulator, Plan(pipeline: 4, data: 2)))
    let plan = Plan(pipeline: 4, data: 2, ends: found.ends)
    #expect(PlanRules(job: simulator.job, machine: simulator.machine).problems(plan).isEmpty)
    // Two heads and one more layer.
    #expect(found.ends.last <= 4)
  }
}

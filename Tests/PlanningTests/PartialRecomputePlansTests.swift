import Quantities
import Testing

@testable import Planning
@testable import Scenarios
@testable import Simulation

/// Searches in which recomputation of some layers is asked for.
@Suite struct PartialRecomputePlansTests {
  @Test("a search that is asked for it finds the best of its plans, and one that is not keeps to whole modes")
  func search() throws {
    var asked = PlanRequest()
    asked.recompute = Recompute(.full, layers: 2)
    let search = try PlanSearch.of(.small(), on: .node(), .profile(), asked), simulator = search.simulator
    #expect(!search.space.shapes.isEmpty && search.space.shapes.allSatisfy { $0.recompute == asked.recompute })
    let found = try #require(search.best(devices: 8).best)
    var best = Double.infinity
    for shape in search.space.shapes {
      var batch = PlanBatch(), results = PlanResults()
      search.space.plans(of: shape, devices: 8, into: &batch)
      if batch.count == 0 { continue }
      simulator.evaluate(batch, shape: 0, of: simulator.table([shape]), into: &results)
      for i in 0..<batch.count where results.memory(i) <= simulator.machine.memoryCapacity.value {
        best = min(best, results.step(i))
      }
    }
    #expect(found.plan.recompute == asked.recompute && found.stepTime.value == best)
    let free = PlanSpace(job: .small(), machine: simulator.machine, request: PlanRequest())
    #expect(free.shapes.allSatisfy { $0.recompute.layers == nil })
  }

  @Test("more layers than the model has are refused with what is wrong") func refused() throws {
    var asked = PlanRequest()
    asked.recompute = Recompute(.full, layers: 17)
    let found = compare(.small(), .instances(1), [.node()], prices([:]), plan: asked).results[0].outcome
    guard case .cannot(let refusal) = found else {
      Issue.record("\(found)")
      return
    }
    #expect(refusal.reason == .plan([.recomputesMoreThanAll(17, layers: 16)]))
  }
}

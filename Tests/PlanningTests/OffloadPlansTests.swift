import Costing
import Quantities
import Testing

@testable import Planning
@testable import Scenarios
@testable import Simulation

/// Plans whose activations wait in the host's memory, which has to be large enough for those of all devices.
@Suite struct OffloadPlansTests {
  private static func node(hostGiB: Double?) -> Instance {
    var node = Instance.node()
    node.chip.hostLink = Link(name: "PCIe", bandwidth: known(6.4e10), latency: nil)
    node.host.memory = hostGiB.map { known($0 * gib) }
    return node
  }

  private static func job() -> Job {
    var job = Job.small()
    job.training = Training(.full, offload: .activations)
    return job
  }

  private static let asked: PlanRequest = {
    var plan = PlanRequest()
    (plan.tensor, plan.pipeline, plan.data, plan.microBatch) = (1, 1, 8, 4)
    (plan.zero, plan.recompute) = (1, Recompute.none)
    return plan
  }()

  @Test("what the hosts cannot hold is refused, and says how much it is") func refused() throws {
    let needed = try Simulator(job: Self.job(), instance: Self.node(hostGiB: nil), efficiency: .profile())
    let plan = Plan(data: 8, zero: 1, microBatch: 4)
    let bytes = needed.offloaded(needed.estimate(plan)) * 8
    #expect(bytes > Bytes(10 * gib))
    func reason(_ host: Double?) -> RefusalReason? {
      let found = compare(Self.job(), .instances(1), [Self.node(hostGiB: host)], prices([:]), plan: Self.asked)
      if case .cannot(let refusal) = found.results[0].outcome { return refusal.reason }
      return nil
    }
    #expect(reason(10) == .hostMemory(needed: bytes, there: Bytes(10 * gib)))
    #expect(reason(bytes.value / gib * 1.001) == nil)
    // Nobody knows: it runs, and is told.
    #expect(reason(nil) == nil)
    let run = compare(Self.job(), .instances(1), [Self.node(hostGiB: nil)], prices([:]), plan: Self.asked).results[0]
      .run
    #expect(
      run?.notes.contains(.run(.statesOverHostMemory(instance: "node", bytes: bytes, memory: nil))) == true)
  }

  @Test("a search proposes the best of the plans that the hosts hold") func search() throws {
    let free = try PlanSearch.of(Self.job(), on: Self.node(hostGiB: 4000)).best(devices: 8)
    let simulator = try Simulator(job: Self.job(), instance: Self.node(hostGiB: nil), efficiency: .profile())
    func held(_ e: Estimate) -> Bytes { simulator.offloaded(e) * 8 }
    let most = try #require(free.best), limit = held(most).value / gib * 0.9
    let tight = try PlanSearch.of(Self.job(), on: Self.node(hostGiB: limit)).best(devices: 8)
    let found = try #require(tight.best)
    #expect(held(found).value <= limit * gib && found.stepTime >= most.stepTime)
    // Of all plans, one by one.
    let space = PlanSpace(job: Self.job(), machine: simulator.machine, request: PlanRequest())
    var best = Double.infinity
    for shape in space.shapes {
      var batch = PlanBatch()
      space.plans(of: shape, devices: 8, into: &batch)
      for i in 0..<batch.count {
        let one = simulator.estimate(batch.plan(i, shape))
        if one.fits, held(one).value <= limit * gib { best = min(best, one.stepTime.value) }
      }
    }
    #expect(abs(best - found.stepTime.value) < 1e-12 * best)
    // Where none is held, the answer is about the host.
    let none = compare(Self.job(), .instances(1), [Self.node(hostGiB: 0.001)], prices([:])).results[0].outcome
    guard case .cannot(let refusal) = none, case .hostMemory(let needed, let there) = refusal.reason else {
      Issue.record("\(none)")
      return
    }
    #expect(there == Bytes(0.001 * gib) && needed > there)
  }
}

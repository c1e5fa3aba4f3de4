import Quantities
import Scenarios
import Simulation

/// The memory of an instance's host, where activations of its devices wait in it. How much they take depends on the plan, so a
/// plan may fit its devices and not their host.
struct HostMemory: Sendable {
  private let simulator: Simulator
  let there: Bytes

  /// Nil where no activations are offloaded, or nobody knows how much memory the host has, which a run then warns of.
  init?(_ simulator: Simulator) {
    guard simulator.job.offloadsActivations, let memory = simulator.machine.instance.host.memory else { return nil }
    self.simulator = simulator
    there = memory.value
  }

  /// Of all devices together, the fullest taken for each.
  func needed(_ e: Estimate) -> Bytes { simulator.offloaded(e) * Double(simulator.machine.instance.devices) }

  func holds(_ e: Estimate) -> Bool { needed(e) <= there }
  func holds(_ i: Int, of view: borrowing PlanWalk.View) -> Bool {
    holds(simulator.estimate(view.plan(i), view.results, at: i))
  }

  /// Why a plan is refused that fits its devices; nil where it is not.
  func obstacle(_ e: Estimate) -> RefusalReason? {
    holds(e) ? nil : .hostMemory(needed: needed(e), there: there)
  }
}

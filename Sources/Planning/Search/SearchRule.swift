import Costing
import Quantities
import Scenarios
import Simulation

/// What is kept of the plans that a walk shows.
struct SearchRule: Sendable {
  var objective = SearchObjective.time
  var top: Int
  var axes: [ParetoAxis] = []
  /// Limits, in base units; infinite where there is none.
  var maxMemory = Double.infinity
  var deadline = Double.infinity
  var budget = Double.infinity

  var needsPrice: Bool { objective.needsPrice || axes.contains(.cost) || budget < .infinity }
}

/// What plans of one option have in common.
struct OptionTerms: Sendable {
  /// Place among the options.
  var index: Int
  /// Bytes per device that a plan may come to, as counted, to fit with the certainty that is asked for.
  var capacity: Double
  /// Nil: whatever a plan offloads, the host is not asked.
  var hosts: HostMemory?
  /// Devices in a billed unit.
  var unitDevices: Int
  var steps: Double
  /// Of the price; nil without one.
  var tariff: Tariff?
  /// Likewise; 0 without one.
  var rate: Double
  /// Nil: a run is its steps alone.
  var operations: Operations?
  /// Nil: every plan counts as good as its prediction.
  var tried: TriedPlans?
  /// Nil: no log of one's own says anything of its steps.
  var own: OwnPace?

  init(
    _ simulator: Simulator, index: Int = 0, price: Price? = nil, operations: Operations? = nil,
    tried: TriedPlans? = nil, own: OwnPace? = nil, isGiven: Bool = false
  ) {
    let job = simulator.job
    self.index = index
    // Whoever gives the plan decides how sure it has to be, and is told.
    let machine = simulator.machine, part = isGiven ? 1 : machine.efficiency.fillable
    capacity = machine.memoryCapacity.value * part
    hosts = HostMemory(simulator)
    unitDevices = simulator.machine.instance.devices
    steps = job.steps
    tariff = price.map(Tariff.init)
    rate = price?.rate.value ?? 0
    self.operations = operations
    self.tried = tried
    self.own = own
  }

  /// What is too small for the plan of the least memory: the host that it offloads to, where it fits its devices, else they.
  func shortage(_ e: Estimate, limit: Bytes? = nil) -> RefusalReason {
    if e.memory.total.value <= capacity, let host = hosts?.obstacle(e) { return host }
    return .leastMemory(needed: e.memory.total, there: limit.map { min($0, e.memoryCapacity) } ?? e.memoryCapacity)
  }
}

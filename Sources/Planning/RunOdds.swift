import Quantities
import Scenarios
import Simulation

// What a plan on so many units may come to, draw by draw.
extension RunMaker {
  /// Steps of a plan as machines run it ÷ their prediction, [samples].
  func deviations(_ e: Estimate, _ knowledge: Knowledge) -> [Double] {
    let machine = simulator.machine
    return knowledge.steps(PlanCase(simulator, e.plan), machine.instance.chip, machine.efficiency)
      .map { $0 / e.stepTime.value }
  }

  /// - Parameter deviations: steps ÷ their prediction, of this plan or of one like it, [samples].
  func draws(_ e: Estimate, _ units: Int, _ deviations: [Double], _ knowledge: Knowledge) -> RunDraws {
    let operation = operations?.operation(units: units)
    return knowledge.draws(
      deviations.map { $0 * e.stepTime.value }, strangeness: tried?.strangeness(of: e.plan) ?? 0, operation,
      simulator.job, offer.price, units: units, spares: operation?.spares ?? 0)
  }
}

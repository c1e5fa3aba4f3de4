import Quantities
import Scenarios

extension Price {
  /// What an hour of work costs the owner: capital spread over the hours worked, and electricity with the building's
  /// overhead.
  /// - Parameter region: what it is shown under; the machine stands wherever its owner is.
  public init(owning machine: Ownership, region: String) {
    let worked = machine.usefulLife.value * machine.utilization
    let capital = DollarRate(machine.capital.value.value / worked.value)
    let electricity = (machine.power.value * machine.pue).cost(at: machine.electricity.value)
    self.init(
      provider: "owned", instance: machine.instance, region: .named(region), model: .owned,
      rate: capital + electricity, billing: .asItPasses, date: machine.origin.retrieved,
      source: machine.origin.location)
    parts = [
      Part(
        label: "capital, \(machine.capital.value.formatted) over \(machine.usefulLife.value.formatted) at "
          + "\(Int((machine.utilization * 100).rounded()))% use", rate: capital),
      Part(
        label: "electricity, \(machine.power.value.formatted) × PUE \(machine.pue) × "
          + machine.electricity.value.formatted, rate: electricity),
    ]
  }
}

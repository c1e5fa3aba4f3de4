import Quantities
import Scenarios

extension Price {
  /// What an hour of work costs the owner: capital with what it would earn elsewhere, the place, people and the connection, all
  /// spread over the hours worked; and electricity with the building's overhead.
  /// - Parameter region: what it is shown under; the machine stands wherever its owner is.
  public init(owning machine: Ownership, region: String) {
    // Paid whether it works or not, so a working hour bears more than an hour.
    func worked(_ rate: DollarRate) -> DollarRate { rate * (1 / machine.utilization) }
    let life = machine.usefulLife.value
    let use = "at \(Int((machine.utilization * 100).rounded()))% use"
    let earning = machine.rateOfReturn.map { ", \(percent($0.value.value)) a year" } ?? ""
    var parts = [
      Part(
        label: "capital, \(machine.capital.value.formatted) over \(life.formatted)\(earning) \(use)",
        rate: worked(machine.payment))
    ]
    if let place = machine.colocation {
      parts.append(
        Part(
          label: "colocation, \(machine.power.value.formatted) \(use)",
          rate: worked(machine.power.value.cost(at: place.value))))
    }
    if let people = machine.people { parts.append(Part(label: "people \(use)", rate: worked(people.value))) }
    if let line = machine.connection { parts.append(Part(label: "connection \(use)", rate: worked(line.value))) }
    parts.append(
      Part(
        label: "electricity, \(machine.power.value.formatted) × PUE \(machine.pue) × "
          + machine.electricity.value.formatted,
        rate: (machine.power.value * machine.pue).cost(at: machine.electricity.value)))
    self.init(
      provider: "owned", instance: machine.instance, region: .named(region), model: .owned,
      rate: parts.reduce(.zero) { $0 + $1.rate }, billing: .asItPasses, date: machine.origin.retrieved,
      source: machine.origin.location)
    self.parts = parts
  }
}

extension Ownership {
  /// Of the capital, for each second of the machine's life: a share of it, or, with a rate of return r a year, the annuity of n
  /// months, C·i ÷ (1 − (1 + i)^−n) with i = r/12.
  var payment: DollarRate {
    let life = usefulLife.value.value
    guard let rate = rateOfReturn?.value.value else { return DollarRate(capital.value.value / life) }
    let month = 31_536_000.0 / 12, interest = rate / 12
    let left = Logarithm.exponential(-(life / month) * Logarithm.natural(1 + interest))
    return DollarRate(capital.value.value * interest / (1 - left) / month)
  }

  /// What is not in the price, since nobody said.
  var gaps: [String] {
    [
      (rateOfReturn == nil, "what the capital would earn"), (colocation == nil, "the place"),
      (people == nil, "people"), (connection == nil, "the connection"),
    ].filter(\.0).map(\.1)
  }
}

private func percent(_ part: Double) -> String { "\((part * 10000).rounded() / 100)%" }

import Quantities
import Scenarios

extension FactSheet {
  /// All prices of one list, or of one instance type.
  public init(prices: [Price], name: String) {
    self.init(
      .prices, name: name,
      facts: prices.map { price in
        Fact(
          "\(price.instance), \(price.model.rawValue), \(price.region.label)", price.rate.formatted,
          origin: Origin(source: price.source, retrieved: price.date, note: price.note, location: ""))
      })
  }

  public init(_ machine: Ownership) {
    self.init(
      .ownership, name: machine.instance,
      facts: [
        Fact("capital", machine.capital), Fact("useful life", machine.usefulLife),
        Fact("utilization", Figures.percent(machine.utilization)), Fact("power", machine.power),
        Fact("power usage effectiveness", "\(machine.pue)"), Fact("electricity", machine.electricity),
      ], origin: machine.origin)
  }
}

extension CatalogEntry {
  public init(prices: [Price], name: String) {
    let types = Set(prices.map(\.instance)).count
    self.init(.prices, name: name, figures: "\(counted(prices.count, "price")) of \(counted(types, "type"))")
  }

  public init(_ machine: Ownership) {
    let years = "\(machine.capital.value.formatted) over \(machine.usefulLife.value.formatted)"
    self.init(.ownership, name: machine.instance, figures: "\(years), \(machine.power.value.formatted)")
  }
}

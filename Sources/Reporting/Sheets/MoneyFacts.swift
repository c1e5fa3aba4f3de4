import Costing
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

extension FactSheet {
  public init(_ provider: Provider) {
    let networks = provider.slowNetwork.map { "\($0.called) (\($0.kind.rawValue)), which lacks \($0.lacks)" }
    self.init(
      .providers, name: provider.name, summary: provider.summary,
      facts: [
        Fact("called", provider.title), Fact("rents machines out", provider.isCloud ? "yes" : "no"),
        Fact("its regions are in regions/grids.csv", provider.hasGrids ? "yes" : "no"),
        Fact("prices are looked for first in", provider.homeRegion),
        Fact("then in", optional: provider.nearRegions.isEmpty ? nil : provider.nearRegions.joined(separator: ", ")),
        Fact("a list price is", provider.list.map(\.rawValue).joined(separator: ", else ")),
      ]
        + provider.sold.map { model in
          provider.ways[model].map { Fact("billing, \(model.rawValue)", $0.billing.sentence, origin: $0.origin) }
        }
        + [
          Fact("input lies on", provider.dataStorage.joined(separator: ", else ")),
          Fact("checkpoints lie on", provider.checkpointStorage), Fact("network over TCP", optional: networks),
        ],
      disputed: provider.disputed, origin: provider.origin)
  }
}

extension Billing {
  /// Every rule of it.
  fileprivate var sentence: String {
    var parts = [rule ?? "time is billed as it passes"]
    if portion != nil, shortest > .zero { parts.append("\(shortest.formatted) at least") }
    if let longest { parts.append("\(longest.formatted) at most") }
    if let mostInstances { parts.append("\(mostInstances) instances at most") }
    if let endsAt { parts.append("ends at \(TimeOfDay.text(endsAt)) UTC") }
    if let bookedAhead { parts.append("booked \(bookedAhead.inDays) ahead at most") }
    if isPaidUpFront { parts.append("paid up front") }
    if let commitment { parts.append("a commitment of \(commitment.inYears)") }
    return parts.joined(separator: "; ")
  }
}

extension CatalogEntry {
  public init(_ provider: Provider) {
    self.init(
      .providers, name: provider.name, figures: provider.sold.map(\.rawValue).joined(separator: ", "),
      summary: provider.summary)
  }

  public init(prices: [Price], name: String) {
    let types = Set(prices.map(\.instance)).count
    self.init(.prices, name: name, figures: "\(counted(prices.count, "price")) of \(counted(types, "type"))")
  }

  public init(_ machine: Ownership) {
    let years = "\(machine.capital.value.formatted) over \(machine.usefulLife.value.formatted)"
    self.init(.ownership, name: machine.instance, figures: "\(years), \(machine.power.value.formatted)")
  }
}

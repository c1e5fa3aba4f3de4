import Planning
import Quantities
import Scenarios

/// The price of an option at which it costs as much as the best of the others, everything else as it is. A cost is in
/// proportion to its price, so this is exact; where a budget chose the size it is not, and there is none.
struct PriceTie: Sendable {
  var name: String
  /// US dollars an instance-hour.
  var price: Double
  var cost: Double
  /// Of the price: where it ties with the best other option.
  var tie: Double
  /// Whether it is the cheapest now, and the price would have to rise.
  var isBest: Bool

  static func all(_ comparison: Comparison) -> [PriceTie] {
    guard comparison.size.budget == nil else { return [] }
    let known = comparison.results.compactMap { one -> (name: String, price: Double, cost: Double)? in
      guard let run = one.run, let price = run.offer.price, let cost = one.cost, cost.value > 0, !run.isSeldom else {
        return nil
      }
      return (Findings.name(one), price.rate.perHour, cost.value)
    }
    guard known.count > 1, let best = known.map(\.cost).min() else { return [] }
    return known.enumerated().map { i, one in
      let others = known.enumerated().filter { $0.offset != i }.map(\.element.cost).min() ?? one.cost
      return PriceTie(
        name: one.name, price: one.price, cost: one.cost, tie: one.price * others / one.cost, isBest: one.cost == best)
    }.sorted { $0.cost < $1.cost }
  }

  var sentence: String {
    let change = Figures.signed(tie / price - 1)
    return isBest
      ? "\(name) stays the cheapest until its price is \(Figures.bill(Dollars(tie)))/h (\(change))"
      : "\(name) is as cheap as the cheapest at \(Figures.bill(Dollars(tie)))/h (\(change))"
  }
}

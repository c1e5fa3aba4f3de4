import Quantities
import Scenarios

/// What of a price makes the total of a bill, and no words: a search asks for the totals of millions of plans, and would copy
/// the texts of the price each time.
public struct Tariff: Sendable {
  /// Dollars an hour of each part of the price, or of the price where it has none.
  private let parts: [Double]
  /// Dollars an hour.
  private let rate: Double
  private let billing: Billing

  public init(_ price: Price) {
    rate = price.rate.perHour
    parts = price.parts.isEmpty ? [rate] : price.parts.map(\.rate.perHour)
    billing = price.billing
  }

  /// The total of the bill, bit for bit, without writing its lines.
  public func total(units: Int, spares: Int = 0, wallTime: Seconds) -> Dollars {
    let run = max(wallTime, billing.shortest).value / 3600
    let hours = Double(units) * run
    var total = 0.0
    for part in parts { total += part * hours }
    if spares > 0 { total += rate * (Double(spares) * run) }
    if billing.portion != nil {
      total += rate * (Double(units + spares) * (billing.billed(wallTime).value / 3600 - run))
    }
    return Dollars(total)
  }
}

import Quantities
import Scenarios

extension Bill {
  /// What of a cost is money, for the run that the bill was made for: with the wall time in seconds they multiply to the
  /// total.
  public func factors(units: Int, spares: Int, wallTime: Seconds, price: Price) -> [CostFactor: Double] {
    [
      .instances: Double(units), .spares: Double(units + spares) / Double(units), .billing: billedTime / wallTime,
      .price: price.rate.value,
    ]
  }
}

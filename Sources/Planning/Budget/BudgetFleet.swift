import Costing
import Quantities
import Scenarios

/// The most instances that train, and what keeps them from being more.
struct BudgetFleet {
  var units: Int
  var limit: BudgetLimit

  /// - Parameters:
  ///   - one: what one instance costs for all of the time.
  ///   - most: that can be had in this way, as far as that is known.
  init?(_ request: BudgetRequest, one: Dollars, most: RentalLimit?) {
    let paid = request.sum / one
    guard paid >= 1 else { return nil }
    (units, limit) = (OptionPlanner.mostUnits, .size)
    if let most = most?.most, most < units { (units, limit) = (most, .rental) }
    if let asked = request.maxInstances, asked < units { (units, limit) = (asked, .asked) }
    if paid < Double(units) { (units, limit) = (Int(paid), .money) }
  }
}

import Quantities
import Scenarios

/// What a run costs, as lines that add up. quantity × unit price = amount, on every line.
public struct Bill: Sendable {
  public var lines: [BillLine]
  public var total: Dollars { lines.reduce(.zero) { $0 + $1.amount } }
  /// Time paid for, which whole days may make longer than the run.
  public var billedTime: Seconds
  public var warnings: [PriceNote]

  public init(lines: [BillLine], billedTime: Seconds, warnings: [PriceNote] = []) {
    self.lines = lines
    self.billedTime = billedTime
    self.warnings = warnings
  }
}

public struct BillLine: Sendable {
  public var label: String
  public var quantity: Double
  /// What is counted: "instance-hours".
  public var unit: String
  /// US dollars per unit.
  public var unitPrice: Dollars
  public var amount: Dollars { unitPrice * quantity }
  public init(label: String, quantity: Double, unit: String, unitPrice: Dollars) {
    self.label = label
    self.quantity = quantity
    self.unit = unit
    self.unitPrice = unitPrice
  }
}

extension Bill {
  /// Rent of `units` whole units, and of those that stand by, for as long as the run takes, in the portions the price
  /// model is sold in.
  public init(units: Int, spares: Int = 0, wallTime: Seconds, price: Price) {
    let hourly = Dollars(price.rate.perHour), billing = price.billing
    let run = max(wallTime, billing.shortest).value / 3600
    let parts =
      price.parts.isEmpty ? [Price.Part(label: "\(price.model.rawValue), running", rate: price.rate)] : price.parts
    var lines = parts.map {
      BillLine(
        label: "\(price.instance) × \(units), \($0.label)", quantity: Double(units) * run,
        unit: "instance-hours", unitPrice: Dollars($0.rate.perHour))
    }
    if spares > 0 {
      lines.append(
        BillLine(
          label: "\(price.instance) × \(spares), standing by", quantity: Double(spares) * run,
          unit: "instance-hours", unitPrice: hourly))
    }
    let billed = billing.billed(wallTime)
    if let portion = billing.portion(of: billed) {
      lines.append(
        BillLine(
          label: "rest of the \(price.model.purchase) (sold in \(portion.size.wholePortions))",
          quantity: Double(units + spares) * (billed.value / 3600 - run), unit: "instance-hours", unitPrice: hourly))
    }
    self.init(lines: lines, billedTime: billed, warnings: price.limits(instances: units + spares, billed: billed))
  }
}

extension Price {
  /// What goes beyond one purchase.
  fileprivate func limits(instances: Int, billed: Seconds) -> [PriceNote] {
    var list: [PriceNote] = []
    if let longest = billing.longest, billed > longest {
      list.append(.beyondPurchase(instance: instance, model, length: billed, longest: longest))
    }
    if let most = billing.mostInstances, instances > most {
      list.append(.severalPurchases(instance: instance, model, instances: instances, most: most))
    }
    return list
  }
}

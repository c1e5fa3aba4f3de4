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
    let hourly = Dollars(price.rate.perHour)
    let run = max(wallTime, price.shortest).value / 3600
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
    var billed = max(wallTime, price.shortest)
    var warnings: [PriceNote] = []
    if price.model == .capacityBlock {
      let block = CapacityBlock(covering: wallTime)
      billed = block.length
      lines.append(
        BillLine(
          label: "rest of the capacity block (sold in \(block.portion))",
          quantity: Double(units + spares) * (billed.value / 3600 - run), unit: "instance-hours", unitPrice: hourly))
      warnings = block.warnings(instances: units + spares, name: price.instance)
    }
    self.init(lines: lines, billedTime: billed, warnings: warnings)
  }
}

extension Price {
  /// What is billed at least: EC2 bills by the second and one minute at least (AWS News Blog, "Per-Second Billing for EC2
  /// Instances and EBS Volumes", 2017-09-18).
  var shortest: Seconds { model == .onDemand || model == .spot ? Seconds(60) : .zero }

  /// The total of the bill, bit for bit, without writing its lines: what a search asks of millions of plans.
  public func total(units: Int, spares: Int = 0, wallTime: Seconds) -> Dollars {
    let run = max(wallTime, shortest).value / 3600
    let hours = Double(units) * run
    var total = 0.0
    if parts.isEmpty {
      total += rate.perHour * hours
    } else {
      for part in parts { total += part.rate.perHour * hours }
    }
    if spares > 0 { total += rate.perHour * (Double(spares) * run) }
    if model == .capacityBlock {
      let billed = CapacityBlock(covering: wallTime).length
      total += rate.perHour * (Double(units + spares) * (billed.value / 3600 - run))
    }
    return Dollars(total)
  }
}

/// EC2 Capacity Blocks are sold by the day up to 14 days and by the week up to 182 days, at most 64 instances a block.
/// Source: AWS, "Capacity Blocks for ML", EC2 user guide, and the 2024-11 announcement of 182 days; read 2026-11-23.
public struct CapacityBlock: Sendable {
  public static let dailyLimit = 14.0
  public static let longest = 182.0
  public static let mostInstances = 64

  public let days: Double
  public var length: Seconds { Seconds(days * 86400) }
  public var portion: String { days > CapacityBlock.dailyLimit ? "whole weeks" : "whole days" }

  public init(covering time: Seconds) {
    // A run that ends on the hour must not pay for another day because of rounding in the last bit.
    let needed = (time.value / 86400 - 1e-9).rounded(.up)
    days = needed > CapacityBlock.dailyLimit ? (needed / 7).rounded(.up) * 7 : max(1, needed)
  }

  func warnings(instances: Int, name: String) -> [PriceNote] {
    var list: [PriceNote] = []
    if days > CapacityBlock.longest {
      list.append(.beyondBlock(instance: name, length: length, days: CapacityBlock.longest))
    }
    if instances > CapacityBlock.mostInstances {
      list.append(.severalBlocks(instance: name, instances: instances, most: CapacityBlock.mostInstances))
    }
    return list
  }
}

import Planning
import Scenarios
import Workbooks

/// What a workbook takes of a result: its columns by their names, and how its time is billed.
public struct OptionRow {
  let value: (String) -> Cell
  var name: String
  /// Nil where no price is known, and so not how it is billed: as it passes then.
  var billing: Billing?
  var plan: String?
  /// Seldom to be had so, and so no answer.
  var isSeldom = false

  init(_ row: ResultRow, name: String? = nil) {
    value = { column in SuiteRow.index[column].map { ResultColumns.all[$0].value(row) } ?? .unknown }
    self.name = name ?? row.job.name
    billing = row.price?.billing
    plan = row.run?.estimate.plan.short
    isSeldom = row.run?.isSeldom ?? false
  }

  /// - Parameter billing: of the instance and the way of buying that the row names.
  public init(_ row: SuiteRow, billing: (PricingModel) -> Billing?) {
    value = { row[$0] }
    name = row.text("case") ?? ""
    self.billing = row.text("pricing").flatMap(PricingModel.init(rawValue:)).flatMap(billing)
  }

  public init(_ row: SweepRow) { self.init(row.row) }

  var runs: Bool { value("feasible") == .bool(true) }

  func number(_ column: String) -> Double? {
    switch value(column) {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  func text(_ column: String) -> String? {
    if case .text(let text) = value(column) { text } else { nil }
  }

  /// That work and that stand by.
  var allInstances: Double? { number("instances").map { $0 + (number("spares") ?? 0) } }

  /// Hours billed of each of them.
  var billedHours: Double? {
    guard let all = allInstances, all > 0, let hours = number("billed_instance_hours") else {
      return number("wall_time_s").map { $0 / 3600 }
    }
    return hours / all
  }

  /// What the tool knows of a figure, in its unit: an input, what is taken as it is, or what the tool has worked out.
  func amount(_ key: OptionKey) -> Double? {
    switch key {
    case .instances: number("instances")
    case .price: number("price_usd_per_instance_hour")
    case .discount: 0
    case .tokens: number("tokens")
    case .utilization: fastestStep == nil ? nil : number("mfu_fraction")
    case .goodput: number("goodput_factor").map { 1 / $0 }
    case .tokensPerStep:
      number("sequence_length").flatMap { length in number("global_batch_sequences").map { length * $0 } }
    case .fastestStep: fastestStep
    case .startup: number("startup_s")
    case .practice: number("practice_factor")
    case .spares: number("spares")
    case .shortest: (billing?.terms.shortest).map { $0 / 3600 }
    case .portion: (billing?.terms.portion).map { $0 / 3600 }
    case .limit: (billing?.terms.limit).map { $0 / 3600 }
    case .largerPortion: (billing?.terms.largerPortion).map { $0 / 3600 }
    case .lead: (billing?.terms.lead).map { $0 / 3600 }
    case .timeFactor: ratio("wall_time_expected_s", over: "wall_time_s")
    // Of a price that a reader fills in: time is billed as it passes.
    case .costFactor: number("cost_usd") == nil ? amount(.timeFactor) : ratio("cost_expected_usd", over: "cost_usd")
    case .lowFactor: ratio("cost_usd_p05", over: "cost_usd")
    case .highFactor: ratio("cost_usd_p95", over: "cost_usd")
    case .steps: number("steps")
    case .step: number("step_time_s")
    case .run: number("wall_time_s").map { $0 / 3600 }
    case .billed: billedHours
    case .instanceHours:
      number("billed_instance_hours") ?? allInstances.flatMap { count in billedHours.map { $0 * count } }
    case .cost: number("cost_usd")
    case .perMillion: number("usd_per_million_tokens")
    case .expected: number("cost_expected_usd")
    case .low: number("cost_usd_p05")
    case .high: number("cost_usd_p95")
    case .expectedPerMillion:
      number("cost_expected_usd").flatMap { cost in number("tokens").map { cost / ($0 / 1e6) } }
    case .days: number("wall_time_expected_s").map { $0 / 86_400 }
    case .ratio: number("cost_vs_reference")
    default: nil
    }
  }

  /// The same as a cell shows it.
  func result(_ key: OptionKey) -> SheetCell.Result { amount(key).map { .number($0) } ?? .text(Formula.unknown) }

  /// What a step would take at 100% MFU; nil where no peak of the chip is known.
  private var fastestStep: Double? {
    guard let share = number("mfu_fraction"), share > 0 else { return nil }
    return number("step_time_s").map { $0 * share }
  }

  /// One figure over another.
  func ratio(_ column: String, over base: String) -> Double? {
    guard let value = number(column), let base = number(base), base > 0 else { return nil }
    return value / base
  }
}

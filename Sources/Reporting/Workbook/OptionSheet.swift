import Scenarios
import Workbooks

extension Formula: BillingNumber {
  public func plus(_ other: Formula) -> Formula { self + other }
  public func minus(_ other: Formula) -> Formula { self - other }
  public func times(_ other: Formula) -> Formula { self * other }
  public func over(_ other: Formula) -> Formula { self / other }
}

/// The sheet of options: a row for each, with inputs and what follows from them. The formulas are the tool's own arithmetic, and
/// each has the tool's result with it.
struct OptionSheet {
  let keys: [OptionKey]
  /// The cell that has the tokens of all rows; nil: each has its own.
  var tokens: Formula?
  /// The row that ratios refer to, counted from 0 among the options.
  var reference: Int?
  /// How many options are ranked together; nil: they are not.
  var ranked: Int?
  /// Whether it is known how wrong predictions may be.
  let isJudged: Bool

  static let name = "Options"
  /// A line of groups, and one of headings.
  static let head = 2

  private let places: [OptionKey: Int]

  init(_ keys: [OptionKey], isJudged: Bool) {
    let chances: Set<OptionKey> = [
      .expected, .low, .high, .expectedPerMillion, .days, .timeFactor, .costFactor, .lowFactor, .highFactor, .cheapest,
      .late,
    ]
    self.isJudged = isJudged
    self.keys = isJudged ? keys : keys.filter { !chances.contains($0) }
    places = Dictionary(uniqueKeysWithValues: self.keys.enumerated().map { ($1, $0) })
  }

  /// What options are compared by.
  var cost: OptionKey { isJudged ? .expected : .cost }
  var perMillion: OptionKey { isJudged ? .expectedPerMillion : .perMillion }
  var time: OptionKey { isJudged ? .days : .run }

  var sheet: Sheet {
    Sheet(name: OptionSheet.name, widths: keys.map(\.width), frozenRows: OptionSheet.head, frozenColumns: 1)
  }

  var heads: [[SheetCell]] {
    var last: OptionKey.Group?
    let groups = keys.map { key -> SheetCell in
      defer { last = key.group }
      return key.group == last ? SheetCell(.empty, CellStyle(.band)) : .text(key.group.rawValue, .band)
    }
    return [groups, keys.map { .heading($0.heading, ofNumbers: $0.style.format != .general) }]
  }

  // MARK: Places

  func column(_ key: OptionKey) -> Int? { places[key] }

  /// A cell of an option, from the sheet itself.
  func at(_ key: OptionKey, _ option: Int, isFixed: Bool = false) -> Formula {
    .cell(Reference.cell(OptionSheet.head + option, places[key] ?? 0, isFixed: isFixed))
  }

  /// A column of so many options, from any sheet.
  func all(_ key: OptionKey, _ options: Int) -> Formula {
    let last = OptionSheet.head + max(options, 1) - 1
    return .cell(Reference.range(places[key] ?? 0, OptionSheet.head...last, of: OptionSheet.name))
  }

  /// What may be typed into inputs.
  func validations(_ options: Int) -> [Validation] {
    let rows = OptionSheet.head...(OptionSheet.head + max(options, 1) - 1)
    let limits: [(OptionKey, ClosedRange<Double>, String)] = [
      (.price, 0...1e6, "A price is a number of dollars, 0 or more."),
      (.discount, 0...1, "A discount is from 0% to 100%."),
      (.tokens, 1...1e18, "Tokens are a number, 1 or more."),
      (.utilization, 1e-6...1, "MFU is above 0% and at most 100%."),
      (.goodput, 1e-6...1, "Goodput is above 0% and at most 100%."),
    ]
    return limits.compactMap { key, values, message in
      guard let column = places[key], key != .tokens || tokens == nil else { return nil }
      return Validation(column: column, rows: rows, values: values, message: message)
    }
  }

  // MARK: Cells

  func row(_ row: OptionRow, _ option: Int, rank: Int? = nil) -> [SheetCell] {
    let rule = OptionRule(row)
    return keys.map { key in
      switch key.group {
      case .option, .words: words(key, row)
      // Nothing is known of how it would run; that it does not is said.
      case _ where !row.runs: .empty
      case .input: input(key, row)
      case .given: given(key, row)
      case .answer, .working: live(key, row, rule, option, rank)
      }
    }
  }

  private func words(_ key: OptionKey, _ row: OptionRow) -> SheetCell {
    func text(_ text: String?) -> SheetCell { text.map { SheetCell(.text($0), key.style) } ?? .empty }
    func number(_ column: String) -> SheetCell {
      row.number(column).map { SheetCell(.number($0), key.style) } ?? .empty
    }
    return switch key {
    case .name: text(row.name)
    case .model: text(row.text("model"))
    case .instance: text(row.text("instance"))
    case .instances: number("instances")
    case .chips: number("chips")
    case .plan: text(row.plan)
    case .bought: text(row.text("pricing"))
    case .region: text(row.text("region"))
    case .cheapest: number("probability_cheapest")
    case .late: number("probability_late")
    case .evidence: text(row.text("evidence"))
    case .bound: text(row.text("bottleneck"))
    case .why: text(row.text("why_not"))
    case .warnings: text(row.text("warnings"))
    default: text(row.text("assumptions"))
    }
  }

  private func input(_ key: OptionKey, _ row: OptionRow) -> SheetCell {
    // A cell without a price is there to be filled.
    let known = row.amount(key)
    if key == .tokens, let tokens, let known {
      return SheetCell(.formula(tokens, .number(known)), CellStyle(.live, .whole))
    }
    // Where no peak is known the step itself is the input.
    if key == .utilization, known == nil { return unknown(key) }
    return SheetCell(known.map { .number($0) } ?? .empty, key.style)
  }

  private func unknown(_ key: OptionKey) -> SheetCell {
    SheetCell(.text(Formula.unknown), CellStyle(.fixed, key.style.format))
  }

  private func given(_ key: OptionKey, _ row: OptionRow) -> SheetCell {
    if let known = row.amount(key) { return SheetCell(.number(known), key.style) }
    // What an option does not have is no gap.
    let parts: [OptionKey] = [.startup, .spares, .shortest, .portion, .limit, .largerPortion, .lead]
    return parts.contains(key) ? .empty : unknown(key)
  }
}

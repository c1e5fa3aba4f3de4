import Workbooks

/// The sheets of words: what is taken for granted, and where figures are from.
enum BookPages {
  static func assumptions(isJudged: Bool, assumed: [String], warned: [String]) -> (sheet: Sheet, rows: [[SheetCell]]) {
    let sheet = Sheet(name: "Assumptions", widths: [26, 130], frozenRows: 1)
    func part(_ title: String, _ sentences: [String]) -> [[SheetCell]] {
      sentences.enumerated().map { [.text($0.offset == 0 ? title : "", .answer), .text($0.element + ".", .wrapped)] }
    }
    let rows: [[SheetCell]] =
      [[.text("", .heading), .text("in words", .heading)]]
      + part("How it is worked out", arithmetic + (isJudged ? chances : []))
      + part("What stays as it is", kept) + part("Taken for granted", assumed) + part("Warnings", warned)
    return (sheet, rows)
  }

  private static let arithmetic = [
    "Steps are the tokens ÷ the tokens of a step, and the last one is a whole one",
    "A step takes its time at 100% MFU ÷ the MFU",
    "A run takes (steps × the time of a step ÷ goodput + what is before the first step and after the last)"
      + " × the team's practice",
    "Billed is the time of the run, and where time is sold in whole days or weeks, the next whole one",
    "The bill is the hours billed × all instances × the price × (1 − the discount)",
    "A cell without a price is not 0: what follows from it is unknown until you fill it in",
  ]
  private static let chances = [
    "The expected cost is the mean of what may happen, as trainfare worked it out. It stays in proportion to the bill;"
      + " so are both ends of 5–95%"
  ]
  private static let kept = [
    "The number of instances and the plan stay as they are: trainfare would choose them anew",
    "The chances stay in proportion: with another time of the run, whole days and weeks may shift them. Ask trainfare"
      + " again for exact ones",
    "Another price or discount gives exactly trainfare's result. Spot is different: a price that you give trainfare has no spread",
  ]

  private static let sourceColumns: [(heading: String, column: String, style: CellStyle)] = [
    ("bought", "pricing", CellStyle(.plain)),
    ("price, USD per instance-hour", "price_usd_per_instance_hour", CellStyle(.plain, .cents)),
    ("price is of", "region", CellStyle(.plain)), ("read on", "price_date", CellStyle(.plain)),
    ("price from", "price_source", CellStyle(.plain)), ("software", "stack", CellStyle(.plain)),
    ("efficiency profile", "profile", CellStyle(.plain)), ("evidence", "evidence", CellStyle(.plain)),
    ("nearest measured run", "nearest_measurement", CellStyle(.plain)),
    ("its step as measured, s", "nearest_measured_s", CellStyle(.plain, .thousandths)),
    ("its step as predicted without it, s", "nearest_predicted_s", CellStyle(.plain, .thousandths)),
    ("how far it is", "nearest_distance", CellStyle(.plain, .tenths)),
  ]

  static func sources(_ options: [OptionRow], first: String = "option") -> (sheet: Sheet, rows: [[SheetCell]]) {
    let sheet = Sheet(
      name: "Sources", widths: [26, 15, 14, 15, 12, 60, 24, 30, 14, 24, 14, 14, 10], frozenRows: 1, frozenColumns: 1)
    let head =
      [SheetCell.text(first, .heading)]
      + sourceColumns.map { .heading($0.heading, ofNumbers: $0.style.format != .general) }
    return (sheet, [head] + options.filter(\.runs).map { [.text($0.name, .answer)] + source($0) })
  }

  /// Where the figures of an option are from.
  static func source(_ row: OptionRow) -> [SheetCell] {
    sourceColumns.map { _, column, style in
      switch row.value(column) {
      case .text(let text): SheetCell(.text(text), style)
      case .integer, .number: SheetCell(.number(row.number(column) ?? 0), style)
      default: .text(column == "price_date" || column.hasPrefix("nearest") ? "–" : Formula.unknown, .fixed)
      }
    }
  }
}

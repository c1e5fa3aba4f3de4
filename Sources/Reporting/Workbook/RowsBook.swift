import Quantities
import Workbooks

/// Results of many questions as a workbook, row by row: each has its own inputs and answers. Rows are written as they come, so
/// that memory holds one.
public final class RowsBook {
  /// What rows of one kind have in common, and whose cheapest one the summary has.
  public enum Group: String, Sendable {
    case model, instance

    fileprivate var key: OptionKey { self == .model ? .model : .instance }
    fileprivate var heading: String { self == .model ? "model" : "instance type" }
  }

  private let book: any BookTarget
  private let layout: OptionSheet
  private let group: Group
  private let title: String, made: String
  private let summary: Int, sheet: Int
  private var count = 0
  private var priced = 0
  private var groups: [String] = []
  private var best: [String: OptionRow] = [:]
  /// Options of which where their figures are from is written down, each once.
  private var sources: [OptionRow] = []
  private var known: Set<String> = []

  /// As many as a sheet takes.
  public static let mostRows = Sheet.mostRows - OptionSheet.head

  /// More would be no summary.
  private static let mostGroups = 200, mostSources = 2000
  /// More bars would not be read.
  private static let mostBars = 40
  private static let head = 7

  /// - Parameter isJudged: whether it is known how wrong predictions may be.
  public init(_ book: any BookTarget, by group: Group, isJudged: Bool, title: String, made: String) {
    self.book = book
    self.group = group
    (self.title, self.made) = (title, made)
    let left: Set<OptionKey> = [.plan, .ratio, .rank, .ranked, .cheapest, .late]
    layout = OptionSheet(OptionKey.allCases.filter { !left.contains($0) }, isJudged: isJudged)
    summary = book.add(Sheet(name: "Summary", widths: [30, 44, 22, 18, 16, 12], frozenRows: RowsBook.head))
    sheet = book.add(layout.sheet)
    book.append(rows: layout.heads, to: sheet)
  }

  public func append(_ row: OptionRow) {
    book.append(layout.row(row, count), to: sheet)
    count += 1
    guard row.runs else { return }
    let source = ["instance", "pricing", "region", "price_date", "stack"].map { row.text($0) ?? "" }.joined(
      separator: "\t")
    if sources.count < RowsBook.mostSources, known.insert(source).inserted {
      var one = row
      one.name = row.text("instance") ?? ""
      sources.append(one)
    }
    guard let cost = row.amount(layout.cost), let name = row.text(group.rawValue) else { return }
    priced += 1
    if best[name] == nil {
      guard groups.count < RowsBook.mostGroups else { return }
      groups.append(name)
    }
    if best[name]?.amount(layout.cost).map({ cost < $0 }) ?? true { best[name] = row }
  }

  public func finish() {
    for validation in layout.validations(count) { book.allow(validation, in: sheet) }
    book.filter(
      row: OptionSheet.head - 1, columns: 0...(layout.keys.count - 1), through: OptionSheet.head + count - 1, in: sheet)
    book.append(rows: heads, to: summary)
    for (index, name) in groups.enumerated() { book.append(cheapest(name, index), to: summary) }
    if let chart { book.draw(chart, row: RowsBook.head + groups.count + 1, column: 0, in: summary) }
    let assumed = ["What a row takes for granted and is warned of stands in its last columns, on the sheet Options"]
    let pages = [
      BookPages.assumptions(isJudged: layout.isJudged, assumed: assumed, warned: []),
      BookPages.sources(sources, first: "instance type"),
    ]
    for page in pages { book.append(rows: page.rows, to: book.add(page.sheet)) }
  }

  private var heads: [[SheetCell]] {
    let whole = CellStyle(.answer, .whole)
    func count(_ key: OptionKey, _ function: String, _ value: Int) -> SheetCell {
      SheetCell(.formula(.call(function, layout.all(key, self.count)), .number(Double(value))), whole)
    }
    return [
      [.text(title, .title)],
      [.text(made, .subtitle)],
      [.text("Yellow cells of the sheet Options are inputs. All else follows from them.", .subtitle)],
      [.text("Rows", .answer), count(.name, "COUNTA", self.count)],
      [.text("Rows with a cost", .answer), count(layout.cost, "COUNT", priced)],
      [],
      [
        .text(group.heading, .heading), .text("its cheapest case now", .heading), .text("bought", .heading),
        .heading(layout.cost.heading, ofNumbers: true), .heading(layout.perMillion.heading, ofNumbers: true),
        .heading(layout.time.heading, ofNumbers: true),
      ],
    ]
  }

  /// Of the cells of the summary, so that it follows the inputs as they do.
  private var chart: BarChart? {
    guard !groups.isEmpty else { return nil }
    let bars = min(groups.count, RowsBook.mostBars)
    let rows = RowsBook.head...(RowsBook.head + bars - 1)
    func cells(_ column: Int) -> String { Reference.range(column, rows, of: "Summary") }
    let left = groups.count - bars
    return BarChart(
      title: "Cost of the cheapest case of each \(group.heading)" + (left > 0 ? ", of the first \(bars)" : ""),
      axis: "US dollars", names: cells(0), bars: bars,
      parts: [.init(name: layout.isJudged ? "expected cost" : "bill as predicted", values: cells(3), colour: 0x2F6F9F)],
      format: .dollars)
  }

  /// The least cost of a group, and the case that has it.
  private func cheapest(_ name: String, _ index: Int) -> [SheetCell] {
    let own = best[name], row = RowsBook.head + index + 1
    let costs = layout.all(layout.cost, count), names = layout.all(group.key, count)
    let group = Formula.cell("$A\(row)"), cost = Formula.cell("$D\(row)")
    let least = Formula.call("_xlfn.MINIFS", costs, names, group)
    let priced = Formula.call("COUNTIFS", names, group, costs, .text(">=0"))
    func found(_ key: OptionKey, _ value: SheetCell.Result, _ format: CellStyle.Format = .general) -> SheetCell {
      let place = Formula.call("MATCH", cost, costs, Formula(0))
      return SheetCell(
        .formula(.call("INDEX", layout.all(key, count), place).knowing([cost]), value), CellStyle(.live, format))
    }
    func value(_ key: OptionKey) -> SheetCell.Result { own?.result(key) ?? .text(Formula.unknown) }
    func number(_ key: OptionKey) -> SheetCell { found(key, value(key), key.style.format) }
    return [
      .text(name, .answer),
      found(.name, .text(own?.name ?? "")), found(.bought, .text(own?.text("pricing") ?? "")),
      SheetCell(
        .formula(
          priced.above(Formula(0), least, else: .text(Formula.unknown)),
          value(layout.cost)), CellStyle(.answer, .dollars)),
      number(layout.perMillion), number(layout.time),
    ]
  }
}

import Planning
import Quantities
import Scenarios
import Workbooks

/// A comparison as a workbook whose figures follow from its inputs: change a price, and cost and ranking move.
public struct ComparisonBook {
  let text: ComparisonText
  /// When it was made and with which command, in words.
  let made: String
  private let options: [OptionRow]
  private let layout: OptionSheet
  /// Options by what they cost, cheapest first; those that are seldom to be had are not among them.
  private let order: [Int]

  static let summary = "Summary", tokens = "Tokens"
  private static let inputRow = 5, tableRow = 7
  private static let widths: [Double] = [18, 28, 16, 15, 15, 15, 15, 13, 17, 3, 3, 16, 16, 16]
  /// The columns of the summary that the picture is drawn from.
  private static let pictureColumn = 11

  public init(_ text: ComparisonText, made: String) {
    self.text = text
    self.made = made
    let rows = text.rows(tags: Tags())
    options = rows.map { OptionRow($0, name: Findings.name($0.result)) }
    let isJudged = rows.contains { $0.outlook != nil }
    var keys: [OptionKey] = OptionKey.allCases.filter { ![.model, .instance, .warnings, .assumptions].contains($0) }
    if !options.contains(where: { $0.billing?.terms.lead != nil }) { keys.removeAll { $0 == .lead } }
    if text.reference.result == nil { keys.removeAll { $0 == .ratio } }
    if text.comparison.size.deadline == nil { keys.removeAll { $0 == .late } }
    if !options.contains(where: { !$0.runs }) { keys.removeAll { $0 == .why } }
    var layout = OptionSheet(keys, isJudged: isJudged)
    layout.tokens = .cell(ComparisonBook.tokens)
    layout.ranked = options.count
    layout.reference = rows.firstIndex { $0.run != nil && $0.instance.name == text.reference.name }
    self.layout = layout
    let costs = options.map { $0.isSeldom ? nil : $0.amount(layout.cost) }
    order = options.indices.filter { costs[$0] != nil }.sorted {
      let (a, b) = (costs[$0] ?? 0, costs[$1] ?? 0)
      return a == b ? $0 < $1 : a < b
    }
  }

  public func write(to book: any BookTarget) {
    let summary = book.add(
      Sheet(
        name: ComparisonBook.summary, widths: ComparisonBook.widths, frozenRows: ComparisonBook.tableRow + 1,
        hidden: ComparisonBook.pictureColumn...(ComparisonBook.pictureColumn + 2)))
    let sheet = book.add(layout.sheet)
    book.append(rows: layout.heads, to: sheet)
    for (index, row) in options.enumerated() {
      book.append(layout.row(row, index, rank: order.firstIndex(of: index).map { $0 + 1 }), to: sheet)
    }
    for validation in layout.validations(options.count) { book.allow(validation, in: sheet) }
    let last = OptionSheet.head + options.count - 1
    book.filter(row: OptionSheet.head - 1, columns: 0...(layout.keys.count - 1), through: last, in: sheet)
    write(summary, to: book)
    write(
      BookPages.assumptions(isJudged: layout.isJudged, assumed: findings.assumed, warned: findings.warned), to: book)
    write(BookPages.sources(options), to: book)
  }

  private var findings: Findings { Findings(text) }

  private func write(_ page: (sheet: Sheet, rows: [[SheetCell]]), to book: any BookTarget) {
    book.append(rows: page.rows, to: book.add(page.sheet))
  }

  // MARK: Summary

  private var ranks: Int { options.count { $0.runs && !$0.isSeldom } }

  private func write(_ summary: Int, to book: any BookTarget) {
    book.append(rows: head, to: summary)
    book.define(ComparisonBook.tokens, "Summary!$B$\(ComparisonBook.inputRow + 1)")
    book.allow(
      Validation(
        column: 1, rows: ComparisonBook.inputRow...ComparisonBook.inputRow, values: 1...1e18,
        message: "Tokens are a number, 1 or more."), in: summary)
    for rank in 0..<ranks { book.append(ranked(rank), to: summary) }
    var row = ComparisonBook.tableRow + 1 + ranks
    func line(_ cells: [SheetCell]) {
      book.append(cells, to: summary)
      row += 1
    }
    func prose(_ text: String) {
      for one in Prose(width: 150).wrapped(text) { line([.text(one)]) }
    }
    for one in options where !one.runs {
      prose("\(one.name): no. \(one.text("why_not") ?? "")")
    }
    for one in options where one.isSeldom {
      prose("\(one.name) is seldom available this way, and has no rank.")
    }
    line([])
    if let chart {
      book.draw(chart, row: row, column: 0, in: summary)
      for _ in 0..<chart.rows { line([]) }
    }
    line([.text("The answer as trainfare gave it, before any input is changed", .answer)])
    for sentence in findings.answers { prose(sentence) }
  }

  private var head: [[SheetCell]] {
    let best = order.first, row = ComparisonBook.tableRow + 2
    let name = best.map { options[$0].name } ?? Formula.unknown
    let cost = best.flatMap { options[$0].amount(layout.cost) }
    let tokens = text.comparison.job.tokens.value
    let dollars = CellStyle(.answer, .dollars)
    return [
      [.text(text.title, .title)],
      [.text(made, .subtitle)],
      [.text("Yellow cells are inputs, here and on the sheet Options. All else follows from them.", .subtitle)],
      [],
      [
        .text("Cheapest now", .answer), SheetCell(.formula(.cell("$B$\(row)"), .text(name)), CellStyle(.answer)),
        .empty,
        SheetCell(
          .formula(.cell("$D$\(row)"), cost.map { .number($0) } ?? .text(ranks == 0 ? "" : Formula.unknown)), dollars),
      ],
      [
        .text("Tokens of the job", .answer), SheetCell(.number(tokens), CellStyle(.input, .whole)),
        .text("tokens", .faint),
      ],
      [],
      headings.enumerated().map { .heading($1, ofNumbers: $0 > 2) },
    ]
  }

  private var headings: [String] {
    let ratio = text.reference.result == nil ? "" : "cost ÷ that of \(text.reference.name)"
    let named = [
      "rank by cost", "option", "bought", "expected cost, USD", "lower end of 5–95%, USD", "upper end of 5–95%, USD",
      "USD per million tokens", "expected time, days", ratio,
    ]
    guard layout.isJudged else {
      return ["rank by cost", "option", "bought", "bill, USD", "", "", "USD per million tokens", "time, h", ratio]
    }
    return named + ["", "", "for the picture: lower end", "up to the expected cost", "up to the upper end"]
  }

  /// What stands at a rank now, found on the sheet of options.
  private func ranked(_ rank: Int) -> [SheetCell] {
    let own = order.indices.contains(rank) ? options[order[rank]] : nil
    let place = Formula.call(
      "MATCH", .cell("$A\(ComparisonBook.tableRow + 2 + rank)"), layout.all(.rank, options.count), Formula(0))
    func found(_ key: OptionKey, _ value: SheetCell.Result?, _ style: CellStyle) -> SheetCell {
      guard layout.column(key) != nil else { return .empty }
      let formula = Formula.call("IFERROR", .call("INDEX", layout.all(key, options.count), place), .text("–"))
      return SheetCell(.formula(formula, value ?? .text("–")), style)
    }
    func number(_ key: OptionKey, _ role: CellStyle.Role = .live) -> SheetCell {
      found(key, own?.result(key), CellStyle(role, key.style.format))
    }
    var cells: [SheetCell] = [
      SheetCell(.number(Double(rank + 1)), CellStyle(.place, .whole)),
      found(.name, own.map { .text($0.name) }, CellStyle(.answer)),
      found(.bought, own.map { .text($0.text("pricing") ?? "") }, CellStyle(.plain)),
    ]
    guard layout.isJudged else {
      return cells + [
        number(.cost, .answer), .empty, .empty, number(.perMillion), number(.run), number(.ratio),
      ]
    }
    cells += [
      number(.expected, .answer), number(.low), number(.high), number(.expectedPerMillion), number(.days),
      number(.ratio), .empty, .empty,
    ]
    return cells + picture(rank, own)
  }

  // MARK: The picture

  /// The library draws no error bars of one's own, so an interval is a bar: from its lower end to what is expected, and on to its
  /// upper end.
  private func picture(_ rank: Int, _ own: OptionRow?) -> [SheetCell] {
    let row = ComparisonBook.tableRow + 2 + rank
    let (middle, low, high) = (Formula.cell("D\(row)"), Formula.cell("E\(row)"), Formula.cell("F\(row)"))
    func cell(_ formula: Formula, _ needs: [Formula], _ value: (Double, Double, Double) -> Double) -> SheetCell {
      let known = own.flatMap { own -> Double? in
        guard let a = own.amount(.low), let b = own.amount(.expected), let c = own.amount(.high)
        else { return nil }
        return value(a, b, c)
      }
      return SheetCell(
        .formula(formula.knowing(needs), known.map { .number($0) } ?? .text(Formula.unknown)),
        CellStyle(.fixed, .dollars))
    }
    return [
      cell(low, [low]) { low, _, _ in low },
      cell((middle - low).orMore(Formula(0)), [low, middle]) { low, middle, _ in max(middle - low, 0) },
      cell((high - middle.orMore(low)).orMore(Formula(0)), [low, middle, high]) { max($2 - max($0, $1), 0) },
    ]
  }

  private var chart: BarChart? {
    let bars = order.count
    guard layout.isJudged, bars > 0 else { return nil }
    let rows = (ComparisonBook.tableRow + 1)...(ComparisonBook.tableRow + bars)
    func cells(_ column: Int) -> String { Reference.range(column, rows, of: ComparisonBook.summary) }
    let first = ComparisonBook.pictureColumn
    return BarChart(
      title: "Cost of each option, 5–95%: the colour changes at the expected cost", axis: "US dollars", names: cells(1),
      bars: bars,
      parts: [
        .init(name: " ", values: cells(first), colour: nil),
        .init(name: "from the lower end of 5–95% to the expected cost", values: cells(first + 1), colour: 0x2F6F9F),
        .init(name: "on to the upper end", values: cells(first + 2), colour: 0xA9CCE3),
      ], format: .dollars)
  }
}

import Costing
import Planning
import Quantities
import Scenarios

/// What several options have paid by the end of each month, as tables show it: sums are rounded and not their parts, so that months add
/// up as they stand.
struct MonthSums {
  private let sums: [[Double]]
  /// Cents where all are small.
  private let digits: Int

  init(_ flows: [CashFlow]) {
    sums = flows.map { ($0.expected ?? $0.predicted).map(\.value) }
    digits = sums.allSatisfy { ($0.last ?? 0) < 1000 } ? 2 : 0
  }

  /// Months of the longest.
  var count: Int { sums.map(\.count).max() ?? 0 }

  /// Paid by an option in these months; nil where it has nothing any more.
  func text(_ option: Int, _ months: Range<Int>) -> String? {
    let sums = sums[option], scale = digits == 0 ? 1.0 : 100.0
    guard months.lowerBound < sums.count else { return nil }
    let before = months.lowerBound == 0 ? 0 : sums[months.lowerBound - 1]
    let after = sums[Swift.min(months.upperBound, sums.count) - 1]
    return "$" + Figures.fixed(((after * scale).rounded() - (before * scale).rounded()) / scale, digits)
  }
}

/// Months that stand together in a table.
struct MonthSpan {
  var name: String
  var months: Range<Int>
}

extension [CashFlow] {
  /// Beyond them a table says what is left; files have every month.
  private static var shown: Int { 24 }

  /// The months of the longest, and what is left of them where they are many.
  func spans(_ start: Moment?) -> [MonthSpan] {
    let names = self.max { $0.months.count < $1.months.count }?.months ?? [], count = names.count
    let first = count > Self.shown ? Self.shown - 1 : count, word = start == nil ? "month " : ""
    let each = (0..<first).map { MonthSpan(name: word + names[$0], months: $0..<$0 + 1) }
    return first < count
      ? each + [MonthSpan(name: "\(counted(count - first, "month")) more", months: first..<count)] : each
  }

  /// A table with what its figures are above it, and what they mean below.
  func block<Row>(_ columns: [Column<Row>], _ rows: [Row], _ start: Moment?, _ screen: Screen) -> String {
    guard !isEmpty else { return "" }
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    let table = TextTable(columns, rows, width: screen.width, indent: "  ")
    var text = ["", style.bold(heading(start)), style.dim(table.heading)] + table.rows + [""]
    if !table.leftOut.isEmpty {
      text += prose.wrapped("Left out at this width: \(table.leftOut.joined(separator: ", ")).").map(style.dim)
    }
    return (text + sentences(start).flatMap { prose.wrapped($0) }).joined(separator: "\n") + "\n"
  }

  func markdown<Row>(_ columns: [Column<Row>], _ rows: [Row], _ start: Moment?) -> String {
    guard !isEmpty else { return "" }
    return "\n\(Markdown.escaped(heading(start)))\n\n" + Markdown.text(columns, rows) + "\n"
      + sentences(start).map { "- \(Markdown.escaped($0))\n" }.joined()
  }

  private func heading(_ start: Moment?) -> String {
    let isExpected = contains { $0.expected != nil }
    return "Paid by month\(start.map { ", from \($0.text) UTC" } ?? ""), \(isExpected ? "expected" : "as predicted"):"
  }

  private func sentences(_ start: Moment?) -> [String] {
    var list: [String] = []
    if start == nil {
      list.append(
        "Months are counted from the start of the run, \(Figures.fixed(Months.twelfth.value / 86_400, 1)) days each; "
          + "--start DAY tells calendar months.")
    }
    return list + distinct(map { rule($0.price) })
  }

  /// How a way of buying is paid.
  private func rule(_ price: Price) -> String {
    let way = "By \(price.model.rawValue): "
    if price.model == .owned {
      return way + "what its hours cost the owner, as they pass; the machine itself was paid when it was bought."
    }
    if price.billing.isPaidUpFront {
      let ahead = price.billing.bookedAhead.map { ", which may be \($0.inDays) before its start" } ?? ""
      return way + "paid when it is booked\(ahead); counted in the month of its start, the latest that it can be."
    }
    if let commitment = price.billing.commitment {
      return way + "the hours of the run, as they pass; who is bound for \(commitment.inYears) pays the rest, too."
    }
    return way + "as the hours pass."
  }
}

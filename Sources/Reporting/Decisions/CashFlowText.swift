import Costing
import Planning
import Quantities
import Scenarios

/// What is paid in each month, for each option that runs and has a price.
public struct CashFlowText {
  /// A month of an option.
  public struct Row: Sendable {
    var job: Job
    var flow: CashFlow
    var month: Int
  }

  private let flows: [CashFlow]
  private let job: Job
  private let start: Moment?
  /// Beyond them a table says what is left; files have every month.
  private static let shown = 24

  public init(_ comparison: Comparison, _ knowledge: Knowledge?, start: Moment?) {
    (job, self.start) = (comparison.job, start)
    flows = comparison.results.compactMap { CashFlow(of: $0, job: comparison.job, knowledge, start: start) }
  }

  public var rows: [Row] {
    flows.flatMap { flow in flow.months.indices.map { Row(job: job, flow: flow, month: $0) } }
  }

  // docs/Decisions.md says what each means.
  public static let columns: [Column<Row>] = [
    .text("case") { $0.job.name },
    .text("instance") { $0.flow.result.instance.name },
    .integer("instances") { $0.flow.result.run?.units },
    .text("pricing") { $0.flow.price.model.rawValue },
    .text("region") { $0.flow.price.region.label },
    .text("month") { $0.flow.months[$0.month] },
    .number("cost_usd", unit: "USD") { $0.paid($0.flow.predicted) },
    .number("cost_expected_usd", unit: "USD") { row in row.flow.expected.map(row.paid) },
    .number("cumulative_cost_usd", unit: "USD") { $0.flow.predicted[$0.month].value },
    .number("cumulative_cost_expected_usd", unit: "USD") { $0.flow.expected?[$0.month].value },
  ]

  // MARK: For people

  private struct Line {
    var name: String
    /// Of each option, [flows]; nil where it has nothing any more.
    var amounts: [String?]
  }

  private var tableColumns: [Column<Line>] {
    [.shown("", .left) { $0.name }]
      + flows.indices.map { i in .shown(Findings.name(flows[i].result), dispensable: i) { $0.amounts[i] ?? "" } }
  }

  /// Months, and below them what they add up to: sums are rounded and not their parts, so that the columns add up as they stand.
  private var lines: [Line] {
    let sums = flows.map { ($0.expected ?? $0.predicted).map(\.value) }
    let cents = sums.allSatisfy { ($0.last ?? 0) < 1000 } ? 2 : 0
    let scale = cents == 0 ? 1.0 : 100.0
    func text(_ sums: [Double], _ months: Range<Int>) -> String? {
      guard months.lowerBound < sums.count else { return nil }
      let before = months.lowerBound == 0 ? 0 : sums[months.lowerBound - 1]
      let after = sums[min(months.upperBound, sums.count) - 1]
      return "$" + Figures.fixed(((after * scale).rounded() - (before * scale).rounded()) / scale, cents)
    }
    let count = sums.map(\.count).max() ?? 0, first = count > Self.shown ? Self.shown - 1 : count
    let names = flows.first { $0.months.count == count }?.months ?? []
    var lines = (0..<first).map { month in
      Line(name: (start == nil ? "month " : "") + names[month], amounts: sums.map { text($0, month..<month + 1) })
    }
    if first < count {
      lines.append(
        Line(name: "\(counted(count - first, "month")) more", amounts: sums.map { text($0, first..<count) }))
    }
    return lines + [Line(name: "in all", amounts: sums.map { text($0, 0..<count) })]
  }

  private var heading: String {
    let isExpected = flows.contains { $0.expected != nil }
    return "Paid by month\(start.map { ", from \($0.text) UTC" } ?? ""), \(isExpected ? "expected" : "as predicted"):"
  }

  private var sentences: [String] {
    var list: [String] = []
    if start == nil {
      list.append(
        "Months are counted from the start of the run, \(Figures.fixed(Months.twelfth.value / 86_400, 1)) days each; "
          + "--start DAY tells calendar months.")
    }
    return list + distinct(flows.map { rule($0.price) })
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

  public func block(_ screen: Screen) -> String {
    guard !flows.isEmpty else { return "" }
    let style = Style(screen), table = TextTable(tableColumns, lines, width: screen.width, indent: "  ")
    let prose = Prose(width: screen.proseWidth)
    var text = ["", style.bold(heading), style.dim(table.heading)] + table.rows + [""]
    if !table.leftOut.isEmpty {
      text += prose.wrapped("Left out at this width: \(table.leftOut.joined(separator: ", ")).").map(style.dim)
    }
    return (text + sentences.flatMap { prose.wrapped($0) }).joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    guard !flows.isEmpty else { return "" }
    return "\n\(Markdown.escaped(heading))\n\n" + Markdown.text(tableColumns, lines) + "\n"
      + sentences.map { "- \(Markdown.escaped($0))\n" }.joined()
  }
}

extension CashFlowText.Row {
  /// In this month alone.
  fileprivate func paid(_ sums: [Dollars]) -> Double { (sums[month] - (month == 0 ? .zero : sums[month - 1])).value }
}

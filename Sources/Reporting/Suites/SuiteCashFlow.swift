import Costing
import Planning
import Quantities
import Scenarios

/// What is paid in each month, for each case that runs and has a price: a line for each case, and a column for each month.
public struct SuiteCashFlow: MonthlyText {
  /// A case.
  public struct Entry: Sendable {
    var suite: String
    var name: String
    var flow: CashFlow

    public init(suite: String, name: String, flow: CashFlow) {
      (self.suite, self.name, self.flow) = (suite, name, flow)
    }
  }

  private let entries: [Entry]
  private let start: Moment?
  private var flows: [CashFlow] { entries.map(\.flow) }

  public init(_ entries: [Entry], start: Moment?) { (self.entries, self.start) = (entries, start) }

  public var rows: [CashFlowText.Row] {
    entries.flatMap { one in
      one.flow.months.indices.map { CashFlowText.Row(suite: one.suite, name: one.name, flow: one.flow, month: $0) }
    }
  }

  // MARK: For people

  /// Cases by their number; on a narrow screen the last months are left out first.
  private var columns: [Column<Int>] {
    let entries = entries, sums = MonthSums(flows), count = sums.count
    let first = count > CashFlowText.shown ? CashFlowText.shown - 1 : count
    let names = flows.first { $0.months.count == count }?.months ?? []
    let word = start == nil ? "month " : ""
    let months = (0..<first).map { month in
      Column<Int>.shown(word + names[month], dispensable: month + 1) { sums.text($0, month..<month + 1) ?? "" }
    }
    let rest: [Column<Int>] =
      first < count
      ? [
        .shown("\(counted(count - first, "month")) more", dispensable: first + 1) { sums.text($0, first..<count) ?? "" }
      ]
      : []
    return [.shown("case", .left) { entries[$0].name }] + months + rest
      + [.shown("in all") { sums.text($0, 0..<count) }]
  }

  public func block(_ screen: Screen) -> String {
    guard !entries.isEmpty else { return "" }
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    let table = TextTable(columns, Array(entries.indices), width: screen.width, indent: "  ")
    var text = ["", style.bold(flows.heading(start)), style.dim(table.heading)] + table.rows + [""]
    if !table.leftOut.isEmpty {
      text += prose.wrapped("Left out at this width: \(table.leftOut.joined(separator: ", ")).").map(style.dim)
    }
    return (text + flows.sentences(start).flatMap { prose.wrapped($0) }).joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    guard !entries.isEmpty else { return "" }
    return "\n\(Markdown.escaped(flows.heading(start)))\n\n" + Markdown.text(columns, Array(entries.indices)) + "\n"
      + flows.sentences(start).map { "- \(Markdown.escaped($0))\n" }.joined()
  }
}

import Costing
import Planning
import Quantities
import Scenarios

/// What is paid by month, for people and for files.
public protocol MonthlyText {
  /// A row for each month of each option.
  var rows: [CashFlowText.Row] { get }
  /// Below a table.
  func block(_ screen: Screen) -> String
  var markdown: String { get }
}

/// What is paid in each month, for each option that runs and has a price.
public struct CashFlowText: MonthlyText {
  /// A month of an option.
  public struct Row: Sendable {
    /// Of a suite's case.
    var suite: String?
    var name: String
    var flow: CashFlow
    var month: Int
  }

  private let flows: [CashFlow]
  private let job: Job
  private let start: Moment?

  public init(_ comparison: Comparison, _ knowledge: Knowledge?, start: Moment?) {
    (job, self.start) = (comparison.job, start)
    flows = comparison.results.compactMap { CashFlow(of: $0, job: comparison.job, knowledge, start: start) }
  }

  public var rows: [Row] {
    flows.flatMap { flow in flow.months.indices.map { Row(name: job.name, flow: flow, month: $0) } }
  }

  // docs/Decisions.md says what each means.
  public static let columns: [Column<Row>] = [
    .text("case") { $0.name },
    .text("instance") { $0.flow.result.instance.name },
    .integer("instances") { $0.flow.result.run?.units },
    .text("pricing") { $0.flow.price.model.rawValue },
    .text("region") { $0.flow.price.region.label },
    .text("month") { $0.flow.months[$0.month] },
    .number("cost_usd", unit: "USD") { $0.paid($0.flow.predicted) },
    .number("cost_expected_usd", unit: "USD") { row in row.flow.expected.map(row.paid) },
    .number("cumulative_cost_usd", unit: "USD") { $0.flow.predicted[$0.month].value },
    .number("cumulative_cost_expected_usd", unit: "USD") { $0.flow.expected?[$0.month].value },
    .text("suite") { $0.suite },
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

  /// Months, and below them what they add up to.
  private var lines: [Line] {
    let sums = MonthSums(flows)
    return (flows.spans(start) + [MonthSpan(name: "in all", months: 0..<sums.count)]).map { span in
      Line(name: span.name, amounts: flows.indices.map { sums.text($0, span.months) })
    }
  }

  public func block(_ screen: Screen) -> String { flows.block(tableColumns, lines, start, screen) }

  public var markdown: String { flows.markdown(tableColumns, lines, start) }
}

extension CashFlowText.Row {
  /// In this month alone.
  fileprivate func paid(_ sums: [Dollars]) -> Double { (sums[month] - (month == 0 ? .zero : sums[month - 1])).value }
}

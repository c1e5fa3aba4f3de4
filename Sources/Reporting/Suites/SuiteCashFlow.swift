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
    let months = flows.spans(start).enumerated().map { i, span in
      Column<Int>.shown(span.name, dispensable: i + 1) { sums.text($0, span.months) ?? "" }
    }
    return [.shown("case", .left) { entries[$0].name }] + months + [.shown("in all") { sums.text($0, 0..<count) }]
  }

  public func block(_ screen: Screen) -> String { flows.block(columns, Array(entries.indices), start, screen) }

  public var markdown: String { flows.markdown(columns, Array(entries.indices), start) }
}

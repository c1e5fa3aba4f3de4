import Charts
import Planning
import Quantities
import Scenarios
import Simulation

/// What a step is spent on: one bar for each option, all of the same length.
struct StepChart {
  private static let groups: [(name: String, parts: [StepParts.Part])] = [
    ("compute", [.compute]), ("communication", [.tensor, .context, .pipeline, .data]), ("pipeline bubble", [.bubble]),
    ("recompute", [.recompute]), ("waiting", [.host, .straggling, .input, .checkpoint]),
  ]
  /// All that is in no group, whatever parts there will be.
  private static let rest = "optimizer and the rest"

  private let rows: [(name: String, detail: String, result: OptionResult)]
  private let heading: String

  init(_ rows: [(name: String, detail: String, result: OptionResult)], heading: String = "What a step is spent on") {
    self.rows = Array(rows.filter { $0.result.run != nil }.prefix(Chart.mostRows))
    self.heading = heading
  }

  /// Shares of a step; what logs take off the rest is no length.
  static func shares(_ step: StepParts) -> [Double] {
    let named = Set(groups.flatMap(\.parts))
    let all = groups.map(\.parts) + [StepParts.Part.allCases.filter { !named.contains($0) }]
    let seconds = all.map { parts in max(0, parts.reduce(0) { $0 + step[$1].value }) }
    let total = seconds.reduce(0, +)
    return seconds.map { total > 0 ? $0 / total : 0 }
  }

  var panel: BarPanel {
    let names = StepChart.groups.map(\.name) + [StepChart.rest]
    let shown = rows.compactMap { row -> BarPanel.Row? in
      guard let run = row.result.run else { return nil }
      let parts = zip(StepChart.shares(run.estimate.step), names).enumerated().map { i, part in
        (value: part.0, series: i, tip: "\(row.name): \(part.1) \(Figures.percent(part.0))")
      }
      return BarPanel.Row(
        row.name, detail: row.detail, bars: BarPanel.Row.stack(parts), value: run.estimate.stepTime.formatted)
    }
    let used = names.enumerated().filter { i, _ in
      rows.contains { row in (row.result.run.map { StepChart.shares($0.estimate.step)[i] } ?? 0) > 0 }
    }
    return BarPanel(
      heading, axis: .share, rows: shown, legend: used.map { LegendEntry($0.element, series: $0.offset) })
  }
}

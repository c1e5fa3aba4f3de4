import Calibration
import Charts
import Planning
import Quantities
import Scenarios

/// What each option costs, with its interval: bars on one scale that begins at nothing.
struct CostChart {
  struct Entry {
    var name: String
    var detail: String
    var dollars: Double
    var interval: (low: Double, high: Double)?
  }

  var entries: [Entry]

  /// What costs many times the cheapest would flatten all others.
  private static let far = 8.0

  private var limit: Double {
    (entries.map(\.dollars).filter { $0.isFinite && $0 > 0 }.min() ?? .infinity) * CostChart.far
  }

  func panel(_ heading: String) -> BarPanel {
    let limit = limit
    let rows = entries.prefix(Chart.mostRows).map { one in
      let isBeyond = one.dollars > limit, cost = Dollars(one.dollars).formatted
      let range = one.interval.map { ", \(Figures.dollarRange(Interval(low: $0.low, median: $0.low, high: $0.high)))" }
      return BarPanel.Row(
        one.name, detail: one.detail,
        bars: [BarPanel.Bar(to: one.dollars, series: 0, tip: "\(one.name): \(cost)\(range ?? "")")],
        whisker: isBeyond ? nil : one.interval, value: isBeyond ? "\(cost), beyond the scale" : cost, isBeyond: isBeyond
      )
    }
    return BarPanel(heading, axis: .dollars, rows: Array(rows))
  }

  var notes: [String] {
    let rest = entries.count - Chart.mostRows
    return (entries.contains { $0.interval != nil } ? [Chart.intervalNote] : [])
      + (rest > 0 ? ["\(counted(rest, "more row")) in the CSV (-o FILE.csv)."] : [])
  }
}

extension CostChart.Entry {
  /// Nil where no cost is known.
  init?(_ name: String, detail: String, _ result: OptionResult) {
    guard let cost = result.cost else { return nil }
    let interval = result.outlook?.cost.map { (low: $0.low, high: $0.high) }
    self.init(name: name, detail: detail, dollars: cost.value, interval: interval)
  }
}

extension ComparisonText {
  /// Cost of each option, and what its step is spent on; nil where nothing runs.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    let runs = comparison.results.filter { $0.run != nil }
    guard let first = runs.first else { return nil }
    let priced = runs.filter { $0.cost != nil }.sorted { ($0.cost ?? .zero) < ($1.cost ?? .zero) }
    let cost = CostChart(entries: priced.compactMap { .init(Findings.name($0), detail: $0.chartDetail, $0) })
    let steps = StepChart(runs.map { (Findings.name($0), $0.chartDetail, $0) })
    var panels: [any Panel] = priced.isEmpty ? [] : [cost.panel("Expected cost")]
    panels.append(steps.panel)
    return Chart(
      title: chartTitle(priced) ?? "\(Findings.name(first)): \(first.wallTime?.formatted ?? "")", subtitle: title,
      panels: panels, notes: chance(priced) + cost.notes + chartNotes)
  }

  private func chartTitle(_ priced: [OptionResult]) -> String? {
    let best = priced.first { !($0.run?.isSeldom ?? false) }
    if let best, let cost = best.cost {
      return priced.count == 1
        ? "\(Findings.name(best)): \(cost.formatted)" : "\(Findings.name(best)) is cheapest: \(cost.formatted)"
    }
    let known = comparison.results.filter { $0.wallTime != nil }
    guard known.count > 1, let fastest = known.min(by: { ($0.wallTime ?? .zero) < ($1.wallTime ?? .zero) }),
      let time = fastest.wallTime
    else { return nil }
    return "\(Findings.name(fastest)) is fastest: \(time.formatted)"
  }

  private func chance(_ priced: [OptionResult]) -> [String] {
    let best = priced.first { !($0.run?.isSeldom ?? false) }
    return best?.outlook?.probabilityCheapest.map {
      ["It is the cheapest with a probability of \(Figures.percent($0))."]
    } ?? []
  }

  private var chartNotes: [String] {
    let unpriced = comparison.results.filter { $0.run != nil && $0.cost == nil }.map(Findings.name)
    let refused = comparison.results.filter { $0.run == nil }.map(Findings.name)
    let seldom = comparison.results.filter { $0.cost != nil && $0.run?.isSeldom ?? false }.map(Findings.name)
    return (unpriced.isEmpty ? [] : ["No price of \(listed(unpriced)) is known."])
      + (seldom.isEmpty ? [] : ["Seldom available: \(listed(seldom))."])
      + (refused.isEmpty ? [] : ["No answer for \(listed(refused)): the table says why."])
  }
}

import Charts
import Planning
import Quantities
import Scenarios

/// What moves cost most, or time where no price is known: bars from what it is to what it is at either end.
struct TornadoChart {
  private static let most = 10

  let stake: Stake
  /// Of one type, largest first.
  let swings: [Swing]

  init(_ swings: [Swing]) {
    let isPriced = swings.contains { ($0.span(.cost) ?? 0) > 0 }
    let stake: Stake = isPriced ? .cost : .time
    self.stake = stake
    let known = swings.filter { ($0.span(stake) ?? 0) > 0 }
    self.swings = Array(
      known.enumerated().sorted { a, b in
        let (x, y) = (a.element.span(stake) ?? 0, b.element.span(stake) ?? 0)
        return x == y ? a.offset < b.offset : x > y
      }.map(\.element).prefix(TornadoChart.most))
  }

  private func figure(_ end: Swing.End) -> Double? { stake == .cost ? end.dollars : end.seconds }

  private static func percent(_ share: Double) -> String {
    (share > 0 ? "+" : "") + Axis.plain((share * 1000).rounded() / 10)
  }

  func panel(_ name: String) -> BarPanel {
    let rows = swings.compactMap { swing -> BarPanel.Row? in
      let own = stake == .cost ? swing.costNow : swing.timeNow
      guard let low = figure(swing.low), let high = figure(swing.high), let own, own > 0 else { return nil }
      func words(_ end: Swing.End, _ value: Double) -> String {
        "\(swing.name) \(end.value): \(DecisionFigures.amount(value, stake))"
      }
      let bars = [
        BarPanel.Bar(from: 0, to: low / own - 1, series: 0, tip: words(swing.low, low)),
        BarPanel.Bar(from: 0, to: high / own - 1, series: 1, tip: words(swing.high, high)),
      ]
      let share = Figures.percent((swing.span(stake) ?? 0) / own)
      return BarPanel.Row(swing.name, detail: "\(swing.low.value) → \(swing.high.value)", bars: bars, value: share)
    }
    return BarPanel(
      "What moves the \(stake.noun) of \(name)",
      axis: Axis("change of the \(stake.noun), %") { TornadoChart.percent($0) }, rows: rows,
      legend: [LegendEntry("at its low end", series: 0), LegendEntry("at its high end", series: 1)],
      base: 0)
  }
}

extension SensitivityText {
  /// Nil where nothing runs, or nothing moves anything.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    let charts = results.map { result in
      (name: result.instance.name, chart: TornadoChart(swings.filter { $0.option == result.instance.name }))
    }.filter { !$0.chart.swings.isEmpty }
    guard let first = charts.first, let top = first.chart.swings.first else { return nil }
    let share = top.span(first.chart.stake).flatMap { span in
      (first.chart.stake == .cost ? top.costNow : top.timeNow).map { Figures.percent(span / $0) }
    }
    let panels = charts.map { $0.chart.panel($0.name) }
    return Chart(
      title: "The \(first.chart.stake.noun) of \(first.name) moves most by \(top.name): \(share ?? "")",
      subtitle: [job.title, size.sentence, pricing.sentence].joined(separator: " · "), panels: panels,
      notes: ["Dashed: as it is now. Percent beside a bar: how far apart its ends are."])
  }
}

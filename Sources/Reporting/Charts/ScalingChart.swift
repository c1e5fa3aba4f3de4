import Charts
import Planning
import Quantities
import Scenarios

/// Speed on more and more devices, beside what it would be if nothing were lost.
struct ScalingChart {
  struct Curve {
    var name: String
    /// Devices and tokens/s, fewest devices first; one at least.
    var points: [(devices: Double, speed: Double)]

    /// Speed on the most devices over that on the fewest, and that over the devices'.
    var efficiency: Double? {
      guard let a = points.first, let b = points.last, a.devices < b.devices else { return nil }
      return (b.speed / a.speed) / (b.devices / a.devices)
    }
  }

  let curves: [Curve]

  /// Nil where no curve has two points.
  init?(_ rows: [SweepRow], keys: [String]) {
    let others = keys.indices.filter { keys[$0] != "devices" }
    let types = distinct(rows.map(\.row.instance.name))
    func name(_ one: SweepRow) -> String {
      let values = others.filter { $0 < one.values.count }.map { "\(keys[$0])=\(one.values[$0])" }
      return ((types.count > 1 || values.isEmpty ? [one.row.instance.name] : []) + values).joined(separator: " ")
    }
    curves = distinct(rows.map(name)).compactMap { curve in
      let runs = rows.filter { name($0) == curve }.compactMap(\.row.run)
      let points = runs.map { (devices: Double($0.devices), speed: $0.estimate.tokensPerSecond.value) }
      return points.isEmpty ? nil : Curve(name: curve, points: points.sorted { $0.devices < $1.devices })
    }
    guard curves.contains(where: { $0.points.count > 1 }) else { return nil }
  }

  var title: String {
    let known = curves.compactMap { curve in curve.efficiency.map { (curve, $0) } }
    guard let (curve, share) = known.max(by: { $0.1 < $1.1 }), let last = curve.points.last else { return "" }
    let verb = known.count > 1 ? " scales best:" : ":"
    return "\(curve.name)\(verb) \(Figures.percent(share)) of linear on \(Figures.grouped(last.devices)) devices"
  }

  var panel: PlotPanel {
    let shown = curves.prefix(Palette.count)
    let ticks = Set(shown.flatMap { $0.points.map(\.devices) }).sorted()
    var series = shown.map { curve -> PlotPanel.Series in
      let first = curve.points[0]
      let line = curve.points.map { Point($0.devices, first.speed * $0.devices / first.devices) }
      return PlotPanel.Series("", line, .dashed, .faint)
    }
    for (index, curve) in shown.enumerated() {
      let points = curve.points.map { Point($0.devices, $0.speed) }
      let tips = curve.points.map {
        "\(curve.name): \(Figures.grouped($0.devices)) devices, \(Figures.grouped($0.speed)) tokens/s"
      }
      series.append(PlotPanel.Series("", points, .line(width: 2), .series(index)))
      series.append(PlotPanel.Series(curve.name, points, .dots(size: 4.5), .series(index), tips: tips))
    }
    let labels = shown.compactMap { curve in
      curve.points.last.flatMap { last in
        curve.efficiency.map { PlotPanel.Label(Figures.percent($0), at: Point(last.devices, last.speed)) }
      }
    }
    return PlotPanel(
      "Speed on more devices", x: Axis("devices", logarithmic: true, ticks: ticks) { Figures.grouped($0) },
      y: Axis("tokens/s", logarithmic: true) { Axis.count($0) }, series: series, labels: labels)
  }
}

extension SweepText {
  /// A row by what tells it from the others.
  private func short(_ one: SweepRow) -> String {
    let isAlone = Set(rows.map(\.row.instance.name)).count == 1
    let values = zip(keys, one.values).map { "\($0)=\($1)" }
    return (isAlone && !values.isEmpty ? values : values + [one.row.instance.name]).joined(separator: " ")
  }

  /// Scaling curves where devices are varied for that, else the cost of each combination; nil where nothing runs.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    if showsScaling, let curves = ScalingChart(rows, keys: keys) {
      return Chart(
        title: curves.title, subtitle: title, panels: [curves.panel],
        notes: ["Dashed: linear from the fewest devices. Percent: how much of that is left."])
    }
    let entries = rows.compactMap { one in
      CostChart.Entry(short(one), detail: one.row.result.chartDetail, one.row.result)
    }
    if let best = entries.min(by: { $0.dollars < $1.dollars }) {
      let chart = CostChart(entries: entries)
      return Chart(
        title: "\(best.name) is cheapest: \(Dollars(best.dollars).formatted)", subtitle: title,
        panels: [chart.panel("Expected cost")], notes: chart.notes)
    }
    let runs = rows.filter { $0.row.run != nil }
    guard let fastest = runs.min(by: { ($0.row.result.wallTime ?? .zero) < ($1.row.result.wallTime ?? .zero) }) else {
      return nil
    }
    return Chart(
      title: "\(short(fastest)) is fastest: \(fastest.row.result.wallTime?.formatted ?? "")", subtitle: title,
      panels: [StepChart(runs.map { (short($0), $0.row.result.chartDetail, $0.row.result) }).panel])
  }
}

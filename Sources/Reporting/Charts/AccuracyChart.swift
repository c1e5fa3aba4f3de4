import Calibration
import Charts
import Planning
import Quantities
import Scenarios

/// What was predicted against what was measured, both from the shortest to the longest, with the line on which both are equal.
struct AccuracyChart {
  var heading: String
  var axes: (measured: String, predicted: String)
  var points: [(group: String, measured: Double, predicted: Double)]

  /// Nil where there is no point.
  func drawn(_ title: String, subtitle: String, note: String) -> Chart? {
    points.isEmpty ? nil : Chart(title: title, subtitle: subtitle, panels: [panel], notes: [note])
  }

  private var panel: PlotPanel {
    let known = points.filter { $0.measured > 0 && $0.predicted > 0 && $0.measured.isFinite && $0.predicted.isFinite }
    var counts: [String: Int] = [:]
    for point in known { counts[point.group, default: 0] += 1 }
    // Most runs first, equals by name; what has few runs is the rest.
    let order = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }.map(\.key)
    let named = Array(order.prefix(order.count <= Palette.count ? order.count : Palette.rest))
    let ends = known.flatMap { [$0.measured, $0.predicted] }
    let diagonal = [ends.min() ?? 1, ends.max() ?? 1].map { Point($0, $0) }
    let size = known.count > 300 ? 2.0 : 4.0
    func series(_ name: String, _ index: Int, _ own: [(group: String, measured: Double, predicted: Double)])
      -> PlotPanel.Series
    {
      let isShaped = known.count <= 300
      return PlotPanel.Series(
        name, own.map { Point($0.measured, $0.predicted) }, .dots(size: size), .series(index),
        shape: isShaped ? nil : .circle)
    }
    var all = named.enumerated().map { i, name in series(name, i, known.filter { $0.group == name }) }
    let others = known.filter { !named.contains($0.group) }
    if !others.isEmpty { all.insert(series("others", Palette.rest, others), at: 0) }
    all.append(PlotPanel.Series("", diagonal, .line(width: 1), .ink))
    return PlotPanel(
      heading, x: Axis(axes.measured, logarithmic: true, label: { Axis.plain($0) }),
      y: Axis(axes.predicted, logarithmic: true, label: { Axis.plain($0) }), series: all, square: true)
  }
}

extension ValidationText {
  /// Nil where no run could be used.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    let judged = verdicts.filter { !$0.isApart }.compactMap(\.judged)
    guard !judged.isEmpty else { return nil }
    let errors = judged.map { abs($0.error) }.sorted()
    let (half, most) = (errors.median, errors[min(errors.count - 1, Int(0.9 * Double(errors.count)))])
    let chart = AccuracyChart(
      heading: "Each dot is a run", axes: ("seconds of a step, measured", "seconds of a step, predicted"),
      points: judged.map { ($0.chip, $0.measured, $0.predicted) })
    return chart.drawn(
      "Half of \(counted(judged.count, "run")) are within \(Figures.percent(half)), nine in ten within "
        + Figures.percent(most),
      subtitle: title,
      note:
        "On the line a prediction is right; above it, it is too slow. Shipped profiles are fitted to the shipped runs: "
        + "docs/HeldOut.md has errors on runs that a fit did not see.")
  }
}

extension ProjectText {
  /// Nil where there is no project.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    let inside = replay.lines.count { $0.isInside }
    return AccuracyChart(
      heading: "Each dot is a project", axes: ("days, real", "days, expected"),
      points: replay.lines.map { ($0.project.instance.chip.name, $0.project.days, $0.expected) }
    ).drawn(
      "\(inside) of \(counted(replay.lines.count, "project")) took as long as 5–95% said",
      subtitle: "Whole projects, each predicted by what other teams took",
      note: "On the line a prediction is right; above it, it is too slow.")
  }
}

extension MemoryText {
  /// Nil where there is no peak.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    AccuracyChart(
      heading: "Each dot is a run", axes: ("GiB of a device, published", "GiB of a device, predicted"),
      points: judged.map { ($0.chip, $0.measured.peak.value / 1_073_741_824, $0.predicted.value / 1_073_741_824) }
    ).drawn(
      title, subtitle: "Peaks of memory of the fullest device",
      note: "On the line a prediction is right; above it, too much is predicted.")
  }
}

extension CollectiveText {
  /// Nil where there is no collective.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    AccuracyChart(
      heading: "Each dot is a collective", axes: ("seconds, published", "seconds, predicted"),
      points: judged.map { ($0.measured.kind.rawValue, $0.published.value, $0.predicted.value) }
    ).drawn(
      title, subtitle: "Collectives that were timed alone",
      note: "On the line a prediction is right; above it, it is too slow.")
  }
}

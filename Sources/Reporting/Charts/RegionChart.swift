import Charts
import Planning
import Quantities
import Scenarios

/// A map of two inputs: who is better where, the stronger the colour the further ahead.
struct RegionChart {
  let names: [String]
  let axes: [Breakeven.Input]
  let cells: [RegionCell]

  private var xs: [Double] { Set(cells.map(\.x)).sorted() }
  private var ys: [Double] { Set(cells.map(\.y)).sorted() }

  /// Where the question stands among the values; nil outside of them. Between two values it is as far as their logarithms say.
  static func place(_ now: Double?, _ values: [Double]) -> Double? {
    guard let now, let first = values.first, let last = values.last, now >= first, now <= last else { return nil }
    guard let right = values.firstIndex(where: { $0 >= now }), right > 0 else { return 0 }
    let (a, b) = (values[right - 1], values[right])
    let share =
      a > 0
      ? Logarithm.natural(now / a) / Logarithm.natural(b / a) : (now - a) / (b - a)
    return Double(right - 1) + share
  }

  private static func words(_ input: Breakeven.Input) -> String {
    input.unit.isEmpty || input.unit == input.key ? input.key : "\(input.key), \(input.unit)"
  }

  func panel(_ stake: Stake) -> MapPanel {
    let (xs, ys) = (xs, ys)
    let shown = cells.map { cell -> MapPanel.Cell in
      let at = "\(axes[0].key) \(axes[0].shown(cell.x)), \(axes[1].key) \(axes[1].shown(cell.y))"
      guard let winner = cell.winner(stake) else { return MapPanel.Cell(series: nil, strength: 1, tip: at) }
      let ratio = cell.standing(stake).logRatio.map { $0.isFinite ? Logarithm.exponential(abs($0)) : .infinity } ?? 1
      // Less than 10% is close, up to twice is clear.
      let strength = ratio < 1.1 ? 0.5 : ratio < 2 ? 0.8 : 1
      let words = ratio.isFinite ? "\(winner) by \(Figures.ratio(ratio))" : "only \(winner) runs"
      return MapPanel.Cell(series: winner == names[0] ? 0 : 1, strength: strength, tip: "\(at): \(words)")
    }
    return MapPanel(
      "Who is \(stake.better)",
      x: .init(RegionChart.words(axes[0]), labels: xs.map(axes[0].shown), now: RegionChart.place(axes[0].now, xs)),
      y: .init(RegionChart.words(axes[1]), labels: ys.map(axes[1].shown), now: RegionChart.place(axes[1].now, ys)),
      cells: shown, legend: names.enumerated().map { LegendEntry($0.element, series: $0.offset) })
  }

  func title(_ stake: Stake) -> String {
    let count = cells.count { $0.winner(stake) == names[0] }
    return switch count {
    case 0: "\(names[1]) is \(stake.better) everywhere that was looked at"
    case cells.count: "\(names[0]) is \(stake.better) everywhere that was looked at"
    default:
      "\(names[0]) is \(stake.better) in \(Figures.fixed(Double(count) / Double(cells.count) * 100, 0))% of the map, \(names[1]) in the rest"
    }
  }
}

extension RegionText {
  /// Nil where neither type has an answer.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    let stakes = Stake.allCases.filter { stake in cells.contains { $0.standing(stake).logRatio != nil } }
    guard let first = stakes.first, results.count == 2 else { return nil }
    let chart = RegionChart(names: results.map(\.instance.name), axes: axes, cells: cells)
    return Chart(
      title: chart.title(first), subtitle: [job.title, size.sentence, pricing.sentence].joined(separator: " · "),
      panels: stakes.map { chart.panel($0) },
      notes: ["Pale: by less than 10%. Full: by twice or more, or the other does not run. Dot: as it is now."])
  }
}

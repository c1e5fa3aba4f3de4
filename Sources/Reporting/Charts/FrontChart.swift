import Charts
import Planning
import Quantities
import Scenarios

/// Days against dollars: what no plan beats on both at once, and what else was found.
struct FrontChart {
  private struct Place {
    var point: Point
    var name: String
    var seconds: Double
    var dollars: Double
  }

  private let places: [Place]
  private let time: (axis: Axis, seconds: Double)
  private let types: [String]

  /// Nil where fewer than two plans have a price.
  init?(_ results: [OptionResult]) {
    let known = results.filter { $0.cost != nil && $0.wallTime != nil }
    guard known.count > 1 else { return nil }
    let time = Axis.time(longest: known.compactMap { $0.wallTime?.value }.max())
    self.time = time
    types = distinct(known.map(\.instance.name))
    places = known.compactMap { one in
      guard let cost = one.cost, let wall = one.wallTime else { return nil }
      return Place(
        point: Point(wall.value / time.seconds, cost.value),
        name: "\(Figures.grouped(one.run?.units ?? 0)) × \(one.instance.name)", seconds: wall.value, dollars: cost.value
      )
    }
  }

  /// Those that no other is at most as slow and at most as dear as.
  private var front: [Place] {
    var best = Double.infinity
    return places.sorted { ($0.seconds, $0.dollars) < ($1.seconds, $1.dollars) }.filter { place in
      defer { best = min(best, place.dollars) }
      return place.dollars < best
    }
  }

  var title: String {
    guard let fastest = front.first, let cheapest = front.last else { return "" }
    func words(_ place: Place) -> String {
      "\(Seconds(place.seconds).formatted) for \(Dollars(place.dollars).formatted)"
    }
    return front.count == 1
      ? "\(cheapest.name) is cheapest and fastest: \(words(cheapest))"
      : "From \(words(fastest)) to \(words(cheapest))"
  }

  /// By factors where differences would put most of the points on one another.
  private static func axis(_ axis: Axis, _ values: [Double]) -> Axis {
    var axis = axis
    axis.isLogarithmic = (values.max() ?? 0) > 12 * (values.min() ?? 0) && (values.min() ?? 0) > 0
    return axis
  }

  var panel: PlotPanel {
    let front = front
    var series = [PlotPanel.Series("", front.map(\.point), .steps, .faint)]
    series += types.enumerated().map { index, type in
      let own = places.filter { $0.name.hasSuffix(" × \(type)") }
      let tips = own.map { "\($0.name): \(Seconds($0.seconds).formatted), \(Dollars($0.dollars).formatted)" }
      return PlotPanel.Series(
        type, own.map(\.point), .dots(size: 5), .series(min(index, Palette.rest)), tips: tips)
    }
    var labels: [PlotPanel.Label] = []
    if let cheapest = front.last { labels.append(.init("\(cheapest.name), cheapest", at: cheapest.point)) }
    if front.count > 1, let fastest = front.first {
      labels.append(.init("\(fastest.name), fastest", at: fastest.point))
    }
    return PlotPanel(
      "Cost against time", x: FrontChart.axis(time.axis, places.map(\.point.x)),
      y: FrontChart.axis(.dollars, places.map(\.point.y)), series: series, labels: labels)
  }
}

extension SearchText {
  /// The front where sizes differ, else what the steps of the best plans are spent on; nil where nothing was found.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    let all = outcome.front + outcome.top
    guard let best = outcome.top.first ?? outcome.front.first, let run = best.run else { return nil }
    if Set(all.compactMap { $0.run?.units }).count > 1, let front = FrontChart(all) {
      return Chart(
        title: front.title, subtitle: title, panels: [front.panel],
        notes: ["Line: no plan that was found is both faster and cheaper. Lower and further left is better."])
    }
    let rows = outcome.top.map { result in
      (name: result.run?.estimate.plan.short ?? "", detail: result.chartDetail, result: result)
    }
    return Chart(
      title:
        "\(run.estimate.plan.short) is best by \(outcome.request.objective.rawValue): \(run.estimate.stepTime.formatted) a step",
      subtitle: title, panels: [StepChart(rows.isEmpty ? [("", "", best)] : rows).panel])
  }
}

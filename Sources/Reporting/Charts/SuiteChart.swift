import Charts
import Quantities
import Scenarios

/// Cost of a suite's cases: for each model the cheapest ones, on a scale of their own.
struct SuiteChart {
  private static let most = 6
  private let models: [(name: String, rows: [SuiteRow])]

  init(_ rows: [SuiteRow]) {
    func dollars(_ row: SuiteRow) -> Double? { row.number("cost_expected_usd") ?? row.number("cost_usd") }
    let priced = rows.filter { $0.isFeasible && dollars($0) != nil }
    models = distinct(priced.compactMap { $0.text("model") }).map { model in
      let own = priced.filter { $0.text("model") == model }
      let order = own.indices.sorted { (dollars(own[$0]) ?? 0, $0) < (dollars(own[$1]) ?? 0, $1) }
      return (model, order.map { own[$0] })
    }
  }

  var isEmpty: Bool { models.isEmpty }

  private func entry(_ row: SuiteRow) -> CostChart.Entry {
    let low = row.number("cost_usd_p05"), high = row.number("cost_usd_p95")
    let words = [
      row.text("pricing"), row.number("instances").map { counted(Int($0), "instance") },
      (row.number("wall_time_expected_s") ?? row.number("wall_time_s")).map { Seconds($0).formatted },
    ]
    return CostChart.Entry(
      name: row.text("case") ?? "", detail: words.compactMap { $0 }.joined(separator: " · "),
      dollars: row.number("cost_expected_usd") ?? row.number("cost_usd") ?? 0,
      interval: low.flatMap { low in high.map { (low, $0) } })
  }

  /// Who is cheapest for most models.
  var title: String {
    guard models.count > 1 else {
      let best = models.first?.rows.first.map(entry)
      return best.map { "\($0.name) is cheapest: \(Dollars($0.dollars).formatted)" } ?? ""
    }
    let winners = models.compactMap { $0.rows.first?.text("instance") }
    let names = distinct(winners)
    let best = names.max { a, b in winners.count { $0 == a } < winners.count { $0 == b } } ?? ""
    let count = winners.count { $0 == best }
    return "\(best) is cheapest for \(count) of \(models.count) models"
  }

  var panels: [BarPanel] {
    models.map { model in
      CostChart(entries: model.rows.prefix(SuiteChart.most).map(entry)).panel("\(model.name), expected cost")
    }
  }

  var notes: [String] {
    let left = models.reduce(0) { $0 + max(0, $1.rows.count - SuiteChart.most) }
    return [Chart.intervalNote]
      + (left > 0 ? ["The \(SuiteChart.most) cheapest of each model; \(counted(left, "more case")) in the CSV."] : [])
  }
}

extension SuiteText {
  /// Nil where no case has a cost.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    let chart = SuiteChart(rows)
    guard !chart.isEmpty else { return nil }
    return Chart(
      title: chart.title, subtitle: suites.map { "\($0.name): \($0.summary)" }.joined(separator: " · "),
      panels: chart.panels, notes: chart.notes)
  }
}

import Quantities
import Scenarios

/// Which case of a model is the cheapest, and which of each instance type.
struct ModelVerdict {
  /// The cheapest case of an instance type.
  struct Best {
    var row: SuiteRow
    /// US dollars.
    var cost: Double
    /// To the cheapest case of the model.
    var ratio: Double
  }

  let model: String
  /// The cheapest type first.
  let best: [Best]

  init(_ model: String, _ rows: [SuiteRow]) {
    self.model = model
    let priced = rows.filter(\.isFeasible).compactMap { row in row.expectedCost.map { (row: row, cost: $0) } }
    let least = priced.map(\.cost).min() ?? 0
    let types = distinct(priced.compactMap { $0.row.text("instance") })
    best = types.compactMap { type in
      priced.filter { $0.row.text("instance") == type }.min { $0.cost < $1.cost }.map {
        Best(row: $0.row, cost: $0.cost, ratio: least > 0 ? $0.cost / least : 1)
      }
    }.sorted { $0.cost < $1.cost }
  }

  var sentence: String {
    guard let first = best.first else { return "\(model): no case has a cost." }
    let row = first.row
    let machines = row.number("instances").map { " on \(Figures.grouped($0)) \(row.text("instance") ?? "")" } ?? ""
    let time = row.expectedTime.map { " in \(Seconds($0).formatted)" } ?? ""
    let second = best.dropFirst().first.map {
      ", \(Figures.ratio(first.cost / $0.cost)) the cost of \($0.row.text("case") ?? "")"
    }
    let chance = row.number("probability_cheapest").map {
      "; it is the cheapest with a probability of \(Figures.percent($0))"
    }
    return "\(model): \(row.text("case") ?? "")\(machines) at \(Dollars(first.cost).formatted)\(time)"
      + (second ?? ", the only type with a cost") + (chance ?? "") + "."
  }
}

extension SuiteRow {
  /// What it costs as tables say it: in US dollars, expected where that is known.
  var expectedCost: Double? { number("cost_expected_usd") ?? number("cost_usd") }
  /// Likewise how long it takes, in seconds.
  var expectedTime: Double? { number("wall_time_expected_s") ?? number("wall_time_s") }
}

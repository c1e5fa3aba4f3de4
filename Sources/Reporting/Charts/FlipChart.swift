import Charts
import Planning
import Quantities
import Scenarios

/// Who is better along each input, and where that changes.
struct FlipChart {
  let names: [String]
  let found: [Breakeven]

  private func side(_ logRatio: Double?) -> Int? { logRatio.flatMap { $0 == 0 ? nil : $0 < 0 ? 0 : 1 } }

  private func strip(_ one: Breakeven) -> StripPanel.Strip {
    let (low, high) = (one.low.value, one.high.value)
    var stretches: [(to: Double, series: Int?)] = one.flips.map { (to: $0.place, series: $0.firstBelow ? 0 : 1) }
    let last = one.flips.last.map { $0.firstBelow ? 1 : 0 } ?? side(one.high.logRatio) ?? side(one.low.logRatio)
    stretches.append((to: high, series: last))
    let flips = one.flips.map { flip in
      let interval = flip.interval.map { (low: $0.low ?? low, high: $0.high ?? high) }
      return (value: flip.place, text: one.input.shown(flip.place), interval: interval)
    }
    let now = one.input.now.map { ", now \(one.input.shown($0))" } ?? ""
    return StripPanel.Strip(
      one.input.key + now, low: low, high: high, ends: (one.input.shown(low), one.input.shown(high)),
      // As wide a range as that was looked at by factors.
      logarithmic: low > 0 && high / low > 4, stretches: stretches, flips: flips, now: one.input.now)
  }

  func panel(_ stake: Stake) -> StripPanel? {
    let own = found.filter { $0.stake == stake && ($0.low.logRatio != nil || $0.high.logRatio != nil) }
    guard !own.isEmpty else { return nil }
    return StripPanel(
      "Who is \(stake.better)", strips: own.map(strip),
      legend: names.enumerated().map { LegendEntry($0.element, series: $0.offset) })
  }

  /// The first flip in cost that is found, else in time.
  var title: String {
    for stake in Stake.allCases {
      for one in found where one.stake == stake {
        guard let flip = one.flips.first else { continue }
        let better = flip.firstBelow ? names[0] : names[1]
        let now = one.input.now.map { ", now \(one.input.shown($0))" } ?? ""
        return "\(better) is \(stake.better) up to \(one.input.shown(flip.place)) (\(one.input.key)\(now))"
      }
    }
    let still = found.first { side($0.now.logRatio) != nil || side($0.low.logRatio) != nil }
    guard let still, let place = side(still.now.logRatio) ?? side(still.low.logRatio) else { return "No answer flips" }
    return "\(names[place]) is \(still.stake.better) at all values that were looked at"
  }
}

extension BreakevenText {
  /// Nil where neither type has an answer.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    let chart = FlipChart(names: names, found: found)
    let panels = Stake.allCases.compactMap { chart.panel($0) }
    guard names.count == 2, !panels.isEmpty else { return nil }
    return Chart(
      title: chart.title, subtitle: [job.title, size.sentence, pricing.sentence].joined(separator: " · "),
      panels: panels,
      notes: ["Line across: nine times in ten it changes between its ends. Triangle: the input as it is now."])
  }
}

import Planning
import Quantities
import Scenarios

/// What a comparison says in plain sentences: who wins, by how much, and what stands behind it.
struct Findings {
  let comparison: Comparison
  let reference: ComparisonText.Reference
  let rows: [ResultRow]
  let runs: [(name: String, run: Run)]

  init(_ text: ComparisonText) {
    comparison = text.comparison
    reference = text.reference
    rows = text.rows
    runs = rows.compactMap { row in row.run.map { (row.instance.name, $0) } }
  }

  var sentences: [String] {
    var list: [String] = []
    if runs.isEmpty { list.append("None of the options runs this job.") }
    list += [cheapest, fastest, target, missingReference].compactMap { $0 }
    list += PartEffects(rows).sentences
    list += [software].compactMap { $0 }
    list += unpriced
    let notes = rows.flatMap { $0.run?.notes ?? [] }.filter { !isSaidElsewhere($0) }
    list += distinct(notes.texts(.assumption)).map { "Assumed: \($0)." }
    list += distinct(notes.texts(.warning)).map { "Warning: \($0)." }
    list += nearest
    if let interval { list.append(interval) }
    return list
  }

  /// With which software each option was predicted, where nobody said: a choice that weighs as much as the chip.
  private var software: String? {
    guard comparison.job.stack == nil, !runs.isEmpty else { return nil }
    let stacks = distinct(
      rows.compactMap { $0.run == nil ? nil : "\($0.result.efficiency.stack.name) on \($0.instance.chip.name)" })
    return "Software, since none is named (--stack): \(listed(stacks))."
  }

  private var cheapest: String? {
    let priced = runs.compactMap { option in option.run.cost.map { (option.name, $0) } }
    guard runs.count > 1, let best = priced.min(by: { $0.1 < $1.1 }) else { return nil }
    if priced.count == 1 { return "Cheapest: \(best.0) at \(best.1.formatted), the only one with a price." }
    let start = "Cheapest: \(best.0) at \(best.1.formatted)"
    return start + comparedTo(best.0, best.1.value, priced.map { ($0.0, $0.1.value) }, "the cost of")
      + chance(best.0, \.probabilityCheapest, "cheapest") + "."
  }

  private var fastest: String? {
    guard runs.count > 1, let best = runs.min(by: { $0.run.wallTime < $1.run.wallTime }) else { return nil }
    let times = runs.map { ($0.name, $0.run.wallTime.value) }
    return "Fastest: \(best.name) in \(best.run.wallTime.formatted)"
      + comparedTo(best.name, best.run.wallTime.value, times, "the time of")
      + chance(best.name, \.probabilityFastest, "fastest") + "."
  }

  /// `; it is the cheapest in 83% of the draws, p5.48xlarge in 12%`: how sure that is.
  private func chance(_ name: String, _ share: (Outlook) -> Double?, _ what: String) -> String {
    let shares = rows.compactMap { row in row.outlook.flatMap(share).map { (row.instance.name, $0) } }
    guard let own = shares.first(where: { $0.0 == name })?.1 else { return "" }
    let others = shares.filter { $0.0 != name && $0.1 >= 0.005 }.sorted { $0.1 > $1.1 }.prefix(3)
      .map { "\($0.0) with \(Figures.percent($0.1))" }
    return "; it is the \(what) with a probability of \(Figures.percent(own))"
      + (others.isEmpty ? "" : ", \(listed(others))")
  }

  /// What was measured near each option, and how well that was predicted.
  private var nearest: [String] {
    rows.compactMap { row in
      guard let outlook = row.outlook, let near = outlook.nearest else { return nil }
      let place = "\(near.run.chip) with \(near.run.stack)"
      return "Nearest measured run to \(row.instance.name): \(near.run.id) (\(place), "
        + "\(Count(near.run.features.parameters).formatted) parameters on \(Figures.grouped(Int(near.run.features.devices))) devices), "
        + "\(near.run.figures), distance \(Figures.fixed(near.distance, 1)): \(outlook.evidence.rawValue)."
    }
  }

  /// `, 0.61× the cost of p5.48xlarge`; the reference itself is set beside the runner-up.
  private func comparedTo(_ name: String, _ value: Double, _ all: [(String, Double)], _ what: String)
    -> String
  {
    var other = all.first { $0.0 == reference.name }
    if name == reference.name { other = all.filter { $0.0 != name }.min { $0.1 < $1.1 } }
    guard let other, other.1 > 0 else { return "" }
    return ", \(Figures.ratio(value / other.1)) \(what) \(other.0)"
  }

  /// How close each option comes to what was asked.
  private var target: String? {
    guard !runs.isEmpty else { return nil }
    switch comparison.size {
    case .deadline(let limit):
      let spare = rows.compactMap { row in
        row.run.map { run in
          // Half a per cent of the draws is what they can tell.
          let late = row.outlook?.probabilityLate.flatMap { $0 >= 0.005 ? " (late with \(Figures.percent($0)))" : nil }
          return "\(row.instance.name) \(Figures.percent(1 - run.wallTime / limit))" + (late ?? "")
        }
      }
      return
        "Deadline \(limit.formatted): the cheapest size that meets it, which leaves of it: \(listed(spare))."
    case .budget(let limit):
      let left = runs.compactMap { one in
        one.run.cost.map { "\(one.name) \(Figures.percent(1 - $0 / limit))" }
      }
      return left.isEmpty ? nil : "Budget \(limit.formatted): money left over: \(listed(left))."
    case .instances, .chips: return nil
    }
  }

  private var missingReference: String? {
    guard reference.run == nil, !runs.isEmpty else { return nil }
    return "The reference \(reference.name) does not run, so there are no ratios."
  }

  private var unpriced: [String] {
    rows.compactMap { row in row.unpriced.map { "No cost for \(row.instance.name): \($0.reason)." } }
  }

  /// That there is no price and that nothing was fitted, which sentences about all options say: `unpriced`, `interval`.
  private func isSaidElsewhere(_ note: Note) -> Bool {
    switch note {
    case .unpriced, .run(.profileExtrapolated): true
    default: false
    }
  }

  /// What the intervals are of, and of what they are not.
  private var interval: String? {
    let judged = rows.contains { $0.outlook != nil }
    let strange = distinct(
      rows.filter { $0.outlook?.evidence == .extrapolated || $0.outlook == nil && $0.run != nil }
        .map(\.result.efficiency.name))
    if !judged, !runs.isEmpty {
      return "No interval: the configurations have no calibration (calibration/posterior.yaml)."
    }
    return strange.isEmpty
      ? nil : "Extrapolated, since no run of the chip was fitted, and so with a wide interval: \(listed(strange))."
  }
}

extension FittedRun {
  /// `measured 13.1 s, predicted 13.3 s without it`
  var figures: String {
    let prediction = predicted.map { ", predicted \(Seconds($0).formatted) without it" } ?? ""
    return "measured \(Seconds(measured).formatted)" + prediction
  }
}

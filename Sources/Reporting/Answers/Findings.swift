import Planning
import Quantities
import Scenarios

/// What a comparison says in plain sentences: who wins, by how much, and what stands behind it.
struct Findings {
  let comparison: Comparison
  let reference: ComparisonText.Reference
  let rows: [ResultRow]
  let runs: [(name: String, run: Run)]
  let isDetailed: Bool

  init(_ text: ComparisonText) {
    comparison = text.comparison
    reference = text.reference
    rows = text.rows
    isDetailed = text.isDetailed
    runs = rows.compactMap { row in row.run.map { (Findings.name(row.result), $0) } }
  }

  /// A row as sentences call it: with its way of buying where there are rows of several.
  static func name(_ result: OptionResult) -> String {
    switch result.pricing {
    case .model(let way): "\(result.instance.name) (\(way.rawValue))"
    case .list: "\(result.instance.name) (list)"
    case nil: result.instance.name
    }
  }

  private func name(_ result: OptionResult) -> String { Findings.name(result) }

  var sentences: [String] {
    var list = answers
    list += assumed.map { "Assumed: \($0)." } + warned.map { "Warning: \($0)." }
    if isDetailed { list += nearest }
    if let interval { list.append(interval) }
    let more = distinct(notes.texts(.assumption)).count - assumed.count
    if more > 0 { list.append("-v shows \(counted(more, "more assumption")) and the nearest measured runs.") }
    return list
  }

  /// Who wins, by how much, and how sizes were chosen.
  var answers: [String] {
    var list: [String] = []
    if runs.isEmpty { list.append("None of the options runs this job.") }
    list += [cheapest].compactMap { $0 } + alike
    list += [fastest, target, larger, missingReference].compactMap { $0 }
    list += PartEffects(rows).sentences
    list += [software, published].compactMap { $0 }
    return list + unpriced
  }

  private var notes: [Note] { rows.flatMap { $0.run?.notes ?? [] }.filter { !isSaidElsewhere($0) } }
  var assumed: [String] { distinct(notes.filter { isDetailed || isAlwaysSaid($0) }.texts(.assumption)) }
  var warned: [String] { distinct(notes.texts(.warning)) }

  /// All but what is taken for granted around the steps of every run: of that, what changes every figure.
  private func isAlwaysSaid(_ note: Note) -> Bool {
    switch note {
    case .operation(.practice): true
    case .operation: false
    default: true
    }
  }

  /// What the search's plans stand beside: the same job by plans that teams ran.
  private var published: String? {
    let found = runs.compactMap { option in
      option.run.published.map { other in
        "\(option.name) \(other.cost?.formatted ?? other.wallTime.formatted)"
          + (other.units == option.run.units ? "" : " on \(Figures.grouped(other.units))")
          + " (\(other.plan.short), \(other.run.id))"
      }
    }
    return found.isEmpty ? nil : "With plans of published runs (--plan published): \(found.joined(separator: "; "))."
  }

  /// With which software each option was predicted, where nobody said: a choice that weighs as much as the chip.
  private var software: String? {
    guard comparison.job.stack == nil, !runs.isEmpty else { return nil }
    let stacks = distinct(
      rows.compactMap { $0.run == nil ? nil : "\($0.result.efficiency.stack.name) on \($0.instance.chip.name)" })
    return "Software (--stack chooses it): \(listed(stacks))."
  }

  private var cheapest: String? {
    let way = comparison.alike.isEmpty ? nil : "at list prices"
    return cheapest(comparison.results, way)
  }

  /// Who is cheapest in expectation, and who is likelier to be.
  private func cheapest(_ results: [OptionResult], _ way: String?) -> String? {
    let known = results.filter { $0.run != nil }
    let seldom = known.filter { $0.run?.isSeldom ?? false && $0.cost != nil }
    let priced = known.filter { $0.cost != nil && !($0.run?.isSeldom ?? false) }
    guard known.count > 1, let best = priced.min(by: { ($0.cost ?? .zero) < ($1.cost ?? .zero) }), let cost = best.cost
    else { return nil }
    let start = "Cheapest" + (way.map { " \($0)" } ?? "") + ": \(name(best)) at \(cost.formatted)"
    let left =
      seldom.isEmpty
      ? ""
      : " \(listed(seldom.map(name))) \(seldom.count == 1 ? "is" : "are") seldom available this way, and left out of this."
    if priced.count == 1 { return start + ", the only one with a price." + left }
    let all = priced.map { (name($0), $0.cost?.value ?? 0) }
    return start + comparedTo(name(best), cost.value, all, "the cost of", results)
      + chance(best, results, \.probabilityCheapest, "cheapest") + "." + left
  }

  /// The same where all are bought alike, and whether that changes the answer.
  private var alike: [String] {
    let here = winner(comparison.results)
    var list = comparison.alike.compactMap { cheapest($0.results, "if all are bought as \($0.way.rawValue)") }
    let others = comparison.alike.filter { winner($0.results) != here }
    if let here, !others.isEmpty {
      let named = others.compactMap { one in winner(one.results).map { "\($0) as \(one.way.rawValue)" } }
      list.append("So the answer depends on how they are bought: \(here) at list prices, \(listed(named)).")
    }
    return list
  }

  private func winner(_ results: [OptionResult]) -> String? {
    results.filter { $0.cost != nil && !($0.run?.isSeldom ?? false) }
      .min { ($0.cost ?? .zero) < ($1.cost ?? .zero) }.map(name)
  }

  private var fastest: String? {
    let known = comparison.results.filter { $0.run != nil }
    guard known.count > 1, let best = known.min(by: { ($0.wallTime ?? .zero) < ($1.wallTime ?? .zero) }),
      let time = best.wallTime
    else { return nil }
    let times = known.map { (name($0), $0.wallTime?.value ?? 0) }
    return "Fastest: \(name(best)) in \(time.formatted)"
      + comparedTo(name(best), time.value, times, "the time of", comparison.results)
      + chance(best, comparison.results, \.probabilityFastest, "fastest") + "."
  }

  /// `; it is the cheapest with a probability of 83%, p5.48xlarge with 12%`: how sure that is, and who is likelier.
  private func chance(
    _ best: OptionResult, _ results: [OptionResult], _ share: (Outlook) -> Double?, _ what: String
  ) -> String {
    let shares = results.compactMap { row in row.outlook.flatMap(share).map { (name(row), $0) } }
    guard let own = shares.first(where: { $0.0 == name(best) })?.1 else { return "" }
    let others = shares.filter { $0.0 != name(best) && $0.1 >= 0.005 }.sorted { $0.1 > $1.1 }.prefix(3)
    let named = others.map { "\($0.0) with \(Figures.percent($0.1))" }
    let likelier = others.first.map { $0.1 > own } ?? false
    return (likelier ? "; it wins by its mean, but another is more likely to win: " : "; ")
      + "it is the \(what) with a probability of \(Figures.percent(own))"
      + (named.isEmpty ? "" : ", \(listed(named))")
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
  private func comparedTo(
    _ name: String, _ value: Double, _ all: [(String, Double)], _ what: String, _ results: [OptionResult]
  ) -> String {
    var other = all.first { one in results.contains { self.name($0) == one.0 && $0.instance.name == reference.name } }
    if other == nil || name == other?.0 { other = all.filter { $0.0 != name }.min { $0.1 < $1.1 } }
    guard let other, other.1 > 0 else { return "" }
    return ", \(Figures.ratio(value / other.1)) \(what) \(other.0)"
  }

  /// How a count was chosen, and how surely it keeps to what was asked.
  private var target: String? {
    let size = comparison.size
    guard !runs.isEmpty, !size.isCount else { return nil }
    let judged = rows.contains { $0.outlook != nil }
    let sure = judged ? " with a probability of \(Figures.whole(comparison.confidence)) (--confidence)" : ""
    switch size {
    case .deadline(let limit):
      return "Deadline \(limit.formatted): each number of instances is the cheapest that is in time\(sure)."
    case .budget(let limit):
      return "Budget \(limit.formatted): each number of instances is the fastest within it\(sure)."
    case .within(let time, let money):
      return "Each number of instances is the cheapest within \(time.formatted) and \(money.formatted)\(sure)."
    case .instances, .chips: return nil
    }
  }

  /// Larger counts that buy much for little.
  private var larger: String? {
    let found = rows.compactMap { row -> String? in
      guard let more = row.run?.larger, let cost = row.result.cost, let time = row.result.wallTime else { return nil }
      return "\(Figures.grouped(more.units)) \(name(row.result)) take \(more.wallTime.formatted) instead of "
        + "\(time.formatted) for \(Figures.signed(more.cost / cost - 1)) (\(more.cost.formatted))"
    }
    return found.isEmpty ? nil : "Worth a look: \(found.joined(separator: "; "))."
  }

  private var missingReference: String? {
    guard reference.result == nil, !runs.isEmpty else { return nil }
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
  var interval: String? {
    if !runs.isEmpty, !rows.contains(where: { $0.outlook != nil }) {
      return "No interval: the configurations have no calibration (calibration/posterior.yaml)."
    }
    let strange = rows.filter { $0.outlook?.evidence == .extrapolated || $0.outlook == nil && $0.run != nil }
      .map(\.result.efficiency)
    let unfitted = distinct(strange.filter { $0.status == .extrapolated }.map(\.name))
    let unlike = distinct(strange.filter { $0.status != .extrapolated }.map(\.name))
    let why = [
      unfitted.isEmpty ? nil : "no run of the chip was fitted (\(listed(unfitted)))",
      unlike.isEmpty ? nil : "runs of the chip were fitted, but none is like this job (\(listed(unlike)))",
    ].compactMap { $0 }
    return why.isEmpty ? nil : "Extrapolated, with a wide interval: \(why.joined(separator: "; "))."
  }
}

extension FittedRun {
  /// `measured 13.1 s, predicted 13.3 s without it`
  var figures: String {
    let prediction = predicted.map { ", predicted \(Seconds($0).formatted) without it" } ?? ""
    return "measured \(Seconds(measured).formatted)" + prediction
  }
}

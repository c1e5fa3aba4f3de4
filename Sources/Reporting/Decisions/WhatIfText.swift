import Planning
import Quantities
import Scenarios

/// One option before and after what was changed for a run.
public struct ChangeEffect: Sendable {
  /// What one change alone accounts for, averaged over all orders; nil where that cannot be told.
  public struct Cause: Sendable {
    var text: String
    var dollars: Double?
    var seconds: Double?
    public init(text: String, dollars: Double?, seconds: Double?) {
      self.text = text
      self.dollars = dollars
      self.seconds = seconds
    }
  }

  public var before: ResultRow
  public var after: OptionResult
  /// Whether any change concerns it.
  public var isTouched: Bool
  public var causes: [Cause] = []

  public init(before: ResultRow, after: OptionResult, isTouched: Bool) {
    self.before = before
    self.after = after
    self.isTouched = isTouched
  }

  var name: String { after.instance.name }

  func figures(_ stake: Stake) -> (before: Double, after: Double)? {
    guard let a = stake.figure(of: before.result), let b = stake.figure(of: after) else { return nil }
    return (a, b)
  }

  /// Equal but for rounding.
  var isSame: Bool {
    guard (before.run == nil) == (after.run == nil) else { return false }
    return Stake.allCases.allSatisfy { stake in
      figures(stake).map { abs($0.after / $0.before - 1) < 1e-9 } ?? (before.run?.cost == after.run?.cost)
    }
  }
}

/// `Against the unchanged files`: what a what-if does to each option, and by which of its changes.
public struct WhatIfText {
  let effects: [ChangeEffect]

  public init(_ effects: [ChangeEffect]) { self.effects = effects }

  public func block(_ screen: Screen) -> String {
    let prose = Prose(width: screen.proseWidth)
    return "\n" + Style(screen).bold("Against the run without these changes:") + "\n"
      + items.flatMap { prose.wrapped($0, first: "  ", rest: "    ") }.joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    "\nAgainst the run without these changes:\n\n" + items.map { "- " + Markdown.escaped($0) + "\n" }.joined()
  }

  private var items: [String] {
    let (same, other) = (effects.filter(\.isSame), effects.filter { !$0.isSame })
    var list = other.flatMap { [line($0)] + causes($0) }
    if !same.isEmpty { list.append("\(listed(same.map(\.name))): the same as before.") }
    return list + [winner(.cost), winner(.time)].compactMap { $0 }
  }

  private func line(_ effect: ChangeEffect) -> String {
    if effect.before.run == nil { return "\(effect.name): runs now, and did not before." }
    if effect.after.run == nil {
      return "\(effect.name): ran before (\(told(effect.before.result))), and no longer does."
    }
    let steps = Stake.allCases.map { stake -> String in
      guard let (a, b) = effect.figures(stake) else {
        let costs = [effect.before.result, effect.after].map { $0.cost?.formatted ?? "no price" }
        return costs.joined(separator: " → ")
      }
      return
        "\(DecisionFigures.amount(a, stake)) → \(DecisionFigures.amount(b, stake)) (\(signed(b / a - 1, Figures.percent(abs(b / a - 1)))))"
    }
    let through = factors(effect).map { "; through \($0)" } ?? ""
    return "\(effect.name): \(steps.joined(separator: ", "))\(through)."
  }

  private func told(_ result: OptionResult) -> String {
    [result.cost?.formatted, result.wallTime?.formatted].compactMap { $0 }.joined(separator: ", ")
  }

  /// What the cost is the product of, as `suite diff` divides it.
  private func factors(_ effect: ChangeEffect) -> String? {
    CaseDiff(
      name: effect.name, effect.before.cells, ResultRow(job: effect.before.job, result: effect.after).cells, nil
    ).causeText
  }

  /// Shares add up to the difference; one change alone is all of it.
  private func causes(_ effect: ChangeEffect) -> [String] {
    guard effect.causes.count > 1, effect.figures(.time) != nil else { return [] }
    guard effect.causes.count <= Shares.most else {
      return ["more than \(Shares.most) changes: their parts are not worked out"]
    }
    return effect.causes.map { cause in
      let parts = [
        cause.dollars.map { signed($0, DecisionFigures.amount(abs($0), .cost)) },
        cause.seconds.map { signed($0, DecisionFigures.amount(abs($0), .time)) },
      ].compactMap { $0 }
      guard !parts.isEmpty else {
        return "of it \(cause.text): not known, since nothing runs with some of the changes alone"
      }
      return "of it \(cause.text): \(parts.joined(separator: ", "))"
    }
  }

  private func signed(_ value: Double, _ text: String) -> String { (value < 0 ? "−" : value > 0 ? "+" : "") + text }

  /// Where another option comes first now.
  private func winner(_ stake: Stake) -> String? {
    func first(_ figure: (ChangeEffect) -> Double?) -> String? {
      effects.compactMap { one in figure(one).map { (one.name, $0) } }.min { $0.1 < $1.1 }?.0
    }
    guard effects.count > 1, let was = first({ stake.figure(of: $0.before.result) }),
      let now = first({ stake.figure(of: $0.after) }), was != now
    else { return nil }
    return "The \(stake == .cost ? "cheapest" : "fastest") was \(was) and is \(now)."
  }
}

extension ResultRow {
  /// Values of all columns, as files have them.
  fileprivate var cells: [String: String] {
    Dictionary(
      ResultColumns.all.compactMap { column in column.value(self).exact.map { (column.name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }
}

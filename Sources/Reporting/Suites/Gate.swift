import Quantities
import Scenarios

/// `--fail-on 'cost_usd +2%'`: by how much a column may change.
public struct Tolerance: Sendable {
  public var column: String
  public var limit: Double
  public var isPercent: Bool
  /// Whether a rise, a fall, or both are looked at.
  public var rises: Bool
  public var falls: Bool
  public var text: String

  public struct Problem: Error {
    public var message: String
    public var help: String
  }

  public init(_ text: String) throws(Problem) {
    self.text = text
    let form = "write it like 'cost_usd +2%', 'tokens_per_s -1%' or 'step_time_s ±0.1'"
    let parts = text.split(separator: " ").map(String.init)
    guard parts.count >= 2 else { throw Problem(message: "'\(text)' is no tolerance", help: form) }
    column = parts[0]
    let known = ResultColumns.all.filter { [.integer, .number, .fraction].contains($0.kind) }.map(\.name)
    guard known.contains(column) else {
      let near = Spelling.nearest(to: column, among: known).map { "did you mean '\($0)'?" }
      throw Problem(message: "no column of numbers is called '\(column)'", help: near ?? form)
    }
    var rest = parts[1...].joined()[...]
    guard let sign = rest.first, "+-−±".contains(sign) else {
      throw Problem(message: "'\(text)' does not say in which direction", help: form)
    }
    rises = sign == "+" || sign == "±"
    falls = sign != "+"
    rest = rest.dropFirst()
    isPercent = rest.hasSuffix("%")
    if isPercent { rest = rest.dropLast() }
    guard let value = Double(rest), value >= 0, value.isFinite else {
      throw Problem(message: "'\(rest)' is not a number", help: form)
    }
    limit = isPercent ? value / 100 : value
  }
}

extension SuiteDiff {
  /// What goes beyond a tolerance, or cannot be held against it, a sentence each. A gate passes only what it has read: a case
  /// that is gone, a value that is lost or is no figure, a name that two rows have, a column that is not there all fail it.
  public func failures(_ tolerance: Tolerance) -> [Diagnostic] {
    let column = tolerance.column
    func failed(_ what: String, help: String? = nil) -> Diagnostic {
      Diagnostic(.error, what, help: help, at: Place(file: "--fail-on", column: 1, lineText: tolerance.text))
    }
    for (name, known) in [(old, columns.old), (new, columns.new)] where !known.contains(column) {
      return [failed("'\(name)' has no column \(column)", help: "compare files that both have it")]
    }
    var found = repeated.map {
      failed("\($0): several rows have this name, so it is not clear which to compare", help: "name each case once")
    }
    var compared = 0
    for one in cases {
      if one.kind == .removed {
        found.append(failed("\(one.name): \(column) is gone with its case"))
        continue
      }
      let texts = [("before", one.old[column]), ("after", one.new[column])]
      let unread = texts.compactMap { when, text in text.map { (when, $0) } }.filter { CaseDiff.figure($0.1) == nil }
      if !unread.isEmpty {
        let what = unread.map { "'\($1.printable)' \($0)" }.joined(separator: " and ")
        found.append(
          failed(
            "\(one.name): \(column) is \(what), which is no figure", help: "write figures like 1234.5, with a point"))
        continue
      }
      if one.old[column] != nil { compared += 1 }
      if one.old[column] != nil, one.new[column] == nil {
        found.append(failed("\(one.name): \(column) is not known any more", help: cause(one)))
        continue
      }
      if CaseDiff.areEqual(one.old[column], one.new[column]) { continue }
      guard let (a, b) = one.number(column), let step = tolerance.excess(a, b) else { continue }
      let size = tolerance.isPercent ? Figures.percent(abs(step)) : Figures.significant(abs(step))
      let way = step > 0 ? "up" : "down"
      found.append(
        failed(
          "\(one.name): \(column) went \(way) by \(size), from \(one.old[column] ?? "") to \(one.new[column] ?? "")",
          help: cause(one)))
    }
    if compared == 0, found.isEmpty {
      found.append(
        failed("no case has a value of \(column) before: there is nothing to compare", help: "name another column"))
    }
    return found
  }

  private func cause(_ one: CaseDiff) -> String? { one.causeText.map { "cause: \($0)" } }
}

extension Tolerance {
  /// How far a change goes, where that is too far.
  fileprivate func excess(_ a: Double, _ b: Double) -> Double? {
    guard a != b else { return nil }
    // From 0, any step is more than a share of it.
    let step = isPercent ? (a == 0 ? (b > 0 ? Double.infinity : -.infinity) : (b - a) / abs(a)) : b - a
    return (step > 0 ? rises && step > limit : falls && -step > limit) ? step : nil
  }
}

import Quantities
import Scenarios

extension SuiteDiff {
  /// One changed column of one case: a row of CSV and JSON.
  public struct Line: Sendable {
    var one: CaseDiff
    var change: CaseDiff.Change?
  }

  public var lines: [Line] {
    cases.filter { $0.kind != .same }.flatMap { one in
      one.changes.isEmpty ? [Line(one: one, change: nil)] : one.changes.map { Line(one: one, change: $0) }
    }
  }

  public static let columns: [Column<Line>] = [
    .text("case") { $0.one.name },
    .text("change") { $0.one.kind.rawValue },
    .text("column") { $0.change?.column },
    .text("old") { $0.change?.old },
    .text("new") { $0.change?.new },
    .fraction("change_fraction") { $0.change?.fraction },
    .text("cause") { $0.one.causeText },
  ]

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var lines = prose.wrapped("\(old) → \(new)").map(style.bold)
    let shown = cases.filter { $0.kind == .changed }
    if !shown.isEmpty {
      let table = TextTable(SuiteDiff.shown, shown, width: screen.width)
      lines += ["", style.dim(table.heading)]
      for (one, line) in zip(shown, table.rows) {
        lines.append(line)
        if let cause = one.causeText {
          lines += prose.wrapped(cause, first: "    ", rest: "    ").map(style.dim)
        }
      }
    }
    for (kind, word) in [(CaseDiff.Kind.added, "new"), (.removed, "gone")] {
      let names = cases.filter { $0.kind == kind }.map(\.name.printable)
      if !names.isEmpty { lines += [""] + prose.wrapped("\(word): \(names.joined(separator: ", "))") }
    }
    lines += ["", sum]
    return lines.joined(separator: "\n") + "\n"
  }

  var sum: String {
    func count(_ kind: CaseDiff.Kind) -> Int { cases.count { $0.kind == kind } }
    return "\(counted(cases.count, "case")): \(count(.same)) the same, \(count(.changed)) changed, "
      + "\(count(.added)) new, \(count(.removed)) gone."
  }

  private static let shown: [Column<CaseDiff>] = [
    .shown("case", .left) { $0.name },
    .shown("tokens/s") { $0.step("tokens_per_s") },
    .shown("step", dispensable: 2) { $0.step("step_time_s") },
    .shown("time", dispensable: 1) { $0.step("wall_time_s") },
    .shown("cost") { $0.step("cost_usd") },
    .shown("memory", dispensable: 3) { $0.step("memory_bytes") },
  ]
}

extension CaseDiff {
  /// `price ×1.030; step (plan: tp 1 → 2) ×0.9810`. What no digit shows is left out, unless there is nothing else.
  var causeText: String? {
    let told = causes.map { (what: $0.what, times: $0.factor.map { Figures.significant($0, 4) }) }
    let seen = told.filter { $0.times != "1.000" }
    let texts = (seen.isEmpty ? told : seen).map { $0.what + ($0.times.map { " ×" + $0 } ?? "") }
    return texts.isEmpty ? nil : texts.joined(separator: "; ")
  }

  /// `+2.0%`, `=` where nothing changed, a dash where a number is missing.
  func step(_ column: String) -> String? {
    guard let change = change(column) else { return old[column] == nil ? nil : "=" }
    guard let fraction = change.fraction else {
      return change.new == nil ? "gone" : change.old == nil ? "new" : "changed"
    }
    let percent = Figures.fixed(abs(fraction) * 100, abs(fraction) < 0.001 ? 3 : 1)
    return "\(fraction < 0 ? "−" : "+")\(percent)%"
  }
}

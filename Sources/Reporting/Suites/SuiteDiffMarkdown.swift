import Quantities
import Scenarios

extension SuiteDiff {
  /// Cases in the table and lines of the detail: a comment on a pull request has an end.
  private static let (mostCases, mostLines) = (25, 200)

  /// A comment for a review: the verdict, what changed most, and all of it folded away.
  ///
  /// - Parameter tolerances: what must not change by more; without any, there is nothing to fail.
  public func markdown(_ tolerances: [Tolerance] = []) -> String {
    let failed = tolerances.flatMap(failures)
    var text = "### \(Markdown.escaped(verdict(tolerances, failed)))\n\n"
    for one in failed.prefix(SuiteDiff.mostCases) {
      text += "- " + Markdown.escaped(one.message + (one.help.map { " (\($0))" } ?? "")) + "\n"
    }
    if failed.count > SuiteDiff.mostCases {
      text += "- and \(counted(failed.count - SuiteDiff.mostCases, "more case"))\n"
    }
    if !failed.isEmpty { text += "\n" }
    let shown = Array(byCost.prefix(SuiteDiff.mostCases))
    if !shown.isEmpty { text += Markdown.text(SuiteDiff.reviewed, shown) + "\n" }
    if byCost.count > shown.count {
      text += "The \(shown.count) that changed most in cost, of \(byCost.count).\n\n"
    }
    for (kind, word) in [(CaseDiff.Kind.added, "New"), (.removed, "Gone")] {
      let names = cases.filter { $0.kind == kind }.map { Markdown.escaped($0.name) }
      if !names.isEmpty {
        let rest = names.count - SuiteDiff.mostCases
        text +=
          "\(word): \(names.prefix(SuiteDiff.mostCases).joined(separator: ", "))"
          + (rest > 0 ? " and \(counted(rest, "more", "more"))" : "") + ".\n\n"
      }
    }
    return text + detail + Markdown.escaped("\(old) → \(new): \(sum)") + "\n"
  }

  private func verdict(_ tolerances: [Tolerance], _ failed: [Diagnostic]) -> String {
    let limits = listed(tolerances.map(\.text))
    if !failed.isEmpty { return "Fails: \(counted(failed.count, "case")) beyond \(limits)" }
    let within = tolerances.isEmpty ? "" : "Passes: within \(limits). "
    let costs = byCost.compactMap { one in one.change("cost_usd")?.fraction.map { (one.name, $0) } }
    guard let most = costs.first else {
      return within + (byCost.isEmpty ? "Nothing changed" : "No cost changed")
    }
    let dearer = costs.count { $0.1 > 0 }, cheaper = costs.count - dearer
    let counts = [(dearer, "dearer"), (cheaper, "cheaper")].filter { $0.0 > 0 }.map {
      "\(Figures.grouped($0.0)) \($0.1)"
    }
    return within
      + "Of \(counted(cases.count, "case")) \(listed(counts)): \(Figures.signed(most.1)) at most (\(most.0))"
  }

  /// Changed cases, the largest change of cost first, then in the order of the run.
  private var byCost: [CaseDiff] {
    let changed = cases.filter { $0.kind == .changed }
    func size(_ i: Int) -> Double { abs(changed[i].change("cost_usd")?.fraction ?? 0) }
    return changed.indices.sorted { size($0) == size($1) ? $0 < $1 : size($0) > size($1) }.map { changed[$0] }
  }

  private static let reviewed: [Column<CaseDiff>] = [
    .shown("case", .left) { $0.name },
    .shown("cost before") { $0.number("cost_usd").map { Dollars($0.old).formatted } },
    .shown("now") { $0.number("cost_usd").map { Dollars($0.new).formatted } },
    .shown("change") { $0.step("cost_usd") },
    .shown("time") { $0.step("wall_time_s") },
    .shown("tokens/s") { $0.step("tokens_per_s") },
    .shown("why", .left) { $0.causeText },
  ]

  private var detail: String {
    let lines = self.lines.filter { $0.change != nil }
    guard !lines.isEmpty else { return "" }
    let shown = Array(lines.prefix(SuiteDiff.mostLines)), rest = lines.count - shown.count
    let columns = SuiteDiff.columns.filter { ["case", "column", "old", "new", "change_fraction"].contains($0.name) }
    return "<details><summary>All that changed: \(counted(lines.count, "value"))</summary>\n\n"
      + Markdown.text(columns, shown) + (rest > 0 ? "\nand \(counted(rest, "more value")): --format csv.\n" : "")
      + "\n</details>\n\n"
  }
}

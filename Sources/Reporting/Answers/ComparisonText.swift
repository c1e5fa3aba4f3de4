import Costing
import Planning
import Quantities
import Scenarios
import Simulation

/// A comparison as people read it: a table, what cannot run and why, then sentences.
public struct ComparisonText {
  let comparison: Comparison
  let reference: Reference
  let rows: [ResultRow]
  let scale: TimeScale
  /// Whether everything that is known is said, or what most readers need.
  let isDetailed: Bool

  /// What ratios refer to.
  struct Reference {
    var name: String
    /// Nil when the option that was asked for does not run.
    var result: OptionResult?
  }

  /// - Parameters:
  ///   - order: instance types as the user gave them; the first that runs is the reference.
  ///   - reference: the type asked for by `--reference`.
  public init(_ comparison: Comparison, order: [String], reference: String? = nil, isDetailed: Bool = false) {
    self.comparison = comparison
    self.isDetailed = isDetailed
    rows = comparison.rows
    func result(_ name: String) -> OptionResult? {
      comparison.results.first { $0.instance.name == name && $0.run != nil }
    }
    let name = reference ?? order.first { result($0) != nil } ?? order.first ?? ""
    self.reference = Reference(name: name, result: result(name))
    scale = TimeScale(longest: comparison.results.compactMap(\.wallTime).max())
  }

  /// One line: what was asked.
  public var title: String {
    [comparison.job.title, comparison.size.sentence, comparison.pricings.map(\.sentence).joined(separator: ", ")]
      .joined(separator: " · ")
  }

  public func table(_ screen: Screen) -> String {
    let style = Style(screen)
    let runs = rows.filter { $0.run != nil }
    var lines = Prose(width: screen.proseWidth).wrapped(title).map(style.bold)
    lines.append("")
    if !runs.isEmpty {
      let table = TextTable(columns, runs, width: screen.width)
      lines.append(style.dim(table.heading))
      lines += zip(runs, table.rows).map { row, line in isReference(row) ? style.bold(line) : line }
      lines += table.leftOutLines(on: screen)
    }
    lines += refusals(screen, style)
    lines.append("")
    lines += Findings(self).sentences.flatMap { Prose(width: screen.proseWidth).wrapped($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    var text = Markdown.escaped(title) + "\n\n"
    let runs = rows.filter { $0.run != nil }
    if !runs.isEmpty { text += Markdown.text(columns, runs) + "\n" }
    for row in rows {
      guard let why = row.whyNot else { continue }
      text += "- " + Markdown.escaped("\(Findings.name(row.result)): no. \(why)") + "\n"
    }
    for sentence in Findings(self).sentences { text += "- " + Markdown.escaped(sentence) + "\n" }
    return text
  }

  private func refusals(_ screen: Screen, _ style: Style) -> [String] {
    let refused = rows.compactMap { row in row.whyNot.map { (Findings.name(row.result).printable, $0) } }
    let width = refused.reduce(0) { max($0, $1.0.columns) }
    let prose = Prose(width: screen.proseWidth)
    return refused.flatMap { name, why -> [String] in
      let start = "  " + name.padded(to: width) + "  "
      let lines = prose.wrapped(
        "no: \(why)", first: start, rest: String(repeating: " ", count: start.columns + 4))
      return lines.map(style.dim)
    }
  }

  private func isReference(_ row: ResultRow) -> Bool { row.instance.name == reference.name }

  /// What an option costs where all are bought by one way, on how many where that is another count.
  private func alike(_ way: PricingModel, _ results: [OptionResult]) -> Column<ResultRow> {
    .shown("cost as \(way.rawValue)", dispensable: 10) { row in
      guard let other = results.first(where: { $0.instance.name == row.instance.name }), let cost = other.cost else {
        return nil
      }
      let units = other.run?.units
      return units == row.run?.units ? cost.formatted : "\(cost.formatted) on \(Figures.grouped(units ?? 0))"
    }
  }

  /// The columns of the table and of Markdown; the machine's columns are in `ResultColumns`.
  var columns: [Column<ResultRow>] {
    let reference = reference, scale = scale
    // Without a calibration there is no interval, and its column would be empty.
    let isJudged = rows.contains { $0.outlook != nil }
    let size = comparison.size
    let alike = comparison.alike.map { self.alike($0.way, $0.results) }
    let machine: [Column<ResultRow>?] = [
      .shown("  instance type", .left) {
        ($0.instance.name == reference.name ? "▸ " : "  ") + $0.instance.name
      },
      .shown("instances") { $0.run.map { Figures.grouped($0.units) } },
      .shown("chips", dispensable: 5) { $0.run.map { Figures.grouped($0.chips) } },
      .shown("plan", .left, dispensable: 4) { $0.run?.estimate.plan.short },
      .shown("tokens/s", dispensable: 2) {
        $0.run.map { Figures.grouped($0.estimate.tokensPerSecond.value) }
      },
      Utilization(rows.compactMap(\.run)).column { $0.run },
      .shown("step", dispensable: 6) { $0.run?.estimate.stepTime.formatted },
      .shown(scale.heading) { $0.result.wallTime.map { scale.text($0) } },
      size.deadline != nil && isJudged
        ? .shown("late", dispensable: 1) { $0.outlook?.probabilityLate.map(Figures.percent) } : nil,
      .shown("cost") { $0.result.cost?.formatted ?? "no price" },
      isJudged ? .shown("5–95%", .left) { $0.outlook?.cost.map(Figures.dollarRange) } : nil,
      size.budget != nil && isJudged
        ? .shown("over", dispensable: 1) { $0.outlook?.probabilityOver.map(Figures.percent) } : nil,
      .shown("bought", .left) { $0.price?.model.rawValue },
    ]
    let rest: [Column<ResultRow>?] = [
      .shown("price of", .left, dispensable: 4) { $0.price.map(Figures.origin) },
      .shown("$/M tok", dispensable: 3) { row in
        row.result.cost.map { Figures.dollars($0 / (row.job.tokens.value / 1e6)) }
      },
      .shown("vs \(reference.name)", dispensable: 3) { row in
        guard let cost = row.result.cost, let base = reference.result?.cost else { return nil }
        return Figures.ratio(cost / base)
      },
      .shown("bound by", .left, dispensable: 7) { $0.run?.bottleneck.rawValue },
      .shown("memory", dispensable: 9) { row in
        row.run.map { MemoryScale($0.estimate.memoryCapacity).part($0.estimate.memory.total) }
      },
      isJudged
        ? .shown("evidence", .left, dispensable: 6) { row in
          row.outlook.map { look in look.evidence.rawValue + (look.nearest.map { ", \($0.run.id)" } ?? "") }
        } : nil,
    ]
    return (machine + alike + rest).compactMap { $0 }
  }
}

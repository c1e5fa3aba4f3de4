import Planning
import Quantities
import Scenarios

/// A comparison as a part of a page.
struct ReportPart {
  let text: ComparisonText
  /// What it is called to whoever does not see the page, where there are several; empty else.
  let label: String

  init(_ text: ComparisonText, label: String) {
    self.text = text
    self.label = label
  }

  private var runs: [ResultRow] { text.rows.filter { $0.run != nil } }
  private var findings: Findings { Findings(text) }

  /// The answer in a line.
  var title: String { text.drawn?.title ?? "None of the options runs this job" }

  /// - Parameter level: of its headings.
  func body(_ script: inout PageScript, level: Int) -> [HTML] {
    func section(_ heading: String, _ parts: [HTML]) -> HTML { .section(heading, level: level, parts) }
    let form = OptionForm(
      options: text.rows(tags: Tags()).filter { $0.run != nil }.map { OptionRow($0, name: Findings.name($0.result)) },
      scale: text.scale, label: label)
    let picture = text.drawn.map { [HTML.element("figure", [("style", "margin:0")], [.ready($0.svg(isPart: true))])] }
    return [
      section("The answer", HTML.list(findings.answers)), section("Options", options),
      section("Pictures", picture ?? []),
      section("What flips it", HTML.list(PriceTie.all(text.comparison).map(\.sentence))),
      form.html(&script, level: level), section("Why", explanations), section("Evidence", evidence),
      section("Warnings", HTML.list(findings.warned)), section("Assumptions", HTML.list(findings.assumed)),
    ]
  }

  private func named(_ words: String) -> String { label.isEmpty ? words : "\(label): \(words)" }

  private var options: [HTML] {
    let refused = text.rows.compactMap { row in
      row.result.refusal.map { "\(Findings.name(row.result)): no. \($0.reason.text)" }
    }
    return
      (runs.isEmpty
      ? [] : [HTML.table(named("What each option takes, cheapest first"), text.columns, runs)])
      + HTML.list(refused)
  }

  private var explanations: [HTML] {
    runs.compactMap { row in
      Explanation(row).map { explanation in
        let name = Findings.name(row.result)
        return HTML.element(
          "details",
          [
            .element("summary", "\(name): the arithmetic, with the source of each figure"),
            .wide(named("\(name), explained"), .element("pre", explanation.text(Screen()))),
          ])
      }
    }
  }

  private static let evidenceColumns: [Column<ResultRow>] = [
    .shown("option", .left) { Findings.name($0.result) },
    .shown("evidence", .left) { $0.outlook?.evidence.rawValue },
    .shown("nearest measured run", .left) { $0.outlook?.nearest?.run.id },
    .shown("on", .left) { row in row.outlook?.nearest.map { "\($0.run.chip) with \($0.run.stack)" } },
    .shown("measured step") { row in row.outlook?.nearest.map { Seconds($0.run.measured).formatted } },
    .shown("predicted without it") { $0.outlook?.nearest?.run.predicted.map { Seconds($0).formatted } },
    .shown("distance") { row in row.outlook?.nearest.map { Figures.fixed($0.distance, 1) } },
    .shown("price") { row in row.price.map { "\(Figures.unitPrice(Dollars($0.rate.perHour)))/h" } },
    .shown("bought", .left) { $0.price?.model.rawValue },
    .shown("of", .left) { $0.price.map(Figures.origin) },
    .shown("from", .left) { $0.price?.source },
  ]

  private var evidence: [HTML] {
    runs.isEmpty
      ? []
      : [
        HTML.table(
          named("Nearest measured runs, and where prices are from"), ReportPart.evidenceColumns, runs)
      ] + HTML.list([findings.interval].compactMap { $0 })
  }
}

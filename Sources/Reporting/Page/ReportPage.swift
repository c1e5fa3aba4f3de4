import Charts
import Planning
import Quantities
import Scenarios

/// A comparison as one page that needs nothing else: the answer first, then what stands behind it. It is whole without its script,
/// which only lets a reader try other prices.
public struct ReportPage {
  let text: ComparisonText
  /// When it was made and with which command, in words.
  let made: String

  public init(_ text: ComparisonText, made: String) {
    self.text = text
    self.made = made
  }

  private var runs: [ResultRow] { text.rows.filter { $0.run != nil } }
  private var findings: Findings { Findings(text) }

  public var html: String {
    let chart = text.drawn, title = chart?.title ?? "None of the options runs this job"
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    let body: [HTML] = [
      .element("h1", title), .element("p", [("class", "asked")], text.title),
      .section("The answer", HTML.list(findings.answers)), .section("Options", options),
      .section(
        "Pictures", chart.map { [.element("figure", [("style", "margin:0")], [.ready($0.svg(isPart: true))])] } ?? []),
      .section("What flips it", flips), .section("Why", explanations), .section("Evidence", evidence),
      .section("Warnings", HTML.list(findings.warned)), .section("Assumptions", HTML.list(findings.assumed)),
      .element("footer", [.element("p", made)]),
    ]
    return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      + "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n"
      + HTML.element("title", title).source + "<style>\n\(PageParts.style)\(SVG.style)\n</style>\n</head>\n<body>\n"
      + HTML.element("main", body).source + "<script>\n\(PageParts.script)</script>\n</body>\n</html>\n"
  }

  private var options: [HTML] {
    let refused = text.rows.compactMap { row in
      row.result.refusal.map { "\(Findings.name(row.result)): no. \($0.reason.text)" }
    }
    return (runs.isEmpty ? [] : [HTML.table("What each option takes, cheapest first", text.columns, runs)])
      + HTML.list(refused)
  }

  // MARK: Other prices

  private var flips: [HTML] {
    let ties = PriceTie.all(text.comparison)
    guard !ties.isEmpty else { return [] }
    return HTML.list(ties.map(\.sentence)) + [form(ties)]
  }

  private func form(_ ties: [PriceTie]) -> HTML {
    let heads = ["", "$ an instance-hour", "discount, %", "cost", "rank"]
    let rows = ties.map { tie -> HTML in
      func input(_ kind: String, _ value: String, _ words: String, _ most: String?) -> HTML {
        let limits = [("min", "0")] + (most.map { [("max", $0)] } ?? [])
        return .element(
          "td", [("class", "n")],
          [
            .void(
              "input",
              [
                ("class", kind), ("type", "number"), ("step", "any"), ("value", value),
                ("aria-label", "\(tie.name): \(words)"),
              ]
                + limits)
          ])
      }
      return .element(
        "tr",
        [("data-cost", exact(tie.cost)), ("data-price", exact(tie.price)), ("data-name", tie.name)],
        [
          .element("th", [("scope", "row")], tie.name),
          input("price", exact((tie.price * 1e6).rounded() / 1e6), "dollars an instance-hour", nil),
          input("off", "0", "discount in percent", "100"),
          .element("td", [("class", "n cost")], Dollars(tie.cost).formatted), .element("td", [("class", "n rank")], ""),
        ])
    }
    let head = HTML.element("tr", heads.map { HTML.element("th", [("scope", "col")], $0) })
    let table = HTML.element(
      "table", [.element("caption", "With other prices"), .element("thead", [head]), .element("tbody", rows)])
    return .element(
      "form", [("id", "prices"), ("class", "js"), ("hidden", "hidden")],
      [
        HTML.wide("With other prices", table),
        .element("p", [.element("output", [("id", "cheapest"), ("aria-live", "polite")], [])]),
        .element("p", [.element("button", [("type", "reset")], "As it was")]),
      ])
  }

  private func exact(_ value: Double) -> String { Cell.number(value).exact ?? "" }

  // MARK: What stands behind it

  private var explanations: [HTML] {
    runs.compactMap { row in
      Explanation(row).map { explanation in
        let name = Findings.name(row.result)
        return HTML.element(
          "details",
          [
            .element("summary", "\(name): the arithmetic, with the source of each figure"),
            .wide("\(name), explained", .element("pre", explanation.text(Screen()))),
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
      : [HTML.table("Nearest measured runs, and where prices are from", ReportPage.evidenceColumns, runs)]
        + HTML.list([findings.interval].compactMap { $0 })
  }
}

import Charts
import Quantities
import Scenarios

/// Results that a suite left in a file, as one page: the verdict of each model first, then the results, and what stands behind them.
/// Nothing is worked out anew.
public struct ResultsPage {
  private let rows: [SuiteRow]
  private let source: String
  private let made: String

  /// - Parameters:
  ///   - source: the name of the file.
  ///   - made: when the page was made and with which command, in words.
  public init(_ rows: [SuiteRow], source: String, made: String) {
    self.rows = ResultsPage.named(rows)
    (self.source, self.made) = (source, made)
  }

  /// Rows of a comparison or a sweep share a name: then the instance and the way of buying belong to it.
  private static func named(_ rows: [SuiteRow]) -> [SuiteRow] {
    func name(_ row: SuiteRow, _ columns: [String]) -> String {
      columns.compactMap { row.text($0) }.joined(separator: ", ")
    }
    let ways = [["case"], ["case", "instance"], ["case", "instance", "pricing"]]
    let way = ways.first { way in Set(rows.map { name($0, ["suite"] + way) }).count == rows.count } ?? ways[2]
    return rows.map { row in
      var row = row
      row["case"] = .text(name(row, way))
      return row
    }
  }

  public var html: String {
    let chart = SuiteChart(rows), suites = distinct(rows.compactMap { $0.text("suite") })
    let title = chart.isEmpty ? "None of the cases has a cost" : chart.title
    let runs = rows.count { $0.isFeasible }
    let asked =
      (suites.isEmpty ? [] : ["Suite\(suites.count == 1 ? "" : "s") \(suites.joined(separator: ", "))"])
      + ["\(counted(rows.count, "case")): \(Figures.grouped(runs)) run, \(Figures.grouped(rows.count - runs)) do not"]
      + [source]
    let picture = Chart(title: title, subtitle: asked[0], panels: chart.panels, notes: chart.notes).svg(isPart: true)
    let body: [HTML] = [
      .element("h1", title), .element("p", [("class", "asked")], asked.joined(separator: " · ")),
      .section("The answer", HTML.list(verdicts.map(\.sentence)) + best),
    ]
    return Page(
      title: title,
      body: body + [
        .section("Results", results(suites)),
        .section(
          "Pictures", chart.isEmpty ? [] : [.element("figure", [("style", "margin:0")], [.ready(picture)])]),
        .section("Notes", notes), .section("Sources", sources),
      ], made: made
    ).html
  }

  // MARK: The answer

  private var verdicts: [ModelVerdict] {
    distinct(rows.compactMap { $0.text("model") }).map { model in
      ModelVerdict(model, rows.filter { $0.text("model") == model })
    }
  }

  private static let bestColumns: [Column<ModelVerdict.Best>] = [
    .shown("model", .left) { $0.row.text("model") },
    .shown("instance type", .left) { $0.row.text("instance") },
    .shown("its cheapest case", .left) { $0.row.text("case") },
    .shown("instances") { $0.row.number("instances").map(Figures.grouped) },
    .shown("cost") { Dollars($0.cost).formatted },
    .shown("vs the cheapest") { Figures.ratio($0.ratio) },
    .shown("time") { $0.row.expectedTime.map { Seconds($0).formatted } },
    .shown("bought", .left) { $0.row.text("pricing") },
  ]

  private var best: [HTML] {
    let all = verdicts.flatMap(\.best)
    return all.isEmpty
      ? [] : [HTML.table("The cheapest case of each model on each instance type", ResultsPage.bestColumns, all)]
  }

  // MARK: What stands behind it

  private func results(_ suites: [String]) -> [HTML] {
    let groups: [String?] = suites.isEmpty ? [nil] : suites
    return groups.flatMap { suite -> [HTML] in
      let own = rows.filter { suite == nil || $0.text("suite") == suite }, runs = own.filter(\.isFeasible)
      let refused = own.filter { !$0.isFeasible }.map { row in
        "\(row.text("case") ?? ""): no. \(row.text("why_not") ?? "")"
      }
      return (runs.isEmpty ? [] : [HTML.table(suite ?? "Every case", SuiteText.columns, runs)]) + HTML.list(refused)
    }
  }

  /// What all cases that run have in common is said once, the rest with each.
  private var notes: [HTML] {
    let all = rows.filter(\.isFeasible).map { row in
      (row.text("case") ?? "", row.sentences("warnings").map { "Warning: \($0)" } + row.sentences("assumptions"))
    }
    let shared = (all.first?.1 ?? []).filter { one in all.count > 1 && all.allSatisfy { $0.1.contains(one) } }
    let own = all.compactMap { name, sentences -> HTML? in
      let rest = sentences.filter { !shared.contains($0) }
      guard !rest.isEmpty else { return nil }
      return .element("details", [HTML.element("summary", name)] + HTML.list(rest))
    }
    return (shared.isEmpty ? [] : [HTML.element("p", "Of every case:")] + HTML.list(shared)) + own
  }

  private static let priceColumns: [Column<SuiteRow>] = [
    .shown("instance type", .left) { $0.text("instance") },
    .shown("price") { row in
      row.number("price_usd_per_instance_hour").map { "\(Figures.unitPrice(Dollars($0)))/h" }
    },
    .shown("bought", .left) { $0.text("pricing") },
    .shown("of", .left) { $0.text("region") },
    .shown("read on", .left) { $0.text("price_date") },
    .shown("from", .left) { $0.text("price_source") },
  ]

  private static let evidenceColumns: [Column<SuiteRow>] = [
    .shown("case", .left) { $0.text("case") },
    .shown("evidence", .left) { $0.text("evidence") },
    .shown("software", .left) { $0.text("stack") },
    .shown("nearest measured run", .left) { $0.text("nearest_measurement") },
    .shown("measured step") { row in row.number("nearest_measured_s").map { Seconds($0).formatted } },
    .shown("predicted without it") { row in row.number("nearest_predicted_s").map { Seconds($0).formatted } },
    .shown("distance") { row in row.number("nearest_distance").map { Figures.fixed($0, 1) } },
  ]

  private var sources: [HTML] {
    let runs = rows.filter(\.isFeasible)
    let prices = runs.filter { $0.number("price_usd_per_instance_hour") != nil }
    var known: Set<[String]> = []
    let distinct = prices.filter { row in
      known.insert(ResultsPage.priceColumns.map { $0.value(row).shown }).inserted
    }
    return (distinct.isEmpty ? [] : [HTML.table("Where prices are from", ResultsPage.priceColumns, distinct)])
      + (runs.isEmpty ? [] : [HTML.table("Nearest measured runs", ResultsPage.evidenceColumns, runs)])
  }
}

extension SuiteRow {
  /// The sentences of a column of notes.
  fileprivate func sentences(_ column: String) -> [String] {
    text(column).map { text in text.split(separator: "; ").map(String.init) } ?? []
  }
}

import Calibration
import Quantities
import Scenarios

/// A run of suites as people read it: a table for each suite, what does not run and why, a line of sums.
public struct SuiteText {
  let suites: [Suite]
  let rows: [SuiteRow]
  let failures: Int

  public init(_ suites: [Suite], rows: [SuiteRow], failures: Int) {
    self.suites = suites
    self.rows = rows
    self.failures = failures
  }

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var lines: [String] = []
    for suite in suites {
      let own = rows.filter { $0.text("suite") == suite.name }
      if !lines.isEmpty { lines.append("") }
      lines += prose.wrapped("\(suite.name): \(suite.summary)").map(style.bold)
      let runs = own.filter(\.isFeasible)
      if !runs.isEmpty {
        lines += TextTable(SuiteText.columns, runs, width: screen.width, indent: "  ").lines(on: screen)
      }
      let others = own.filter { !$0.isFeasible }
      let names = others.map { ($0.text("case") ?? "").printable.cut(to: TextTable.widest) }
      let width = names.reduce(0) { max($0, $1.columns) }
      for (row, name) in zip(others, names) {
        let start = "  " + name.padded(to: width) + "  "
        let reason = "no: \(row.text("why_not") ?? "")"
        let rest = String(repeating: " ", count: min(start.columns + 4, 40))
        lines += prose.wrapped(reason, first: start, rest: rest).map(style.dim)
      }
    }
    let runs = rows.filter(\.isFeasible).count
    var sum = "\(counted(rows.count, "case")): \(Figures.grouped(runs)) run, "
    sum += "\(Figures.grouped(rows.count - runs)) do not."
    if failures > 0 { sum += " \(counted(failures, "expectation")) failed." }
    lines += ["", sum]
    return lines.joined(separator: "\n") + "\n"
  }

  static let columns: [Column<SuiteRow>] = [
    .shown("case", .left) { $0.text("case") },
    .shown("instances") { $0.number("instances").map(Figures.grouped) },
    .shown("plan", .left, dispensable: 4) { plan($0) },
    .shown("tokens/s", dispensable: 2) { $0.number("tokens_per_s").map(Figures.grouped) },
    .shown("MFU", dispensable: 1) { row in
      row.number("mfu_fraction").map { Figures.percent($0) + (row.text("mfu_type").map { " of \($0)" } ?? "") }
    },
    .shown("step", dispensable: 5) { $0.number("step_time_s").map { Seconds($0).formatted } },
    .shown("time") { row in
      (row.number("wall_time_expected_s") ?? row.number("wall_time_s")).map { Seconds($0).formatted }
    },
    .shown("cost") { row in
      (row.number("cost_expected_usd") ?? row.number("cost_usd")).map { Dollars($0).formatted } ?? "no price"
    },
    .shown("5–95%", .left, dispensable: 7) { row in
      guard let low = row.number("cost_usd_p05"), let high = row.number("cost_usd_p95") else { return nil }
      return Figures.dollarRange(Interval(low: low, median: low, high: high))
    },
    .shown("bought", .left, dispensable: 8) { row in
      row.text("pricing").map { way in way + (row.text("price_date").map { " (\($0))" } ?? "") }
    },
    .shown("cheapest", dispensable: 9) { $0.number("probability_cheapest").map(Figures.percent) },
    .shown("fastest", dispensable: 10) { $0.number("probability_fastest").map(Figures.percent) },
    .shown("$/M tok", dispensable: 3) { row in
      row.number("usd_per_million_tokens").map { Figures.dollars(Dollars($0)) }
    },
    .shown("bound by", .left, dispensable: 6) { $0.text("bottleneck") },
  ]

  /// As a comparison shows it, from the columns that have it.
  static func plan(_ row: SuiteRow) -> String? {
    guard row.number("plan_dp") != nil else { return nil }
    func degree(_ column: String) -> Int { row.number(column).map { Int($0) } ?? 1 }
    var words: [String] = []
    if degree("plan_tp") > 1 {
      words.append("tp\(degree("plan_tp"))" + (row["plan_sequence_parallel"] == .bool(true) ? "+sp" : ""))
    }
    if degree("plan_cp") > 1 { words.append("cp\(degree("plan_cp"))") }
    let (stages, chunks) = (degree("plan_pp"), degree("plan_vpp"))
    if stages > 1 { words.append("pp\(stages)" + (chunks > 1 ? "×\(chunks)" : "")) }
    if let ends = row.text("plan_ends") { words.append("ends\(ends)") }
    words.append("dp\(degree("plan_dp"))")
    if degree("plan_ep") > 1 { words.append("ep\(degree("plan_ep"))") }
    if degree("plan_etp") > 1 { words.append("etp\(degree("plan_etp"))") }
    if let zero = row.number("plan_zero"), zero > 0 { words.append("zero\(Int(zero))") }
    words.append("mb\(degree("plan_micro_batch"))")
    if let recompute = row.text("plan_recompute"), recompute != "none" { words.append(recompute) }
    return words.joined(separator: " ")
  }
}

/// One case as `suite list` shows it, without running it.
public struct SuiteListing: Sendable {
  var suite: String
  var one: SuiteCase

  public init(_ one: SuiteCase, suite: String) {
    self.suite = suite
    self.one = one
  }

  public static let columns: [Column<SuiteListing>] = [
    .text("suite") { $0.suite },
    .text("case") { $0.one.name },
    .text("job") { if case .job(let name) = $0.one.work { name } else { nil } },
    .text("model") { if case .model(let name) = $0.one.work { name } else { nil } },
    .text("instance") { $0.one.instance },
    .text("size") { $0.one.size?.label },
    .text("pricing") { $0.one.pricing.label },
    .text("region") { $0.one.region },
    .text("expectations") { listing in
      let all = listing.one.expectations.map { "\($0.column): \($0.text)" }
      return all.isEmpty ? nil : all.joined(separator: "; ")
    },
  ]

  public static func table(_ listings: [SuiteListing], _ screen: Screen) -> String {
    let style = Style(screen)
    let shown: [Column<SuiteListing>] = [
      .shown("suite", .left) { $0.suite },
      .shown("case", .left) { $0.one.name },
      .shown("pricing", .left, dispensable: 1) { $0.one.pricing.label },
      .shown("expectations", .left, dispensable: 2) { listing in
        listing.one.expectations.map { "\($0.column) \($0.text)" }.joined(separator: ", ")
      },
    ]
    let table = TextTable(shown, listings, width: screen.width)
    return ([style.dim(table.heading)] + table.rows).joined(separator: "\n") + "\n"
  }
}

extension CatalogEntry {
  public init(_ suite: Suite) {
    self.init(.suites, name: suite.name, figures: counted(suite.cases.count, "case"), summary: suite.summary)
  }
}

extension FactSheet {
  public init(_ suite: Suite) {
    self.init(
      .suites, name: suite.name, summary: suite.summary,
      facts: suite.cases.map { one in
        Fact(
          one.name,
          one.expectations.isEmpty
            ? "nothing expected" : one.expectations.map { "\($0.column) \($0.text)" }.joined(separator: ", "))
      })
  }
}

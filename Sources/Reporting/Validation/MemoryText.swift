import Calibration
import Quantities
import Scenarios

/// Published peaks of memory beside what is counted, as people read it.
public struct MemoryText {
  let judged: [MemoryVerdict]
  private let skipped: [(id: String, why: Skip)]
  private let worstCount: Int
  private let runs: (fit: Int, all: Int)?

  /// - Parameters:
  ///   - worst: how many of the rows that are farthest off are shown.
  ///   - runs: of the runs with a published step, how many count as fitting.
  public init(_ rows: [MemoryValidation.Row], worst: Int, runs: (fit: Int, all: Int)? = nil) {
    self.runs = runs
    judged = rows.compactMap { try? $0.outcome.get() }
    skipped = rows.compactMap { row in
      if case .failure(let why) = row.outcome { (row.row.id, why) } else { nil }
    }
    worstCount = worst
  }

  /// Every row that was judged, the farthest off last.
  public var rows: [MemoryVerdict] {
    judged.indices.sorted { (abs(judged[$0].error), $0) < (abs(judged[$1].error), $1) }.map { judged[$0] }
  }

  private struct Line {
    var name: String
    var rows: [MemoryVerdict]

    private func share(_ holds: (MemoryVerdict) -> Bool) -> Double {
      Double(rows.count(where: holds)) / Double(rows.count)
    }
    private var sizes: [Double] { rows.map { abs($0.error) } }

    static func by(_ rows: [MemoryVerdict], _ key: (MemoryVerdict) -> String) -> [Line] {
      Dictionary(grouping: rows, by: key).map { Line(name: $0.key, rows: $0.value) }.sorted { $0.name < $1.name }
    }

    static func columns(_ heading: String) -> [Column<Line>] {
      [
        .shown(heading, .left) { $0.name },
        .shown("rows") { Figures.grouped($0.rows.count) },
        .shown("median") { Figures.percent($0.sizes.median) },
        .shown("mean") { Figures.percent($0.sizes.mean) },
        .shown("bias") { Figures.signed($0.rows.reduce(0) { $0 + $1.error } / Double($0.rows.count)) },
        .shown("within 6%") { line in Figures.percent(line.share { abs($0.error) <= 0.06 }) },
        .shown("within 10%", dispensable: 1) { line in Figures.percent(line.share { abs($0.error) <= 0.1 }) },
        .shown("fit") { line in Figures.percent(line.share(\.fits)) },
        .shown("worst row", .left, dispensable: 2) { line in
          line.rows.max { abs($0.error) < abs($1.error) }.map { "\($0.measured.id) \(Figures.signed($0.error))" }
        },
      ]
    }
  }

  private static let worstColumns: [Column<MemoryVerdict>] = [
    .shown("row", .left) { $0.measured.id },
    .shown("model", .left, dispensable: 3) { $0.measured.job.model.name },
    .shown("on", .left, dispensable: 2) { "\($0.measured.plan.devices) × \($0.chip)" },
    .shown("plan", .left, dispensable: 1) { $0.measured.plan.short },
    .shown("counts", .left) { $0.measured.convention.rawValue },
    .shown("published") { $0.measured.peak.formatted },
    .shown("predicted") { $0.predicted.formatted },
    .shown("error") { Figures.signed($0.error) },
  ]

  var title: String {
    guard !judged.isEmpty else { return "No published peak of memory can be predicted" }
    let near = Double(judged.count { abs($0.error) <= 0.06 }) / Double(judged.count)
    let sizes = judged.map { abs($0.error) }
    return
      "\(counted(judged.count, "published peak")) of memory of \(counted(Set(judged.map(\.measured.source)).count, "source")): half are "
      + "predicted within \(Figures.percent(sizes.median)), and \(Figures.percent(near)) within 6%"
  }

  private var sentences: [String] {
    var list = [
      "Errors are predicted ÷ published − 1; above 0 too much is predicted. 'fit' is the share of plans that count as fitting, "
        + "with a probability of at least 50%: all of them ran."
    ]
    if let fit = MemoryFit(judged) {
      list.append(
        "Of peaks that count tensors, the reserve without what stands outside the allocator is \(fit.population.slack.formatted), and 90% "
          + "are within \(Figures.percent(Interval.halfWidth * fit.population.spread)) of what is then predicted.")
      let told: [(String, Set<MeasuredMemory.Convention>)] = [
        ("that count tensors", [.allocated]), ("of all kinds", Set(MeasuredMemory.Convention.allCases)),
      ]
      let parts = told.compactMap { words, kinds in
        MemoryFit.coverage(judged, of: kinds).map { "\(Figures.percent($0)) of those \(words)" }
      }
      list.append(
        "By fits that did not see a source, \(parts.joined(separator: " and ")) are inside 90%, each source counting once."
      )
    }
    if let runs {
      list.append(
        "Of \(counted(runs.all, "run")) with a published step, \(Figures.percent(Double(runs.fit) / Double(max(1, runs.all)))) count as "
          + "fitting.")
    }
    if !skipped.isEmpty {
      list.append("Skipped: " + skipped.map { "\($0.id) (\($0.why.wording.text))" }.joined(separator: ", ") + ".")
    }
    return list
  }

  private var page: ValidationPage {
    var page = ValidationPage(title)
    page.add("By source", shown: nil, Line.columns("source"), Line.by(judged, \.measured.source))
    page.add("By stack", shown: nil, Line.columns("stack"), Line.by(judged, \.measured.stack.name))
    page.add(
      "By what the source counts", shown: nil, Line.columns("counts"), Line.by(judged, \.measured.convention.rawValue))
    page.add("The worst, last", shown: "The worst, last:", MemoryText.worstColumns, rows.suffix(worstCount))
    return page
  }

  public func table(_ screen: Screen) -> String { page.table(screen, ending: sentences) }

  public var markdown: String {
    page.markdown("Memory", [Markdown.escaped(title + ". " + sentences.joined(separator: " "))])
  }
}

import Calibration
import Quantities
import Scenarios

/// Collectives that were timed alone beside what is predicted of them, as people read it.
public struct CollectiveText {
  let judged: [CollectiveVerdict]
  private let sweeps: [CollectiveSweep]
  private let skipped: [(why: String, rows: Int)]
  private let worstCount: Int

  /// - Parameter worst: how many of the rows that are farthest off are shown.
  public init(_ rows: [CollectiveValidation.Row], worst: Int) {
    judged = rows.compactMap { try? $0.outcome.get() }
    sweeps = CollectiveValidation.sweeps(judged)
    var reasons: [String: Int] = [:]
    for row in rows { if case .failure(let why) = row.outcome { reasons[why.reason, default: 0] += 1 } }
    skipped = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    worstCount = worst
  }

  /// Every row that was judged, the farthest off last.
  public var rows: [CollectiveVerdict] {
    judged.indices.sorted { (off(judged[$0]), $0) < (off(judged[$1]), $1) }.map { judged[$0] }
  }

  /// Half as long is as far off as twice as long.
  private func off(_ row: CollectiveVerdict) -> Double { abs(Logarithm.natural(1 + row.error)) }

  private struct Line {
    var name: String
    var rows: [CollectiveVerdict]

    static let columns: [Column<Line>] = [
      .shown("buffer of a rank", .left) { $0.name },
      .shown("rows") { Figures.grouped($0.rows.count) },
      .shown("median error") { Figures.percent($0.rows.map { abs($0.error) }.median) },
      .shown("bias") { line in Figures.signed(line.rows.reduce(0) { $0 + $1.error } / Double(line.rows.count)) },
      .shown("of it the call", dispensable: 1) { line in
        Figures.percent(line.rows.map { $0.call / $0.predicted }.median)
      },
    ]
  }

  private var lines: [Line] {
    let edges: [(name: String, below: Double)] = [
      ("up to 1 MiB", 1_048_576), ("to 64 MiB", 67_108_864), ("more", .infinity),
    ]
    return edges.indices.compactMap { i in
      let own = judged.filter { row in
        row.bytes.value <= edges[i].below && (i == 0 || row.bytes.value > edges[i - 1].below)
      }
      return own.isEmpty ? nil : Line(name: edges[i].name, rows: own)
    }
  }

  private static let sweepColumns: [Column<CollectiveSweep>] = [
    .shown("collective", .left) { $0.rows[0].measured.kind.rawValue },
    .shown("machines", .left) { "\($0.rows[0].nodes) × \($0.rows[0].instance.name)" },
    .shown("ranks") { Figures.grouped($0.rows[0].ranks) },
    .shown("called by", .left, dispensable: 2) { $0.rows[0].measured.path },
    .shown("sizes", dispensable: 1) { Figures.grouped($0.rows.count) },
    .shown("fixed") { $0.fixed.formatted },
    .shown("fixed predicted") { ($0.predictedFixed + $0.rows[0].call).formatted },
    .shown("bus") { $0.bus?.formatted ?? "" },
    .shown("bus predicted") { $0.bus == nil ? "" : $0.predictedBus?.formatted ?? "" },
  ]

  private static let saidColumns: [Column<CollectiveValidation.Said>] = [
    .shown("chip", .left) { $0.chip },
    .shown("parameter", .left) { $0.parameter.key },
    .shown("profile") { Figures.significant($0.profile, 2) },
    .shown("these rows") { Figures.significant($0.rows, 2) },
    .shown("sweeps") { Figures.grouped($0.sweeps) },
  ]

  private static let worstColumns: [Column<CollectiveVerdict>] = [
    .shown("row", .left) { $0.measured.id },
    .shown("collective", .left) { $0.measured.kind.rawValue },
    .shown("machines", .left) { "\($0.nodes) × \($0.instance.name)" },
    .shown("ranks") { Figures.grouped($0.ranks) },
    .shown("buffer") { $0.bytes.formatted },
    .shown("published") { $0.published.formatted },
    .shown("predicted") { $0.predicted.formatted },
    .shown("of it the call", dispensable: 1) { $0.call.formatted },
    .shown("error") { Figures.signed($0.error) },
  ]

  var title: String {
    guard !judged.isEmpty else { return "No published collective can be predicted" }
    let large = judged.filter { $0.bytes.value > 67_108_864 }
    let words =
      large.isEmpty ? "" : ", of more than 64 MiB within \(Figures.percent(large.map { abs($0.error) }.median))"
    return
      "\(counted(judged.count, "published collective")) of \(counted(Set(judged.map(\.measured.source)).count, "source")): half are "
      + "predicted within \(Figures.percent(judged.map { abs($0.error) }.median))\(words)"
  }

  private var sentences: [String] {
    var list = [
      "Errors are predicted ÷ published − 1; above 0 the prediction is too slow. Predictions are those of the default profile of each chip, "
        + "which is fitted to whole training steps. In a step ranks also wait for each other before a collective (scale_up_wait, "
        + "scale_out_wait of profiles). Alone they do not, so that is left out here."
    ]
    let calls = Dictionary(judged.map { ($0.measured.path, $0.call) }, uniquingKeysWith: { first, _ in first })
      .filter { $0.value > .zero }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    if !calls.isEmpty {
      list.append(
        "What a call takes besides, as the shipped rows say: "
          + calls.map { "\($0.value.formatted) (\($0.key))" }.joined(separator: ", ")
          + ". It is in 'predicted', so small messages are no test of it. A compiled graph pays it once, however many collectives it has."
      )
    }
    list.append(
      "'fixed' and 'bus' are the line through the rows that differ in size alone: the time of an empty message, and the bus bandwidth of a "
        + "large one by the convention of nccl-tests.")
    if !skipped.isEmpty {
      list.append("Skipped: " + skipped.map { "\(counted($0.rows, "row")) (\($0.why))" }.joined(separator: ", ") + ".")
    }
    return list
  }

  private var page: ValidationPage {
    var page = ValidationPage(title)
    let said = "What large messages say of the profiles"
    page.add("By size", shown: nil, Line.columns, lines)
    page.add("By sweep", shown: nil, CollectiveText.sweepColumns, sweeps.filter { $0.rows.count > 1 })
    page.add(said, shown: said + ":", CollectiveText.saidColumns, CollectiveValidation.said(sweeps))
    page.add("The worst, last", shown: "The worst, last:", CollectiveText.worstColumns, rows.suffix(worstCount))
    return page
  }

  public func table(_ screen: Screen) -> String { page.table(screen, ending: sentences) }

  public var markdown: String {
    page.markdown("Collectives", [Markdown.escaped(title + ". " + sentences.joined(separator: " "))])
  }
}

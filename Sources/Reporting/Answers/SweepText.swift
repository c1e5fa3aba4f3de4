import Costing
import Planning
import Quantities
import Scenarios
import Simulation

/// One row of a sweep: the values of what is varied, and what came of them.
public struct SweepRow: Sendable {
  public var values: [String]
  public var row: ResultRow
  public init(values: [String], row: ResultRow) {
    self.values = values
    self.row = row
  }
}

/// A sweep as people read it: a row for each combination, those that do not run among them.
public struct SweepText {
  let keys: [String]
  let rows: [SweepRow]
  let showsScaling: Bool
  let isComplete: Bool

  public init(keys: [String], rows: [SweepRow], showsScaling: Bool = false, isComplete: Bool = true) {
    self.keys = keys
    self.rows = rows
    self.showsScaling = showsScaling
    self.isComplete = isComplete
  }

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var lines = prose.wrapped(title).map(style.bold)
    lines += [""] + TextTable(columns, rows, width: screen.width).lines(on: screen) + [""]
    lines += sentences.flatMap { prose.wrapped($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    Markdown.escaped(title) + "\n\n" + Markdown.text(columns, rows) + "\n"
      + sentences.map { "- " + Markdown.escaped($0) + "\n" }.joined()
  }

  var title: String {
    guard let job = rows.first?.row.job else { return "nothing was swept" }
    let fixed: [(String, String)] = [
      ("tokens", "\(job.tokens.formatted) tokens"),
      ("sequence_length", "sequence \(Figures.grouped(job.sequenceLength))"),
      ("global_batch", "batch \(Figures.grouped(job.globalBatch))"), ("precision", job.precision.rawValue),
    ]
    let batches = Set(rows.map(\.row.job.globalBatch)).count
    let shown = fixed.filter { !keys.contains($0.0) && ($0.0 != "global_batch" || batches == 1) }.map(\.1)
    return ([job.model.name] + shown + ["by " + listed(keys)]).joined(separator: " · ")
  }

  private var sentences: [String] {
    var list: [String] = []
    if !isComplete { list.append("Interrupted: \(counted(rows.count, "row")) were done.") }
    let refused = rows.compactMap { one in
      one.row.result.refusal.map { "\(self.name(one)): no. \($0.reason.text)." }
    }
    list += refused
    list += distinct(rows.flatMap(\.row.assumptions)).map { "Assumed: \($0)." }
    return list + distinct(rows.flatMap(\.row.warnings)).prefix(6).map { "Warning: \($0)." }
  }

  private func name(_ one: SweepRow) -> String {
    (zip(keys, one.values).map { "\($0)=\($1)" } + [one.row.instance.name]).joined(separator: " ")
  }

  private var columns: [Column<SweepRow>] {
    let scale = TimeScale(longest: rows.compactMap(\.row.result.wallTime).max())
    let varied: [Column<SweepRow>] = keys.enumerated().map { i, key in
      .shown(key) { i < $0.values.count ? $0.values[i] : nil }
    }
    let types: [Column<SweepRow>] =
      Set(rows.map(\.row.instance.name)).count > 1
      ? [.shown("instance type", .left) { $0.row.instance.name }] : []
    let batches: [Column<SweepRow>] =
      !keys.contains("global_batch") && Set(rows.map(\.row.job.globalBatch)).count > 1
      ? [.shown("batch") { Figures.grouped($0.row.job.globalBatch) }] : []
    let chances = Set(rows.map(\.row.instance.name)).count > 1 ? chances : []
    let run: [Column<SweepRow>] = [
      .shown("instances") { $0.row.run.map { Figures.grouped($0.units) } },
      .shown("plan", .left, dispensable: 3) { $0.row.run?.estimate.plan.short ?? "no" },
      .shown("step") { $0.row.run?.estimate.stepTime.formatted },
      .shown("tokens/s", dispensable: 4) {
        $0.row.run.map { Figures.grouped($0.estimate.tokensPerSecond.value) }
      },
      Utilization(rows.compactMap(\.row.run)).column { $0.row.run },
      .shown(scale.heading) { $0.row.result.wallTime.map { scale.text($0) } },
      .shown("cost") { one in one.row.run.map { _ in one.row.result.cost?.formatted ?? "no price" } },
      .shown("5–95%", .left, dispensable: 5) { $0.row.outlook?.cost.map(Figures.dollarRange) },
      .shown("bought", .left) { $0.row.price?.model.rawValue },
      .shown("price of", .left, dispensable: 9) { $0.row.price.map(Figures.origin) },
    ]
    let last: [Column<SweepRow>] = [
      .shown("bound by", .left, dispensable: 2) { $0.row.run?.bottleneck.rawValue }
    ]
    return varied + types + batches + run + chances + (showsScaling ? scaling : []) + last
  }

  /// Among the types of one combination.
  private var chances: [Column<SweepRow>] {
    [
      .shown("cheapest", dispensable: 6) { $0.row.outlook?.probabilityCheapest.map(Figures.percent) },
      .shown("fastest", dispensable: 8) { $0.row.outlook?.probabilityFastest.map(Figures.percent) },
    ]
  }

  /// Tokens/s over those of the type's first row that runs with the same other values, and that over the devices'.
  private var scaling: [Column<SweepRow>] {
    let rows = rows
    let index = keys.firstIndex(of: "devices")
    @Sendable func ratio(_ one: SweepRow) -> (speed: Double, devices: Double)? {
      guard let run = one.row.run, let index else { return nil }
      func others(_ values: [String]) -> [String] {
        values.enumerated().filter { $0.offset != index }.map(\.element)
      }
      let first = rows.first {
        $0.row.run != nil && $0.row.instance.name == one.row.instance.name
          && others($0.values) == others(one.values)
      }
      guard let base = first?.row.run else { return nil }
      return (
        run.estimate.tokensPerSecond / base.estimate.tokensPerSecond,
        Double(run.devices) / Double(base.devices)
      )
    }
    return [
      .shown("speed-up") { ratio($0).map { Figures.ratio($0.speed) } },
      .shown("efficiency") { ratio($0).map { Figures.percent($0.speed / $0.devices) } },
    ]
  }
}

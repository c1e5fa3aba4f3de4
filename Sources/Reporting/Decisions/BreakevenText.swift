import Costing
import Planning
import Quantities
import Scenarios

/// One crossing, or that there is none: a row of tables and files.
public struct BreakevenRow: Sendable {
  var one: Breakeven
  var flip: Flip?
  /// The two types, the first one first.
  var names: [String]

  /// Who is better below the flip, or at the low end of the range where there is none.
  var below: String? { flip.map { $0.firstBelow ? names[0] : names[1] } ?? winner(one.low) }
  /// The same above it, and at the high end.
  var above: String? { flip.map { $0.firstBelow ? names[1] : names[0] } ?? winner(one.high) }

  private func winner(_ standing: Standing) -> String? {
    standing.logRatio.flatMap { $0 == 0 ? nil : $0 < 0 ? names[0] : names[1] }
  }

  var status: String { flip == nil ? "never" : flip?.value == nil ? "jumps" : "flips" }
}

/// Break-even values as people read them.
public struct BreakevenText {
  let job: Job
  let size: JobSize
  let pricing: PricingRequest
  let results: [OptionResult]
  let found: [Breakeven]

  public init(
    job: Job, size: JobSize, pricing: PricingRequest, results: [OptionResult], found: [Breakeven]
  ) {
    self.job = job
    self.size = size
    self.pricing = pricing
    self.results = results
    self.found = found
  }

  var names: [String] { results.map(\.instance.name) }

  public var rows: [BreakevenRow] {
    found.flatMap { one -> [BreakevenRow] in
      let flips: [Flip?] = one.flips.isEmpty ? [nil] : one.flips.map { $0 }
      return flips.map { BreakevenRow(one: one, flip: $0, names: names) }
    }
  }

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var lines = prose.wrapped(title).map(style.bold)
    lines += PairText(results).lines(prose) + [""]
    let flips = rows.filter { $0.flip != nil }
    if !flips.isEmpty {
      let table = TextTable(BreakevenText.shown, flips, width: screen.width, indent: "  ")
      lines += [style.dim(table.heading)] + table.rows
      if !table.leftOut.isEmpty {
        lines += prose.wrapped("Left out at this width: \(table.leftOut.joined(separator: ", ")).").map(style.dim)
      }
      lines.append("")
    }
    lines += sentences.flatMap { prose.wrapped($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    Markdown.escaped(title) + "\n\n" + Markdown.text(BreakevenText.shown, rows.filter { $0.flip != nil }) + "\n"
      + sentences.map { "- " + Markdown.escaped($0) + "\n" }.joined()
  }

  private var title: String { [job.title, size.sentence, pricing.sentence].joined(separator: " · ") }

  private static let shown: [Column<BreakevenRow>] = [
    .shown("input", .left) { $0.one.input.key },
    .shown("now") { $0.one.input.now.map($0.one.input.shown) ?? "not known" },
    .shown("flips at") { row in
      row.flip.map { flip in
        let ends = [flip.below.value, flip.above.value].map(row.one.input.shown)
        return flip.value.map(row.one.input.shown) ?? (ends[0] == ends[1] ? ends[0] : "\(ends[0]) to \(ends[1])")
      }
    },
    .shown("5–95%", .left) { row in
      row.flip?.interval.map { ends in
        switch ends {
        case (nil, nil): "anywhere in the range"
        case (let low?, nil): "above \(row.one.input.shown(low))"
        case (nil, let high?): "below \(row.one.input.shown(high))"
        case (let low?, let high?): "\(row.one.input.shown(low)) to \(row.one.input.shown(high))"
        }
      }
    },
    .shown("below it", .left) { row in row.below.map { "\($0) \(row.one.stake.better)" } },
    .shown("above it", .left) { row in row.above.map { "\($0) \(row.one.stake.better)" } },
  ]

  // MARK: Sentences

  private var sentences: [String] { never + jumps + several + sizes + again }

  private var never: [String] {
    let still = found.filter { $0.flips.isEmpty && $0.isStill }
    let list = found.filter { $0.flips.isEmpty && !$0.isStill }.map { one in
      let range = "\(one.input.shown(one.low.value)) to \(one.input.shown(one.high.value))"
      guard one.low.logRatio != nil || one.high.logRatio != nil else {
        return "No answer for \(one.stake.noun) by \(one.input.key): from \(range) neither runs, or a price is missing."
      }
      if let only = one.low.logRatio, !only.isFinite, one.high.logRatio == only {
        let alone = DecisionFigures.ratio(one.low, names)
        return "No flip in \(one.stake.noun) by \(one.input.key): \(alone) from \(range)."
      }
      return "No flip in \(one.stake.noun) by \(one.input.key) from \(range): \(names[0]) ÷ \(names[1]) is "
        + "\(DecisionFigures.ratio(one.low, names)) and \(DecisionFigures.ratio(one.high, names)) at the ends."
    }
    return list
      + Stake.allCases.compactMap { stake in
        let keys = distinct(still.filter { $0.stake == stake }.map(\.input.key))
        return keys.isEmpty ? nil : "The \(stake.noun) does not change with \(listed(keys))."
      }
  }

  /// Whole days, whole instances: no value makes both equal, and the ratio steps over 1.
  private var jumps: [String] {
    let all = rows.compactMap { row -> String? in
      guard let flip = row.flip, flip.value == nil else { return nil }
      let ends = [flip.below.value, flip.above.value].map(row.one.input.shown)
      let place = ends[0] == ends[1] ? "at \(ends[0])" : "between \(ends[0]) and \(ends[1])"
      return "By \(row.one.input.key) the ratio in \(row.one.stake.noun) jumps over 1 \(place): "
        + "\(DecisionFigures.ratio(flip.below, names)) before, \(DecisionFigures.ratio(flip.above, names)) after."
    }
    guard all.count > BreakevenText.mostJumps else { return all }
    let rest = counted(all.count - BreakevenText.mostJumps, "more jump")
    return all.prefix(BreakevenText.mostJumps) + ["\(rest): rows above, and in the CSV (-o flips.csv)."]
  }

  /// Sentences about jumps; with more of them nobody reads any.
  private static let mostJumps = 4

  private var several: [String] {
    found.filter { $0.flips.count > 1 }.map { one in
      "By \(one.input.key) the answer in \(one.stake.noun) changes \(counted(one.flips.count, "time")) in this range: "
        + "each is a row, without an interval. There may be more between two values that were tried."
    }
  }

  /// Why a time may jump by half where nothing about the machines does.
  private var sizes: [String] {
    guard !size.isCount, found.contains(where: { $0.stake == .time && !$0.flips.isEmpty }) else { return [] }
    return [
      "The number of machines is chosen anew for each value, and with another number the time is another: --instances holds it."
    ]
  }

  /// So that a reader can see it for himself.
  private var again: [String] {
    let exact = rows.filter { $0.flip?.value != nil }
    guard let row = exact.first(where: { $0.one.stake == .cost }) ?? exact.first, let value = row.flip?.value else {
      return []
    }
    return [
      "To see both equal: run 'trainfare compare' with the same options and \(row.one.input.option(value)) (\(row.one.input.key))."
    ]
  }
}

extension Breakeven {
  /// Whether it makes no difference at either end of the range.
  fileprivate var isStill: Bool { low.ratio != nil && low.logRatio == high.logRatio }
}

/// Two results in a line each: what is held against what.
struct PairText {
  let results: [OptionResult]
  init(_ results: [OptionResult]) { self.results = results }

  func lines(_ prose: Prose) -> [String] {
    results.flatMap { result -> [String] in
      guard let run = result.run else {
        return prose.wrapped("\(result.instance.name): no. \(result.refusal?.reason.text ?? "it does not run").")
      }
      let cost = run.cost.map(\.formatted) ?? "no price"
      let bought = run.offer.price.map { " (\($0.model.rawValue))" } ?? ""
      return prose.wrapped(
        "\(result.instance.name): \(counted(run.units, "instance")), \(run.wallTime.formatted), \(cost)\(bought)")
    }
  }
}

import Costing
import Planning
import Quantities
import Scenarios

/// A tornado as people read it: what moves cost and days, largest first; and what would settle a choice between two.
public struct SensitivityText {
  let job: Job
  let size: JobSize
  let pricing: PricingRequest
  let results: [OptionResult]
  let choice: Choice?
  /// Largest first, by the larger of what each moves of cost and of time.
  public let swings: [Swing]

  /// Rows of a table; a file has all of them.
  private static let most = 14
  /// What moves neither figure by this share is not in the table.
  private static let least = 0.001

  public init(
    job: Job, size: JobSize, pricing: PricingRequest, results: [OptionResult], swings: [Swing], choice: Choice?
  ) {
    self.job = job
    self.size = size
    self.pricing = pricing
    self.results = results
    self.choice = choice
    let order = results.map(\.instance.name)
    self.swings = swings.enumerated().sorted { a, b in
      let (x, y) = (a.element, b.element)
      let options = (order.firstIndex(of: x.option) ?? 0, order.firstIndex(of: y.option) ?? 0)
      if options.0 != options.1 { return options.0 < options.1 }
      // What ends a run moves it more than anything.
      let (p, q) = (x.relative ?? .infinity, y.relative ?? .infinity)
      return p == q ? a.offset < b.offset : p > q
    }.map(\.element)
  }

  public static let columns: [Column<Swing>] = [
    .text("instance") { $0.option },
    .text("input") { $0.name },
    .text("kind") { $0.kind.rawValue },
    .text("low") { $0.low.value },
    .text("high") { $0.high.value },
    .number("cost_usd", unit: "USD") { $0.costNow },
    .number("cost_usd_low", unit: "USD") { $0.low.dollars },
    .number("cost_usd_high", unit: "USD") { $0.high.dollars },
    .number("cost_span_usd", unit: "USD") { $0.span(.cost) },
    .number("wall_time_s", unit: "s") { $0.timeNow },
    .number("wall_time_low_s", unit: "s") { $0.low.seconds },
    .number("wall_time_high_s", unit: "s") { $0.high.seconds },
    .number("wall_time_span_s", unit: "s") { $0.span(.time) },
  ]

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var lines = prose.wrapped([job.title, size.sentence, pricing.sentence].joined(separator: " · ")).map(style.bold)
    for result in results {
      lines += PairText([result]).lines(prose)
      let own = shown(result)
      guard !own.isEmpty else { continue }
      let table = TextTable(columns(own), own, width: screen.width, indent: "  ")
      lines += ["", style.dim(table.heading)] + table.rows
      if !table.leftOut.isEmpty {
        lines += prose.wrapped("Left out at this width: \(table.leftOut.joined(separator: ", ")).").map(style.dim)
      }
      lines.append("")
    }
    lines += sentences.flatMap { prose.wrapped($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    results.map { Markdown.text(columns(shown($0)), shown($0)) + "\n" }.joined()
      + sentences.map { "- " + Markdown.escaped($0) + "\n" }.joined()
  }

  private func shown(_ result: OptionResult) -> [Swing] {
    let own = swings.filter { $0.option == result.instance.name }
    return Array(own.filter { $0.isSeen(SensitivityText.least) }.prefix(SensitivityText.most))
  }

  private func columns(_ rows: [Swing]) -> [Column<Swing>] {
    let widest = rows.compactMap { $0.relative }.max() ?? 1
    let scale = TimeScale(longest: rows.compactMap(\.timeNow).max().map { Seconds($0) })
    @Sendable func dollars(_ end: Swing.End) -> String { end.dollars.map { Dollars($0).formatted } ?? "–" }
    @Sendable func time(_ end: Swing.End) -> String { end.seconds.map { scale.text(Seconds($0)) } ?? "no" }
    return [
      .shown("input or unknown", .left) { $0.name },
      .shown("from", .left) { $0.low.value },
      .shown("to", .left) { $0.high.value },
      .shown("cost", .left) { "\(dollars($0.low)) … \(dollars($0.high))" },
      .shown(scale.heading, .left) { "\(time($0.low)) … \(time($0.high))" },
      .shown("moves") { $0.relative.map(Figures.percent) },
      .shown("", .left, dispensable: 1) { bar(($0.relative ?? 0) / widest, width: 20) },
    ]
  }

  // MARK: Sentences

  private var sentences: [String] {
    guard !swings.isEmpty else { return [] }
    let isUncertain = swings.contains { $0.kind == .uncertain }
    let explained =
      "Inputs (price, tokens, figures of the chip) are moved by a tenth, the batch is halved and doubled, the machines "
      + "stay as many, and the plan is searched anew."
    let spread =
      isUncertain
      ? "Unknowns are moved from 5% to 95% of what calibration leaves open, and the plan stays." : nil
    let isJudged = isUncertain || results.allSatisfy { $0.run == nil }
    let none = isJudged ? nil : "No unknowns: the configurations have no calibration (calibration/posterior.yaml)."
    return [explained, spread, none].compactMap { $0 } + verdict
  }

  private var verdict: [String] {
    guard let choice else { return [] }
    let now = DecisionFigures.amount(choice.regret, choice.stake)
    guard choice.regret > 0 else {
      return ["Choose \(choice.chosen): it is \(choice.stake.better) in every draw, so no measurement changes that."]
    }
    var list = [
      "Choose \(choice.chosen): its expected \(choice.stake.noun) is lower. It is the wrong choice with a probability of "
        + "\(Figures.percent(choice.probabilityWrong)), which costs \(now) on average: no measurement is worth more."
    ]
    let worth = choice.worths.filter { $0.saving > 0.01 * choice.regret }.prefix(4)
    guard let best = worth.first else {
      return list + ["No single measurement would narrow that."]
    }
    func told(_ one: KnowledgeWorth) -> String {
      "\(DecisionFigures.amount(one.saving, choice.stake)) (\(Figures.percent(one.saving / choice.regret)) of it)"
    }
    list.append("Measure first: \(best.measurement), worth \(told(best)).")
    let others = worth.dropFirst().map { "\($0.measurement) \(told($0))" }
    if !others.isEmpty { list.append("Then: \(listed(others)).") }
    return list
  }
}

extension Swing {
  /// The larger of what it moves of the cost and of the time, as a share.
  var relative: Double? {
    let shares = [(span(.cost), costNow), (span(.time), timeNow)].compactMap { span, now -> Double? in
      guard let span, let now, now > 0 else { return nil }
      return span / now
    }
    return shares.max()
  }

  /// What does not run at one end is always shown.
  func isSeen(_ least: Double) -> Bool { relative.map { $0 >= least } ?? true }
}

extension KnowledgeWorth {
  /// What to measure.
  var measurement: String {
    let place = option.map { " on \($0)" } ?? ""
    return switch unknown {
    case .step: "a trial of this job's step\(place)"
    case .parameter(let parameter): "\(parameter.key)\(place)"
    case .failures: "how often machines fail in your cluster"
    case .practice: "your team's practice"
    case .untried: "the cost of an untried plan"
    case .unexplained: "the unexplained part of a step\(place)"
    }
  }
}

import Calibration
import Planning
import Quantities
import Scenarios

/// A budget as people read it: for each sum a table of what it trains, what trains nothing and why, then sentences.
public struct BudgetText {
  let answers: [BudgetAnswers]
  /// What nobody said and was taken, each a sentence without its period.
  let assumed: [String]

  public init(_ answers: [BudgetAnswers], assumed: [String] = []) {
    self.answers = answers
    self.assumed = assumed
  }

  public var rows: [BudgetRow] { answers.flatMap(\.rows) }

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var lines: [String] = []
    for answer in answers {
      if !lines.isEmpty { lines.append("") }
      lines += prose.wrapped(BudgetText.title(answer.request)).map(style.bold)
      lines.append("")
      let runs = answer.rows.filter { $0.run != nil }
      if !runs.isEmpty {
        lines += TextTable(columns(runs), runs, width: screen.width, indent: "  ").lines(on: screen)
      }
      for line in refusals(answer) {
        lines += prose.wrapped(line, first: "  ", rest: "      ").map(style.dim)
      }
      lines.append("")
      lines += BudgetFindings(answer).own.flatMap { prose.wrapped($0) }
    }
    lines.append("")
    lines += closing.flatMap { prose.wrapped($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    var text = ""
    for answer in answers {
      let runs = answer.rows.filter { $0.run != nil }
      text += Markdown.escaped(BudgetText.title(answer.request)) + "\n\n"
      if !runs.isEmpty { text += Markdown.text(columns(runs), runs) + "\n" }
      for line in refusals(answer) + BudgetFindings(answer).own { text += "- " + Markdown.escaped(line) + "\n" }
      text += "\n"
    }
    for sentence in closing { text += "- " + Markdown.escaped(sentence) + "\n" }
    return text
  }

  private var closing: [String] { assumed.map { "Assumed: \($0)." } + BudgetFindings.shared(answers) }

  /// `$10 M in 90 d · sequence 8,192 · bf16 · list prices`
  static func title(_ request: BudgetRequest) -> String {
    let ways = request.ways.map(\.sentence).joined(separator: " and ")
    return [
      "\(request.sum.formatted) in \(request.time.inWords)", "sequence \(Figures.grouped(request.job.sequenceLength))",
      request.job.precision.rawValue, ways,
    ].joined(separator: " · ")
  }

  private func refusals(_ answer: BudgetAnswers) -> [String] {
    distinct(
      answer.rows.compactMap { row in
        guard let refusal = row.refusal else { return nil }
        let way = answer.request.ways.count > 1 ? ", \(row.way.label)" : ""
        return "\(row.result.instance.name)\(way), \(row.choice.by)  no: \(refusal.text)"
      })
  }

  private func columns(_ rows: [BudgetRow]) -> [Column<BudgetRow>] {
    let scale = TimeScale(longest: rows.compactMap(\.result.wallTime).max())
    let isJudged = rows.contains { $0.tokens != nil }
    let all: [Column<BudgetRow>?] = [
      .shown("model by", .left) { $0.choice.by },
      .shown("instance type", .left) { $0.result.instance.name },
      .shown("bought", .left) { $0.shownWay },
      .shown("$/h", dispensable: 2) { $0.price.map { Figures.fixed($0.rate.perHour, 2) } },
      .shown("parameters") { $0.job.map { Count($0.model.parameterCount.total).formatted } },
      .shown("tokens") { $0.job?.tokens.formatted },
      isJudged ? .shown("5–95%", .left, dispensable: 3) { $0.tokens.map(BudgetText.range) } : nil,
      .shown("loss", .left) { BudgetText.loss($0) },
      .shown("instances") { $0.run.map { Figures.grouped($0.units) } },
      .shown("chips", dispensable: 5) { $0.run.map { Figures.grouped($0.chips) } },
      .shown(scale.heading, dispensable: 1) { $0.result.wallTime.map { scale.text($0) } },
      isJudged ? .shown("late", dispensable: 8) { $0.result.outlook?.probabilityLate.map(Figures.percent) } : nil,
      .shown("cost") { $0.expectedCost?.formatted ?? "no price" },
      isJudged ? .shown("over", dispensable: 8) { $0.over.map(Figures.percent) } : nil,
      .shown("price of", .left, dispensable: 9) { $0.solvedPrice == nil ? $0.price.map(Figures.origin) : nil },
      Utilization(rows.compactMap(\.run)).column { $0.run },
      .shown("energy", dispensable: 4) { $0.run?.energy?.meter.map(BudgetText.megawattHours) },
      .shown("power") { $0.power?.formatted },
      .shown("batch", dispensable: 6) { $0.job.map { Figures.grouped($0.globalBatch) } },
      .shown("plan", .left, dispensable: 7) { $0.run?.estimate.plan.short },
      .shown("limited by", .left, dispensable: 3) { $0.limit?.text },
    ]
    return all.compactMap { $0 }
  }

  private static func range(_ interval: Interval) -> String {
    "\(Count(interval.low).formatted) – \(Count(interval.high).formatted)"
  }

  /// `1.94 ± 0.06`, from 5 to 95%; a law that states none has none.
  private static func loss(_ row: BudgetRow) -> String {
    guard let loss = row.loss else { return "not stated" }
    guard let interval = row.lossInterval else { return Figures.fixed(loss.value, 3) }
    return "\(Figures.fixed(loss.value, 3)) ± \(Figures.fixed((interval.high - interval.low) / 2, 3))"
  }

  private static func megawattHours(_ energy: Joules) -> String {
    Figures.significant(energy.value / 3.6e9) + " MWh"
  }
}

extension Seconds {
  /// `90 d`, or `7 years` where it is a whole number of them.
  var inWords: String {
    let years = value / 31_536_000
    return years >= 1 && years == years.rounded() ? counted(Int(years), "year") : formatted
  }
}

import Planning
import Quantities
import Scenarios

/// Comparisons as one page: of each the answer first, then what stands behind it. It is whole without its script, which only lets a
/// reader try other inputs.
public struct ReportPage {
  let texts: [ComparisonText]
  /// When it was made and with which command, in words.
  let made: String

  public init(_ texts: [ComparisonText], made: String) {
    self.texts = texts
    self.made = made
  }

  public var html: String {
    var script = PageScript()
    if texts.count == 1, let text = texts.first {
      let part = ReportPart(text, label: "")
      let body = part.body(&script, level: 2)
      return Page(
        title: part.title,
        body: [.element("h1", part.title), .element("p", [("class", "asked")], text.title)] + body, script: script,
        made: made
      ).html
    }
    let jobs = texts.enumerated().map { number, text -> HTML in
      let name = text.comparison.job.name, part = ReportPart(text, label: name)
      return .element(
        "section", [("class", "job"), ("id", anchor(number))],
        [.element("h2", "\(name): \(part.title)"), .element("p", [("class", "asked")], text.title)]
          + part.body(&script, level: 3))
    }
    return Page(title: title, body: [.element("h1", title), summary] + jobs, script: script, made: made).html
  }

  // MARK: Several jobs

  private func anchor(_ number: Int) -> String { "job-\(number + 1)" }

  /// Who is cheapest for most jobs.
  private var title: String {
    let winners = texts.compactMap { $0.cheapest?.instance.name }
    let best = distinct(winners).max { a, b in winners.count { $0 == a } < winners.count { $0 == b } }
    guard let best else { return "\(counted(texts.count, "job")): none has an option with a cost" }
    let count = winners.count { $0 == best }
    return "\(best) is cheapest for \(count == texts.count ? "all" : "\(count) of") \(counted(texts.count, "job"))"
  }

  private static let summaryColumns: [Column<ComparisonText>] = [
    .shown("job", .left) { $0.comparison.job.name },
    .shown("cheapest option", .left) { text in text.cheapest.map { Findings.name($0.result) } },
    .shown("instances") { $0.cheapest?.run.map { Figures.grouped($0.units) } },
    .shown("expected cost") { $0.cheapest?.result.cost?.formatted },
    .shown("5–95%", .left) { $0.cheapest?.outlook?.cost.map(Figures.dollarRange) },
    .shown("days") { $0.cheapest?.result.wallTime.map { Figures.significant($0.value / 86_400) } },
    .shown("bought", .left) { $0.cheapest?.price?.model.rawValue },
  ]

  private var summary: HTML {
    HTML.table("The cheapest option of each job", ReportPage.summaryColumns, texts, anchor: anchor)
  }
}

extension ComparisonText {
  /// Whether none of its options runs.
  public var isEmpty: Bool { rows.allSatisfy { $0.run == nil } }

  /// Of those that have a cost and can be had.
  var cheapest: ResultRow? {
    rows.filter { $0.result.cost != nil && $0.run?.isSeldom == false }
      .min { ($0.result.cost ?? .zero) < ($1.result.cost ?? .zero) }
  }
}

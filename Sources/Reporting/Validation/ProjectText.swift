import Calibration
import Planning
import Quantities
import Scenarios

/// Whole projects beside what would have been told of them, as people read it.
public struct ProjectText {
  let replay: ProjectReplay

  public init(_ replay: ProjectReplay) { self.replay = replay }

  public static let columns: [Column<ProjectReplay.Line>] = [
    .shown("project", .left) { $0.project.id },
    .shown("model", .left) { $0.project.job.model.name },
    .shown("on", .left) { "\($0.project.units) × \($0.project.instance.name)" },
    .shown("days") { Figures.significant($0.project.days) },
    .shown("expected") { Figures.significant($0.expected) },
    .shown("5–95%") { "\(Figures.significant($0.interval.low))–\(Figures.significant($0.interval.high))" },
    .shown("real ÷ expected") { Figures.fixed($0.ratio, 2) },
    .shown("inside") { $0.isInside ? "yes" : "no" },
    .shown("tuned") { Figures.significant($0.tuned) },
    .shown("own software") { $0.ownSoftware.map { Figures.significant($0) } },
  ]

  private var sentences: [String] {
    let ratios = replay.lines.map(\.ratio), inside = replay.lines.count { $0.isInside }, middles = replay.middles
    guard !ratios.isEmpty else { return ["No project has all that a prediction needs."] }
    let practice = replay.practice
    func part(_ part: Practice.Part) -> String {
      "\(Figures.fixed(part.factor, 2))× (spread \(Figures.percent(part.spread)))"
    }
    var list = [
      "\(counted(ratios.count, "project")), each predicted by what other teams took: \(Figures.percent(Double(inside) / Double(ratios.count))) "
        + "are inside 5–95%, and the median of real ÷ expected days is \(Figures.fixed(middles.projects, 2)); where each team counts once, "
        + "\(Figures.fixed(middles.teams, 2)).",
      "Fitted to all: an experienced team needs \(part(practice.experienced)) its machines' best time, a first run "
        + "\(part(practice.first)), and software that nobody names \(part(practice.software)) the chip's default.",
    ]
    if !replay.skipped.isEmpty {
      list.append("Skipped: " + replay.skipped.map { "\($0.id) (\(reason($0.lacks)))" }.joined(separator: ", ") + ".")
    }
    return list
  }

  private func reason(_ gap: ProjectGap?) -> String {
    switch gap {
    case .notStated(let column): "\(column) is not stated"
    case .weak: "graded [C]"
    case nil: "no plan of it runs"
    }
  }

  public func table(_ screen: Screen) -> String {
    let table = TextTable(ProjectText.columns, replay.lines, width: screen.width)
    let prose = Prose(width: screen.proseWidth)
    return ([Style(screen).dim(table.heading)] + table.rows + [""] + sentences.flatMap { prose.wrapped($0) })
      .joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    "# Whole projects\n\n"
      + Prose(width: 120).wrapped(Markdown.escaped(sentences.joined(separator: " ")), rest: "").joined(separator: "\n")
      + "\n\n" + Markdown.text(ProjectText.columns, replay.lines)
  }
}

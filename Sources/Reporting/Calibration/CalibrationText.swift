import Calibration
import Quantities
import Scenarios

/// How good a calibration is, as people read it: held-out error first, then what the data say of the parameters.
public struct CalibrationText {
  let outcome: Calibrator.Outcome
  let folds: Int

  public init(_ outcome: Calibrator.Outcome, folds: Int) {
    self.outcome = outcome
    self.folds = folds
  }

  /// A set of runs, predicted by fits that saw their group and by fits that did not.
  public struct Line {
    public var name: String
    public var heldOut: Score?
    public var fitted: Score?
    /// Mean error of a null model of the runs that the fit saw; nil where the set is not one that was left out.
    public var nullOfRest: Double?
  }

  public var lines: [Line] {
    let held = sound(outcome.heldOut), fitted = sound(outcome.fitted)
    let names = Set(held.map(\.series)).sorted()
    var lines = names.map { name in
      Line(
        name: name, heldOut: Score(held.filter { $0.series == name }),
        fitted: Score(fitted.filter { $0.series == name }))
    }
    lines.append(Line(name: "all", heldOut: Score(held), fitted: Score(fitted)))
    return lines
  }

  /// Series that were left out whole.
  private var laboratories: [Calibrator.Stranger] { outcome.leftOut.filter { $0.what.kind == .series } }

  /// What was left out whole, as a stranger would have been told it: all laboratories together first, which is what a user
  /// has to expect.
  public var strangers: [Line] {
    let all = laboratories.count > 1 ? [line("every series, each left out", laboratories.flatMap(\.rows))] : []
    return all
      + outcome.leftOut.map { one in
        var line = line(one.what.text, one.rows)
        line.nullOfRest = one.nullError
        return line
      }
  }

  /// The runs of laboratories left out, by how far the nearest run is that the fit saw.
  public var distances: [Line] {
    let rows = laboratories.flatMap(\.rows)
    let ends: [Double] = [0, Nearest.near, 3, 6, .infinity]
    return zip(ends, ends.dropFirst()).compactMap { low, high in
      let own = rows.filter { row in row.distance.map { low <= $0 && $0 < high } ?? false }
      let rest = high == .infinity ? "and more" : "to \(Figures.significant(high))"
      let line = line("\(Figures.significant(low)) \(rest)", own)
      return line.heldOut == nil ? nil : line
    }
  }

  /// The runs of each kind of work, of laboratories left out and of those that the fit knows.
  public var kinds: [Line] {
    let strange = laboratories.flatMap(\.rows)
    return WorkKind.allCases.flatMap { kind in
      [("left out", strange), ("known", outcome.heldOut)].compactMap { whose, rows in
        let line = line("\(kind.rawValue), laboratories \(whose)", rows.filter { $0.kinds.contains(kind) })
        return line.heldOut == nil ? nil : line
      }
    }
  }

  /// Runs that were left out, beside what the fit to all says of them.
  private func line(_ name: String, _ rows: [Judged]) -> Line {
    let sound = sound(rows)
    let fitted = Dictionary(outcome.fitted.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return Line(name: name, heldOut: Score(sound), fitted: Score(sound.compactMap { fitted[$0.id] }))
  }

  /// Figures that are weak say little of a fit.
  private func sound(_ rows: [Judged]) -> [Judged] { rows.filter { $0.grade != .weak } }

  /// What laboratories come to where each counts alike, however many runs it has.
  private var meanLaboratory: String? {
    let scores = laboratories.compactMap { Score($0.rows) }
    let held = scores.compactMap(\.coverage)
    guard scores.count > 1, !held.isEmpty else { return nil }
    let error = scores.reduce(0) { $0 + $1.meanError } / Double(scores.count)
    let better = laboratories.count { one in Score(one.rows).map { $0.meanError < one.nullError } ?? false }
    return "Laboratories left out, each with the same weight: error \(Figures.percent(error)), coverage "
      + "\(Figures.percent(held.mean)) of 90%; \(better) of \(laboratories.count) are better "
      + "predicted than by one utilization per chip, taken from the others' runs."
  }

  public static let columns: [Column<Line>] = [
    .shown("set", .left) { $0.name },
    .shown("runs") { line in line.heldOut.map { Figures.grouped($0.rows) } },
    .shown("held out") { line in line.heldOut.map { Figures.percent($0.meanError) } },
    .shown("median", dispensable: 3) { line in line.heldOut.map { Figures.percent($0.medianError) } },
    .shown("bias", dispensable: 2) { line in line.heldOut.map { Figures.signed($0.bias) } },
    .shown("regret") { line in line.heldOut?.ranking.map { Figures.percent($0.meanRegret) } },
    .shown("coverage") { line in line.heldOut?.coverage.map(Figures.percent) },
    .shown("pinball", dispensable: 6) { line in line.heldOut?.pinball.map { Figures.fixed($0, 4) } },
    .shown("in sample") { line in line.fitted.map { Figures.percent($0.meanError) } },
    .shown("null", dispensable: 4) { line in line.heldOut.map { Figures.percent($0.nullError) } },
    .shown("null of the rest", dispensable: 7) { line in line.nullOfRest.map(Figures.percent) },
    .shown("worst run", .left, dispensable: 5) { line in
      line.heldOut.map { "\($0.worst.id) \(Figures.signed($0.worst.error))" }
    },
  ]

  static let identifiedColumns: [Column<Identified>] = [
    .shown("parameter", .left) { $0.element.parameter.key },
    .shown("of", .left) { $0.element.scope.text },
    .shown("known by data") { Figures.percent($0.information) },
    .shown("spread before") { Figures.significant($0.prior) },
    .shown("after") { Figures.significant($0.spread) },
    .shown("moved by") { Figures.significant($0.shift) + " spreads" },
  ]

  static let structureColumns: [Column<Structure>] = [
    .shown("series", .left) { $0.series },
    .shown("residual goes with", .left) { $0.feature },
    .shown("rank correlation") { Figures.fixed($0.correlation, 2) },
    .shown("runs") { Figures.grouped($0.runs) },
  ]

  private var best: [Identified] {
    Array(outcome.identified.sorted { $0.information > $1.information }.prefix(20))
  }

  private var atBounds: [Identified] { outcome.identified.filter(\.isAtBound) }

  /// Behind the number of steps, where the fit is not what it should be.
  private var ending: String {
    switch outcome.ending {
    case .converged: return ""
    case .outOfSteps: return ", not converged: the figures are of an unfinished fit"
    case .stuck(let furthest):
      let far = furthest.map {
        "though a parameter should still move by \(Figures.significant($0)) of its prior spread"
      }
      return ", not converged: no step made the fit better, \(far ?? "and none could be computed")"
    }
  }

  private var sentences: [String] {
    let n = outcome.posterior.elements.count, informed = outcome.identified.count { $0.information > 0.5 }
    var list = [
      "\(counted(outcome.posterior.rows, "run")) fitted in \(counted(outcome.steps, "step"))"
        + ending + ".",
      "Of \(Figures.grouped(n)) offsets the data take more than half of the prior variance from \(Figures.grouped(informed)).",
    ]
    if folds > 1 {
      list.insert(
        "Held out: \(folds) folds, dealt by groups of runs that are equal in everything but the plan.", at: 0)
    }
    if let meanLaboratory { list.insert(meanLaboratory, at: 0) }
    if atBounds.isEmpty {
      list.append("No offset is further than \(Figures.significant(Identified.bound)) prior spreads from its prior.")
    }
    return list
  }

  /// A table of the report, for the screen and for a page.
  private struct Section {
    let heading: String
    let isEmpty: Bool
    let table: (_ width: Int?) -> TextTable
    let page: () -> String

    init<Row>(_ heading: String, _ columns: [Column<Row>], _ rows: [Row]) {
      self.heading = heading
      isEmpty = rows.isEmpty
      table = { TextTable(columns, rows, width: $0) }
      page = { Markdown.text(columns, rows) }
    }
  }

  private var sections: [Section] {
    [
      Section("What a stranger gets: runs left out whole", CalibrationText.columns, strangers),
      Section("The same by distance to the nearest run that the fit saw", CalibrationText.columns, distances),
      Section("Runs whose group the fit had not seen, of laboratories it knows", CalibrationText.columns, lines),
      Section("By kind of work", CalibrationText.columns, kinds),
      Section("What the data know best", CalibrationText.identifiedColumns, best),
      Section("Further from the prior than thought possible", CalibrationText.identifiedColumns, atBounds),
      Section("Structure left in the residuals", CalibrationText.structureColumns, outcome.structure),
    ].filter { !$0.isEmpty }
  }

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var text: [String] = []
    for section in sections {
      if !text.isEmpty { text.append("") }
      let table = section.table(screen.width)
      text += [style.bold(section.heading), style.dim(table.heading)] + table.rows
    }
    text.append("")
    text += sentences.flatMap { prose.wrapped($0) }
    return text.joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    let prose = Prose(width: 120)
    return "# Held out\n\n"
      + prose.wrapped(Markdown.escaped(sentences.joined(separator: " ")), rest: "").joined(separator: "\n") + "\n"
      + sections.map { "\n## \($0.heading)\n\n" + $0.page() }.joined()
  }
}

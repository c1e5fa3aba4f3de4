import Calibration

/// One line of a summary: a set of runs, how many of them were used, and how well they were predicted.
struct ScoreRow {
  var name: String
  var used: Int
  var skipped: Int
  var score: Score?

  init(_ name: String, _ verdicts: [Verdict]) {
    self.name = name
    let judged = verdicts.compactMap(\.judged)
    used = judged.count
    skipped = verdicts.count - judged.count
    score = Score(judged)
  }

  /// A line for each value of a key, by name; runs without one are in the last.
  static func by(_ verdicts: [Verdict], _ key: (Verdict) -> String?) -> [ScoreRow] {
    var members: [String: [Verdict]] = [:]
    var others: [Verdict] = []
    for verdict in verdicts {
      if let name = key(verdict) { members[name, default: []].append(verdict) } else { others.append(verdict) }
    }
    let rows = members.sorted { $0.key < $1.key }.map { ScoreRow($0.key, $0.value) }
    return others.isEmpty ? rows : rows + [ScoreRow("(not known)", others)]
  }

  static func columns(_ heading: String) -> [Column<ScoreRow>] {
    [
      .shown(heading, .left) { $0.name },
      .shown("used") { Figures.grouped($0.used) },
      .shown("skipped", dispensable: 1) { Figures.grouped($0.skipped) },
      .shown("MAPE") { $0.score.map { Figures.percent($0.meanError) } },
      .shown("held out") { $0.score?.heldOutError.map(Figures.percent) },
      .shown("null") { $0.score.map { Figures.percent($0.nullError) } },
      .shown("median", dispensable: 5) { $0.score.map { Figures.percent($0.medianError) } },
      .shown("bias", dispensable: 2) { $0.score.map { Figures.signed($0.bias) } },
      .shown("τ", dispensable: 3) { row in
        row.score?.ranking.flatMap { $0.correlation.map { Figures.fixed($0, 2) } }
      },
      .shown("regret") { row in row.score?.ranking.map { Figures.percent($0.meanRegret) } },
      .shown("largest", dispensable: 4) { row in row.score?.ranking.map { Figures.percent($0.largestRegret) } },
      .shown("groups", dispensable: 6) { row in row.score?.ranking.map { Figures.grouped($0.groups) } },
      .shown("coverage") { row in row.score?.coverage.map(Figures.percent) },
      .shown("worst run", .left, dispensable: 7) { row in
        row.score.map { "\($0.worst.id) \(Figures.signed($0.worst.error))" }
      },
    ]
  }
}

import Calibration
import Quantities
import Scenarios

/// Predictions held against measured runs as people read it: by series, by chip, what was skipped, what was worst.
public struct ValidationText {
  let verdicts: [Verdict]
  let title: String
  let changes: [AppliedOverride]
  private let worstCount: Int
  /// Weak figures say little about a prediction, so they are counted apart; so are runs that no fit is meant to see.
  private let weak: [Verdict], unfitted: [Verdict]
  private let sound: [Verdict]

  /// - Parameters:
  ///   - file: the runs' file, in words.
  ///   - selection: which of its runs these are, where not all: `series foundry`.
  ///   - worst: how many of the worst rows to show.
  ///   - changes: what `--set` changed.
  public init(_ verdicts: [Verdict], file: String, selection: [String], worst: Int, changes: [AppliedOverride]) {
    self.verdicts = verdicts
    title = (["Predictions against the measured runs of \(file)"] + selection).joined(separator: " · ")
    worstCount = worst
    weak = verdicts.filter { $0.measurement.grade == .weak }
    unfitted = verdicts.filter { $0.isUnfitted && $0.measurement.grade != .weak }
    sound = verdicts.filter { !$0.isApart }
    self.changes = changes
  }

  // MARK: What is shown

  private var bySeries: [ScoreRow] {
    let apart =
      (weak.isEmpty ? [] : [ScoreRow("graded [C], apart", weak)])
      + (unfitted.isEmpty ? [] : [ScoreRow("never fitted, apart", unfitted)])
    return ScoreRow.by(sound) { $0.measurement.series } + [ScoreRow("all", sound)] + apart
  }

  private var byChip: [ScoreRow] { ScoreRow.by(sound) { $0.chip } }

  private struct Reason {
    var words: String
    var count: Int
    var example: String
  }

  /// The most frequent first, equals in order of appearance.
  private var reasons: [Reason] {
    var order: [String] = []
    var found: [String: Reason] = [:]
    for verdict in verdicts {
      guard let skip = verdict.skip else { continue }
      if found[skip.reason] == nil {
        order.append(skip.reason)
        let detail = skip.detail.map { ": \($0)" } ?? ""
        found[skip.reason] = Reason(words: skip.reason, count: 0, example: verdict.measurement.id + detail)
      }
      found[skip.reason]?.count += 1
    }
    let all = order.compactMap { found[$0] }
    return all.indices.sorted { (-all[$0].count, $0) < (-all[$1].count, $1) }.map { all[$0] }
  }

  private static let reasonColumns: [Column<Reason>] = [
    .shown("runs") { Figures.grouped($0.count) },
    .shown("skipped because", .left) { $0.words },
    .shown("for example", .left, dispensable: 1) { $0.example },
  ]

  private var worst: [Verdict] {
    let used = sound.filter { $0.judged != nil }
    func size(_ i: Int) -> Double { abs(used[i].judged?.error ?? 0) }
    return used.indices.sorted { (-size($0), $0) < (-size($1), $1) }.prefix(worstCount).map { used[$0] }
  }

  private static let worstColumns: [Column<Verdict>] = [
    .shown("run", .left) { $0.measurement.id },
    .shown("model", .left, dispensable: 3) { $0.measurement.model },
    // Half a chip ran where one of its two cores did.
    .shown("chips") { $0.measurement.accelerators.map { Figures.fixed($0, $0 == $0.rounded() ? 0 : 1) } },
    .shown("of", .left) { $0.chip },
    .shown("plan", .left, dispensable: 1) { $0.plan?.short },
    .shown("measured") { $0.judged.map { Seconds($0.measured).formatted } },
    .shown("predicted") { $0.judged.map { Seconds($0.predicted).formatted } },
    .shown("error") { $0.judged.map { Figures.signed($0.error) } },
    .shown("used of peak", dispensable: 2) { $0.judged.map { Figures.percent($0.usefulRate) } },
  ]

  private var sum: String {
    let used = verdicts.count { $0.judged != nil }
    return "\(counted(verdicts.count, "run")): \(Figures.grouped(used)) used, "
      + "\(Figures.grouped(verdicts.count - used)) skipped."
  }

  // MARK: As text

  private var page: ValidationPage {
    var page = ValidationPage(title)
    page.add("By series", shown: nil, ScoreRow.columns("series"), bySeries)
    page.add("By chip", shown: nil, ScoreRow.columns("chip"), byChip)
    page.add("Skipped", shown: nil, ValidationText.reasonColumns, reasons)
    page.add("The worst runs", shown: "The worst:", ValidationText.worstColumns, worst)
    return page
  }

  private var assumed: [String] { changes.texts(.assumption).map { "Assumed: \($0)." } }

  public func table(_ screen: Screen) -> String { page.table(screen, ending: [sum] + assumed) }

  public var markdown: String {
    page.markdown(
      "Accuracy",
      [Markdown.escaped("\(title). \(sum)")] + assumed.map { Markdown.escaped($0) } + [ValidationText.legend])
  }

  private static let legend = """
    Errors are predicted ÷ measured − 1 of the step time; above 0 the prediction is too slow. MAPE is the mean of their \
    sizes, bias their mean. Profiles that ship are fitted to the runs that ship, so for those it is an error in sample; \
    *held out* is the MAPE of the predictions by fits that did not see the run, nor any that differs from it in the plan \
    alone. *null* is the MAPE of a model that knows one utilization per chip and nothing else, fitted on \
    the very rows of the line. τ (Kendall's τ-b) and regret are means over groups of at least \(Ranking.leastPlans) plans \
    of the same job on the same machines: how well the order of plans is found, and how much longer the plan takes that \
    is predicted fastest than the one that was; *largest* is the worst group's regret. *coverage* is the part of \
    measurements inside the 90% interval of their prediction. Runs graded [C] by whoever collected them are in no other line.
    """
}

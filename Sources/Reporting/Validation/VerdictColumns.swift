import Calibration
import Scenarios

/// The columns of every CSV and JSON of `validate`, a row for each run. docs/Output.md says what each means.
public enum VerdictColumns {
  public static let all: [Column<Verdict>] = run + figures + outcome + notes

  private static let run: [Column<Verdict>] = [
    .text("id") { $0.measurement.id },
    .text("series") { $0.measurement.series },
    .text("model") { $0.measurement.model },
    .text("chip") { $0.chip },
    .text("stack") { $0.stack },
    .text("instance") { $0.instance },
    .number("accelerators", unit: "chips") { $0.measurement.accelerators },
    .text("grade") { $0.measurement.grade?.rawValue },
    .text("plan") { $0.plan?.short },
    .text("group") { $0.group },
  ]

  private static let figures: [Column<Verdict>] = [
    .text("metric") { $0.measurement.metric.rawValue },
    .number("measured") { $0.measurement.value },
    .number("predicted") { $0.value(ofStep: $0.judged?.predicted) },
    // The slow end of a time is the low end of a rate.
    .number("predicted_p05") { $0.value(ofStep: $0.measurement.metric.isTime ? $0.judged?.low : $0.judged?.high) },
    .number("predicted_p95") { $0.value(ofStep: $0.measurement.metric.isTime ? $0.judged?.high : $0.judged?.low) },
    .number("error_percent", unit: "%") { $0.judged.map { $0.error * 100 } },
  ]

  private static let outcome: [Column<Verdict>] = [
    .text("status") { $0.judged == nil ? "skipped" : "used" },
    .text("why") { $0.skip?.wording.text },
    .text("assumptions") { verdict in
      guard case .used(_, let assumptions) = verdict.outcome, !assumptions.isEmpty else { return nil }
      return assumptions.texts(.assumption).joined(separator: "; ")
    },
  ]

  private static let notes: [Column<Verdict>] = [
    .text("note_codes") { wordings($0).codes },
    .json("notes") { wordings($0).json },
  ]

  private static func wordings(_ verdict: Verdict) -> [Wording] {
    switch verdict.outcome {
    case .used(_, let assumptions): assumptions.map(\.wording)
    case .skipped(let skip): [skip.wording]
    }
  }
}

import Calibration
import Planning
import Quantities
import Scenarios

/// What a training log of one's own taught, in sentences.
public struct OwnRunText {
  let log: TrainingLog
  let own: OwnRun
  let measured: Double
  let plan: Plan
  /// Keys of the plan that nobody gave.
  let guessed: [String]
  let next: [NextRun]

  public init(_ log: TrainingLog, _ own: OwnRun, measured: Double, plan: Plan, guessed: [String], next: [NextRun]) {
    self.log = log
    self.own = own
    self.measured = measured
    self.plan = plan
    self.guessed = guessed
    self.next = next
  }

  var sentences: [String] {
    func span(_ b: (predicted: Double, low: Double, high: Double)) -> String {
      "\(Seconds(b.predicted).formatted) (\(Seconds(b.low).formatted) to \(Seconds(b.high).formatted))"
    }
    func width(_ b: (predicted: Double, low: Double, high: Double)) -> Double { (b.high - b.low) / b.predicted }
    var list = [
      "The log has \(counted(log.values.count, "line")) of \(log.kind.project) ('\(log.kind.rawValue)'): "
        + "\(Seconds(measured).formatted) a step, the median \(sample).",
      "It ran on \(own.profile.chip) with \(own.profile.stack.name) (another: --stack). Plan: \(plan.option)."
        + (guessed.isEmpty
          ? ""
          : " Of it \(listed(guessed)) \(guessed.count == 1 ? "was" : "were") not given, and the best is taken: if another ran, say so "
            + "with --plan."),
      "Predicted before: \(span(own.before)). After: \(span(own.after)).",
      width(own.after) < width(own.before)
        ? "The 90% interval is narrower by \(Figures.percent(1 - width(own.after) / width(own.before)))."
        : "The 90% interval is no narrower: a run so far from the prediction counts for little.",
    ]
    if measured < own.before.low || measured > own.before.high {
      list.append(
        "The measurement lies outside the interval that was predicted: are the job, the plan and the machine as given?")
    }
    if let best = next.first {
      list.append(
        "What would narrow it most next, of plans near this one: \(best.plan.option) (by another "
          + "\(Figures.percent(best.narrowing)))"
          + next.dropFirst().map { ", then \($0.plan.short) (\(Figures.percent($0.narrowing)))" }.joined() + ".")
    }
    return list
  }

  private var sample: String {
    log.warmUp == 0
      ? "of all: with fewer than five lines none is left out as warm-up"
      : "after \(counted(log.warmUp, "line")) of warm-up"
  }

  public func text(_ screen: Screen) -> String {
    sentences.flatMap { Prose(width: screen.proseWidth).wrapped($0) }.joined(separator: "\n") + "\n"
  }
}

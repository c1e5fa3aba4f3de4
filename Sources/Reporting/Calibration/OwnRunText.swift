import Calibration
import Planning
import Quantities
import Scenarios

/// What a training log of one's own taught, in sentences.
public struct OwnRunText {
  let log: TrainingLog
  let own: OwnRun
  let profile: Efficiency
  let trust: Double
  let plan: Plan
  /// Keys of the plan that nobody gave.
  let guessed: [String]
  let next: [NextRun]

  public init(
    _ log: TrainingLog, _ own: OwnRun, _ profile: Efficiency, trust: Double, plan: Plan, guessed: [String],
    next: [NextRun]
  ) {
    self.log = log
    self.own = own
    self.profile = profile
    self.trust = trust
    self.plan = plan
    self.guessed = guessed
    self.next = next
  }

  var sentences: [String] {
    typealias Bounds = (predicted: Double, low: Double, high: Double)
    func span(_ b: Bounds) -> String {
      "\(Seconds(b.predicted).formatted) (\(Seconds(b.low).formatted) to \(Seconds(b.high).formatted))"
    }
    func width(_ b: Bounds) -> Double { (b.high - b.low) / b.predicted }
    let measured = own.learnt.measured
    var list = [
      "The log has \(counted(log.values.count, "line")) of \(log.kind.project) ('\(log.kind.rawValue)'): "
        + "\(Seconds(measured).formatted) a step, the median \(sample).",
      "It ran on \(profile.chip) with \(profile.stack.name) (another: --stack). Plan: \(plan.option)."
        + (guessed.isEmpty
          ? ""
          : " Of it \(listed(guessed)) \(guessed.count == 1 ? "was" : "were") not given, and the best is taken: if another ran, say so "
            + "with --plan."),
      "It counts for \(Count(trust).formatted) published \(trust == 1 ? "run" : "runs") of this job and plan (another number: "
        + "--trust). \(steadiness) So it is taken to be good to \(Figures.percent(own.learnt.noise ?? 0)).",
    ]
    if own.isRepeated { list.append("The same log was given before. It counts once, as it is stated now.") }
    list.append(
      "Predicted before: \(span(own.before)). After: \(span(own.after)), "
        + "\(Figures.percent(abs(own.after.predicted / measured - 1))) off the log.")
    list.append(
      width(own.after) < width(own.before)
        ? "The 90% interval is narrower by \(Figures.percent(1 - width(own.after) / width(own.before)))."
        : "The 90% interval is no narrower.")
    if measured < own.before.low || measured > own.before.high {
      list.append(
        "The measurement lies outside the interval that was predicted: are the job, the plan and the machine as given?")
    }
    if let best = next.first {
      list.append(
        "The most useful next log, of plans near this one: \(best.plan.option). It would narrow the others by "
          + "\(Figures.percent(best.narrowing))"
          + next.dropFirst().map { ", \($0.plan.short) by \(Figures.percent($0.narrowing))" }.joined() + ".")
    }
    return list
  }

  private var steadiness: String {
    log.jitter.map { "Its lines differ by \(Figures.percent($0))." }
      ?? "With so few lines nobody can tell how steady it is: it counts for less."
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

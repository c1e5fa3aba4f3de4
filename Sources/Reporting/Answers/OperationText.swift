import Operating
import Planning
import Quantities
import Scenarios

/// What surrounds the steps of a run, in a few lines: input, checkpoints, failures.
struct OperationText {
  let run: Run
  let operation: Operation

  init(_ run: Run, _ operation: Operation) {
    self.run = run
    self.operation = operation
  }

  func lines(_ style: Style, _ prose: Prose) -> [String] {
    let course = run.course
    let heading = "Around the steps: goodput \(Figures.percent(course.goodput)) of the time"
    let sentences = [input, checkpoints, failures, spares, startup].compactMap { $0 }
    return [style.bold(heading)] + sentences.flatMap { prose.wrapped($0, first: "  ", rest: "    ") }
  }

  private var input: String? {
    guard let feeding = operation.feeding else { return nil }
    let parts = [
      feeding.host.map { "\($0.formatted) to prepare" }, feeding.delivery.map { "\($0.formatted) to read" },
    ].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    let wait = run.course.inputWait
    let effect = wait > .zero ? "and a step waits \(wait.formatted)" : "hidden behind the step"
    return "input (\(feeding.data.name) on \(feeding.storage.name)): \(parts.joined(separator: ", ")), \(effect)"
  }

  private var checkpoints: String? {
    guard let saving = operation.saving else { return nil }
    let size =
      "\(saving.bytes.formatted) \(saving.mode.rawValue) to "
      + (saving.mode == .replicated ? "another host's memory" : saving.storage.name)
    guard let interval = run.course.interval else { return "checkpoint: \(size), once at the end" }
    return "checkpoint: \(size) every \(interval.formatted), delays steps by \(saving.stall.formatted), safe after "
      + saving.lag.formatted
  }

  private var failures: String? {
    let hazards = operation.hazards
    guard hazards.all > 0 else { return "failures: none counted" }
    let between = Seconds(1 / hazards.all)
    let single =
      hazards.failures > 0 ? " (each \(hazards.unit.word) once in \(Seconds(1 / hazards.each.value).formatted))" : ""
    return
      "failures: one in \(between.formatted) on average\(single), \(Figures.significant(run.course.failures)) in the whole run; "
      + "steps go on after \(Seconds(hazards.recovery).formatted)"
  }

  private var spares: String? {
    guard run.course.spares > 0 else { return nil }
    return "standing by, and paid for: \(counted(run.course.spares, "instance"))"
  }

  private var startup: String? {
    run.course.startup > .zero ? "before the first step and after the last: \(run.course.startup.formatted)" : nil
  }
}

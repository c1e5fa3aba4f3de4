import Operating
import Quantities
import Scenarios
import Simulation

/// What of a run's surroundings is worth a word.
enum Upkeeping {
  /// The word where the surroundings take more than anything in the step does; nil where they do not.
  static func bottleneck(_ operation: Operation?, _ course: Course, _ step: Estimate) -> Bottleneck? {
    guard let operation else { return nil }
    // A step that waits for input is as long as input takes: everything else is hidden behind it.
    if course.inputWait > step.stepTime * 0.01, let feeding = operation.feeding {
      return feeding.limit == .host ? .input : .storage
    }
    if course.checkpointStall > step.step.compute { return .storage }
    // Longer than all that is kept.
    return course.goodput < 0.5 ? .failures : nil
  }

  static func warnings(_ operation: Operation, _ course: Course, _ instance: Instance, _ job: Job) -> [String] {
    var list: [String] = []
    let name = instance.name
    if let saving = operation.saving, saving.mode != .sync, let memory = instance.host.memory {
      let copies: Double = saving.mode == .replicated ? 2 : 1
      if saving.bytesPerInstance * copies > memory.value {
        list.append(
          "\(name): a checkpoint's \((saving.bytesPerInstance * copies).formatted) an instance are more than its host's "
            + "memory, \(memory.value.formatted)")
      }
    }
    if operation.saving == nil, job.upkeep.checkpoint.mode != CheckpointMode.none, operation.failureRate > 0 {
      list.append("\(name): how fast checkpoints are written is not known, so a failure begins the run anew here")
    }
    return list
  }
}

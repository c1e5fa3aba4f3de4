import Operating
import Quantities
import Scenarios
import Simulation

/// What of a run's surroundings is worth a word.
enum OperationNotes {
  /// The word where the surroundings take more than anything in the step does; nil where they do not.
  static func bottleneck(_ operation: Operation?, _ course: Course, _ step: Estimate) -> Bottleneck? {
    guard let operation else { return nil }
    let half = course.wallTime / 2
    if course.startup > half { return .start }
    if course.wallTime * (1 - course.goodput) - course.startup > half { return .failures }
    if let feeding = operation.feeding {
      let limit: Bottleneck = feeding.times.limit(step.stepTime.value) == .host ? .input : .storage
      let largest = StepParts.Part.allCases.map { step.step[$0] }.max() ?? .zero
      // A step that waits for input that is prepared beside it is as long as input takes: all else hides behind that.
      // A wait of a hundredth of the step is not what binds.
      if course.inputWait > (feeding.times.adds ? largest : step.stepTime * 0.01) { return limit }
    }
    return course.checkpointStall > step.step.compute ? .storage : nil
  }

  static func warnings(_ operation: Operation, _ instance: Instance, _ job: Job) -> [RunNote] {
    var list: [RunNote] = []
    let name = instance.name
    if let saving = operation.saving, saving.mode != .sync, let memory = instance.host.memory {
      let copies: Double = saving.mode == .replicated ? 2 : 1
      let bytes = saving.bytesPerInstance * copies
      if bytes > memory.value {
        list.append(.checkpointOverHostMemory(instance: name, bytes: bytes, memory: memory.value))
      }
    }
    if let data = operation.feeding?.data, data.bytesPerSample != nil, job.model.family == .decoder {
      list.append(.sequenceReadAsSample(data: data.name, model: job.model.name, length: job.sequenceLength))
    }
    if operation.saving == nil, job.operating.checkpoint.mode != CheckpointMode.none, operation.hazards.failures > 0 {
      list.append(.checkpointRateUnknown(instance: name))
    }
    return list
  }
}

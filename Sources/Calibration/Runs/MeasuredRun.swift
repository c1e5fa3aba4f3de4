import Quantities
import Scenarios
import Simulation

/// A measured row as the question it answers: this job, split so, on these machines, took so long a step.
public struct MeasuredRun: Sendable {
  public var job: Job
  public var plan: Plan
  public var instance: Instance
  /// Of the chip and the software that ran; losses of nothing where no file has one.
  public var efficiency: Efficiency
  public var hasProfile: Bool
  public var stepTime: Seconds
  /// Part of a device's memory that it takes, as counted; nil where the chip cannot run it.
  public var memory: Double?
  /// Everything but the plan: runs that share it are of one job on one kind and number of machines.
  public var group: String
  /// Coarser: source, model, chip, its number, and sequence length. Runs of one family are too much alike to judge a
  /// fit to the others.
  public var family: String
  /// What the row does not say and was taken to be so.
  public var assumptions: [RunAssumption]
  /// Whether calibration may fit it.
  public var isFitted = true
  /// What nobody says of its plan, so that it may have been otherwise.
  var open: Set<OpenChoice> = []
}

/// A part of a plan that a row may leave out.
enum OpenChoice: CaseIterable, Sendable {
  case recompute, interleave, microBatch
}

extension MeasuredRun {
  /// Steps of the plans that the run may have had ÷ the step of the one that is taken: that one first, with 1. Each open choice is
  /// changed by itself, to what the stack offers and what the rules allow; what does not fit cannot have run.
  func openSteps() -> [Double] {
    guard !open.isEmpty, let simulator = try? Simulator(job: job, instance: instance, efficiency: efficiency) else {
      return [1]
    }
    let rules = PlanRules(job: job, machine: simulator.machine), taken = simulator.estimate(plan).stepTime
    let others = OpenChoice.allCases.filter(open.contains).flatMap { choice -> [Plan] in
      switch choice {
      case .recompute: changed(Recompute.allCases.filter(efficiency.stack.recompute.contains), \.recompute)
      case .interleave: changed(chunks, \.interleave)
      case .microBatch: changed([plan.microBatch / 2, plan.microBatch * 2].filter { $0 > 0 }, \.microBatch)
      }
    }
    return [1]
      + others.filter { rules.problems($0).isEmpty }.map(simulator.estimate).filter {
        $0.memory.total <= $0.memoryCapacity
      }
      .map { $0.stepTime / taken }
  }

  /// As teams choose: one, two or four chunks, or a chunk for each layer or two of a stage.
  private var chunks: [Int] {
    let layers = job.model.layers / plan.pipeline
    return Set([1, 2, 4, layers / 2, layers].filter { $0 > 0 }).sorted()
  }

  private func changed<T: Equatable>(_ values: [T], _ path: WritableKeyPath<Plan, T>) -> [Plan] {
    values.filter { $0 != plan[keyPath: path] }.map { value in
      var other = plan
      other[keyPath: path] = value
      return other
    }
  }
}

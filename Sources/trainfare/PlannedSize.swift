import Reporting
import Scenarios
import Simulation

/// What a plan given in full says about the number of machines, and what is wrong with it.
enum PlannedSize {
  /// A plan with all of its degrees fixes the size; one that leaves some open does not.
  static func of(_ plan: PlanRequest, _ instance: Instance) -> JobSize? {
    guard let t = plan.tensor, let p = plan.pipeline, let d = plan.data else { return nil }
    let devices = t * p * d * (plan.context ?? 1)
    guard devices % instance.devices == 0 else {
      // Less than an instance is still paid as one; anything else is told by `check`.
      return .instances(devices / instance.devices + 1)
    }
    return .instances(devices / instance.devices)
  }

  /// Tells everything that makes the plan illegal, each with what would have worked.
  static func check(
    _ asked: PlanRequest, _ size: JobSize, _ instance: Instance, _ simulator: Simulator, text: String?
  ) throws(Stop) {
    guard asked != PlanRequest(), !asked.isPublished else { return }
    let devices: Int? =
      switch size {
      case .instances(let n): n * instance.devices
      case .chips(let n): n * instance.chip.devicesPerChip
      case .deadline, .budget, .within: nil
      }
    let plan = asked.plan(on: devices, recompute: simulator.job.recompute ?? .none)
    let problems = PlanRules(job: simulator.job, machine: simulator.machine).problems(plan, devices: devices)
      // With dp left open, it is the size that does not suit, and the result says so.
      .filter { asked.data != nil || !$0.isAboutData }
      // Sharding over one rank is no sharding, and nothing worse.
      .filter { if case .zeroNeedsRanks = $0 { false } else { true } }
    guard !problems.isEmpty else { return }
    throw .file(
      Diagnostics(
        problems.map { problem in
          Diagnostic(.error, problem.wording.text, help: problem.help, at: place(of: problem.key, in: text))
        }))
  }

  /// The key at fault in the text of `--plan`; a plan that a job's file gives has no text here.
  private static func place(of key: String, in text: String?) -> Place {
    guard let text else { return Place(file: "the job's plan") }
    var column = 1
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let blanks = part.prefix { $0 == " " }.count
      if part.dropFirst(blanks).hasPrefix(key + "=") {
        return Place(file: "--plan", column: column + blanks, lineText: text)
      }
      column += part.count + 1
    }
    return Place(file: "--plan", column: 1, lineText: text)
  }
}

extension PlanProblem {
  fileprivate var isAboutData: Bool {
    switch self {
    case .batchDoesNotSplit, .interleaveNeedsMicroBatches, .dualPipeNeedsPairs, .zeroNeedsRanks, .shardDoesNotDivide,
      .leavesNode:
      true
    default: false
    }
  }
}

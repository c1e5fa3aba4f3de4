import Operating
import Quantities
import Scenarios
import Simulation

/// What surrounds the steps of one option, for each size once.
final class Running: @unchecked Sendable {
  private let job: Job
  private let instance: Instance
  private let stack: Stack
  private let practice: Practice
  private let state: Bytes
  private let isSpot: Bool
  // Every access to the variable below holds the lock.
  private let lock = Lock()
  private var made: [Int: Operation] = [:]

  /// Nil where nothing is known of what surrounds steps: a run is then its steps alone.
  ///
  /// - Parameter isSpot: whether instances are bought so that they can be taken back.
  init?(_ simulator: Simulator, _ around: Surroundings?, isSpot: Bool) throws(Practice.Problem) {
    guard let around else { return nil }
    job = simulator.job
    instance = simulator.machine.instance
    stack = simulator.machine.efficiency.stack
    practice = try Practice(simulator.job.upkeep, on: instance, around)
    state = simulator.checkpointSize
    self.isSpot = isSpot
  }

  var assumptions: [String] { practice.assumptions }
  var upkeep: Upkeep { practice.upkeep }

  func operation(units: Int) -> Operation {
    lock.locked {
      if let known = made[units] { return known }
      let operation = Operation(
        job, practice, on: instance, stack: stack, units: units, state: state, spot: isSpot)
      made[units] = operation
      return operation
    }
  }
}

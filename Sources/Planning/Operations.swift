import Operating
import Quantities
import Scenarios
import Simulation

/// What surrounds the steps of one option, for each size once.
final class Operations: @unchecked Sendable {
  private let job: Job
  private let instance: Instance
  private let stack: Stack
  private let setup: OperatingSetup
  private let state: Bytes
  private let frozen: Bytes
  private let isSpot: Bool
  // Every access to the variable below holds the lock.
  private let lock = Lock()
  private var made: [Int: Operation] = [:]

  /// Nil where nothing is known of what surrounds steps: a run is then its steps alone.
  ///
  /// - Parameter isSpot: whether instances are bought so that they can be taken back.
  init?(_ simulator: Simulator, _ facts: OperatingFacts?, isSpot: Bool) throws(OperatingSetup.Problem) {
    guard let facts else { return nil }
    job = simulator.job
    instance = simulator.machine.instance
    stack = simulator.machine.efficiency.stack
    setup = try OperatingSetup(simulator.job.operating, on: instance, facts)
    (state, frozen) = (simulator.checkpointSize, simulator.frozenSize)
    self.isSpot = isSpot
  }

  var assumptions: [OperatingNote] { setup.assumptions }
  var operating: OperatingRequest { setup.operating }

  func operation(units: Int) -> Operation {
    lock.locked {
      if let known = made[units] { return known }
      let operation = Operation(
        job, setup, on: instance, stack: stack, units: units, state: state, frozen: frozen,
        spot: isSpot)
      made[units] = operation
      return operation
    }
  }
}

/// Paces of the sizes that were asked for of late: plans of one shape go through all sizes again and again.
struct Paces: Sendable {
  private struct Entry {
    var option = -1
    var units = -1
    var pace: Pace?
  }

  private var entries = [Entry](repeating: Entry(), count: 1024)

  mutating func pace(_ operations: Operations, option: Int, units: Int) -> Pace {
    let place = (units &* 31 &+ option) & 1023
    if entries[place].units == units, entries[place].option == option, let known = entries[place].pace { return known }
    let pace = operations.operation(units: units).pace
    entries[place] = Entry(option: option, units: units, pace: pace)
    return pace
  }
}

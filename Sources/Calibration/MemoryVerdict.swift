import Quantities
import Scenarios
import Simulation

/// A published peak of memory beside what is counted of the same plan.
public struct MemoryVerdict: Sendable {
  public var measured: MeasuredMemory
  public var chip: String
  /// As a user would be told.
  public var estimate: Estimate
  /// What the source would have seen, by kind: with what the allocator keeps, where it counts that.
  public var seen: MemoryParts
  /// Of the profile's reserve, what the source would have seen.
  public var reserve: Bytes

  /// What tensors take, without any reserve.
  public var counted: Bytes { seen.total - seen[.reserve] }
  public var predicted: Bytes { counted + reserve }
  /// Predicted ÷ published − 1: above 0 too much is predicted.
  public var error: Double { predicted / measured.peak - 1 }
  /// Whether the plan counts as one that fits, which it does: it ran.
  public var fits: Bool { estimate.fitProbability >= 0.5 }
}

/// Holds published peaks of memory against what is counted.
public enum MemoryValidation {
  public typealias Row = (row: MeasuredMemory, outcome: Result<MemoryVerdict, Skip>)

  /// One outcome for each row, in their order. Throws what is wrong with files of the catalog.
  public static func judge(_ catalog: Catalog) throws(Diagnostics) -> [Row] {
    let outside = try catalog.priors().memoryOutside
    var found: [Row] = []
    for row in try catalog.measuredMemory() {
      let efficiency = try catalog.efficiency(chip: row.instance.chip.name, stack: row.stack.name)
      do throws(Skip) {
        found.append((row, .success(try judge(row, efficiency, outside: outside))))
      } catch {
        found.append((row, .failure(error)))
      }
    }
    return found
  }

  /// Of the runs with a published step, how many count as fitting: more likely than not, as far as a row does not say what would make
  /// them fit.
  public static func fitting(_ measurements: [Measurement], _ catalog: Catalog) throws(Diagnostics) -> (
    fit: Int, all: Int
  ) {
    let shares = try Validation.judge(measurements, catalog: catalog).compactMap { verdict in
      verdict.judged == nil || verdict.measurement.grade == .weak ? nil : verdict.resolved?.run.memory
    }
    return (shares.count { $0 <= 1 }, shares.count)
  }

  /// - Parameter outside: what a card holds besides that no program counts as its own: the driver's context, buffers of communication.
  static func judge(_ row: MeasuredMemory, _ efficiency: Efficiency, outside: Bytes) throws(Skip) -> MemoryVerdict {
    let needed = try estimate(row, efficiency)
    var seen = needed
    if efficiency.stack.peak == .moment, row.convention == .reserved || row.convention == .card {
      var keeping = efficiency
      keeping.stack.peak = .cached
      seen = try estimate(row, keeping)
    }
    let inside = max(.zero, efficiency.memoryReserve - outside)
    return MemoryVerdict(
      measured: row, chip: row.instance.chip.name, estimate: needed, seen: seen.memory,
      reserve: row.convention == .card ? efficiency.memoryReserve : inside)
  }

  private static func estimate(_ row: MeasuredMemory, _ efficiency: Efficiency) throws(Skip) -> Estimate {
    let simulator: Simulator
    do {
      simulator = try Simulator(job: row.job, instance: row.instance, efficiency: efficiency)
    } catch {
      throw .unsupported(error)
    }
    // Stages of unequal length ran.
    let problems = PlanRules(job: row.job, machine: simulator.machine).problems(row.plan).filter { problem in
      if case .pipelineUneven = problem { false } else { true }
    }
    guard problems.isEmpty else { throw .plan(problems) }
    return PlanCase(simulator, row.plan).estimate()
  }
}

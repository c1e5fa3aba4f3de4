import Calibration
import Scenarios
import Simulation

/// The columns of every CSV and JSON of `validate --memory`, a row for each published peak. docs/Output.md says what each means.
public enum MemoryColumns {
  public static let all: [Column<MemoryVerdict>] =
    [
      .text("id") { $0.measured.id },
      .text("source") { $0.measured.source },
      .text("model") { $0.measured.job.model.name },
      .text("chip") { $0.chip },
      .text("stack") { $0.measured.stack.name },
      .text("family") { $0.measured.stack.family },
      .integer("devices") { $0.measured.plan.devices },
      .text("plan") { $0.measured.plan.short },
      .text("convention") { $0.measured.convention.rawValue },
      .number("published_bytes", unit: "bytes") { $0.measured.peak.value },
      .number("predicted_bytes", unit: "bytes") { $0.predicted.value },
      .number("error_percent", unit: "%") { $0.error * 100 },
      .number("capacity_bytes", unit: "bytes") { $0.estimate.memoryCapacity.value },
      .number("needed_bytes", unit: "bytes") { $0.estimate.memory.total.value },
      .fraction("probability_fits") { $0.estimate.fitProbability },
    ]
    + MemoryParts.Part.allCases.map { part in
      .number(part.column, unit: "bytes") { $0.seen[part].value }
    }
}

import Calibration
import Scenarios
import Simulation

/// The columns of every CSV and JSON of `validate --collectives`, a row for each collective. docs/Output.md says what each means.
public enum CollectiveColumns {
  public static let all: [Column<CollectiveVerdict>] = [
    .text("id") { $0.measured.id },
    .text("source") { $0.measured.source },
    .text("instance") { $0.instance.name },
    .text("chip") { $0.instance.chip.name },
    .integer("nodes") { $0.nodes },
    .integer("ranks") { $0.ranks },
    .text("collective") { $0.measured.kind.rawValue },
    .number("buffer_bytes", unit: "bytes") { $0.bytes.value },
    .text("path") { $0.measured.path },
    .text("slowest_link") { $0.alone.slowest?.name },
    .number("published_s", unit: "s") { $0.published.value },
    .number("predicted_s", unit: "s") { $0.predicted.value },
    .number("latency_s", unit: "s") { $0.alone.latency.value },
    .number("transfer_s", unit: "s") { $0.alone.transfer.value },
    .number("call_s", unit: "s") { $0.call.value },
    .number("error_percent", unit: "%") { $0.error * 100 },
  ]
}

import Foundation

import struct Scenarios.Measurement

@testable import Calibration
@testable import Scenarios

/// Rows made by hand, and what they resolve to against the shipped files.
enum Rows {
  static let catalog = Catalog(roots: [
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path + "/configs"
  ])

  /// Every row that is shipped.
  static let shipped: [Measurement] = (try? Measurement.read(catalog.measurementsFile())) ?? []

  /// What each of them is, worked out once for all who ask.
  static let resolved: [(row: Measurement, run: Result<MeasuredRun, Skip>)] = shipped.map { row in
    (row, Result { () throws(Skip) in try known(row) })
  }

  private static func known(_ row: Measurement) throws(Skip) -> MeasuredRun {
    // Files that cannot be read are told by whoever asks for a run.
    guard let resolution = try? resolution.get() else { throw .noSource(series: row.series) }
    return try resolution.resolve(row)
  }

  private static let resolution = Result { try Resolution(catalog) }

  /// A Llama of 8 billion on 64 H100, all said: tensor 2, pipeline 2, 16 copies, a batch of 256 in ones.
  static func llama(_ series: String = "mbridge", _ change: (inout Measurement) -> Void = { _ in }) -> Measurement {
    var row = Measurement(
      id: "\(series)-001", source: "a page", sourceLocation: nil, year: 2026, model: "Llama3-8B",
      billionParameters: 8.03,
      hiddenSize: 4096, layers: 32, heads: 32, keyValueHeads: 8, feedForwardSize: 14336, vocabularySize: 128_256,
      sequenceLength: 8192, experts: nil, accelerator: "H100-SXM", instance: nil, accelerators: 64, precision: "bf16",
      tensor: 2, pipeline: 2, context: 1, expert: nil, data: 16, interleave: nil, sharding: "distributed optimizer",
      microBatch: 1, globalBatch: 256, recompute: "none", sequenceParallel: "yes", metric: .stepTime, value: 10,
      derivedTokensPerSecond: nil, notes: "[A] said", line: 2)
    change(&row)
    return row
  }

  /// A GPT of 22 billion on eight A100.
  static func gpt(_ series: String = "korthikanti", _ change: (inout Measurement) -> Void = { _ in }) -> Measurement {
    llama(series) {
      ($0.model, $0.billionParameters) = ("GPT 22B", 22)
      ($0.hiddenSize, $0.layers, $0.heads, $0.keyValueHeads) = (6144, 48, 64, nil)
      ($0.feedForwardSize, $0.vocabularySize, $0.sequenceLength) = (nil, 51200, 2048)
      ($0.accelerator, $0.accelerators, $0.precision) = ("A100-80GB-SXM", 8, "fp16")
      ($0.tensor, $0.pipeline, $0.data, $0.sharding) = (8, 1, 1, nil)
      ($0.microBatch, $0.globalBatch, $0.recompute, $0.sequenceParallel) = (4, 4, "full", "no")
      change(&$0)
    }
  }

  static func run(_ row: Measurement) throws -> MeasuredRun { try resolution.get().resolve(row) }

  /// Why a row is skipped; nil where it is not.
  static func skip(_ row: Measurement) throws -> Skip? {
    do {
      _ = try run(row)
      return nil
    } catch let skip as Skip {
      return skip
    }
  }
}

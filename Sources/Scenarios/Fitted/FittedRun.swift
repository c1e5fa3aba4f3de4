import Foundation

/// A measured run that profiles were fitted to, as short as it takes to find the one nearest to a question. Written by
/// `calibrate` as calibration/runs.csv.
public struct FittedRun: Sendable {
  public var id: String
  public var chip: String
  public var stack: String
  public var precision: String
  public var parameters: Double
  public var sequence: Double
  public var batch: Double
  public var devices: Double
  public var tensor: Double
  public var pipeline: Double
  /// Seconds of a step, as measured and as predicted by a fit that did not see its group.
  public var measured: Double
  public var predicted: Double

  public init(texts: [String], numbers: [Double]) {
    precondition(texts.count == 4 && numbers.count == 8)
    (id, chip, stack, precision) = (texts[0], texts[1], texts[2], texts[3])
    (parameters, sequence, batch, devices) = (numbers[0], numbers[1], numbers[2], numbers[3])
    (tensor, pipeline, measured, predicted) = (numbers[4], numbers[5], numbers[6], numbers[7])
  }

  public var texts: [String] { [id, chip, stack, precision] }
  public var numbers: [Double] {
    [parameters, sequence, batch, devices, tensor, pipeline, measured, predicted]
  }

  public static let columns = [
    "id", "chip", "stack", "precision", "parameters", "sequence_length", "global_batch_sequences", "devices", "plan_tp",
    "plan_pp", "measured_s", "predicted_s",
  ]

  public var error: Double { predicted / measured - 1 }
}

extension Catalog {
  /// The runs behind the shipped or the user's own calibration; none where it has no list of them.
  public func fittedRuns() throws(Diagnostics) -> [FittedRun] {
    let name = "/calibration/runs.csv"
    guard let path = roots.lazy.map({ $0 + name }).first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      return []
    }
    let source = try source(path)
    var runs: [FittedRun] = []
    // The file is ours and plain: no field has a comma.
    for (i, line) in source.text.split(whereSeparator: \.isNewline).enumerated() where i > 0 {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let numbers = cells.dropFirst(4).compactMap(Double.init).filter { $0.isFinite && $0 > 0 }
      guard cells.count == FittedRun.columns.count, numbers.count == 8 else {
        throw Diagnostics(
          Diagnostic(
            .error, "this is not a row of a fitted run", help: "write the file anew with 'trainfare calibrate'",
            at: source.place(line: i + 1, column: 1)))
      }
      runs.append(FittedRun(texts: Array(cells.prefix(4)), numbers: numbers))
    }
    return runs
  }
}

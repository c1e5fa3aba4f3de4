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
  /// Seconds of a step, as measured.
  public var measured: Double
  /// Seconds of a step, as predicted by a fit that did not see its group; nil where there was no such fit.
  public var predicted: Double?

  public init(texts: [String], numbers: [Double], predicted: Double?) {
    precondition(texts.count == 4 && numbers.count == 7)
    (id, chip, stack, precision) = (texts[0], texts[1], texts[2], texts[3])
    (parameters, sequence, batch, devices) = (numbers[0], numbers[1], numbers[2], numbers[3])
    (tensor, pipeline, measured) = (numbers[4], numbers[5], numbers[6])
    self.predicted = predicted
  }

  public var texts: [String] { [id, chip, stack, precision] }
  public var numbers: [Double] { [parameters, sequence, batch, devices, tensor, pipeline, measured] }

  public static let columns = [
    "id", "chip", "stack", "precision", "parameters", "sequence_length", "global_batch_sequences", "devices", "plan_tp",
    "plan_pp", "measured_s", "predicted_s",
  ]
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
      let numbers = cells.dropFirst(4).filter { !$0.isEmpty }.map { Double($0) ?? .nan }
      let isPredicted = cells.last?.isEmpty == false
      guard cells.count == FittedRun.columns.count, numbers.count == (isPredicted ? 8 : 7),
        numbers.allSatisfy({ $0.isFinite && $0 > 0 })
      else {
        throw Diagnostics(
          Diagnostic(
            .error, "this is not a row of a fitted run", help: "write the file anew with 'trainfare calibrate'",
            at: source.place(line: i + 1, column: 1)))
      }
      runs.append(
        FittedRun(
          texts: Array(cells.prefix(4)), numbers: Array(numbers.prefix(7)), predicted: isPredicted ? numbers[7] : nil))
    }
    return runs
  }
}

import Foundation

/// A measured run that profiles were fitted to, as short as it takes to find those like a question and how well they were
/// predicted. Written by `calibrate` as calibration/runs.csv.
public struct FittedRun: Sendable {
  public var id: String
  /// Who measured it.
  public var team: String
  public let features: RunFeatures
  /// Those of its features, once for all who look for a run like theirs.
  public let coordinates: [Double]
  /// Part of a device's memory that it takes, as counted.
  public var memory: Double
  /// Seconds of a step, as measured.
  public var measured: Double
  /// Seconds of a step, as predicted by a fit that did not see its group; nil where there was no such fit.
  public var predicted: Double?
  /// Of a log of one's own: how far off it may be, of the logarithm of a step time. Nil: it was published and fitted.
  public var noise: Double?
  /// Chips of one generation are one silicon with other memories and boards.
  public var generation: String

  /// Whose own runs they are: those of whoever asks.
  public static let own = "own"

  /// - Parameter generation: nil of a chip that is alone in its own.
  public init(
    id: String, team: String, features: RunFeatures, memory: Double, measured: Double, predicted: Double?,
    noise: Double? = nil, generation: String? = nil
  ) {
    self.id = id
    self.team = team
    self.features = features
    coordinates = features.coordinates
    self.memory = memory
    self.measured = measured
    self.predicted = predicted
    self.noise = noise
    self.generation = generation ?? features.chip
  }

  /// A log of one's own, which no fit has seen: predictions near it bend to it.
  public var isLog: Bool { noise != nil }

  public var chip: String { features.chip }
  public var stack: String { features.stack }

  public var cells: (texts: [String], numbers: [Double]) {
    let own = features.cells
    return ([id, team] + own.texts, own.numbers + [memory, measured])
  }

  public static let columns =
    ["id", "team"] + RunFeatures.texts + RunFeatures.numbers + [
      "memory_fraction", "measured_s", "predicted_s", "log_noise", "generation",
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
    let words = 2 + RunFeatures.texts.count, numbers = FittedRun.columns.count - words - 3
    // The file is ours and plain: no field has a comma.
    let lines = source.text.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    for (i, line) in lines.enumerated() where i > 0 {
      var cells = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
      // Files written before there were logs, or generations, lack the last columns.
      while (FittedRun.columns.count - 2..<FittedRun.columns.count).contains(cells.count) { cells.append("") }
      let found = cells.dropFirst(words).prefix(numbers).map { Double($0) ?? .nan }
      // Of these two an empty one is unknown.
      let last = cells.dropFirst(words + numbers).prefix(2)
      let known = last.map { $0.isEmpty ? 1 : Double($0) ?? .nan }
      guard cells.count == FittedRun.columns.count, found.allSatisfy({ $0.isFinite && $0 >= 0 && $0 < 1e18 }),
        let measured = found.last, measured > 0, known.allSatisfy({ $0.isFinite && $0 > 0 && $0 < 1e18 })
      else {
        throw Diagnostics(
          Diagnostic(
            .error, "this is not a row of a fitted run", help: "write the file anew with 'trainfare calibrate'",
            at: source.place(line: i + 1, column: 1)))
      }
      runs.append(
        FittedRun(
          id: cells[0], team: cells[1],
          features: RunFeatures(texts: Array(cells[2..<words]), numbers: Array(found.dropLast(2))),
          memory: found[found.count - 2], measured: measured,
          predicted: last.first.flatMap { Double($0) }, noise: last.last.flatMap { Double($0) },
          generation: cells.last.flatMap { $0.isEmpty ? nil : $0 }))
    }
    try checkRuns(runs, source)
    return runs
  }
}

import Foundation

/// A measurement as a JSON file: every time that was taken, and for whoever reads it the fits that follow from them.
public struct MeasurementFile: Codable {
  public static let name = "measurement.json"
  private static let kind = "measurement"
  private static let version = 1

  struct Fit: Codable {
    var routine: Work.Routine
    var threads: Int
    /// By name, not as logarithms.
    var parameters: [String: Double]
    /// Row by row, of the logarithms of `order`.
    var order: [String]
    var covariance: [Double]
    /// Root mean squares of log measured − log modelled; the second with the correction between measured shapes.
    var modelSpread: Double
    var correctedSpread: Double
  }

  private var kind: String
  private var version: Int
  var measurement: MachineMeasurement
  var fits: [Fit]
  /// Time of a whole step over that of its operators one by one, by thread count.
  var stepFactors: [StepFactor]

  public static func text(_ profile: Profile) -> String {
    var fits: [Fit] = []
    for threads in profile.measurement.threads {
      for routine in Work.Routine.allCases where routine.isThreaded || threads == profile.measurement.threads.first {
        guard let family = profile.family(routine, threads: threads) else { continue }
        let order = family.model.parameters
        fits.append(
          Fit(
            routine: routine, threads: threads,
            parameters: Dictionary(uniqueKeysWithValues: order.map { ($0.rawValue, family.value($0)) }),
            order: order.map(\.rawValue), covariance: family.covariance, modelSpread: family.modelSpread,
            correctedSpread: family.correctedSpread))
      }
    }
    let file = MeasurementFile(
      kind: kind, version: version, measurement: profile.measurement, fits: fits,
      stepFactors: profile.stepFactors)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(file) else { preconditionFailure("a measurement can always be written") }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// Nil for anything that `text` did not write, whatever it is.
  public static func measurement(from text: [UInt8]) -> MachineMeasurement? {
    guard let file = try? JSONDecoder().decode(MeasurementFile.self, from: Data(text)), file.kind == kind,
      file.version == version, file.measurement.isSound
    else { return nil }
    return file.measurement
  }
}

extension MachineMeasurement {
  /// Whether everything is in it that a prediction needs, so that a file that somebody changed ends in words.
  fileprivate var isSound: Bool {
    guard let first = threads.first, threads == Set(threads).sorted(), first >= 1 else { return false }
    let needed = Work.Routine.allCases.filter { !$0.isStream && $0 != .doubleProduct && $0 != .bf16Product }
    let complete = threads.allSatisfy { count in
      needed.allSatisfy { !timing($0, threads: $0.isThreaded ? count : first).isEmpty }
    }
    let usable = points.allSatisfy { point in
      let work = point.work
      let isSized = [work.rows, work.columns, work.depth].allSatisfy { (1...1_000_000).contains($0) }
      return isSized && (point.timing.isEmpty || (point.timing.seconds > 0 && point.timing.seconds.isFinite))
    }
    let steps = steps.allSatisfy { step in
      let s = step.shape
      let isSized = [s.layers, s.width, s.heads, s.sequence, s.batch].allSatisfy { (1...100_000).contains($0) }
      return isSized && threads.contains(step.threads)
        && (step.timing.isEmpty || (step.timing.seconds > 0 && step.timing.seconds.isFinite))
    }
    return complete && usable && steps && bandwidth.isFinite
  }
}

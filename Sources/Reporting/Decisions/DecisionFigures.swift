import Calibration
import Planning
import Quantities
import Simulation

/// Numbers of answers that are put back into a question: with four digits, so that they still are the answer.
public enum DecisionFigures {
  /// `31.42`, `0.8714`, `12,340`.
  public static func digits(_ value: Double) -> String { Figures.significant(value, 4) }

  public static func whole(_ value: Double) -> String { Figures.grouped(value.rounded()) }

  /// Counts, in the largest unit in which they are at least one: `1.234 T`.
  public static func scaled(_ value: Double) -> String {
    // 999.99 B is 1.000 T: it is the rounded value that decides.
    let unit = CountUnit.display.last { abs(value) * (1 + 5e-5) >= $0.scale } ?? ("", 1)
    return digits(value / unit.1) + (unit.0.isEmpty ? "" : " \(unit.0)")
  }

  /// `2.345e-05`: rates of failure have many zeros.
  public static func tiny(_ value: Double) -> String {
    guard value.isFinite, value > 0, value < 0.01 else { return digits(value) }
    var power = 0, mantissa = value
    while mantissa < 1 { (mantissa, power) = (mantissa * 10, power - 1) }
    return "\(digits(mantissa))e\(power)"
  }

  /// `0.812×`, or who alone runs.
  static func ratio(_ standing: Standing, _ names: [String]) -> String {
    guard let log = standing.logRatio else { return "–" }
    guard log.isFinite else { return "only \(log < 0 ? names[0] : names[1]) runs" }
    return standing.ratio.map { Figures.significant($0, 4) + "×" } ?? "–"
  }

  /// Dollars or a time.
  static func amount(_ value: Double, _ stake: Stake) -> String {
    switch stake {
    case .cost: Dollars(value).formatted
    case .time: Seconds(value).formatted
    }
  }
}

extension Stake {
  /// What the better option is.
  var better: String { self == .cost ? "cheaper" : "faster" }
  var noun: String { self == .cost ? "cost" : "time" }
}

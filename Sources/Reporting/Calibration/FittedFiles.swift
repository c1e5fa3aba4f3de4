import Quantities
import Scenarios

/// Profiles and posteriors as the files that `trainfare` reads.
public enum FittedFiles {
  /// `efficiency/CHIP.STACK.yaml`
  public static func text(_ profile: Efficiency, rows: String) -> String {
    var lines = [
      "kind: efficiency", "version: 1", "source: \(quoted(profile.origin.source))",
      "retrieved: \(profile.origin.retrieved)", "summary: \(quoted(profile.summary))",
      "note: Written by 'trainfare calibrate'; calibration/posterior.yaml has the spreads.", "chip: \(profile.chip)",
      "stack: \(profile.stack.name)",
    ]
    if profile.isDefault { lines.append("default: true") }
    lines += ["status: \(profile.status.rawValue)", "data: \(quoted(rows))"]
    lines += EfficiencyParameter.allCases.map { parameter in
      let value = profile[parameter]
      return switch parameter.scale {
      case .seconds: "\(parameter.key): \(digits(value * 1e6)) us"
      default: "\(parameter.key): \(digits(value))"
      }
    }
    lines.append("memory_reserve: \(digits(profile.memoryReserve.value / 1_073_741_824)) GiB")
    return lines.joined(separator: "\n") + "\n"
  }

  /// `calibration/posterior.yaml`
  public static func text(_ posterior: Posterior) -> String {
    var lines = [
      "kind: posterior", "version: 1", "source: \(quoted(posterior.origin.source))",
      "retrieved: \(posterior.origin.retrieved)",
      "summary: What calibration left known of the efficiency parameters",
      "note: Written by 'trainfare calibrate', on the fitted scale of each parameter.",
      "rows: \(posterior.rows)", "data: \(quoted(posterior.data))", "extrapolated: \(digits(posterior.extrapolated))", "shared: \(digits(posterior.shared))",
      "residuals: |",
    ]
    for (stack, spread) in posterior.residuals.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(stack) \(digits(spread))")
    }
    lines.append("elements: |")
    for (i, element) in posterior.elements.enumerated() {
      lines.append("  \(element.text) \(digits(posterior.means[i])) \(digits(posterior.spreads[i]))")
    }
    lines.append("factor: |")
    let size = posterior.correlated
    for i in 0..<size {
      // Thousandths are finer than any of this is known.
      let row = (0...i).map { j in thousandths(posterior.factor[i * size + j]) }
      lines.append("  " + row.joined(separator: " "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `calibration/runs.csv`
  public static func text(_ runs: [FittedRun]) -> String {
    var lines = [FittedRun.columns.joined(separator: ",")]
    lines += runs.map { run in
      // Ids come from users' files; a comma in one would be a column more.
      let texts = run.texts.map { $0.map { ",\"\n\r".contains($0) ? "_" : String($0) }.joined() }
      return (texts + run.numbers.map(digits)).joined(separator: ",")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Five significant digits, as any program reads them.
  static func digits(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    var scale = 1.0, size = abs(value)
    while size >= 10 { (size, scale) = (size / 10, scale * 10) }
    while size < 1 { (size, scale) = (size * 10, scale / 10) }
    let rounded = (value / scale * 1e4).rounded() / 1e4 * scale
    let text = "\(rounded)"
    // What binary fractions leave behind the fifth digit is not meant.
    return text.count > 12 ? Figures.fixed(rounded, 9) : text
  }

  private static func thousandths(_ value: Double) -> String {
    let n = (value * 1000).rounded() / 1000
    return n == 0 ? "0" : n == 1 ? "1" : "\(n)"
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.map { "\\\"".contains($0) ? "\\\($0)" : String($0) }.joined() + "\""
  }
}

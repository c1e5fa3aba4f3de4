import Quantities
import Scenarios

/// Profiles and posteriors as the files that `trainfare` reads.
public enum FittedFiles {
  /// `efficiency/CHIP.STACK.yaml`
  public static func text(_ profile: Efficiency, rows: String) -> String {
    var lines = [
      "kind: efficiency", "version: 2", "source: \(quoted(profile.origin.source))",
      "retrieved: \(profile.origin.retrieved)", "summary: \(quoted(profile.summary))",
      "note: Written by 'trainfare calibrate'; calibration/posterior.yaml has the spreads.", "chip: \(profile.chip)",
      "stack: \(profile.stack.name)",
    ]
    if case .chip(let like) = profile.base { lines.append("like: \(like)") }
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
    if profile.memorySpread > 0 { lines.append("memory_spread: \(digits(profile.memorySpread))") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `calibration/posterior.yaml`
  public static func text(_ posterior: Posterior) -> String {
    var lines = [
      "kind: posterior", "version: 2", "source: \(quoted(posterior.origin.source))",
      "retrieved: \(posterior.origin.retrieved)",
      "summary: What calibration left known of the efficiency parameters",
      "note: Written by 'trainfare calibrate', on the fitted scale of each parameter.",
      "rows: \(posterior.rows)", "data: \(quoted(posterior.data))", "likeness:", "  lengths:",
    ]
    let likeness = posterior.likeness
    lines += Likeness.Feature.allCases.map { "    \($0.rawValue): \(digits(likeness[$0]))" }
    lines.append("  spreads:")
    lines += Likeness.Part.allCases.map { "    \($0.rawValue): \(digits(likeness[$0]))" }
    lines.append("elements: |")
    for (i, element) in posterior.elements.enumerated() {
      lines.append("  \(element.text) \(digits(posterior.means[i])) \(digits(posterior.spreads[i]))")
    }
    lines.append("factor: |")
    let size = posterior.correlated
    for i in 0..<size {
      lines.append("  " + row(posterior.factor[(i * size)...(i * size + i)]))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `calibration/runs.csv`
  public static func text(_ runs: [FittedRun]) -> String {
    var lines = [FittedRun.columns.joined(separator: ",")]
    lines += runs.map { run in
      // Ids come from users' files; a comma in one would be a column more.
      let cells = run.cells
      let texts = cells.texts.map(plain)
      let ends = [run.predicted.map(digits) ?? "", run.noise.map(digits) ?? "", plain(run.generation)]
      return (texts + cells.numbers.map(digits) + ends).joined(separator: ",")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Five significant digits in plain decimals, as any program reads them.
  static func digits(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "0" }
    var exponent = 0, size = abs(value)
    while size >= 10 { (size, exponent) = (size / 10, exponent + 1) }
    while size < 1 { (size, exponent) = (size * 10, exponent - 1) }
    var whole = Int((size * 1e4).rounded())
    if whole == 100_000 { (whole, exponent) = (10_000, exponent + 1) }
    var text = String(whole)
    if exponent >= 4 {
      text += String(repeating: "0", count: exponent - 4)
    } else {
      if exponent < 0 { text = String(repeating: "0", count: -exponent) + text }
      text.insert(".", at: text.index(text.startIndex, offsetBy: max(exponent, 0) + 1))
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return (value < 0 ? "-" : "") + text
  }

  /// Numbers in thousandths, which is finer than any of this is known; runs of zeros by their length.
  private static func row(_ values: ArraySlice<Double>) -> String {
    var words: [String] = [], zeros = 0
    func end() {
      if zeros > 0 { words.append(zeros == 1 ? "0" : "\(Posterior.zeros)\(zeros)") }
      zeros = 0
    }
    for value in values {
      let rounded = (value * 1000).rounded() / 1000
      guard rounded != 0 else { zeros += 1; continue }
      end()
      // `.5` reads as 0.5 does, and there are a hundred thousand of them.
      let text = digits(rounded)
      words.append(abs(rounded) < 1 ? text.replacing("0.", with: ".", maxReplacements: 1) : text)
    }
    end()
    return words.joined(separator: " ")
  }

  /// Without what would end a field or a line, or make a file that is no text.
  private static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { ",\"".unicodeScalars.contains($0) || $0.isControl ? "_" : $0 })
    )
  }

  /// In double quotes of YAML, where a scalar may be written by its number (yaml.org/spec/1.2.2, 5.7).
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if "\\\"".unicodeScalars.contains(scalar) {
        quoted += "\\"
      } else if scalar.isControl {
        let digits = String(scalar.value, radix: 16)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        continue
      }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

extension Unicode.Scalar {
  /// What no text file has within a line.
  fileprivate var isControl: Bool {
    [.control, .format, .lineSeparator, .paragraphSeparator, .unassigned].contains(properties.generalCategory)
  }
}

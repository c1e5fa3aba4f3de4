import Quantities

/// The pace of a training run as its own log tells it: lines of Megatron-LM, NeMo (on Nvidia and on Neuron), torchtitan,
/// llm-foundry and NeuronX Distributed.
public struct TrainingLog: Sendable {
  /// What the lines count. Formats, as their projects print them:
  /// Megatron-LM `elapsed time per iteration (ms): 14803.2`, NeMo `train_step_timing in s: 12.3`,
  /// torchtitan `tps: 6,667` (`wps` before 2025), llm-foundry `throughput/device/tokens_per_sec: 10643`
  /// and `throughput/tokens_per_sec`, NeuronX Distributed and NeMo on Neuron `throughput: 50.3` (sequences a second).
  public enum Kind: String, CaseIterable, Sendable {
    case iteration = "elapsed time per iteration (ms)"
    case stepTiming = "train_step_timing in s"
    case deviceTokens = "throughput/device/tokens_per_sec"
    case allTokens = "throughput/tokens_per_sec"
    case titan = "tps"
    case titanBefore = "wps"
    case sequences = "throughput"

    public var project: String {
      switch self {
      case .iteration: "Megatron-LM"
      case .stepTiming: "NeMo"
      case .deviceTokens, .allTokens: "llm-foundry"
      case .titan, .titanBefore: "torchtitan"
      case .sequences: "NeuronX Distributed"
      }
    }
  }

  public var kind: Kind
  /// What it prints of the job.
  public var facts = LogFacts()
  /// Of its text: the same log has the same, wherever it lies.
  public var fingerprint = ""
  /// In the unit of `kind`, in the order of the log.
  public var values: [Double]

  /// How many lines at the start are left out, while compilers and caches warm up: a tenth, at least two where there are
  /// five or more.
  public var warmUp: Int { values.count >= 5 ? max(2, values.count / 10) : 0 }

  /// The typical value: the median of what remains after the warm-up.
  public var typical: Double { values.dropFirst(warmUp).median }

  /// Spread of a line around the typical one, as a part of it: 1.4826 × the median distance, which is the standard deviation
  /// of normal values and does not see outliers (Hampel, JASA 69 (1974) 383–393). Nil with fewer than five lines.
  public var jitter: Double? {
    guard values.count >= 5 else { return nil }
    let middle = typical
    return 1.4826 * values.dropFirst(warmUp).map { abs($0 - middle) }.median / middle
  }

  /// How far the typical value may be off for want of lines: the standard error of a median of normal values,
  /// 1.2533 spreads ÷ √lines.
  public var uncertainty: Double? {
    jitter.map { 1.2533 * $0 / Double(values.count - warmUp).squareRoot() }
  }

  /// Seconds of a step.
  public func stepTime(_ job: Job, devices: Int) -> Double {
    switch kind {
    case .iteration: typical / 1000
    case .stepTiming: typical
    case .deviceTokens, .titan, .titanBefore: job.tokensPerStep / (typical * Double(devices))
    case .allTokens: job.tokensPerStep / typical
    case .sequences: Double(job.globalBatch) / typical
    }
  }

  /// Reads a file, or what is wrong with it. `-` is standard input.
  public static func read(_ path: String) throws(Diagnostics) -> TrainingLog {
    let source = try SourceFile.readOrInput(path, limit: 200_000_000)
    var found: [Kind: [Double]] = [:], facts = LogFacts(file: source.name), number = 0
    for coloured in source.text.split(omittingEmptySubsequences: false, whereSeparator: { $0.isNewline }) {
      let line = plain(coloured)[...]
      number += 1
      facts.read(line, number: number)
      // The first kind that a line has is the one that says most.
      for kind in Kind.allCases {
        guard let value = TrainingLog.number(after: kind.rawValue, in: line) else { continue }
        if value > 0 {
          guard possible.contains(value) else { throw impossible(kind, line, number, source.name) }
          found[kind, default: []].append(value)
        }
        break
      }
    }
    guard let kind = Kind.allCases.first(where: { found[$0] != nil }), let values = found[kind] else {
      let known = Kind.allCases.map { "'\($0.rawValue)' (\($0.project))" }.joined(separator: ", ")
      throw Diagnostics(
        Diagnostic(
          .error, "no line tells how long a step took", help: "a line has one of: \(known), with a number behind it",
          at: Place(file: source.name)))
    }
    facts.conclude(deviceTokens: found[.deviceTokens], allTokens: found[.allTokens])
    return TrainingLog(kind: kind, facts: facts, fingerprint: Fingerprint(source.text).text, values: values)
  }

  /// No step, and no rate, is smaller or larger in any unit of a log: from a nanosecond in milliseconds to the tokens of all
  /// books in a second.
  private static let possible = 1e-6...1e15

  private static func impossible(_ kind: Kind, _ line: Substring, _ number: Int, _ file: String) -> Diagnostics {
    Diagnostics(
      Diagnostic(
        .error, "'\(kind.rawValue)' is no pace of a training run here: it is due from 0.000001 to 10^15",
        help: "take the line out of the log",
        at: Place(file: file, line: number, column: 1, lineText: String(line.prefix(200)))))
  }

  /// What is wrong with a log that can be read, for a step that takes so many seconds; nil: nothing.
  public func problem(stepTime: Double) -> Diagnostic? {
    let place = Place(file: facts.file)
    guard stepTime.isFinite, (1e-6...1e8).contains(stepTime) else {
      return Diagnostic(
        .error,
        "a step of this log takes \(stepTime) s, which no step does: from a millionth of a second to three years",
        help: "are the batch and the number of devices as given?", at: place)
    }
    // A median that may be off by half says nothing.
    guard let uncertainty, !(uncertainty <= 0.5) else { return nil }
    return Diagnostic(
      .error, "the lines of this log differ so much that nothing can be learnt from them",
      help: "give the part of it that is of one run", at: place)
  }

  /// Without the escape sequences that colour a terminal.
  private static func plain(_ line: Substring) -> String {
    guard line.contains("\u{1B}") else { return String(line) }
    var text = "", rest = line
    while let escape = rest.firstIndex(of: "\u{1B}") {
      text += rest[..<escape]
      rest = rest[escape...].drop { !$0.isLetter }.dropFirst()
    }
    return text + rest
  }

  /// `key: 1,234.5`, `key=1234.5`, `key : 1.2e3`; nil where the key is absent, is part of a longer one, or has no number.
  static func number(after key: String, in line: Substring) -> Double? {
    var rest = line
    while let range = rest.firstRange(of: key) {
      let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
      var tail = rest[range.upperBound...]
      rest = tail
      if before.isLetter || before.isNumber || "/_-".contains(before) { continue }
      let separators = tail.prefix { " :=".contains($0) }
      guard separators.contains(":") || separators.contains("=") else { continue }
      tail = tail.dropFirst(separators.count)
      let digits = tail.prefix { $0.isNumber || ".,eE+-".contains($0) }
      var text = digits.filter { $0 != "," }
      while let last = text.last, !last.isNumber { text.removeLast() }
      if let value = Double(text) { return value }
    }
    return nil
  }
}

import ArgumentParser
import Calibration
import Scenarios

/// Which measured runs are looked at.
struct RunSelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only runs of this series, the id without its number; may be repeated. Example: --series foundry",
      valueName: "name"))
  var series: [String] = []

  @Option(help: ArgumentHelp("Only runs on this chip; may be repeated. Example: --chip h100", valueName: "name"))
  var chip: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only runs predicted with this software stack; may be repeated. Example: --stack megatron-core",
      valueName: "name"))
  var stack: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only runs of these grades, separated by commas: A clean, B usable with a caveat, C weak.",
      discussion: "Default: all, with C apart. Example: --grade A,B", valueName: "letters"))
  var grade: String?

  /// Nil for all, also those that nobody graded.
  func grades(_ reader: inout OptionReader) -> [Measurement.Grade]? {
    grade?.split(separator: ",", omittingEmptySubsequences: false).compactMap {
      reader.choice(String($0), "--grade", among: Measurement.Grade.allCases)
    }
  }

  /// The verdicts that are asked for; a name that no run has is a slip, and told.
  func kept(of verdicts: [Verdict], grades: [Measurement.Grade]?, _ reader: inout OptionReader) -> [Verdict] {
    check(series, "--series", among: verdicts.map(\.measurement.series), &reader)
    check(chip, "--chip", among: verdicts.compactMap(\.chip), &reader)
    check(stack, "--stack", among: verdicts.compactMap(\.stack), &reader)
    return verdicts.filter { verdict in
      (series.isEmpty || series.contains(verdict.measurement.series))
        && (chip.isEmpty || verdict.chip.map(chip.contains) ?? false)
        && (stack.isEmpty || verdict.stack.map(stack.contains) ?? false)
        && (grades.map { grades in verdict.measurement.grade.map(grades.contains) ?? false } ?? true)
    }
  }

  private func check(_ names: [String], _ option: String, among known: [String], _ reader: inout OptionReader) {
    let known = Set(known)
    for name in names where !known.contains(name) { reader.unknown(name, option, among: known.sorted()) }
  }

  /// For the title: what was asked for.
  var words: [String] {
    func words(_ names: [String], _ one: String) -> [String] {
      names.isEmpty ? [] : ["\(one) \(names.joined(separator: ", "))"]
    }
    return words(series, "series") + words(chip, "chip") + words(stack, "stack")
      + words(grade.map { [$0] } ?? [], "grade")
  }
}

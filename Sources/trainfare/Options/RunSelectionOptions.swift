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

  @Option(
    help: ArgumentHelp("Only runs on this chip; may be repeated. Example: --chip h100", valueName: "name"),
    completion: Names.of(.chips))
  var chip: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only runs predicted with this software stack; may be repeated. Example: --stack megatron-core",
      valueName: "name"),
    completion: Names.of(.stacks))
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

  /// For the title: what was asked for.
  var words: [String] {
    func words(_ names: [String], _ one: String) -> [String] {
      names.isEmpty ? [] : ["\(one) \(names.joined(separator: ", "))"]
    }
    return words(series, "series") + words(chip, "chip") + words(stack, "stack")
      + words(grade.map { [$0] } ?? [], "grade")
  }
}

/// Which runs are asked for, and the names there are to ask by: told row by row.
struct RunFilter {
  private let asked: RunSelectionOptions
  private let grades: [Measurement.Grade]?
  private var series: Set<String> = []
  private var chips: Set<String> = []
  private var stacks: Set<String> = []

  init(_ asked: RunSelectionOptions, grades: [Measurement.Grade]?) {
    self.asked = asked
    self.grades = grades
  }

  mutating func wants(_ row: Measurement, chip: String?, stack: String?) -> Bool {
    series.insert(row.series)
    if let chip { chips.insert(chip) }
    if let stack { stacks.insert(stack) }
    return (asked.series.isEmpty || asked.series.contains(row.series))
      && (asked.chip.isEmpty || chip.map(asked.chip.contains) ?? false)
      && (asked.stack.isEmpty || stack.map(asked.stack.contains) ?? false)
      && (grades.map { grades in row.grade.map(grades.contains) ?? false } ?? true)
  }

  /// A name that no run has is a slip, and told.
  func check(_ reader: inout OptionReader) {
    for (names, option, known) in [
      (asked.series, "--series", series), (asked.chip, "--chip", chips), (asked.stack, "--stack", stacks),
    ] {
      for name in names where !known.contains(name) { reader.unknown(name, option, among: known.sorted()) }
    }
  }
}

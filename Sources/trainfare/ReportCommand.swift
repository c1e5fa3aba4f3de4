import ArgumentParser
import Planning
import Quantities
import Reporting
import Scenarios

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "One page for people who decide: a comparison with answer, pictures, reasons and sources.",
    discussion: """
      The page is one file, opens without a network, and prints. A reader can try other prices in it.

        trainfare report
        trainfare report llama-3.1-70b-1t --on trn2.48xlarge,p5.48xlarge \\
          --deadline '30 d' -o 70b.html
      """)

  @OptionGroup var question: QuestionOptions

  @OptionGroup var referred: ReferenceOption

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The page; its name ends in .html.", discussion: "Example: -o costs.html", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String = "report.html"

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  func run() throws {
    var reader = OptionReader()
    let settings = question.read(&reader)
    if ![".html", ".htm"].contains(where: output.lowercased().hasSuffix) {
      reader.problem("a report is a page", help: "write it like -o report.html", option: "-o", text: output)
    }
    try reader.finish()
    // Before any work, so that a name that cannot be written is not news after it.
    try OutputFile(output).discard()
    let asked = try Question(settings, question.config.catalog(settings.overrides))
    let size = try asked.comparedSize(reference: referred.reference)
    let comparison = asked.compare(size)
    let names = asked.options.map(\.instance.name)
    let text = ComparisonText(comparison, order: names, reference: referred.reference, isDetailed: true)
    let page = ReportPage(text, made: Command.made)
    try OutputFile(output).finish(page.html)
    if !quiet { Messages.show("wrote \(output)") }
    if comparison.results.allSatisfy({ $0.run == nil }) { throw Stop.no }
  }
}

extension Question {
  /// What a comparison needs besides: how many machines, and a reference that is compared.
  func comparedSize(reference: String?) throws(Stop) -> JobSize {
    guard let size else {
      throw Stop.usage("how many machines?", help: "add one of --instances, --chips, --deadline or --budget")
    }
    let names = options.map(\.instance.name)
    if let reference, !names.contains(reference) {
      let near = Spelling.nearest(to: reference, among: names).map { "did you mean '\($0)'?" }
      throw Stop.usage(
        "--reference names \(reference), which is not compared",
        help: near ?? "compared: \(names.joined(separator: ", "))")
    }
    return size
  }
}

/// A command line as a shell would take it again.
enum Command {
  /// When something was made and with which command, in words.
  static var made: String {
    "Made on \(Today.date) by trainfare \(Release.version): trainfare \(words(CommandLine.arguments.dropFirst()))"
  }

  static func words(_ arguments: some Sequence<String>) -> String {
    arguments.map { word in
      let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_=./,:+@%".contains($0) }
      return isPlain
        ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }.joined(separator: " ")
  }
}

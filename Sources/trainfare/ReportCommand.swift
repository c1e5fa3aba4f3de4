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
      The page is one file, opens without a network, and prints. A reader can try other prices, discounts, MFU and tokens in it.

        trainfare report
        trainfare report llama-3.1-70b-1t --on trn2.48xlarge,p5.48xlarge \\
          --deadline '30 d' -o 70b.html
        trainfare report llama-3.1-8b-1t llama-3.1-70b-1t -o both.html

      Several jobs have a section each, below a table of the cheapest option of each; options are for all of them. \
      'trainfare suite report' makes a page of results that a suite left in a file.
      """)

  @Argument(
    help: ArgumentHelp(
      "Jobs: names from configs/jobs, or YAML files.",
      discussion: "Default, where no --model is given: \(JobOptions.defaultJob)", valueName: "job"),
    completion: Names.of(.jobs, orFiles: ["yaml", "yml"]))
  var jobs: [String] = []

  @OptionGroup var asked: AskedOptions

  @OptionGroup var referred: ReferenceOption

  @OptionGroup var page: PageOptions

  func run() throws {
    var reader = OptionReader()
    let settings = asked.read(&reader, job: jobs.first)
    page.check(&reader)
    if let twice = jobs.enumerated().first(where: { jobs[..<$0.offset].contains($0.element) })?.element {
      reader.problem("\(twice) is named twice", help: "name it once", option: "job", text: twice)
    }
    try reader.finish()
    // Before any work, so that a name that cannot be written is not news after it.
    try page.tryPath()
    let texts = try jobs.count < 2 ? [comparison(settings)] : comparisons(settings)
    try page.write(ReportPage(texts, made: Command.made).html)
    if texts.contains(where: \.isEmpty) { throw Stop.no }
  }

  private func comparison(_ settings: QuestionSettings) throws(Stop) -> ComparisonText {
    let one = try Question(settings, asked.config.catalog(settings.overrides))
    let size = try one.comparedSize(reference: referred.reference)
    return ComparisonText(
      one.compare(size), order: one.options.map(\.instance.name), reference: referred.reference, isDetailed: true)
  }

  /// One for each job. All are looked at before any word is said of what is wrong with some.
  private func comparisons(_ settings: QuestionSettings) throws(Stop) -> [ComparisonText] {
    var texts: [ComparisonText] = []
    var failures = JobFailures()
    for job in jobs {
      var own = settings
      own.job.job = job
      do {
        texts.append(try comparison(own))
      } catch {
        failures.add(job, error)
      }
    }
    try failures.finish(jobs: jobs.count)
    return texts
  }
}

/// What is wrong with some of several jobs that are asked the same.
private struct JobFailures {
  private var all: [(job: String, stop: Stop)] = []

  mutating func add(_ job: String, _ stop: Stop) { all.append((job, stop)) }

  /// What is wrong with every job is told once; else it is said with which.
  func finish(jobs: Int) throws(Stop) {
    guard let first = all.first else { return }
    let shared = first.stop.diagnostics.filter { one in
      all.count == jobs && all.allSatisfy { $0.stop.diagnostics.contains(one) }
    }
    let own = all.flatMap { job, stop in
      stop.diagnostics.filter { !shared.contains($0) }.map { one in
        var one = one
        one.message = "\(job): \(one.message)"
        let rest = all.count < jobs ? "other jobs take it: options are for all jobs of a page" : nil
        one.help = [one.help, rest].compactMap { $0 }.joined(separator: "; ")
        if one.help?.isEmpty == true { one.help = nil }
        return one
      }
    }
    throw Stop(status: all.map(\.stop.status).max() ?? 2, diagnostics: shared + own)
  }
}

extension Question {
  /// What a comparison needs besides: how many machines, and a reference that is compared.
  func comparedSize(reference: String?) throws(Stop) -> JobSize {
    let size = try neededSize()
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

import ArgumentParser
import Reporting
import Scenarios

/// The shape of a command that answers a question: options → question → answer → view. It declares its options and says what is
/// asked and what the answer is; how an answer is shown, written and drawn, and how the command ends, stands here for all of them.
///
/// A command has three parts: options, `read`, which understands them, and `answer`; docs/Architecture.md, "How to add …".
protocol AnsweringCommand: ParsableCommand {
  /// The options, understood but not yet looked up.
  associatedtype Asked

  var output: OutputOptions { get }

  /// The columns that files of the answer have.
  var columns: ColumnNames { get }

  /// Understands the options. Whatever is wrong with them goes to the reader, and all of it is told at once.
  func read(_ reader: inout OptionReader) -> Asked

  /// How the answer is to be written; commands whose formats follow from other options say more than the output's.
  func view(_ reader: inout OptionReader) -> OutputSettings

  /// Where the answer is drawn: nowhere, unless a command is a `DrawingCommand`.
  func picture(_ reader: inout OptionReader, _ view: OutputSettings) -> Picture

  /// Looks up what is asked and answers it. The place for the answer has been opened: a full disk is not news after an hour.
  ///
  /// - Returns: nil where rows were written as they were found and nothing is left to show.
  /// - Throws: `Stop` where there is no answer, with what would have worked.
  func answer(_ asked: Asked, _ sink: Sink) throws -> Answer?
}

/// One that also draws its answer.
protocol DrawingCommand: AnsweringCommand {
  var chart: ChartOptions { get }
}

/// What a command found, and how it ends.
struct Answer {
  var report: Report
  /// The picture of it; nil where there is nothing to draw.
  var drawn: () -> String? = { nil }
  /// Told on standard error, after it.
  var told: [Diagnostic] = []
  /// Why the exit status is not 0; nil: all is well.
  var end: Stop?
}

extension AnsweringCommand {
  func view(_ reader: inout OptionReader) -> OutputSettings { output.read(&reader, columns) }

  func picture(_ reader: inout OptionReader, _ view: OutputSettings) -> Picture {
    Picture(path: nil, isQuiet: view.quiet)
  }

  func run() throws {
    var reader = OptionReader()
    let asked = read(&reader), settings = view(&reader), picture = picture(&reader, settings)
    try reader.finish()
    try picture.tryPath()
    let sink = try Sink(settings)
    guard let answer = try answer(asked, sink) else { return }
    try sink.write(answer.report)
    try picture.write(answer.drawn())
    Messages.show(answer.told)
    if let end = answer.end { throw end }
  }
}

extension DrawingCommand {
  func picture(_ reader: inout OptionReader, _ view: OutputSettings) -> Picture { chart.read(&reader, view) }
}

extension QuestionOptions {
  /// Looks up what is asked, and tells with `--verbose` where.
  func lookUp(_ settings: QuestionSettings, _ sink: Sink) throws(Stop) -> Question {
    let catalog = config.catalog(settings.overrides)
    sink.mention("configurations: \(catalog.roots.joined(separator: ", "))")
    return try Question(settings, catalog)
  }
}

extension Question {
  /// Ends a command that needs a size where nobody gives one.
  func neededSize() throws(Stop) -> JobSize {
    guard let size else {
      throw .usage("how many machines?", help: "add one of --instances, --chips, --deadline or --budget")
    }
    return size
  }
}

import ArgumentParser
import Reporting

/// Whether the answer is drawn, and where to.
struct ChartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also draw the answer, as a picture for a page or a document.",
      discussion: "The name ends in .svg. Example: --chart cost.svg", valueName: "file"),
    completion: .file(extensions: ["svg"]))
  var chart: String?

  func read(_ reader: inout OptionReader, _ output: OutputSettings) -> Picture {
    if let chart {
      if !chart.lowercased().hasSuffix(".svg") {
        reader.problem(
          "a picture is written as SVG", help: "write it like --chart answer.svg", option: "--chart", text: chart)
      } else if chart == output.path {
        reader.problem(
          "the picture and the result are one file", help: "give them two names", option: "--chart", text: chart)
      }
    }
    return Picture(path: chart, isQuiet: output.quiet)
  }
}

/// A picture of the answer; without a path nobody asked for one.
struct Picture {
  let path: String?
  let isQuiet: Bool

  /// Before any work, so that a name that cannot be written is not news after it.
  func tryPath() throws(Stop) {
    if let path { try OutputFile(path).discard() }
  }

  /// - Parameter svg: nil where there is nothing to draw.
  func write(_ svg: @autoclosure () -> String?) throws(Stop) {
    guard let path else { return }
    guard let text = svg() else {
      Messages.show("no picture: there is nothing to draw")
      return
    }
    try OutputFile(path).finish(text)
    if !isQuiet { Messages.show("wrote \(path)") }
  }
}

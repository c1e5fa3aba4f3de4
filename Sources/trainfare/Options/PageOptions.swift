import ArgumentParser

/// Where a page goes.
struct PageOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The page; its name ends in .html.", discussion: "Example: -o costs.html", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String = "report.html"

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  func check(_ reader: inout OptionReader) {
    if ![".html", ".htm"].contains(where: output.lowercased().hasSuffix) {
      reader.problem("a report is a page", help: "write it like -o report.html", option: "-o", text: output)
    }
  }

  func tryPath() throws(Stop) { try OutputFile(output).discard() }

  func write(_ page: String) throws(Stop) {
    try OutputFile(output).finish(page)
    if !quiet { Messages.show("wrote \(output)") }
  }
}

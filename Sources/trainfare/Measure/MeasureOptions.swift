import ArgumentParser
import Measuring
import Reporting

/// What is measured, and what of it is said.
struct MeasureOptions: ParsableArguments {
  @Flag(help: "About ten seconds rather than a minute: a coarser grid and fewer repetitions.")
  var quick = false

  @Option(
    help: ArgumentHelp(
      "Thread counts of OpenBLAS. Default: 1 and as many as there are processors. Example: --threads 1,4",
      valueName: "n,…"))
  var threads: String?

  func read(_ reader: inout OptionReader) -> [Int] {
    let processors = Facts.read().processors
    guard let threads else { return processors > 1 ? [1, processors] : [1] }
    let parts = threads.split(separator: ",", omittingEmptySubsequences: false)
    let counts = parts.compactMap { reader.int(String($0), "--threads", atMost: processors) }
    if Set(counts).count < counts.count {
      reader.problem("a thread count is named twice", help: "name it once", option: "--threads", text: threads)
    }
    return counts.sorted()
  }
}

import ArgumentParser
import Measuring
import Reporting
import Scenarios

struct ProveCommand: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Predicts training steps of small transformers on this machine, then runs them.",
    discussion: """
        trainfare prove
        trainfare prove --quick -o proof.csv
        trainfare prove --measured measured --text my-novel.txt

      Exit status 1 when the median error is above 10 %, when fewer than 80 % or more than 97 % of the steps \
      fall within their predicted 5–95 % range, or when a loss does not fall. docs/Measure.md has the method.
      """)

  @OptionGroup var measure: MeasureOptions

  @Option(
    help: ArgumentHelp(
      "A folder that 'trainfare measure' wrote, of this machine, instead of measuring now.",
      discussion: "Example: --measured measured", valueName: "dir"), completion: .directory)
  var measured: String?

  @Option(
    help: ArgumentHelp("A text to train on; default: one that ships. Example: --text novel.txt", valueName: "file"),
    completion: .file())
  var text: String?

  @OptionGroup(title: "What is known") var config: ConfigOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  var columns: ColumnNames { ColumnNames(Proof.Row.columns) }

  func read(_ reader: inout OptionReader) -> (overrides: [Override], threads: [Int]) {
    (config.read(&reader), measure.read(&reader))
  }

  func answer(_ asked: (overrides: [Override], threads: [Int]), _ sink: Sink) throws -> Answer? {
    var threads = asked.threads
    let text = try readText(config.catalog(asked.overrides))
    let facts = Facts.read()
    let known: MachineMeasurement? = if let measured { try readMeasured(measured) } else { nil }
    if let known {
      if measure.threads == nil { threads = known.threads }
      try check(known, facts, threads)
    }
    if !sink.settings.quiet {
      // Both sides of the proof have the same kernels, so it holds of them.
      if let (message, help) = facts.kernelProblem { Messages.show([Diagnostic(.warning, message, help: help)]) }
      Messages.show(facts.warnings.map { Diagnostic(.warning, $0) })
    }

    let cases = Proof.cases(threads: threads, isQuick: measure.quick)
    let grid = measure.quick ? Grid.quick : Grid.full
    let session = Session(
      known == nil ? grid : nil, rounds: grid.rounds, threads: threads, asked: cases, text: text, facts: facts)
    MeasureCommand.run(session, quiet: sink.settings.quiet)
    let measurement = known ?? session.measurement(date: Today.date, isQuick: measure.quick)
    let proof = Proof(Profile(measurement), session.runs)
    return Answer(
      report: Report(columns: Proof.Row.columns, rows: proof.rows, table: ProofText(proof).table),
      end: proof.holds ? nil : .no)
  }

  private func readText(_ catalog: Catalog) throws(Stop) -> [UInt8] {
    do throws(Diagnostics) {
      let bytes = if let text { try Catalog.text(text) } else { try catalog.shippedText() }
      guard bytes.count >= 2000 else {
        throw Diagnostics(
          Diagnostic(
            .error, "the text is \(bytes.count) bytes long", help: "at least 2000 are needed, for windows to differ",
            at: Place(file: text ?? "texts")))
      }
      return bytes
    } catch {
      throw .file(error)
    }
  }

  private func readMeasured(_ folder: String) throws(Stop) -> MachineMeasurement {
    let path = "\(folder)/\(MeasurementFile.name)"
    do throws(Diagnostics) {
      guard let found = MeasurementFile.measurement(from: try Catalog.text(path)) else {
        throw Diagnostics(
          Diagnostic(
            .error, "this is not what 'trainfare measure' writes", help: "measure anew: trainfare measure -o \(folder)",
            at: Place(file: path)))
      }
      return found
    } catch {
      throw .file(error)
    }
  }

  /// A profile of another machine, or of another OpenBLAS, would be a comparison of machines and not a proof.
  private func check(_ known: MachineMeasurement, _ facts: Facts, _ threads: [Int]) throws(Stop) {
    let missing = threads.filter { !known.threads.contains($0) }
    if !missing.isEmpty {
      let list = known.threads.map(String.init).joined(separator: ", ")
      throw .usage(
        "\(measured ?? "") was not measured in \(missing[0]) threads", help: "measured in: \(list)")
    }
    let pairs = [
      ("processor", known.facts.processor ?? "", facts.processor ?? ""),
      ("OpenBLAS", known.facts.blasBuild, facts.blasBuild), ("kernels", known.facts.blasCore, facts.blasCore),
    ]
    let others = pairs.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1) there, \($0.2) here" }
    if !others.isEmpty {
      throw .file(
        Diagnostic(
          .error, "this was measured on another machine (\(others.joined(separator: "; ")))",
          help: "measure here: trainfare measure -o \(measured ?? "measured")",
          at: Place(file: "\(measured ?? "")/\(MeasurementFile.name)")))
    }
  }
}

import ArgumentParser
import Planning
import Reporting
import Scenarios

struct SensitivityCommand: DrawingCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensitivity",
    abstract: "What moves cost and days most: every input and every unknown, largest first.",
    discussion: """
      With two instance types, it also names the measurement that would make the choice between them surest.

        trainfare sensitivity llama-3.1-8b-1t --on trn2.48xlarge
        trainfare sensitivity llama-3.1-8b-1t --on trn2.48xlarge,p5.48xlarge \\
          -o tornado.csv
      """)

  @OptionGroup var question: QuestionOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Picture") var chart: ChartOptions

  var columns: ColumnNames { ColumnNames(SensitivityText.columns) }

  func read(_ reader: inout OptionReader) -> QuestionSettings { question.read(&reader) }

  func answer(_ settings: QuestionSettings, _ sink: Sink) throws -> Answer? {
    let asked = try question.lookUp(settings, sink)
    try asked.refuseSeveralWays()
    let names = asked.options.map(\.instance.name)
    guard names.count <= 2 else {
      throw Stop.usage(
        "a sensitivity is of one instance type or of two, and \(names.count) are named",
        help: "add --on with one or two of: \(names.joined(separator: ", "))")
    }
    let size = try asked.neededSize()
    let scene = Scene(asked, settings, size: size, question.config)
    var swings: [Swing] = []
    for (place, result) in scene.results.enumerated() {
      guard let run = result.run else { continue }
      sink.mention("moving the inputs of \(result.instance.name)")
      // On as many machines as were chosen: a deadline would answer each input with another size.
      let fixed = Scene(asked, settings, size: .instances(run.units), question.config)
      swings += try SensitivityInputs(scene: fixed, place: place).swings().map { $0.of(result.instance.name) }
      let unknowns = asked.knowledge?.uncertainties(of: result, job: asked.job) ?? []
      swings += unknowns.map { Swing($0, option: result.instance.name, now: run) }
    }
    var choice: Choice?
    if scene.results.count == 2 {
      choice = asked.knowledge?.choice(scene.results[0], scene.results[1], job: asked.job)
    }
    let text = SensitivityText(
      job: asked.job, size: size, pricing: asked.pricing, results: scene.results, swings: swings, choice: choice)
    let report = Report(
      columns: SensitivityText.columns, rows: text.swings, table: text.table, markdown: { text.markdown })
    return Answer(
      report: report, drawn: { text.chart }, end: scene.results.allSatisfy { $0.run == nil } ? .no : nil)
  }
}

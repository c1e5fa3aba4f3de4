import ArgumentParser
import Planning
import Reporting
import Scenarios

struct BreakevenCommand: DrawingCommand {
  static let configuration = CommandConfiguration(
    commandName: "breakeven",
    abstract: "At which price, size or figure the better of two instance types becomes the other one.",
    discussion: """
      For each input: the value at which both cost the same, and the value at which both take as long.

        trainfare breakeven llama-3.1-8b-1t --on trn2.48xlarge,p5.48xlarge \\
          --over price
        trainfare breakeven llama-3.1-8b-1t --on trn2.48xlarge,p5.48xlarge \\
          --over tokens,deadline='10 d..60 d'
        trainfare breakeven llama-3.1-8b-1t --on trn2.48xlarge,p5.48xlarge \\
          --over 'chips.trainium2.memory_bandwidth=1 TB/s..8 TB/s'
        trainfare breakeven llama-3.1-8b-1t --on trn2.48xlarge,p5.48xlarge \\
          --grid price,tokens -o regions.csv
      """)

  @OptionGroup var question: QuestionOptions

  @Option(
    help: ArgumentHelp(
      "Inputs that are varied, one at a time; separated by commas, or repeated.",
      discussion: """
        Any of \((Variable.ofTypes + Variable.ofJobs).joined(separator: ", ")), or a path as --set takes it.
        price, discount and utilization are of each type; price.TYPE is of one. Without a range, a tenth to ten times \
        what it is now.
        Default: price. Example: --over price.p5.48xlarge='10..100',tokens
        """, valueName: "key[=low..high],…"))
  var over: [String] = []

  @Option(
    help: ArgumentHelp(
      "Two inputs that are varied together: which type is better in each cell.",
      discussion: "Example: --grid price.p5.48xlarge,tokens", valueName: "key,key"))
  var grid: String?

  @Option(help: ArgumentHelp("Values of each input of a grid. Example: --steps 11", valueName: "n"))
  var steps: String = "15"

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Picture") var chart: ChartOptions

  /// What is varied: one input after the other, or two together in so many steps.
  struct Asked {
    var settings: QuestionSettings
    var wanted: [AskedVariable]
    var joined: [AskedVariable]?
    var steps: Int
  }

  var columns: ColumnNames {
    grid == nil ? ColumnNames(BreakevenText.columns) : ColumnNames(RegionText.columns)
  }

  func read(_ reader: inout OptionReader) -> Asked {
    let settings = question.read(&reader)
    let wanted = AskedVariable.parse(over.isEmpty && grid == nil ? ["price"] : over, "--over", &reader)
    let joined = grid.map { AskedVariable.parse([$0], "--grid", &reader) }
    if let joined, joined.count != 2 {
      reader.problem("a grid is of two inputs", help: "write it like price,tokens", option: "--grid", text: grid)
    }
    if grid != nil, !over.isEmpty {
      reader.problem("--over and --grid are both given", help: "ask one after the other", option: "--grid", text: grid)
    }
    let count = reader.int(steps, "--steps", atMost: 101) ?? 15
    if count < 2 {
      reader.problem("a grid has two values at least", help: "use 2 to 101", option: "--steps", text: steps)
    }
    return Asked(settings: settings, wanted: wanted, joined: joined, steps: count)
  }

  func answer(_ wanted: Asked, _ sink: Sink) throws -> Answer? {
    let asked = try question.lookUp(wanted.settings, sink)
    try asked.refuseSeveralWays()
    let names = asked.options.map(\.instance.name)
    guard names.count == 2 else {
      throw Stop.usage(
        "a break-even is between two instance types, and \(names.count == 1 ? "one is" : "\(names.count) are") compared",
        help: "add --on with two of: \(names.joined(separator: ", "))")
    }
    let scene = Scene(asked, wanted.settings, size: try asked.neededSize(), question.config)
    var answer =
      try wanted.joined.map { try regions($0, scene, wanted.steps) } ?? flips(wanted.wanted, scene, sink)
    if scene.results.allSatisfy({ $0.run == nil }) { answer.end = .no }
    return answer
  }

  private func flips(_ wanted: [AskedVariable], _ scene: Scene, _ sink: Sink) throws -> Answer {
    var reader = OptionReader()
    let variables = try wanted.flatMap { try $0.variables(scene, onlyFirst: false, "--over", &reader) }
    try reader.finish()
    let found = variables.flatMap { variable in
      sink.mention("varying \(variable.key)")
      return Duel(scene).breakevens(variable)
    }
    let text = BreakevenText(
      job: scene.asked.job, size: scene.size, pricing: scene.asked.pricing, results: scene.results, found: found)
    let report = Report(
      columns: BreakevenText.columns, rows: text.rows, table: text.table, markdown: { text.markdown })
    return Answer(report: report, drawn: { text.chart })
  }

  private func regions(_ wanted: [AskedVariable], _ scene: Scene, _ count: Int) throws -> Answer {
    var reader = OptionReader()
    let axes = try wanted.flatMap { try $0.variables(scene, onlyFirst: true, "--grid", &reader) }
    if axes.count == 2, axes[0].kind == axes[1].kind {
      reader.problem("both inputs are the same", help: "name two", option: "--grid", text: grid)
    }
    try reader.finish()
    let cells = Duel(scene).cells(axes[0], axes[1], count)
    let text = RegionText(
      job: scene.asked.job, size: scene.size, pricing: scene.asked.pricing, results: scene.results,
      axes: axes.map(\.input), cells: cells)
    let report = Report(
      columns: RegionText.columns, rows: cells, table: text.table, markdown: { text.markdown })
    return Answer(report: report, drawn: { text.chart })
  }
}

import Costing
import Planning
import Quantities
import Scenarios

/// Which of two types is better at one pair of values.
public struct RegionCell: Sendable {
  var x: Double
  var y: Double
  var inputs: (x: Breakeven.Input, y: Breakeven.Input)
  var pair: Breakeven.Pair

  public init(x: Double, y: Double, inputs: (Breakeven.Input, Breakeven.Input), pair: Breakeven.Pair) {
    self.x = x
    self.y = y
    self.inputs = inputs
    self.pair = pair
  }

  func standing(_ stake: Stake) -> Standing { Standing(value: x, logRatio: Breakeven.logRatio(pair, stake)) }

  func winner(_ stake: Stake) -> String? {
    standing(stake).logRatio.flatMap {
      $0 == 0 ? nil : $0 < 0 ? pair.first.instance.name : pair.second.instance.name
    }
  }
}

/// A grid of two inputs as people read it: a map of who is better where.
public struct RegionText {
  let job: Job
  let size: JobSize
  let pricing: PricingRequest
  let results: [OptionResult]
  let axes: [Breakeven.Input]
  let cells: [RegionCell]

  public init(
    job: Job, size: JobSize, pricing: PricingRequest, results: [OptionResult], axes: [Breakeven.Input],
    cells: [RegionCell]
  ) {
    self.job = job
    self.size = size
    self.pricing = pricing
    self.results = results
    self.axes = axes
    self.cells = cells
  }

  public static let columns: [Column<RegionCell>] = [
    .text("x") { $0.inputs.x.key },
    .number("x_value") { $0.x },
    .text("x_unit") { $0.inputs.x.unit },
    .text("y") { $0.inputs.y.key },
    .number("y_value") { $0.y },
    .text("y_unit") { $0.inputs.y.unit },
    .text("first") { $0.pair.first.instance.name },
    .text("second") { $0.pair.second.instance.name },
    .text("cheaper") { $0.winner(.cost) },
    .number("cost_ratio") { $0.standing(.cost).ratio },
    .text("faster") { $0.winner(.time) },
    .number("time_ratio") { $0.standing(.time).ratio },
    .number("first_cost_usd", unit: "USD") { $0.pair.first.run?.cost?.value },
    .number("second_cost_usd", unit: "USD") { $0.pair.second.run?.cost?.value },
    .number("first_wall_time_s", unit: "s") { $0.pair.first.run?.wallTime.value },
    .number("second_wall_time_s", unit: "s") { $0.pair.second.run?.wallTime.value },
  ]

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var lines = prose.wrapped([job.title, size.sentence, pricing.sentence].joined(separator: " · ")).map(style.bold)
    lines += PairText(results).lines(prose)
    let isPriced = cells.contains { $0.standing(.cost).logRatio != nil }
    for stake in isPriced ? [Stake.cost, .time] : [.time] { lines += [""] + map(stake, style) }
    lines += [""] + prose.wrapped("\(letters). The numbers are in the CSV (-o regions.csv).")
    return lines.joined(separator: "\n") + "\n"
  }

  public var markdown: String { Markdown.text(RegionText.columns, cells) }

  private var letters: String {
    "A: \(results[0].instance.name) is better; B: \(results[1].instance.name); =: equal; blank: neither runs"
  }

  /// Rows are values of the second input, the largest on top; columns those of the first.
  private func map(_ stake: Stake, _ style: Style) -> [String] {
    let xs = distinctValues(cells.map(\.x)), ys = distinctValues(cells.map(\.y))
    let names = [results[0].instance.name, results[1].instance.name]
    let labels = ys.map(axes[1].shown), width = labels.reduce(0) { max($0, $1.columns) }
    var lines = [style.bold("\(stake.better): \(axes[1].key) upwards, \(axes[0].key) to the right")]
    for (j, label) in zip(ys.indices, labels).reversed() {
      let row = xs.indices.map { i -> String in
        let cell = cells[i * ys.count + j]
        guard cell.standing(stake).logRatio != nil else { return " " }
        return cell.winner(stake).map { $0 == names[0] ? "A" : "B" } ?? "="
      }
      lines.append("  " + label.padded(to: width, right: true) + "  " + row.joined(separator: " "))
    }
    let from = xs.first.map(axes[0].shown) ?? "", to = xs.last.map(axes[0].shown) ?? ""
    lines.append(
      "  " + String(repeating: " ", count: width) + "  " + style.dim("from \(from) to \(to)"))
    return lines
  }

  private func distinctValues(_ values: [Double]) -> [Double] { Set(values).sorted() }
}

import Calibration
import Charts
import Costing
import Foundation
import Quantities
import Testing

@testable import Planning
@testable import Reporting
@testable import Scenarios
@testable import Simulation

/// Each picture as it is, held to a file; and what makes it true, held by hand.
@Suite struct ChartTests {
  /// With TRAINFARE_GOLDEN=write the files are written anew: look at them before they are committed.
  static func holds(_ name: String, _ svg: String?) throws {
    let text = try #require(svg), path = repository + "/Tests/ReportingTests/Golden/\(name).svg"
    for bad in ["nan", "inf\""] { #expect(!text.lowercased().contains(bad), "\(name)") }
    if ProcessInfo.processInfo.environment["TRAINFARE_GOLDEN"] == "write" {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == golden, "\(name).svg is another picture")
  }

  static func bars(_ chart: Chart?) -> [[(from: Double, to: Double)]] {
    (chart?.panels ?? []).compactMap { $0 as? BarPanel }.map { panel in
      panel.rows.flatMap { row in row.bars.map { ($0.from, $0.to) } }
    }
  }

  static func judged(_ name: String, dollars: Double?, days: Double = 20, cost: (Double, Double, Double)? = nil)
    -> OptionResult
  {
    var result = Sample.option(name, .runs(Sample.run(name, dollars: dollars, days: days)))
    if let cost {
      result.outlook = Outlook(
        tokensPerSecond: .init(low: 1, median: 2, high: 3), wallTime: .init(low: 4, median: 5, high: 6),
        cost: .init(low: cost.0, median: cost.1, high: cost.2), expectedWallTime: Seconds(days * 86_400),
        expectedCost: Dollars(cost.1), evidence: .calibrated, nearest: nil)
    }
    return result
  }

  private var comparison: ComparisonText {
    let refusal = Sample.option("slow.8", .cannot(Refusal(.noLegalPlan)))
    let results = [
      Self.judged("toy.8", dollars: 25, cost: (20_000, 25_000, 40_000)),
      Self.judged("<b>&\"toy\" 🚀.8", dollars: 50, cost: (40_000, 50_000, 60_000)),
      Self.judged("vast.8", dollars: 900, cost: (300_000, 400_000, 500_000)), refusal,
    ]
    return ComparisonText(Sample.comparison(results), order: results.map(\.instance.name))
  }

  @Test("Cost: the title is the answer, twice as much is twice as long, what is far beyond has no bar")
  func cost() throws {
    let chart = try #require(comparison.drawn)
    #expect(chart.title == "toy.8 is cheapest: $25 k")
    #expect(Self.bars(chart)[0].map(\.to) == [25_000, 50_000, 400_000])
    let panel = try #require(chart.panels[0] as? BarPanel)
    #expect(panel.rows.map(\.isBeyond) == [false, false, true])
    #expect(panel.rows[0].whisker?.low == 20_000 && panel.rows[0].whisker?.high == 40_000)
    #expect(panel.rows[0].detail == "on-demand · 2 instances · 20 d")
    #expect(chart.notes.contains("No answer for slow.8: the table says why."))
    try Self.holds("cost", comparison.chart)
  }

  @Test("What a step is spent on: parts of a whole, which add up to it") func step() throws {
    // 6.75 of 10 s compute, 1.25 communication, 0.5 bubble, 1 recompute, 0.25 waiting, 0.25 optimizer.
    let shares = StepChart.shares(Sample.estimate.step)
    #expect(shares == [0.675, 0.125, 0.05, 0.1, 0.025, 0.025])
    let bars = Self.bars(comparison.drawn)[1]
    #expect(bars.count == 18 && abs(bars[5].to - 1) < 1e-12 && bars[1].from == bars[0].to)
  }

  @Test("Without prices the answer is who is fastest, and without a run there is none") func unpriced() {
    let results = [("toy.8", 20.0), ("slow.8", 30)].map { Self.judged($0.0, dollars: nil, days: $0.1) }
    let text = ComparisonText(Sample.comparison(results), order: ["toy.8", "slow.8"])
    #expect(text.drawn?.title == "toy.8 is fastest: 20 d")
    #expect(text.drawn?.panels.count == 1)
    let none = ComparisonText(Sample.comparison([Sample.option("toy.8", .cannot(Refusal(.noLegalPlan)))]), order: [])
    #expect(none.chart == nil)
  }

  @Test("A front goes from the fastest to the cheapest and leaves out what is beaten") func front() throws {
    let found = [(10.0, 400.0), (20, 100), (25, 90), (15, 300), (40, 80)].map { days, dollars in
      Self.judged("toy.8", dollars: dollars, days: days, cost: (dollars, dollars * 1000, dollars * 2000))
    }
    let chart = try #require(FrontChart(found))
    #expect(chart.title == "From 10 d for $400 k to 40 d for $80 k")
    let line = try #require(chart.panel.series.first?.points)
    #expect(line.map(\.x) == [10, 15, 20, 25, 40])
    let beaten = FrontChart(found + [Self.judged("toy.8", dollars: 1, days: 30, cost: (1, 95_000, 2))])
    #expect(beaten?.panel.series.first?.points.map(\.x) == [10, 15, 20, 25, 40])
    #expect(beaten?.panel.series.dropFirst().flatMap(\.points).count == 6)
    let drawn = Chart(title: chart.title, subtitle: "", panels: [chart.panel])
    try Self.holds("front", drawn.svg())
  }

  @Test("Scaling is told beside linear: four times the devices and three times the speed are 75%") func scaling() throws
  {
    let rows = [(16, 1.0), (32, 1.8), (64, 3)].map { devices, speed -> SweepRow in
      var run = Sample.run("toy.8")
      run.devices = devices
      run.estimate.tokensPerSecond = CountRate(1000 * speed)
      return SweepRow(values: ["\(devices)"], row: Sample.row(run: run))
    }
    let text = SweepText(keys: ["devices"], rows: rows, showsScaling: true)
    #expect(text.drawn?.title == "toy.8: 75.0% of linear on 64 devices")
    let panel = try #require(text.drawn?.panels.first as? PlotPanel)
    #expect(panel.series[0].points == [Point(16, 1000), Point(32, 2000), Point(64, 4000)])
    #expect(panel.series[1].points.last == Point(64, 3000))
    try Self.holds("scaling", text.chart)
  }

  @Test("A sweep of anything else is a bar for each combination, and names what differs") func sweep() throws {
    let rows = [("256", 30.0), ("512", 20)].map { batch, days in
      SweepRow(values: [batch], row: Sample.row(run: Sample.run("toy.8", days: days)))
    }
    let chart = try #require(SweepText(keys: ["global_batch"], rows: rows).drawn)
    #expect(chart.title == "global_batch=512 is cheapest: $24 k")
    #expect(Self.bars(chart)[0].map(\.to) == [36_000, 24_000])
  }

  @Test("Predicted against measured: each run at its place, with the line on which both are equal") func accuracy()
    throws
  {
    let runs = [(1.0, "c1"), (2, "c1"), (2.2, "c2"), (8, "c2")].enumerated().map { i, run in
      ValidationTextTests.used(ValidationTextTests.run("a-\(i)"), predicted: run.0, chip: run.1)
    }
    let text = ValidationText(runs, file: "runs.csv", selection: [], worst: 1, changes: [])
    let panel = try #require(text.drawn?.panels.first as? PlotPanel)
    // Errors 0, 10%, 50% and 300% of 2 s.
    #expect(text.drawn?.title == "Half of 4 runs are within 30.0%, nine in ten within 300.0%")
    #expect(panel.series[0].points == [Point(2, 1), Point(2, 2)] && panel.series[1].points.last == Point(2, 8))
    #expect(panel.series.last?.points == [Point(1, 1), Point(8, 8)] && panel.isSquare)
    try Self.holds("accuracy", text.chart)
  }

  private static func swing(_ name: String, _ low: Double, _ high: Double, kind: Swing.Kind = .input) -> Swing {
    Swing(
      kind: kind, name: name, option: "toy.8", now: (100, 1000), low: .init(value: "90", dollars: low, seconds: 900),
      high: .init(value: "110", dollars: high, seconds: 1100))
  }

  @Test("A tornado begins at what is, and its largest swing is on top") func tornado() throws {
    let swings = [Self.swing("tokens", 90, 110), Self.swing("price", 70, 150), Self.swing("nothing", 100, 100)]
    let text = SensitivityText(
      job: Sample.job(), size: .instances(2), pricing: .list, results: [Self.judged("toy.8", dollars: 25)],
      swings: swings,
      choice: nil)
    #expect(text.drawn?.title == "The cost of toy.8 moves most by price: 80.0%")
    let bars = Self.bars(text.drawn)[0]
    #expect(bars.map(\.from) == [0, 0, 0, 0])
    #expect(zip(bars.map(\.to), [-0.3, 0.5, -0.1, 0.1]).allSatisfy { abs($0 - $1) < 1e-12 })
    try Self.holds("tornado", text.chart)
  }

  private static let price = Breakeven.Input(
    key: "price b.8", unit: "USD/h", now: 40, shown: { "$\(Figures.significant($0))/h" },
    option: { "--price b.8=\($0)" })

  @Test("A break-even changes colour at its value") func flips() throws {
    let flip = Flip(
      below: Standing(value: 30, logRatio: 0.1), above: Standing(value: 32, logRatio: -0.1), value: 31,
      interval: (low: 25, high: nil))
    let one = Breakeven(
      input: Self.price, stake: .cost, now: Standing(value: 40, logRatio: -1), low: Standing(value: 4, logRatio: 1),
      high: Standing(value: 400, logRatio: -3), flips: [flip])
    let results = ["a.8", "b.8"].map { Self.judged($0, dollars: 25) }
    let text = BreakevenText(job: Sample.job(), size: .instances(2), pricing: .list, results: results, found: [one])
    #expect(text.drawn?.title == "b.8 is cheaper up to $31.0/h (price b.8, now $40.0/h)")
    let strip = try #require((text.drawn?.panels.first as? StripPanel)?.strips.first)
    #expect(strip.stretches.map(\.to) == [31, 400] && strip.stretches.map(\.series) == [1, 0])
    #expect(strip.flips[0].interval?.high == 400)
    try Self.holds("breakeven", text.chart)
  }

  @Test("A map has each cell in the colour of who is ahead, and now between its neighbours") func regions() throws {
    let cells = [(20.0, 1.0, 25.0, 50.0), (20, 2, 25, 26), (80, 1, 50, 25), (80, 2, 100, 25)].map { x, y, a, b in
      RegionCell(
        x: x, y: y, inputs: (Self.price, Self.price),
        pair: (Self.judged("a.8", dollars: a), Self.judged("b.8", dollars: b)))
    }
    let text = RegionText(
      job: Sample.job(), size: .instances(2), pricing: .list, results: [cells[0].pair.first, cells[0].pair.second],
      axes: [Self.price, Self.price], cells: cells)
    #expect(text.drawn?.title == "a.8 is cheaper in 50% of the map, b.8 in the rest")
    let map = try #require(text.drawn?.panels.first as? MapPanel)
    #expect(map.cells.map(\.series) == [0, 0, 1, 1] && map.cells.map(\.strength) == [1, 0.5, 1, 1])
    // 40 is halfway from 20 to 80 by factors; beyond the values there is no now.
    #expect(abs((RegionChart.place(40, [20, 80]) ?? 9) - 0.5) < 1e-12)
    #expect(RegionChart.place(81, [20, 80]) == nil && RegionChart.place(20, [20, 80]) == 0)
    try Self.holds("regions", text.chart)
  }

  @Test("Of a suite each model has its own scale, its cheapest case first") func suite() throws {
    let rows = [("m1", "a.8", 30.0), ("m1", "b.8", 20), ("m2", "b.8", 500)].map {
      model, instance, dollars -> SuiteRow in
      var row = SuiteRow(Sample.row().result, job: Sample.job(), suite: "s", name: "\(model)/\(instance)")
      (row["model"], row["instance"]) = (.text(model), .text(instance))
      (row["cost_usd"], row["cost_usd_p05"], row["cost_usd_p95"]) = (
        .number(dollars), .number(dollars / 2), .number(dollars * 2)
      )
      return row
    }
    let suite = Suite(name: "s", summary: "Two models", cases: [])
    let text = SuiteText([suite], rows: rows, failures: 0)
    #expect(text.drawn?.title == "b.8 is cheapest for 2 of 2 models")
    #expect(Self.bars(text.drawn).map { $0.map(\.to) } == [[20, 30], [500]])
    try Self.holds("suite", text.chart)
  }
}

import Charts
import Quantities
import Testing

@testable import Planning
@testable import Reporting
@testable import Scenarios
@testable import Simulation

/// The roofline of `estimate --chart`.
@Suite struct RooflineTests {
  /// A device of 1 GB/s and 1 TFLOP/s: its roofs meet at 1,000 FLOP a byte.
  private static let chart = RooflineChart(
    works: [
      .init(name: "norm", kind: .other, flops: 0, bytes: 1e9, seconds: 2, isBoundByMemory: true),
      .init(name: "attention", kind: .attention, flops: 1e11, bytes: 1e9, seconds: 2, isBoundByMemory: true),
      .init(name: "qkv", kind: .products, flops: 2e12, bytes: 1e9, seconds: 4, isBoundByMemory: false),
    ], memoryRate: 1e9, matrixRate: 1e12)

  @Test("By hand: roofs, places of operators, areas, and the part of the time that memory binds") func byHand() throws {
    let panel = Self.chart.panel
    // From half the lowest intensity to twice the highest.
    #expect(panel.series[0].points == [Point(50, 5e10), Point(1000, 1e12), Point(4000, 1e12)])
    // 2 TFLOP in 4 s at 2,000 FLOP a byte: half the roof. 100 GFLOP in 2 s at 100: half of 100 GFLOP/s. Longest first.
    #expect(panel.series.dropFirst().map(\.points) == [[Point(2000, 5e11)], [Point(100, 5e10)]])
    #expect(panel.series.map(\.name) == ["", "matrix products", "attention"])
    let areas = panel.series.compactMap { one -> Double? in if case .dots(let size) = one.style { size } else { nil } }
    #expect(areas == [12 * 0.5.squareRoot(), 6])
    #expect(Self.chart.title == "50.0% of the time in operators is bound by memory")
    #expect(Self.chart.notes[1].contains("25.0% of the time"))
    let chart = Chart(title: Self.chart.title, subtitle: "by hand", panels: [panel], notes: Self.chart.notes)
    try ChartTests.holds("roofline", chart.svg())
  }

  @Test("No operator of a job is above the roof, and the time of all is that of the layers") func real() throws {
    let run = try #require(try CostScenario().result().run)
    let chart = RooflineChart(run)
    #expect(chart.works.filter(\.isDrawn).count > 5)
    for work in chart.works where work.isDrawn {
      #expect(work.rate <= min(chart.matrixRate, work.intensity * chart.memoryRate) * (1 + 1e-9), "\(work.name)")
    }
    let trace = run.question.trace(), layers = Double(run.question.simulator.job.model.layout.layers)
    let due =
      layers * (trace.details[0].time(.layerForward) + trace.details[0].time(.layerBackward))
      + [Component.embeddingForward, .embeddingBackward, .headForward, .headBackward].reduce(0) {
        $0 + trace.details[0].time($1)
      }
    #expect(abs(chart.works.reduce(0) { $0 + $1.seconds } / due - 1) < 1e-9)
  }
}

import Charts
import Planning
import Quantities
import Scenarios
import Simulation

/// What a device could do at each arithmetic intensity, and what the operators of a job reach (Williams, Waterman and Patterson,
/// "Roofline", 2009).
struct RooflineChart {
  /// All runs of an operator in one micro-batch.
  struct Work {
    enum Kind: Int, CaseIterable { case products, attention, other }
    var name: String
    var kind: Kind
    var flops: Double
    var bytes: Double
    var seconds: Double
    /// Whether memory takes at least as long as arithmetic.
    var isBoundByMemory: Bool

    var intensity: Double { flops / bytes }
    var rate: Double { flops / seconds }
    /// What only moves bytes has no place over an axis of FLOP.
    var isDrawn: Bool { flops > 0 && bytes > 0 && seconds > 0 }
  }

  let works: [Work]
  /// Bytes/s and FLOP/s of a device at best.
  let memoryRate: Double
  let matrixRate: Double

  private static let names = ["matrix products", "attention", "the rest"]

  /// Operators of the whole model, a micro-batch forward and backward.
  init(_ run: Run) {
    let simulator = run.question.simulator, counts = simulator.job.model.layout.counts
    let ends: [Component] = [.embeddingForward, .embeddingBackward, .headForward, .headBackward]
    works = run.question.trace().details.enumerated().flatMap { kind, detail in
      detail.operators.indices.compactMap { i -> Work? in
        let one = detail.operators[i], sides = detail.sides[i]
        guard one.collective == nil, detail.times[i] > 0 else { return nil }
        let times = ends.contains(where: one.components.contains) || kind >= counts.count ? 1 : Double(counts[kind])
        return Work(
          name: one.name, kind: Work.Kind(one.kind), flops: one.flops * times, bytes: one.bytes * times,
          seconds: detail.times[i] * times, isBoundByMemory: sides.memory >= sides.compute)
      }
    }
    (memoryRate, matrixRate) = (simulator.machine.memoryRate.value, simulator.machine.matrixRate.value)
  }

  init(works: [Work], memoryRate: Double, matrixRate: Double) {
    (self.works, self.memoryRate, self.matrixRate) = (works, memoryRate, matrixRate)
  }

  /// FLOP a byte from which on arithmetic is the lower roof.
  var ridge: Double { matrixRate / memoryRate }

  func share(_ holds: (Work) -> Bool) -> Double {
    let all = works.reduce(0) { $0 + $1.seconds }
    return all > 0 ? works.filter(holds).reduce(0) { $0 + $1.seconds } / all : 0
  }

  var title: String { "\(Figures.percent(share(\.isBoundByMemory))) of the time in operators is bound by memory" }

  var notes: [String] {
    let rates = "\(ByteRate(memoryRate).formatted) and \(FLOPRate(matrixRate).formatted)"
    var list = ["Line: what a device can do at best, \(rates). Area of a dot: its part of the time."]
    let undrawn = share { !$0.isDrawn }
    if undrawn > 0 {
      list.append("Without a place here: what only moves bytes, \(Figures.percent(undrawn)) of the time.")
    }
    return list
  }

  var panel: PlotPanel {
    let drawn = works.filter(\.isDrawn).sorted { $0.seconds > $1.seconds }
    let reach = drawn.map(\.intensity) + [ridge]
    // The slope is seen for a tenth of the rate at least.
    let low = min((reach.min() ?? ridge) / 2, ridge / 10), high = (reach.max() ?? ridge) * 2
    let roof = [Point(low, low * memoryRate), Point(ridge, matrixRate), Point(high, matrixRate)]
    var series = [PlotPanel.Series("", roof, .line(width: 2), .faint)], named: Set<Int> = []
    for work in drawn {
      let kind = work.kind.rawValue, part = share { $0.name == work.name && $0.kind == work.kind }
      let tip = "\(work.name): \(FLOPRate(work.rate).formatted), \(Figures.percent(part)) of the time"
      series.append(
        PlotPanel.Series(
          named.insert(kind).inserted ? RooflineChart.names[kind] : "", [Point(work.intensity, work.rate)],
          .dots(size: max(2, 12 * part.squareRoot())), .series(kind), tips: [tip]))
    }
    return PlotPanel(
      "What operators reach on a device",
      x: Axis("FLOP a byte of memory traffic", logarithmic: true) { Axis.plain($0) },
      y: Axis("FLOP/s", logarithmic: true) { Axis.count($0) }, series: series,
      labels: drawn.prefix(6).map { PlotPanel.Label($0.name, at: Point($0.intensity, $0.rate)) })
  }
}

extension RooflineChart.Work.Kind {
  fileprivate init(_ kind: OperatorKind) {
    switch kind {
    case .gemm, .batched, .misaligned, .grouped, .wide, .wideGrouped, .scan: self = .products
    case .attentionForward, .attentionBackward: self = .attention
    case .elementwise, .normalization, .softmax, .softmaxPasses, .cast, .collective: self = .other
    }
  }
}

extension EstimateText {
  /// The roofline of a device with the operators of the job on it, and what the step is spent on; nil where nothing runs.
  public var chart: String? { drawn?.svg() }

  var drawn: Chart? {
    guard let run = row.run else { return nil }
    let roofline = RooflineChart(run), steps = StepChart([(row.instance.name, row.result.chartDetail, row.result)])
    return Chart(
      title: roofline.title, subtitle: "\(row.job.title) · \(row.instance.name) · \(run.estimate.plan.short)",
      panels: [roofline.panel, steps.panel], notes: roofline.notes)
  }
}

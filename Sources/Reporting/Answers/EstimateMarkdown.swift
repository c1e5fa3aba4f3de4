import Costing
import Planning
import Quantities
import Scenarios
import Simulation

/// An estimate for an issue or a wiki: the figures of the text as tables.
extension EstimateText {
  private struct Part: Sendable {
    var name: String
    var amount: String
    var share: Double?

    static func columns(_ name: String, _ amount: String, of whole: String?) -> [Column<Part>] {
      [.shown(name, .left) { $0.name }, .shown(amount) { $0.amount }]
        + (whole.map { [.shown($0) { $0.share.map(Figures.percent) }] } ?? [])
    }
  }

  public var markdown: String {
    var text = Markdown.escaped("\(row.job.title) · \(size.sentence)") + "\n\n"
    if let run = row.run {
      text += Markdown.escaped(machineSentence(run)) + "\n\n" + figures(run) + "\n"
      text += step(run) + "\n" + memory(run.estimate) + bill(run)
    } else if let refusal = row.result.refusal {
      text += Markdown.escaped("\(row.instance.name) does not run this: \(refusal.reason.text).") + "\n"
      if let nearest = refusal.nearest {
        text += "\nNearest miss: " + Markdown.escaped(nearest.plan.option) + "\n\n" + memory(nearest)
      }
    }
    let notes = row.assumptions.map { "Assumed: \($0)." } + row.warnings.map { "Warning: \($0)." }
    return text + (notes.isEmpty ? "" : "\n") + distinct(notes).map { "- " + Markdown.escaped($0) + "\n" }.joined()
  }

  private func figures(_ run: Run) -> String {
    let e = run.estimate
    var parts = [
      Part(name: "the whole job", amount: run.wallTime.formatted),
      Part(name: "tokens/s", amount: Figures.grouped(e.tokensPerSecond.value)),
      Part(name: "MFU", amount: run.utilization),
      Part(name: "bound by", amount: run.bottleneck.rawValue),
      Part(name: "cost", amount: run.cost?.formatted ?? "no price known"),
    ]
    if let outlook = row.outlook {
      let time = outlook.wallTime
      parts.append(Part(name: "in the mean, as compare has it", amount: outlook.expected))
      parts.append(
        Part(name: "time, 5–95%", amount: "\(Seconds(time.low).formatted) to \(Seconds(time.high).formatted)"))
      if let cost = outlook.cost { parts.append(Part(name: "cost, 5–95%", amount: Figures.dollarRange(cost))) }
      parts.append(Part(name: "evidence", amount: outlook.evidence.rawValue))
    }
    return Markdown.text(Part.columns("figure", "as predicted", of: nil), parts)
  }

  private func step(_ run: Run) -> String {
    let step = run.estimate.step, total = run.estimate.stepTime
    let parts = shownParts(run).map { Part(name: $0.words, amount: step[$0].formatted, share: step[$0] / total) }
    return Markdown.text(Part.columns("one step", total.formatted, of: "of it"), parts)
  }

  private func memory(_ estimate: Estimate) -> String {
    let capacity = estimate.memoryCapacity, scale = MemoryScale(capacity)
    let parts = MemoryParts.Part.allCases.map {
      Part(name: $0.words, amount: scale.text(estimate.memory[$0]), share: estimate.memory[$0] / capacity)
    }
    let heads = Part.columns("memory of the fullest device", scale.part(estimate.memory.total), of: "of its memory")
    return Markdown.text(heads, parts)
  }

  private func bill(_ run: Run) -> String {
    guard let bill = run.bill else { return "" }
    let columns: [Column<BillLine>] = [
      .shown("bill", .left) { $0.label }, .shown("quantity") { "\(Figures.fixed($0.quantity, 2)) \($0.unit)" },
      .shown("price") { Figures.unitPrice($0.unitPrice) }, .shown("amount") { Figures.bill($0.amount) },
    ]
    return "\n" + Markdown.text(columns, bill.lines)
  }
}

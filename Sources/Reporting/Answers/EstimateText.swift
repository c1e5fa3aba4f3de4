import Costing
import Planning
import Quantities
import Scenarios
import Simulation

/// One job on one type of instance: where the time, the memory and the money go.
public struct EstimateText {
  let row: ResultRow
  let size: JobSize

  public init(_ row: ResultRow, size: JobSize) {
    self.row = row
    self.size = size
  }

  public func table(_ screen: Screen) -> String {
    let style = Style(screen)
    let prose = Prose(width: screen.proseWidth)
    var lines = prose.wrapped("\(row.job.title) · \(size.sentence)").map(style.bold)
    if let run = row.run {
      lines += prose.wrapped(machineSentence(run)) + [""]
      lines += breakdown(run, style) + [""]
      lines += memory(run.estimate, style) + [""]
      lines += speed(run, style) + [""]
      if let operation = run.operation {
        lines += OperationText(run, operation).lines(style, prose) + [""]
      }
      lines += cost(run, style)
      if let energy = run.energy { lines += [""] + EnergyText(energy).block(style, prose) }
    } else if let refusal = row.result.refusal {
      lines += prose.wrapped("\(row.instance.name) does not run this: \(refusal.reason.text).")
      if let nearest = refusal.nearest {
        let place = refusal.units.map { " on " + counted($0, "instance") } ?? ""
        lines += [""] + prose.wrapped("Nearest miss\(place): \(nearest.plan.option)")
        lines += [""] + memory(nearest, style)
      }
    }
    let notes = row.assumptions.map { "Assumed: \($0)." } + row.warnings.map { "Warning: \($0)." }
    if !notes.isEmpty { lines += [""] + distinct(notes).flatMap { prose.wrapped($0) } }
    return lines.joined(separator: "\n") + "\n"
  }

  func machineSentence(_ run: Run) -> String {
    let plan = run.estimate.plan
    return "\(row.instance.name) × \(Figures.grouped(run.units)): \(counted(run.chips, "chip")), "
      + "\(counted(run.devices, "device")); stack \(row.result.efficiency.stack.name); "
      + "plan \(plan.option); \(counted(run.estimate.microBatches, "micro-batch", "micro-batches")) a step"
  }

  // MARK: Blocks

  private struct Line {
    var name: String
    var amount: String
    var share: Double
  }

  private static let lineColumns: [Column<Line>] = [
    .shown("", .left) { $0.name },
    .shown("") { $0.amount },
    .shown("") { Figures.percent($0.share) },
    .shown("", .left) { bar($0.share, width: 30) },
  ]

  private func block(_ lines: [Line], indent: String = "  ") -> [String] {
    TextTable(EstimateText.lineColumns, lines, indent: indent).rows
  }

  private func breakdown(_ run: Run, _ style: Style) -> [String] {
    let estimate = run.estimate
    let total = estimate.stepTime
    let parts = shownParts(run).map { part in
      Line(name: part.words, amount: estimate.step[part].formatted, share: estimate.step[part] / total)
    }
    return [style.bold("One step: \(total.formatted)")] + block(parts)
  }

  func shownParts(_ run: Run) -> [StepParts.Part] {
    StepParts.Part.allCases.filter { part in
      // What most runs have none of is shown where there is some.
      [.untried, .own, .exchange].contains(part)
        ? run.estimate.step[part] != .zero : run.operation != nil || ![.input, .checkpoint].contains(part)
    }
  }

  private func memory(_ estimate: Estimate, _ style: Style) -> [String] {
    let total = estimate.memory.total, capacity = estimate.memoryCapacity
    let scale = MemoryScale(capacity)
    let verdict = "\(scale.part(total)), \(Figures.percent(total / capacity))"
    let parts = MemoryParts.Part.allCases.map { part in
      Line(
        name: part.words, amount: scale.text(estimate.memory[part]),
        share: estimate.memory[part] / capacity)
    }
    let heading = "Memory of the fullest device: \(verdict)"
    return [estimate.fits ? style.bold(heading) : style.red(heading)] + block(parts)
  }

  private func speed(_ run: Run, _ style: Style) -> [String] {
    let e = run.estimate
    return [
      style.bold("The whole job: \(run.wallTime.formatted)"),
      "  \(Figures.grouped(e.tokensPerSecond.value)) tokens/s, MFU \(run.utilization), "
        + "HFU \(Figures.percent(e.hardwareUtilization)), bound by \(run.bottleneck.rawValue)",
    ] + outlook
  }

  /// How far the figures may be off, and what was measured near.
  private var outlook: [String] {
    guard let outlook = row.outlook else { return [] }
    let tokens = outlook.tokensPerSecond, time = outlook.wallTime
    let rate = "\(Figures.grouped(tokens.low)) to \(Figures.grouped(tokens.high)) tokens/s"
    let span = "\(Seconds(time.low).formatted) to \(Seconds(time.high).formatted)"
    let cost = outlook.cost.map { ", \(Figures.dollarRange($0))" } ?? ""
    var lines = [
      "  in the mean of what may happen, as compare has it: \(outlook.expected)",
      "  nine times in ten: \(rate), \(span)\(cost) (\(outlook.evidence.rawValue))",
    ]
    if let near = outlook.nearest {
      let place = "\(near.run.chip) with \(near.run.stack), \(Figures.grouped(Int(near.run.features.devices))) devices"
      lines.append(
        "  nearest measured run: \(near.run.id), \(place): \(near.run.figures); "
          + "distance \(Figures.fixed(near.distance, 1))")
    }
    return lines
  }

  private func cost(_ run: Run, _ style: Style) -> [String] {
    guard let bill = run.bill, let total = run.cost else {
      return [style.bold("Cost: no price known")]
    }
    var heading = "Cost: \(total.formatted)"
    if let each = run.dollarsPerMillionTokens(row.job.tokens) {
      heading += ", \(Figures.dollars(each)) per million tokens"
    }
    return [style.bold(heading)] + BillText.lines(bill, indent: "  ")
  }
}

extension Outlook {
  /// `5.43 d, $57.4 k`: the means over the draws.
  var expected: String { expectedWallTime.formatted + (expectedCost.map { ", \($0.formatted)" } ?? "") }
}

/// The lines of a bill: quantity × price = amount.
enum BillText {
  static func lines(_ bill: Bill, indent: String) -> [String] {
    let columns: [Column<BillLine>] = [
      .shown("", .left) { $0.label },
      .shown("") { "\(Figures.fixed($0.quantity, 2)) \($0.unit)" },
      .shown("", .left) { "× \(Figures.unitPrice($0.unitPrice))" },
      .shown("") { "= \(Figures.bill($0.amount))" },
    ]
    return TextTable(columns, bill.lines, indent: indent).rows
  }
}

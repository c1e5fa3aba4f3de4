import Costing
import Planning
import Quantities
import Scenarios
import Simulation

/// The arithmetic behind one estimate as a tree: every operator, collective, kind of memory and line of the bill,
/// with the source of each figure that went in.
public struct Explanation {
  let row: ResultRow
  let run: Run
  /// What the kernel's twin did for this very question.
  let trace: Trace

  /// Nil where the option does not run: there is nothing to explain but the refusal.
  public init?(_ row: ResultRow) {
    guard let run = row.result.run else { return nil }
    self.row = row
    self.run = run
    trace = run.question.trace()
  }

  var simulator: Simulator { run.question.simulator }
  var machine: Machine { simulator.machine }
  var plan: Plan { run.estimate.plan }

  public func text(_ screen: Screen) -> String {
    let style = Style(screen)
    let prose = Prose(width: screen.proseWidth)
    var notes = Footnotes()
    var lines = prose.wrapped("\(row.job.title) on \(row.instance.name) × \(run.units)").map(style.bold)
    lines += prose.wrapped("plan \(plan.option)") + [""]
    let trees = [device(&notes), step(), around(&notes), memory(&notes), utilization(&notes), bill(&notes)]
    for tree in trees.compactMap({ $0 }) + energy(&notes) {
      let drawn = tree.lines
      lines += drawn.prefix(1).map(style.bold) + drawn.dropFirst() + [""]
    }
    lines += [style.bold("Sources")] + notes.lines(prose)
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: What a device offers

  private func device(_ notes: inout Footnotes) -> TreeNode {
    let chip = row.instance.chip, profile = machine.efficiency
    let type = machine.precision.rawValue
    let per = chip.devicesPerChip == 1 ? "" : " ÷ \(chip.devicesPerChip) devices a chip"
    let profiled = mark(profile.origin, &notes)
    var nodes: [TreeNode] = []
    if let rate = chip.attainable(machine.precision) {
      nodes.append(
        TreeNode(
          "\(type) products: \(machine.matrixRate.formatted) = \(rate.value.formatted)\(mark(rate.origin, &notes))\(per);"
            + " large ones reach \(Figures.percent(profile.values.gemm(machine.productType)))\(profiled)"))
    }
    if profile.stack.attention != .unfused {
      let part = machine.attentionPart(profile.values)
      nodes.append(
        TreeNode(
          "fused attention: \(machine.attentionRate.formatted), of which "
            + "\(Figures.percent(profile[.attentionForward] * part)) forward, "
            + "\(Figures.percent(profile[.attentionBackward] * part)) backward\(profiled)"))
    }
    nodes.append(
      TreeNode(
        "memory: \(machine.memoryRate.formatted) = \(chip.memoryBandwidth.value.formatted)"
          + "\(mark(chip.memoryBandwidth.origin, &notes))\(per); elementwise \(Figures.percent(profile[.elementwise])), "
          + "normalization \(Figures.percent(profile[.normalization])), softmax \(Figures.percent(profile[.softmax])), "
          + "optimizer \(Figures.percent(profile[.optimizer]))\(profiled)"))
    nodes.append(TreeNode("launch: \(Seconds(profile[.launchTime]).formatted) an operator\(profiled)"))
    for tier in machine.tiers { nodes.append(TreeNode(sentence(tier) + mark(tier.origin, &notes))) }
    let status = profile.status == .extrapolated ? ", extrapolated" : ""
    return TreeNode("One device under profile \(profile.name)\(status)", children: nodes)
  }

  private func sentence(_ tier: Machine.Tier) -> String {
    let span = tier.span.map { "\($0) devices" } ?? "between instances"
    let profile = machine.efficiency
    let factor = tier.latencyFactor.map { " × \(Figures.significant(profile[$0]))" } ?? ""
    return "\(tier.name): \(span), \(tier.bandwidth.formatted) a device one way, of which "
      + "\(Figures.percent(profile[tier.fraction])) is reached; latency \(tier.latency.formatted)\(factor); before a "
      + "collective ranks wait \(Seconds(profile[tier.wait]).formatted) for each doubling of them"
  }

  func mark(_ origin: Origin, _ notes: inout Footnotes) -> String {
    notes.mark(origin.source, read: origin.retrieved, location: origin.location)
  }

  // MARK: Memory, utilization, money

  private func memory(_ notes: inout Footnotes) -> TreeNode {
    let e = run.estimate
    let capacity = row.instance.chip.memoryCapacity
    let scale = MemoryScale(e.memoryCapacity)
    let nodes = trace.memory.map { term in
      TreeNode(term.part.words, cells: [scale.text(term.amount), term.formula])
    }
    return TreeNode(
      "Memory of the fullest device: \(scale.part(e.memory.total))"
        + mark(capacity.origin, &notes), children: nodes)
  }

  private func utilization(_ notes: inout Footnotes) -> TreeNode {
    let e = run.estimate
    let work = simulator.work.perStep(globalBatch: row.job.globalBatch)
    let origin = row.instance.chip.peak[machine.precision].map { mark($0.origin, &notes) } ?? ""
    return TreeNode(
      "Model FLOP utilization: \(Figures.percent(e.modelUtilization))",
      children: [
        TreeNode(
          "useful work \(work.formatted) a step: layers × layer + head, no recomputation, scores unmasked"),
        TreeNode(
          "÷ \(Figures.grouped(run.devices)) devices × headline peak \(machine.peak.formatted)\(origin)"),
        TreeNode("÷ step \(e.stepTime.formatted)"),
        TreeNode("with recomputation counted as work: HFU \(Figures.percent(e.hardwareUtilization))"),
      ])
  }

  private func bill(_ notes: inout Footnotes) -> TreeNode {
    let factor = run.course.practice
    let practice = factor == 1 ? "" : " × \(Figures.fixed(factor, 2)) for what a team adds to the best of its machines"
    let time = TreeNode(
      "time \(run.wallTime.formatted) = \(Count(row.job.steps).value < 1e15 ? Figures.grouped(Int(row.job.steps)) : "\(row.job.steps)") steps × \(run.estimate.stepTime.formatted)"
        + (run.operation == nil ? "" : " ÷ goodput \(Figures.percent(run.course.goodput))")
        + practice
    )
    guard let bill = run.bill, let price = run.offer.price else {
      return TreeNode("Cost: no price known", children: [time])
    }
    let source = notes.mark(price.source, read: price.date)
    let lines = bill.lines.map { line in
      TreeNode(
        line.label,
        cells: [
          "\(Figures.fixed(line.quantity, 2)) \(line.unit)", "× \(Figures.unitPrice(line.unitPrice))",
          "= \(Figures.bill(line.amount))",
        ])
    }
    let bought = TreeNode("price: \(price.rate.formatted), \(price.model.rawValue), \(price.region.label)\(source)")
    return TreeNode("Cost: \(bill.total.formatted)", children: [time, bought] + lines)
  }
}

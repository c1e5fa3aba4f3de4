import Operating
import Quantities
import Scenarios

/// What a run draws and gives off, in a line or two; the arithmetic of it for `--explain`.
struct EnergyText {
  let energy: EnergyUse

  init(_ energy: EnergyUse) { self.energy = energy }

  func block(_ style: Style, _ prose: Prose) -> [String] {
    var lines = [style.bold(heading)]
    if let factors { lines += prose.wrapped(factors, first: "  ", rest: "  ") }
    return lines + energy.sentences.flatMap { prose.wrapped($0, first: "  ", rest: "    ") }
  }

  /// `Energy: 1.2 MWh at the meter, 480 kg CO2e (measured)`
  private var heading: String {
    guard let draw = energy.draw, let machines = energy.machines else { return "Energy: not known" }
    let drawn = energy.meter.map { "\($0.formatted) at the meter" } ?? "\(machines.formatted) of the machines alone"
    let warming = energy.emissions.map { ", \($0.formatted) CO2e" } ?? ""
    return "Energy: \(drawn)\(warming) (\(draw.grade.rawValue))"
  }

  /// `7.75 kW an instance at work; PUE 1.15, 396 g/kWh in us-east-1`
  private var factors: String? {
    guard let draw = energy.draw else { return nil }
    let place = [
      energy.site.pue.map { "PUE \($0.value.value)" }, energy.site.intensity.map { $0.value.formatted },
    ].compactMap { $0 }
    let region = energy.site.region.map { " in \($0)" } ?? ""
    return "\(draw.load.formatted) for each instance at work"
      + (place.isEmpty ? "" : "; " + place.joined(separator: ", ") + region)
  }
}

extension EnergyUse {
  /// What is assumed, marked as such, and what is not known.
  fileprivate var sentences: [String] {
    assumptions.texts(.assumption).map { "assumed: \($0)" } + gaps.texts(.evidence)
  }
}

extension Explanation {
  /// From machines to meter to grid, a factor a line; nothing where energy was not asked for.
  func energy(_ notes: inout Footnotes) -> [TreeNode] {
    guard let energy = run.energy else { return [] }
    let name = row.instance.name
    var nodes: [TreeNode] = []
    if let draw = energy.draw, let machines = energy.machines {
      let whole = draw.share < 1 ? " = \(Figures.percent(draw.share)) of \(draw.figure.value.formatted)" : ""
      nodes.append(
        TreeNode(
          "\(name) at work: \(draw.load.formatted)\(whole)\(mark(draw.figure.origin, &notes)), \(draw.grade.rawValue)"))
      if let idle = draw.idle {
        nodes.append(TreeNode("\(name) at rest: \(idle.value.formatted)\(mark(idle.origin, &notes))"))
      }
      nodes.append(
        TreeNode(
          "machines \(machines.formatted) = \(hours(energy.working)) at work × \(draw.load.formatted) + "
            + "\(hours(energy.waiting)) waiting and \(hours(energy.standingBy)) standing by × \(draw.resting.formatted)"
        ))
    }
    if let meter = energy.meter, let pue = energy.site.pue {
      nodes.append(
        TreeNode("meter \(meter.formatted) = machines × PUE \(pue.value.value)\(mark(pue.origin, &notes))"))
    }
    if let emissions = energy.emissions, let grid = energy.site.intensity {
      nodes.append(
        TreeNode("\(emissions.formatted) CO2e = meter × \(grid.value.formatted)\(mark(grid.origin, &notes))"))
    }
    if let cost = energy.electricity, let price = energy.site.electricity {
      let paid = energy.site.isOwned ? "the bill has its owner's figure" : "the rent has it in it"
      nodes.append(
        TreeNode(
          "electricity \(cost.formatted) = meter × \(price.value.formatted)\(mark(price.origin, &notes)); \(paid)"))
    }
    nodes += energy.sentences.map { TreeNode($0) }
    let total = energy.meter.map { "\($0.formatted) at the meter" } ?? "not known at the meter"
    return [TreeNode("Energy: \(total)", children: nodes)]
  }

  private func hours(_ time: Seconds) -> String { "\(Figures.significant(time.value / 3600)) instance-hours" }
}

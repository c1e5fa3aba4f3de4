import Planning
import Quantities
import Scenarios
import Simulation

/// What parts put in place of an instance's own change, and where: each variant against the unchanged type, or against
/// the variant with one part fewer where that was compared too.
struct PartEffects {
  private let rows: [ResultRow]

  init(_ rows: [ResultRow]) { self.rows = rows }

  var sentences: [String] {
    rows.compactMap { row in
      guard let run = row.run, let (base, before) = base(of: row.instance) else { return nil }
      return sentence(row.instance, run, base, before)
    }
  }

  private func base(of variant: Instance) -> (Instance, Run)? {
    guard !variant.parts.isEmpty else { return nil }
    let kin = rows.filter { $0.instance.soldAs == variant.soldAs && $0.instance.name != variant.name }
    let fewer = kin.first { other in
      other.instance.parts.count == variant.parts.count - 1
        && Set(other.instance.parts).isSubset(of: variant.parts)
    }
    let base = fewer ?? kin.first { $0.instance.parts.isEmpty }
    return base.flatMap { row in row.run.map { (row.instance, $0) } }
  }

  /// `p5.48xlarge+nitro-v6 against p5.48xlarge: $410 less (-1.2%); the step is 2.31 s instead of 2.36 s: …`
  private func sentence(_ variant: Instance, _ run: Run, _ base: Instance, _ before: Run) -> String {
    var parts: [String] = []
    if let cost = run.cost, let was = before.cost {
      let gap = cost.value - was.value
      parts.append(
        abs(gap) < 0.005
          ? "the same cost"
          : "\(Dollars(abs(gap)).formatted) \(gap < 0 ? "less" : "more") (\(Figures.signed(gap / was.value).replacing("-", with: "−")))"
      )
    }
    let step = run.estimate.step, old = before.estimate.step
    let now = step.total.formatted, was = old.total.formatted
    parts.append(
      (now == was ? "the step stays at \(was)" : "the step is \(now) instead of \(was)") + changes(step, old))
    if run.units != before.units { parts.append("on \(run.units) instead of \(before.units)") }
    if run.estimate.plan != before.estimate.plan {
      parts.append("plan \(run.estimate.plan.short) instead of \(before.estimate.plan.short)")
    }
    return "\(variant.name) against \(base.name): " + (parts + machine(variant, base)).joined(separator: "; ") + "."
  }

  /// The parts of the step that change most, those below a thousandth of it left out.
  private func changes(_ step: StepParts, _ old: StepParts) -> String {
    let all = StepParts.Part.allCases.map { ($0, step[$0].value - old[$0].value) }
      .filter { abs($0.1) > 0.001 * old.total.value }
      .sorted { abs($0.1) > abs($1.1) }
    func signed(_ gap: Double) -> String { "\(gap < 0 ? "−" : "+")\(Seconds(abs(gap)).formatted)" }
    var named = all.prefix(3).map { part, gap in "\(part.words) \(signed(gap))" }
    let rest = (step.total.value - old.total.value) - all.prefix(3).reduce(0) { $0 + $1.1 }
    if !named.isEmpty, abs(rest) > 0.001 * old.total.value { named.append("others \(signed(rest))") }
    return named.isEmpty ? "" : ": " + named.joined(separator: ", ")
  }

  /// What was put in, as figures: network and launches.
  private func machine(_ variant: Instance, _ base: Instance) -> [String] {
    var list: [String] = []
    if let now = variant.network, let was = base.network {
      if now.bandwidth.value != was.bandwidth.value {
        list.append("network \(now.bandwidth.value.formatted) instead of \(was.bandwidth.value.formatted)")
      }
      if now.latency.value != was.latency.value {
        list.append("latency \(now.latency.value.formatted) instead of \(was.latency.value.formatted)")
      }
    }
    let slower = variant.launchFactor / base.launchFactor
    if slower != 1 { list.append("its host takes \(Figures.ratio(slower)) the time to launch work") }
    return list
  }
}

import Costing
import Planning
import Quantities
import Scenarios
import Simulation

/// A search as people read it: the best plans, the front, what was looked at.
public struct SearchText {
  let outcome: SearchOutcome

  public init(_ outcome: SearchOutcome) { self.outcome = outcome }

  private var request: SearchRequest { outcome.request }
  private var job: Job { request.job }

  /// What files hold: the front where one was asked for, else the best plans; refusals where there is neither.
  public var rows: [ResultRow] {
    let found = request.pareto.isEmpty ? outcome.top : outcome.front
    let shown = found.isEmpty ? outcome.nearest.map { [$0] } ?? outcome.refused : found
    return shown.map { ResultRow(job: job, result: $0) }
  }

  public var title: String {
    [job.title, size, request.pricing.sentence].joined(separator: " · ")
  }

  private var size: String {
    switch request.size {
    case .instances(let n): return JobSize.instances(n).sentence
    case .chips(let n): return JobSize.chips(n).sentence
    case .any(let deadline, let budget):
      let limits = [
        deadline.map { JobSize.deadline($0).sentence }, budget.map { JobSize.budget($0).sentence },
      ].compactMap { $0 }
      return (["any number of instances"] + limits).joined(separator: ", ")
    }
  }

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var lines = prose.wrapped(title).map(style.bold)
    func section(_ heading: String, _ results: [OptionResult]) {
      lines += ["", heading]
      let rows = results.map { ResultRow(job: job, result: $0) }
      lines += TextTable(columns(rows), rows, width: screen.width).lines(on: screen)
    }
    if !outcome.top.isEmpty { section("Best by \(request.objective.rawValue):", outcome.top) }
    if !outcome.front.isEmpty {
      let axes = listed(request.pareto.map(\.rawValue))
      section("No plan beats these on \(axes) at once:", outcome.front)
    }
    if !outcome.refused.isEmpty { lines.append("") }
    for one in outcome.refused {
      lines += prose.wrapped("\(one.instance.name): no. \(one.refusal?.reason.text ?? "")", rest: "    ").map(
        style.dim)
    }
    lines.append("")
    lines += sentences.flatMap { prose.wrapped($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  public var markdown: String {
    var text = Markdown.escaped(title) + "\n\n"
    let rows = self.rows.filter { $0.run != nil }
    if !rows.isEmpty { text += Markdown.text(columns(rows), rows) + "\n" }
    return text + sentences.map { "- " + Markdown.escaped($0) + "\n" }.joined()
  }

  // MARK: Sentences

  private var sentences: [String] {
    var list: [String] = []
    if outcome.wasInterrupted {
      let share = Figures.percent(Double(outcome.done) / Double(max(1, outcome.parts)))
      list.append("Interrupted: \(share) of the search was done, and better plans may be in the rest.")
    }
    if outcome.top.isEmpty, outcome.front.isEmpty { list += nothing }
    list += counts
    if outcome.beyondKnee > 0 {
      list.append(
        "Left out of the front: \(counted(outcome.beyondKnee, "plan")) that cost over 10% more for less than 1% of the time."
      )
    }
    if let slowdown = outcome.slowdown {
      list.append(
        "The slowest legal plan that fits takes \(Figures.ratio(slowdown)) the time of the fastest shown.")
    }
    let runs = (outcome.top + outcome.front).compactMap(\.run)
    list += notes(runs, .assumption).map { "Assumed: \($0)." }
    list += notes(runs, .warning).prefix(6).map { "Warning: \($0)." }
    return list
  }

  /// Of what each plan has its own figure.
  private static let ofEachPlan: Set<String> = ["plan-untried", "billed-longer-than-work"]

  /// What plans have in common is said once. Of what each has its own figure of, that of the first plan shown is said, with how many
  /// others have one.
  private func notes(_ runs: [Run], _ kind: Wording.Kind) -> [String] {
    struct Subject: Hashable { var code, instance: String }
    let told = runs.flatMap { run in
      run.notes.map(\.wording).filter { $0.kind == kind }.map { wording in
        (Subject(code: wording.code, instance: run.question.simulator.machine.instance.name), wording.text)
      }
    }
    let texts = Dictionary(grouping: told, by: \.0).mapValues { distinct($0.map(\.1)) }
    return distinct(told.map(\.0)).flatMap { subject -> [String] in
      let all = texts[subject] ?? []
      guard SearchText.ofEachPlan.contains(subject.code), let first = all.first, all.count > 1 else { return all }
      return ["\(first) (of the first plan; \(all.count - 1) more of those shown have another figure)"]
    }
  }

  private var nothing: [String] {
    guard let nearest = outcome.nearest, let refusal = nearest.refusal else {
      return ["No plan was found."]
    }
    let plan = refusal.nearest.map { ": \($0.plan.short)" } ?? ""
    let units = refusal.units.map { " × \($0)" } ?? ""
    return ["No plan was found. Nearest: \(nearest.instance.name)\(units)\(plan), which \(refusal.reason.text)."]
  }

  /// How many there were, and what became of all of them.
  private var counts: [String] {
    let counts = outcome.counts
    func part(_ obstacle: PlanObstacle) -> String? {
      counts[obstacle] > 0 ? "\(Figures.grouped(counts[obstacle])) \(obstacle.words)" : nil
    }
    let before = PlanObstacle.allCases.filter { $0.rawValue < PlanObstacle.doesNotFit.rawValue }
    let after = PlanObstacle.allCases.filter { $0.rawValue >= PlanObstacle.doesNotFit.rawValue }
    var first = "\(counted(counts.enumerated, "plan")) enumerated"
    let illegal = before.compactMap(part)
    if !illegal.isEmpty { first += "; not legal: \(listed(illegal))" }
    var second = "\(counted(counts.evaluated, "plan")) evaluated"
    let outside = after.compactMap(part)
    if !outside.isEmpty { second += ", of them \(listed(outside))" }
    return [first + ".", second + "; \(counted(counts.feasible, "plan")) remained."]
  }

  // MARK: Columns

  private func columns(_ rows: [ResultRow]) -> [Column<ResultRow>] {
    let scale = TimeScale(longest: rows.compactMap(\.result.wallTime).max())
    let types: [Column<ResultRow>] =
      request.options.count > 1 ? [.shown("instance type", .left) { $0.instance.name }] : []
    return types + [
      .shown("instances") { $0.units.map(Figures.grouped) },
      .shown("plan", .left) { $0.estimate?.plan.short },
      .shown("step") { $0.run?.estimate.stepTime.formatted },
      .shown("tokens/s", dispensable: 3) {
        $0.run.map { Figures.grouped($0.estimate.tokensPerSecond.value) }
      },
      Utilization(rows.compactMap(\.run)).column { $0.run },
      .shown("memory", dispensable: 2) { row in
        row.run.map { MemoryScale($0.estimate.memoryCapacity).part($0.estimate.memory.total) }
      },
      .shown(scale.heading) { $0.result.wallTime.map { scale.text($0) } },
      .shown("cost") { $0.result.cost?.formatted ?? "no price" },
      .shown("bought", .left) { $0.price?.model.rawValue },
      .shown("price of", .left, dispensable: 8) { $0.price.map(Figures.origin) },
      .shown("5–95%", .left, dispensable: 5) { $0.outlook?.cost.map(Figures.dollarRange) },
      .shown("cheapest", dispensable: 6) { $0.outlook?.probabilityCheapest.map(Figures.percent) },
      .shown("fastest", dispensable: 7) { $0.outlook?.probabilityFastest.map(Figures.percent) },
      .shown("bound by", .left, dispensable: 4) { $0.run?.bottleneck.rawValue },
    ]
  }
}

import Calibration
import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// Whole projects beside what would have been told of them: days against days, each team left out of the practice that it is
/// judged by.
public struct ProjectReplay: Sendable {
  public struct Line: Sendable {
    public var project: Project
    /// Days by the plan that a search finds with the chip's default software, machines and failures alone.
    public var tuned: Double
    /// The same with the team's own software; nil where no file describes it, or it cannot run the job.
    public var ownSoftware: Double?
    /// As a user would have been told, by a practice that is fitted to the projects of other teams.
    public var expected: Double
    public var interval: Interval
    public var ratio: Double { project.days / expected }
    public var isInside: Bool { interval.low <= project.days && project.days <= interval.high }
  }

  public var lines: [Line]
  /// Fitted to all of them.
  public var practice: Practice
  /// Projects of which nothing can be predicted, and what they lack; nil: a plan that runs.
  public var skipped: [(id: String, lacks: ProjectGap?)]

  /// Variance of the logarithm that a fit leaves to a part at least: there are never so many teams that less is known.
  private static let least = 0.0025

  /// - Parameters:
  ///   - shipped: what is not fitted here stays as it is there.
  ///   - progress: told before each project; whether to go on. Nil comes back when it says no.
  public init?(
    _ catalog: Catalog, facts: OperatingFacts, knowledge: Knowledge, shipped: Practice,
    progress: (_ done: Int, _ all: Int) -> Bool
  ) throws(Diagnostics) {
    var skipped: [(String, ProjectGap?)] = [], projects: [Project] = []
    for (id, found) in try catalog.projects() {
      switch found {
      case .success(let project): projects.append(project)
      case .failure(let gap): skipped.append((id, gap))
      }
    }
    // Days by machines alone, and how far the steps may be off.
    var alone = facts
    alone.practice = nil
    var told: [Told] = []
    for (i, project) in projects.enumerated() {
      guard progress(i, projects.count) else { return nil }
      let usual = try catalog.efficiency(chip: project.instance.chip.name, stack: nil)
      guard let result = ProjectReplay.run(project, usual, alone, knowledge), let run = result.run,
        let outlook = result.outlook
      else {
        skipped.append((project.id, nil))
        continue
      }
      let own = try project.stack.flatMap { stack throws(Diagnostics) in
        try catalog.efficiency(chip: project.instance.chip.name, stack: stack)
      }
      let days = own.flatMap { ProjectReplay.run(project, $0, alone, knowledge)?.run?.wallTime.value }
      told.append(
        Told(
          project: project, days: run.wallTime.value / 86400, own: days.map { $0 / 86400 },
          interval: outlook.wallTime))
    }
    let all = ProjectReplay.fit(told, shipped)
    lines = told.map { one in
      let practice = ProjectReplay.fit(told.filter { $0.project.team != one.project.team }, shipped)
      let part = practice.expected(one.project.kind, isNamed: false)
      let span = Interval(
        low: one.interval.low / 86400, median: one.interval.median / 86400, high: one.interval.high / 86400)
      let spread = (span.variance + part.spread * part.spread).squareRoot() * Interval.halfWidth
      let middle = span.median * part.factor
      return Line(
        project: one.project, tuned: one.days, ownSoftware: one.own, expected: one.days * part.factor,
        interval: Interval(
          low: middle * Logarithm.exponential(-spread), median: middle, high: middle * Logarithm.exponential(spread)))
    }
    practice = all
    self.skipped = skipped
  }

  /// Real ÷ expected days in the median: of all projects, and where each team counts once, by the median of its own.
  public var middles: (projects: Double, teams: Double) {
    let teams = Dictionary(grouping: lines, by: \.project.team).values.map { $0.map(\.ratio).median }
    return (lines.map(\.ratio).median, teams.median)
  }

  private struct Told {
    var project: Project
    var days: Double
    var own: Double?
    var interval: Interval
  }

  private static func run(
    _ project: Project, _ efficiency: Efficiency, _ facts: OperatingFacts, _ knowledge: Knowledge
  ) -> OptionResult? {
    let request = ComparisonRequest(
      job: project.job, size: .instances(project.units), options: [(project.instance, efficiency)], facts: facts,
      knowledge: knowledge)
    return Comparison(request, prices: PriceBook([])).results.first
  }

  /// Means and spreads of ln(real ÷ predicted days).
  private static func fit(_ told: [Told], _ shipped: Practice) -> Practice {
    func teams(_ kind: Practice.Team?, _ ratio: (Told) -> Double?) -> [[Double]] {
      let own = told.filter { kind == nil || $0.project.kind == kind }
      return Dictionary(grouping: own, by: \.project.team).sorted { $0.key < $1.key }.map { _, projects in
        projects.compactMap { ratio($0).map(Logarithm.natural) }
      }
    }
    var practice = shipped
    if let software = TeamEffects(teams(nil) { one in one.own.map { $0 / one.days } }) {
      practice.software = Practice.Part(
        factor: max(1, Logarithm.exponential(software.mean)), spread: max(software.variance, least).squareRoot())
    }
    // What steps may be off by is in every interval already. A first run is a team's only one: how its projects scatter is learnt
    // from those of others.
    let steps = told.map(\.interval.variance).mean
    let within = TeamEffects(teams(nil) { $0.project.days / $0.days })?.within
    for (kind, part) in [(Practice.Team.experienced, \Practice.experienced), (.first, \.first)] {
      guard let real = TeamEffects(teams(kind) { $0.project.days / $0.days }, within: within) else { continue }
      let rest = real.variance - steps - practice.software.spread * practice.software.spread
      practice[keyPath: part] = Practice.Part(
        factor: max(1, Logarithm.exponential(real.mean) / practice.software.factor),
        spread: max(rest, least).squareRoot())
    }
    return practice
  }
}

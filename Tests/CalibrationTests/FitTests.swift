import Foundation
import Simulation
import TestSupport
import Testing

@testable import Calibration
@testable import Scenarios

/// Rows to fit: real jobs on real machines, their times made by known values so that the answer is known.
enum FitRows {
  static let priors = Result { try Rows.catalog.priors() }

  /// Runs of three series, of which every n-th is kept.
  static func some(_ series: Set<String> = ["korthikanti", "foundry", "vtrain-single"], every n: Int = 12) throws
    -> [FitRow]
  {
    let chosen = Rows.shipped.filter { series.contains($0.series) && $0.grade != .weak }
    return try chosen.enumerated().filter { $0.offset % n == 0 }.map { try row(Rows.run($0.element), $0.element.id) }
  }

  static func row(_ run: MeasuredRun, _ id: String) throws -> FitRow {
    let simulator = try Simulator(job: run.job, instance: run.instance, efficiency: run.efficiency)
    return FitRow(
      id: id, series: "made", team: "made", subject: Subject(run.instance.chip, run.efficiency.stack),
      plan: PlanCase(simulator, run.plan), measured: run.stepTime.value, group: run.group, weight: 1, grade: .clean)
  }

  static func kin() throws -> [String: ParameterSpace.Kin] {
    var all: [String: ParameterSpace.Kin] = [:]
    for name in Rows.catalog.names(.chips) { all[name] = ParameterSpace.Kin(try Rows.catalog.chip(name)) }
    return all
  }

  static func space() throws -> ParameterSpace {
    var families: [String: String] = [:]
    for name in Rows.catalog.names(.stacks) { families[name] = try Rows.catalog.stack(name).family }
    return ParameterSpace(try priors.get(), kin: try kin(), families: families)
  }

  /// Rows whose times are those of some coordinates, times a factor each.
  static func made(
    _ rows: [FitRow], _ space: ParameterSpace, _ truth: [Double], noise: (Int) -> Double = { _ in 0 }
  ) -> [FitRow] {
    rows.enumerated().map { i, row in
      var row = row
      row.measured = row.plan.stepTimes([space.values(truth, row.subject)])[0] * exp(noise(i))
      return row
    }
  }
}

@Suite struct FitTests {
  @Test("a plan's step by samples is the step that an estimate gives") func planCase() throws {
    for row in try FitRows.some(every: 40) {
      let simulator = row.plan.simulator
      let values = simulator.machine.efficiency.values
      let times = row.plan.stepTimes([values, .neutral, values])
      #expect(abs(times[0] / simulator.estimate(row.plan.plan).stepTime.value - 1) < 1e-12)
      #expect(times[0] == times[2] && times[1] < times[0])
    }
  }

  @Test("slopes by central differences agree with those of half the step and a wider formula") func slopes() throws {
    let space = try FitRows.space(), origin = [Double](repeating: 0, count: space.count)
    for row in try FitRows.some(every: 60) {
      let at = space.fitted(origin, row.subject), slopes = row.linearized(at).slopes
      for i in at.indices {
        func r(_ h: Double) -> Double {
          var moved = at
          moved[i] += h
          return row.residuals([EfficiencyValues(fitted: moved)])[0]
        }
        let h = 1e-3
        // Five points: the error is of the fourth power of the step. A kink within it is no fault of either.
        let wide = (8 * (r(h) - r(-h)) - (r(2 * h) - r(-2 * h))) / (12 * h)
        #expect(abs(slopes[i] - wide) < 2e-4, "\(row.id) \(EfficiencyParameter.keys[i]): \(slopes[i]) \(wide)")
      }
    }
  }

  @Test("a fit finds the times that values of its own space made, from the prior alone") func recovers() throws {
    let space = try FitRows.space(), rows = try FitRows.some()
    var random = SplitMix64(seed: 4)
    let truth = (0..<space.count).map { _ in random.between(-1.2, 1.2) }
    let made = FitRows.made(rows, space, truth)
    let fitter = Fitter(space, made)
    let fit = fitter.run()
    let before = fitter.residuals([Double](repeating: 0, count: space.count)).map(abs)
    let after = fitter.residuals(fit.coordinates).map(abs)
    #expect(fit.ending == .converged)
    // There was something to find, and it was found. How much there was depends on the chips and stacks that ship.
    #expect(before.reduce(0, +) / Double(rows.count) > 0.05)
    #expect(after.reduce(0, +) / Double(rows.count) < 0.01)
  }

  @Test("one wild row in twenty does not bend the fit of the others") func outliers() throws {
    let space = try FitRows.space(), rows = try FitRows.some()
    let truth = [Double](repeating: 0.3, count: space.count)
    let wild = FitRows.made(rows, space, truth) { $0 % 20 == 7 ? 1.5 : 0 }
    let fit = Fitter(space, wild).run()
    let honest = Fitter(space, FitRows.made(rows, space, truth))
    let others = honest.residuals(fit.coordinates).enumerated().filter { $0.offset % 20 != 7 }.map { abs($0.element) }
    #expect(others.sorted()[others.count / 2] < 0.01)
  }

  @Test("a fit that finds no better step has converged only where it had nowhere to go") func stuck() throws {
    #expect(Fitter.ending(undamped: [0, -1e-4, 1e-5]) == .converged && Fitter.ending(undamped: []) == .converged)
    #expect(Fitter.ending(undamped: [0.2, -0.5]) == .stuck(furthest: 0.5))
    #expect(Fitter.ending(undamped: nil) == .stuck(furthest: nil))
    #expect(Fitter.ending(undamped: [.nan]) == .stuck(furthest: nil))
    // A time that nothing can predict: eight tries fail, and the fit does not pass for a good one.
    var rows = try FitRows.some(every: 40)
    rows[0].measured = .infinity
    let fit = Fitter(try FitRows.space(), rows).run()
    #expect(fit.ending == .stuck(furthest: nil) && fit.steps == 1)
  }

  private static let hopper = ParameterSpace.Kin(architecture: "gpu", generation: "hopper")

  @Test("a parameter without a prior is not fitted, and has its neutral value itself") func priorless() throws {
    var priors = try FitRows.priors.get()
    let whole = ParameterSpace(priors, kin: ["h100": Self.hopper], families: ["nemo": "nemo"])
    for parameter in [EfficiencyParameter.straggling, .misaligned] {
      priors.parameters[parameter.rawValue] = Priors.Parameter(
        value: parameter.neutral, population: 0, architecture: 0, chip: 0, family: 0, stack: 0)
      priors.unstated.parameters.append(parameter)
    }
    let space = ParameterSpace(priors, kin: ["h100": Self.hopper], families: ["nemo": "nemo"])
    #expect(!space.elements.contains { [.straggling, .misaligned].contains($0.parameter) })
    let subject = Subject(chip: "h100", architecture: "gpu", stack: "nemo", family: "nemo")
    let values = space.values([Double](repeating: 0, count: space.count), subject)
    #expect(values[.straggling] == 0 && values[.misaligned] == 1)
    #expect(values[.elementwise] == whole.values([Double](repeating: 0, count: whole.count), subject)[.elementwise])
  }

  @Test("a fit also begins where the last one ended, and stays there unless the prior leads to a better end")
  func twice() throws {
    let space = try FitRows.space(), rows = try FitRows.some(every: 200), fitter = Fitter(space, rows)
    let anew = fitter.run(), (active, covariance) = try #require(fitter.covariance(anew))
    #expect(fitter.best(from: nil).coordinates == anew.coordinates)
    func posterior(_ fit: Fit) throws -> Posterior {
      Posterior(
        space, fit, active: active, covariance: covariance, likeness: Likeness(), rows: rows.count, data: "",
        origin: try Rows.catalog.priors().origin)
    }
    // What a posterior says of offsets are the fit's coordinates again, those of the population too.
    let last = try posterior(anew), back = space.coordinates(of: last)
    #expect(zip(back, anew.coordinates).allSatisfy { abs($0 - $1) < 1e-9 } && back.contains { abs($0) > 0.1 })
    // From there no step is worth while.
    let again = fitter.best(from: last)
    #expect(again.steps <= 3 && again.loss <= anew.loss)
    // From far away the fit ends somewhere, and that is taken only where it is as good.
    var far = anew
    for i in far.coordinates.indices { far.coordinates[i] = i % 2 == 0 ? 3 : -3 }
    #expect(fitter.best(from: try posterior(far)).loss < anew.loss + 1)
  }

  @Test("the same rows give the same bits") func deterministic() throws {
    let space = try FitRows.space(), rows = try FitRows.some(every: 40)
    let a = Fitter(space, rows).run()
    let b = Fitter(space, rows).run()
    #expect(a.coordinates.map(\.bitPattern) == b.coordinates.map(\.bitPattern))
  }

  @Test("data shrink spreads, never beyond the prior, and what no row touches keeps its own") func covariance() throws {
    let space = try FitRows.space(), rows = try FitRows.some(every: 20)
    let fitter = Fitter(space, rows)
    let (active, matrix) = try #require(fitter.covariance(fitter.run()))
    let n = active.count
    for j in 0..<n {
      #expect(matrix[j * n + j].squareRoot() <= space.spreads[active[j]] * (1 + 1e-9))
    }
    #expect((0..<n).contains { matrix[$0 * n + $0].squareRoot() < 0.7 * space.spreads[active[$0]] })
    #expect(n < space.count)
  }

  @Test("folds hold out whole groups, each once, and are about equal in groups") func folds() {
    let groups = (0..<97).flatMap { g in (0...(g % 4)).map { _ in "group \(g)" } }
    let fold = CrossValidation.deal(groups, 10)
    for (group, members) in Dictionary(grouping: groups.indices, by: { groups[$0] }) {
      #expect(Set(members.map { fold[$0] }).count == 1, "\(group)")
    }
    let sizes = Dictionary(grouping: Set(groups), by: { fold[groups.firstIndex(of: $0) ?? 0] }).mapValues(\.count)
    #expect(sizes.count == 10 && sizes.values.allSatisfy { (9...10).contains($0) })
    #expect(CrossValidation.deal(groups.reversed(), 10) == fold.reversed())
  }
}

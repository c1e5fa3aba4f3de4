import TestSupport
import Testing

@testable import Measuring

@Suite struct FitTests {
  @Test("a fit finds the parameters that times were made from")
  func recovery() throws {
    let machine = SyntheticMachine(), model = machine.model(.product, threads: 1)
    var random = SplitMix64(seed: 1)
    let works = Grid.quick.works.filter { $0.routine == .product }
    // Some so shallow that memory binds, or the fraction of bandwidth could be anything.
    let shallow = [1, 2, 3].flatMap { k in [256, 1024].map { Work(.product, rows: $0, columns: $0, depth: k) } }
    let family = Family(
      model, (works + shallow).map { ($0, machine.timing(machine.seconds($0, threads: 1), &random)) })
    for (found, true_) in zip(family.logs, machine.product) { #expect(abs(found - true_) < 0.05) }
    #expect(family.modelSpread < 0.01 && family.correctedSpread < 0.01)
  }

  @Test("fits do not care where they begin: noisy times, and the truth within what the covariance says")
  func noisy() {
    var machine = SyntheticMachine()
    machine.noise = 0.1
    var random = SplitMix64(seed: 2)
    let model = machine.model(.normalize, threads: 1)
    let works = (4..<16).map { Work(.normalize, rows: 1 << $0, columns: 64) }
    let family = Family(model, works.map { ($0, machine.timing(machine.seconds($0, threads: 1), &random)) })
    for p in 0..<2 {
      let error = family.covariance[p * 2 + p].squareRoot()
      #expect(abs(family.logs[p] - machine.pass[p]) < 4 * error && error < 0.2)
    }
  }

  @Test("what the model leaves is carried to places between those measured, and fades with distance")
  func residuals() {
    let places = (0..<12).map { [Double($0)] }
    let values = places.map { 0.1 * ($0[0] > 5 ? 1 : -1) }
    let residuals = Residuals(places: places, values: values, noise: [Double](repeating: 1e-8, count: 12))
    let found = residuals.predict([[2.5], [8.5], [500]])
    #expect(found.mean[0] < -0.08 && found.mean[1] > 0.08 && abs(found.mean[2]) < 1e-6)
    #expect(found.covariance[0] < 0.002 && abs(found.covariance[8] - 0.01) < 1e-6)
    #expect(residuals.leftOutSpread > 0)
    let none = Residuals(places: [], values: [], noise: [])
    #expect(none.predict([[1]]).mean == [0])
  }

  @Test("how steps differ from their parts is a line over their size, less sure far from those seen")
  func stepFactor() {
    let works = [16.0, 17, 18, 19, 20]
    let factor = StepFactor(
      works: works, ratios: zip(works, [0.01, -0.01, 0, -0.01, 0.01]).map { 0.05 * ($0 - 18) + $1 })
    let middle = factor.predict(work: 18), far = factor.predict(work: 25)
    #expect(abs(middle.mean) < 0.01 && abs(factor.predict(work: 20).mean - 0.1) < 0.02)
    #expect(middle.spread > 0.01 && middle.spread < 0.04 && far.spread > 1.2 * middle.spread)
    #expect(StepFactor(works: [], ratios: []).predict(work: 3).mean == 0)
    #expect(StepFactor(works: [1, 1, 1], ratios: [0.1, 0.1, 0.1]).predict(work: 2).mean.isFinite)
  }

  @Test("disturbed samples count only where quiet ones are too few, and then the three fastest")
  func timing() {
    var timing = Timing()
    #expect(timing.isEmpty)
    for value in [10.0, 12, 30, 11] { timing.add(value, isDisturbed: true) }
    #expect(timing.seconds == 11 && timing.count == 3 && !timing.isQuiet)
    timing.add(5, isDisturbed: false)
    timing.add(4, isDisturbed: false)
    // 4, 5 and 10 are the fastest.
    #expect(timing.seconds == 5)
    timing.add(6, isDisturbed: false)
    #expect(timing.seconds == 5 && timing.count == 3 && timing.taken == 7 && timing.isQuiet)
    #expect(timing.interruptedShare == 4.0 / 7)
    #expect(timing.spread == 0.2)
  }
}

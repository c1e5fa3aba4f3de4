import Quantities
import Testing

@testable import Operating

@Suite struct CourseTests {
  /// Ten steps of 4 s that wait 1 s for input and 1 s for checkpoints, in 150 s after a start of 50 s.
  private let course = Course(
    steps: 10, bareStep: Seconds(4), inputWait: Seconds(1), checkpointStall: Seconds(1), startup: Seconds(50),
    interval: nil, wallTime: Seconds(200), stopped: Seconds(30), failures: 1, spares: 0)

  @Test("The wall time of a run by hand is the product of factors, none of them upside down") func byHand() {
    #expect(course.step == Seconds(6) && course.goodput == 0.3)
    let due: [CostFactor: Double] = [
      .steps: 10, .step: 4, .input: 1.25, .checkpoint: 1.2, .goodput: 2.5, .start: 4 / 3.0, .practice: 1,
    ]
    let factors = course.factors
    #expect(factors.count == due.count && CostFactor.allCases.filter(\.isOfTime).count == due.count)
    for (factor, value) in due { #expect(abs((factors[factor] ?? 0) - value) < 1e-15, "\(factor)") }
    #expect(abs(factors.product - 200) < 1e-12)
  }

  @Test("Nothing but steps has nothing but steps in it") func bare() {
    let factors = Course.bare(step: Seconds(0.3), steps: 7).factors
    #expect(factors == [.steps: 7, .step: 0.3, .input: 1, .checkpoint: 1, .goodput: 1, .start: 1, .practice: 1])
  }

  @Test("Factors of any run multiply to its wall time") func product() throws {
    for step in [0.01, 1, 30] {
      for spot in [false, true] {
        let asked = job { $0.operating.failures.spot = EventRate(perHour: 0.01) }
        let course = try operation(asked, spot: spot).course(step: Seconds(step))
        #expect(abs(course.factors.product / course.wallTime.value - 1) < 1e-12)
      }
    }
  }
}

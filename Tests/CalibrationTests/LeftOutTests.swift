import Scenarios
import Simulation
import Testing

@testable import Calibration

@Suite struct LeftOutTests {
  @Test("What is left out is named by its kind, and a bare name is a chip's")
  func names() {
    #expect(LeftOut("series:bloom") == LeftOut(.series, "bloom"))
    #expect(LeftOut("stack:nemo") == LeftOut(.stack, "nemo"))
    #expect(LeftOut("chip:h100") == LeftOut(.chip, "h100") && LeftOut("h100") == LeftOut(.chip, "h100"))
    #expect(LeftOut("team:a") == nil)
    #expect(LeftOut(.series, "a:b").text == "series:a:b" && LeftOut("series:a:b")?.name == "a:b")
  }

  private func told(_ kind: LeftOut.Kind, _ name: String, _ residuals: [Double]) throws -> (
    LeftOut, CrossValidation.Foretold
  ) {
    (LeftOut(kind, name), CrossValidation.Foretold(rows: Array(residuals.indices), residuals: residuals, chips: []))
  }

  @Test("The spread for strangers is that of laboratories left out, and one does not tell of itself")
  func spread() throws {
    let wide = Array(repeating: 0.5, count: 10), narrow = Array(repeating: 0.1, count: 10)
    let found = [
      try told(.series, "a", wide), try told(.series, "b", narrow), try told(.series, "c", narrow),
      try told(.chip, "h", Array(repeating: 0.8, count: 4)),
    ]
    let strangeness = Strangeness(found, Priors.Unexplained())
    #expect(abs(strangeness.laboratory() - 0.5 / Interval.halfWidth) < 1e-12)
    // Without the wide one, what is left is narrow.
    #expect(abs(strangeness.laboratory(without: LeftOut(.series, "a")) - 0.1 / Interval.halfWidth) < 1e-12)
    #expect(abs(strangeness.chip() - 0.8 / Interval.halfWidth) < 1e-12)
    // Nothing of a chip is known where the only one is left out: what the priors say, and never less than a laboratory.
    #expect(strangeness.chip(without: LeftOut(.chip, "h")) == max(0.3, 0.5 / Interval.halfWidth))
    #expect(Strangeness([], Priors.Unexplained()).laboratory() == Priors.Unexplained().laboratory)
  }

  @Test("A laboratory counts as one, however many rows it has")
  func weights() throws {
    let many = Array(repeating: 0.1, count: 900), few = Array(repeating: 0.4, count: 100)
    let found = [try told(.series, "a", many), try told(.series, "b", few)]
    // Half of the laboratories are wide: nine in ten need them.
    #expect(abs(Strangeness(found, Priors.Unexplained()).laboratory() - 0.4 / Interval.halfWidth) < 1e-12)
  }

  @Test("Whoever asks is a stranger: no interval is narrower than the error on laboratories left out")
  func asked() throws {
    let run = try Rows.run(Rows.llama())
    let simulator = try Simulator(job: run.job, instance: run.instance, efficiency: run.efficiency)
    let subject = Subject(run.instance.chip, run.efficiency.stack)
    var posterior = try #require(try Rows.catalog.posterior())
    posterior.residuals = ["*@*": 0.05, "*@*/many": 0.05]
    (posterior.laboratory, posterior.extrapolated) = (0.2, 0.3)
    func spread(_ evidence: Evidence) -> Double {
      posterior.unexplained(
        StepCase(PlanCase(simulator, run.plan), subject, machines: 1, evidence: evidence)
      ).spread
    }
    #expect(spread(.measured) == 0.2 && spread(.calibrated) == 0.2 && spread(.extrapolated) == 0.3)
    posterior.laboratory = 0
    #expect(spread(.measured) == 0.05)
  }
}

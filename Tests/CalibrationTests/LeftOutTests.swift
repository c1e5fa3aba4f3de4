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

  @Test("Runs of one team are left out together, whatever series they are of")
  func teams() throws {
    let sources = try Rows.catalog.measurementSources()
    #expect(sources.team(of: "vtrain-multi") == sources.team(of: "vtrain-single"))
    #expect(sources.team(of: "bloom") == "bloom" && sources.team(of: "my-own") == "my-own")
    // Of two entries, of which one says whose it is.
    #expect(sources.team(of: "xscriptmulti") == "xscript" && sources.team(of: "xscript") == "xscript")
    let run = try Rows.run(Rows.llama())
    let simulator = try Simulator(job: run.job, instance: run.instance, efficiency: run.efficiency)
    func row(_ series: String, _ team: String) -> FitRow {
      FitRow(
        id: series, series: series, team: team, subject: Subject(run.instance.chip, run.efficiency.stack),
        plan: PlanCase(simulator, run.plan), measured: 1, group: "", weight: 1, grade: nil)
    }
    let one = LeftOut(.series, "a-1")
    #expect(one.hides(row("a-1", "a"), team: "a") && one.hides(row("a-2", "a"), team: "a"))
    #expect(!one.hides(row("b", "b"), team: "a") && !one.holds(row("a-2", "a")))
    #expect(!LeftOut(.chip, "x").hides(row("a-2", "a"), team: "a"))
  }
}

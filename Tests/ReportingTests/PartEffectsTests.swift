import Quantities
import Testing

@testable import Planning
@testable import Reporting
@testable import Scenarios
@testable import Simulation

/// What a comparison says of parts that were put in place.
@Suite struct PartEffectsTests {
  private func row(
    _ name: String, parts: [String] = [], dollars: Double? = 25,
    _ change: (inout OptionResult, inout Run) -> Void = { _, _ in }
  ) -> ResultRow {
    var run = Sample.run(name, dollars: dollars)
    var result = Sample.option(name, .runs(run))
    result.instance.parts = parts
    change(&result, &run)
    result.outcome = .runs(run)
    return ResultRow(job: Sample.job(), result: result)
  }

  @Test("The step's parts that change most are named, with network and latency before and after")
  func sentence() {
    let variant = row("toy.8+nitro-v6", parts: ["nitro-v6"], dollars: 24) { result, run in
      run.estimate.step.data = Seconds(0.25)
      run.estimate.step.pipeline = Seconds(0.375)
      run.estimate.step.host = Seconds(0.187)
      result.instance.network?.bandwidth = Sample.sourced(5e11)
      result.instance.network?.latency = Sample.sourced(5e-6)
    }
    #expect(
      PartEffects([row("toy.8"), variant]).sentences == [
        "toy.8+nitro-v6 against toy.8: $960 less (−4.0%); the step is 9.87 s instead of 10 s: "
          + "data communication −250 ms, pipeline communication +125 ms; network 500 GB/s instead of 400 GB/s; "
          + "latency 5 µs instead of 10 µs."
      ])
  }

  @Test("A variant is set beside the one with a part fewer, which the unchanged type only stands in for")
  func base() {
    let one = row("toy.8+nitro-v6", parts: ["nitro-v6"])
    let two = row("toy.8+fast+nitro-v6", parts: ["fast", "nitro-v6"]) { result, _ in result.instance.launchFactor = 0.5
    }
    let all = PartEffects([row("toy.8"), one, two]).sentences
    #expect(
      all.count == 2 && all[1].hasPrefix("toy.8+fast+nitro-v6 against toy.8+nitro-v6: the same cost; the step stays"))
    #expect(all[1].contains("its host takes 0.500× the time to launch work"))
    #expect(PartEffects([row("toy.8"), two]).sentences.first?.hasPrefix("toy.8+fast+nitro-v6 against toy.8:") == true)
    #expect(PartEffects([one, row("other.8")]).sentences.isEmpty)
    #expect(PartEffects([row("toy.8"), row("other.8")]).sentences.isEmpty)
  }

  @Test("Another plan or number is told, and a cost that is unknown is not")
  func plan() {
    let variant = row("toy.8+nitro-v6", parts: ["nitro-v6"], dollars: nil) { _, run in
      run.units = 4
      run.estimate.plan = Plan(tensor: 4, data: 4)
    }
    let text = PartEffects([row("toy.8"), variant]).sentences.first ?? ""
    #expect(text.contains("; on 4 instead of 2; plan tp4 ") && !text.contains("$"))
  }
}

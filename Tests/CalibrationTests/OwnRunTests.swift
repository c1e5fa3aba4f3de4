import Foundation
import Quantities
import Simulation
import Testing

@testable import Calibration
@testable import Scenarios

/// What a log of one's own does to predictions of its own job, of neighbours, and of other machines.
@Suite struct OwnRunTests {
  private struct Case {
    var plan: PlanCase
    var profile: Efficiency
    var predicted: Double
    var features: RunFeatures
  }

  private func llama() throws -> Case {
    let run = try Rows.run(Rows.llama("dgxc"))
    let profile = try Rows.catalog.efficiency(chip: run.instance.chip.name, stack: run.efficiency.stack.name)
    let plan = PlanCase(try Simulator(job: run.job, instance: run.instance, efficiency: profile), run.plan)
    return Case(
      plan: plan, profile: profile, predicted: plan.stepTimes([profile.values])[0],
      features: RunFeatures(chip: run.instance.chip.name, stack: profile.stack.name, job: run.job, plan: run.plan))
  }

  private func learn(
    _ one: Case, _ factor: Double, trust: Double = OwnRun.usualTrust, text: String = "a", runs: [FittedRun]? = nil
  ) throws -> OwnRun {
    OwnRun(
      try #require(try Rows.catalog.posterior()), priors: try Rows.catalog.priors(),
      runs: try runs ?? Rows.catalog.fittedRuns(), profile: one.profile, plan: one.plan,
      log: OwnRun.Log(
        measured: one.predicted * factor, uncertainty: 0.002, trust: trust, fingerprint: text, date: "2026-01-02"))
  }

  private func logs(_ own: OwnRun) throws -> OwnLogs {
    let likeness = try #require(try Rows.catalog.posterior()).likeness
    return try #require(OwnLogs(own.runs, likeness))
  }

  @Test(
    "A steady log is evidence: its own job is predicted within 1% of it however far off it is",
    arguments: [0.5, 0.8, 0.97, 1.0, 1.2, 1.5, 3.0])
  func same(_ factor: Double) throws {
    let one = try llama(), own = try learn(one, factor)
    #expect(abs(own.before.predicted / one.predicted - 1) < 1e-9)
    #expect(abs(log(own.after.predicted / own.learnt.measured)) < 0.01)
    // The interval is narrow, and holds what was measured.
    #expect(own.after.high / own.after.low < 1.05 && own.before.high / own.before.low > 1.2)
    #expect(own.after.low < own.learnt.measured && own.learnt.measured < own.after.high)
    #expect(own.learnt.isLog && !own.isRepeated)
  }

  @Test("Neighbours move the same way by less, the less the further, and other machines do not")
  func neighbours() throws {
    let one = try llama(), logs = try logs(try learn(one, 1.2)), own = log(logs.factor(of: one.features))
    #expect(abs(own - log(1.2)) < 0.005)
    var last = own
    for doublings in 1...4 {
      var other = one.plan.plan
      other.data <<= doublings
      let moved = log(logs.factor(of: one.features.with(other)))
      #expect(moved > 0 && moved < last, "\(doublings): \(moved) after \(last)")
      last = moved
    }
    var bigger = one.features
    bigger.parameters *= 64
    #expect(log(logs.factor(of: bigger)) < 0.3 * own && log(logs.factor(of: bigger)) > 0)
    for (chip, stack) in [("trainium2", "neuronx-distributed"), ("a100-80", "nemo"), ("h100", "torchtitan")] {
      let other = RunFeatures(
        texts: [chip, stack] + one.features.cells.texts.dropFirst(2), numbers: one.features.cells.numbers)
      #expect(logs.factor(of: other) == 1 && !logs.speak(of: other), "\(chip) \(stack)")
    }
  }

  @Test("A neighbour moves by what the likeness says, worked out by hand")
  func formula() throws {
    let one = try llama(), own = try learn(one, 1.2), l = try #require(try Rows.catalog.posterior()).likeness
    let logs = try logs(own)
    var other = one.plan.plan
    other.data *= 2
    func square(_ part: Likeness.Part) -> Double { l[part] * l[part] }
    let like = square(.run) + square(.across) + square(.noise), noise = own.learnt.noise ?? 0
    // Twice the devices take half the micro-batches each.
    let apart = 1 / (l[.devices] * l[.devices]) + 1 / (l[.microBatches] * l[.microBatches])
    let gain = (square(.team) + like * exp(-apart / 2)) / (square(.team) + like + noise * noise)
    #expect(abs(log(logs.factor(of: one.features.with(other))) - gain * log(1.2)) < 1e-9)
    // Fifty runs count: their noise is a seventh of one's, and the log's own lines add theirs.
    #expect(abs(noise - (square(.noise) / 50 + 0.002 * 0.002).squareRoot()) < 1e-12)
  }

  @Test("The less it is trusted, the less it moves; one published run still moves most of the way")
  func trust() throws {
    let one = try llama()
    let moved = try [0.01, 1, 50, 1e6].map { trust in
      let own = try learn(one, 1.2, trust: trust)
      return log(own.after.predicted / own.before.predicted) / log(1.2)
    }
    #expect(moved == moved.sorted() && Set(moved).count == 4, "\(moved)")
    #expect(moved[0] < 0.1 && moved[1] > 0.5 && moved[1] < 0.9 && moved[2] > 0.99 && moved[3] < 1.0001)
  }

  @Test("The same log counts once, as it was stated last; another one counts besides")
  func repeated() throws {
    let one = try llama(), first = try learn(one, 1.2)
    let again = try learn(one, 1.3, runs: first.runs)
    #expect(again.isRepeated && again.runs.count == first.runs.count)
    #expect(abs(log(again.after.predicted / one.predicted) - log(1.3)) < 0.005)
    let both = try learn(one, 1.3, text: "b", runs: first.runs)
    #expect(!both.isRepeated && both.runs.count == first.runs.count + 1)
    let middle = log(both.after.predicted / one.predicted)
    #expect(abs(middle - (log(1.2) + log(1.3)) / 2) < 0.005)
    // The order of logs does not matter.
    let other = try learn(one, 1.2, runs: try learn(one, 1.3, text: "b").runs)
    #expect(abs(other.after.predicted / both.after.predicted - 1) < 1e-9)
  }

  @Test("On a chip of which nothing was published all stacks learn from a log")
  func newChip() throws {
    let l = try #require(try Rows.catalog.posterior()).likeness
    func features(_ chip: String, _ stack: String) -> RunFeatures {
      RunFeatures(texts: [chip, stack, "bf16", "none"], numbers: [8e9, 4096, 512, 64, 1, 1, 1, 1, 1, 1, 0, 0])
    }
    func run(_ chip: String, _ stack: String, _ noise: Double?) -> FittedRun {
      FittedRun(
        id: chip, team: "t", features: features(chip, stack), memory: 0.5, measured: 2, predicted: 1, noise: noise)
    }
    let logs = try #require(OwnLogs([run("old", "s", nil), run("mine", "s", 0.01)], l))
    #expect(abs(logs.factor(of: features("mine", "s")) - 2) < 0.01)
    let other = logs.factor(of: features("mine", "t"))
    #expect(other > 1.1 && other < 2 && logs.factor(of: features("old", "s")) == 1)
    // A list without logs says nothing.
    #expect(OwnLogs([run("old", "s", nil)], l) == nil)
  }

  @Test("Another log on the same machines would tell of plans like it, a copy of the first hardly more of the first")
  func next() throws {
    let one = try llama(), own = try learn(one, 1.1), ran = one.plan.plan
    var near = ran, far = ran
    (near.tensor, near.data) = (4, 8)
    (far.tensor, far.pipeline, far.data, far.recompute) = (1, 8, 8, .full)
    let asked = [near], byItself = own.narrowing(of: asked, by: near)
    #expect(byItself > own.narrowing(of: asked, by: far) && byItself > 0.5 && byItself < 1)
    #expect(own.narrowing(of: [ran], by: ran) < 0.4 && own.narrowing(of: [], by: ran) == 0)
  }
}

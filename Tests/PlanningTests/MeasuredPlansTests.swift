import Foundation
import Quantities
import Scenarios
import Simulation
import Testing

/// Published step times of plans that differ only in how the work is split: does the model choose well among them?
///
/// Regret of a group: how much longer the plan takes that the model ranks first than the one that was fastest.
@Suite struct MeasuredPlansTests {
  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  struct Group {
    var name: String
    var job: Job
    /// Measured step times; a plan that was measured twice counts by its mean.
    var measured: [Plan: [Double]] = [:]
  }

  static func groups(_ catalog: Catalog) throws -> [Group] {
    let form = try catalog.model("megatron-175b")
    var groups: [Group] = []
    for run in try Measurement.read(catalog.measurementsFile()) where run.series == "vtrain-multi" {
      let hidden = run.hiddenSize ?? 1, heads = run.heads ?? 1, batch = run.globalBatch ?? 1
      let name = "\(run.model) \(run.accelerators ?? 0) \(batch)"
      var model = form
      (model.hiddenSize, model.layers, model.heads) = (hidden, run.layers ?? 1, heads)
      (model.keyValueHeads, model.feedForwardSize) = (run.keyValueHeads ?? heads, run.feedForwardSize ?? 4 * hidden)
      (model.headDimension, model.vocabularySize) = (hidden / heads, run.vocabularySize ?? 1)
      let job = Job(
        name: name, model: model, tokens: Count(1e9), sequenceLength: run.sequenceLength ?? 1, globalBatch: batch,
        precision: .fp16)
      let plan = Plan(
        tensor: run.tensor ?? 1, pipeline: run.pipeline ?? 1, interleave: run.interleave ?? 1, data: run.data ?? 1,
        context: run.context ?? 1, microBatch: run.microBatch ?? 1, recompute: .full)
      let index =
        groups.firstIndex { $0.name == name }
        ?? {
          groups.append(Group(name: name, job: job)); return groups.count - 1
        }()
      groups[index].measured[plan, default: []].append(run.value)
    }
    return groups
  }

  @Test("the plan ranked first takes little longer than the one measured fastest")
  func regret() throws {
    let catalog = Catalog(roots: [Self.repository + "/configs"])
    let instance = try catalog.instance("dgx-a100")
    let profile = try catalog.efficiency(chip: instance.chip.name, stack: "megatron-2022")
    var regrets: [Double] = []
    for group in try Self.groups(catalog) {
      let simulator = try Simulator(job: group.job, instance: instance, efficiency: profile)
      let rows = group.measured.map { plan, times in
        (
          plan: plan, predicted: simulator.estimate(plan).stepTime.value,
          measured: times.reduce(0, +) / Double(times.count)
        )
      }
      let chosen = try #require(rows.min { $0.predicted < $1.predicted })
      let best = try #require(rows.map(\.measured).min())
      let worst = try #require(rows.map(\.measured).max())
      var agreeing = 0, pairs = 0
      for (i, a) in rows.enumerated() {
        for b in rows[(i + 1)...] where a.measured != b.measured {
          pairs += 1
          agreeing += (a.measured < b.measured) == (a.predicted < b.predicted) ? 1 : -1
        }
      }
      let regret = chosen.measured / best - 1
      regrets.append(regret)
      print(
        "\(group.name): \(rows.count) plans, regret \(regret), slowest \(worst / best)× the fastest, "
          + "Kendall τ \(Double(agreeing) / Double(max(1, pairs)))")
      #expect(chosen.measured < worst)
    }
    #expect(regrets.count == 3)
    let mean = regrets.reduce(0, +) / Double(max(1, regrets.count))
    print("mean regret \(mean)")
    #expect(mean < 0.1)
  }
}

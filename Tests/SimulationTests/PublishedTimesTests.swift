import Foundation
import Quantities
import Scenarios
import Simulation
import Testing

/// Iteration times of Korthikanti et al. 2022 (arXiv:2205.05198 table 5): DGX A100, one data-parallel rank, fp16.
struct PublishedTime: Sendable, CustomTestStringConvertible {
  var run: MegatronRun
  var full: Double
  var selective: Double
  var testDescription: String { run.name }

  static let all = [
    PublishedTime(run: MegatronRun.all[0], full: 1.42, selective: 1.10),
    PublishedTime(run: MegatronRun.all[1], full: 18.13, selective: 13.75),
    PublishedTime(run: MegatronRun.all[2], full: 49.05, selective: 37.83),
    PublishedTime(run: MegatronRun.all[3], full: 94.42, selective: 71.49),
  ]
}

@Suite struct PublishedTimesTests {
  private static let catalog = Catalog(roots: [
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../configs")
      .standardizedFileURL.path
  ])

  @Test(
    "published Megatron iteration times are met to 12% with the shipped profile", arguments: PublishedTime.all
  )
  func iteration(row: PublishedTime) throws {
    let catalog = Self.catalog
    let model = try catalog.model(row.run.name)
    #expect(
      (model.layers, model.hiddenSize, model.heads, model.vocabularySize)
        == (row.run.layers, row.run.hidden, row.run.heads, 51_200))
    var job = row.run.job
    job.model = model
    let simulator = try Simulator(
      job: job, instance: catalog.instance("dgx-a100"),
      efficiency: catalog.efficiency(chip: "a100-80", stack: "megatron-2022"))
    for (recompute, measured) in [(Recompute.full, row.full), (.selective, row.selective)] {
      let plan = row.run.plan(recompute, sequenceParallel: recompute == .selective)
      #expect(PlanRules(job: job, machine: simulator.machine).problems(plan).isEmpty)
      let found = simulator.estimate(plan).stepTime.value
      #expect(isClose(found, measured, 0.12), "\(recompute): \(found) s and \(measured) s")
    }
  }
}

import Costing
import Quantities
import Testing

@testable import Planning
@testable import Scenarios
@testable import Simulation

/// Recommenders among the plans that are searched, with the shipped facts.
@Suite struct RecommenderPlansTests {
  private static let catalog = Catalog(roots: [MeasuredPlansTests.repository + "/configs"])

  private func result(_ model: String, on type: String, plan: String? = nil, stack: String? = nil) throws
    -> OptionResult
  {
    let job = Job(
      name: "job", model: try Self.catalog.model(model), tokens: Count(4.195e9), sequenceLength: 1, globalBatch: 65_536,
      recompute: nil)
    let instance = try Self.catalog.instance(type)
    let request = ComparisonRequest(
      job: job, size: .instances(1),
      options: [(instance, try Self.catalog.efficiency(chip: instance.chip.name, stack: stack))],
      plan: try plan.map { try PlanRequest(parsing: $0) })
    return Comparison(request, prices: PriceBook(try Self.catalog.prices())).results[0]
  }

  @Test("All devices of a machine are data-parallel ranks, with as large a micro-batch as pays") func plans() throws {
    let plan = try #require(try result("dlrm-criteo", on: "p5.48xlarge").run).estimate.plan
    #expect(plan.data == 8 && plan.tensor == 1 && plan.pipeline == 1 && plan.context == 1)
    #expect(plan.microBatch == 8192 && plan.recompute == .none)
  }

  @Test("421 GiB of tables fit eight A100 of 80 GB or a socket of 768 GiB, and no H100 alone") func memory() throws {
    #expect(try result("dlrm-whole", on: "p4de.24xlarge").run != nil)
    #expect(try result("dlrm-whole", on: "m9g.48xlarge").run != nil)
    #expect(try result("dlrm-whole", on: "p4d.24xlarge").refusal?.memoryThere == Bytes(40 * gib))
    #expect(try result("dlrm-whole", on: "p5.4xlarge").refusal?.memoryThere == Bytes(80 * gib))
  }

  @Test(
    "A plan that splits a recommender is refused with what splits it",
    arguments: [
      ("tp=2", PlanProblem.recommenderSplits(.tensor(2))), ("pp=2", .recommenderSplits(.pipeline(2))),
      ("recompute=full", .recommenderRecomputes(.full)),
    ])
  func refused(plan: String, problem: PlanProblem) throws {
    #expect(try result("dlrm-small", on: "p5.48xlarge", plan: plan).refusal?.reason == .plan([problem]))
  }

  @Test("A run on an accelerator warns of the fixed times of language models, one on a processor does not")
  func warned() throws {
    func warns(_ type: String) throws -> Bool {
      let run = try #require(try result("dlrm-small", on: type).run)
      return run.notes.contains { if case .run(.fixedTimesOfLanguageModels) = $0 { true } else { false } }
    }
    #expect(try warns("p5.4xlarge"))
    #expect(try !warns("m9g.48xlarge"))
  }

  @Test(
    "With the least fixed time that was fitted, eight A100 pass large tables for less than half of a Graviton's price")
  func cheaper() throws {
    let accelerator = try #require(try result("dlrm-whole", on: "p4de.24xlarge", stack: "megatron-deepspeed").run?.cost)
    let graviton = try #require(try result("dlrm-whole", on: "m9g.48xlarge").run?.cost)
    #expect(accelerator * 2 < graviton)
  }
}

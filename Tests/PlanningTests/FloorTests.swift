import Quantities
import TestSupport
import Testing

@testable import Planning
@testable import Scenarios
@testable import Simulation

/// What lets `compare` leave plans out unseen: floors under the steps of a shape.
@Suite struct FloorTests {
  private static let catalog = Catalog(roots: [MeasuredPlansTests.repository + "/configs"])
  /// Every kind of layer: dense, windows, experts, latent attention, state spaces, an encoder.
  static let models = [
    "smollm-135m", "gemma-3-12b", "mixtral-8x7b", "deepseek-v3", "nemotron-h-8b", "bert-large", "gpt2-xl",
    "llama-4-scout",
  ]
  /// Networks of every kind, stacks with fused and unfused attention.
  static let machines: [(instance: String, stack: String?)] = [
    ("p5.48xlarge", nil), ("trn1.32xlarge", nil), ("trn2.48xlarge", nil), ("p4d.24xlarge", "megatron-2021"),
    ("c8g.48xlarge", nil), ("p6-b200.48xlarge", "megatron-core"),
  ]

  private static func simulators(_ name: String) throws -> [Simulator] {
    let model = try catalog.model(name)
    return try machines.compactMap { one in
      let instance = try catalog.instance(one.instance)
      let efficiency = try catalog.efficiency(chip: instance.chip.name, stack: one.stack)
      let job = Job(
        name: name, model: model, tokens: Count(1e10), sequenceLength: model.family == .encoder ? 128 : 512,
        globalBatch: 12)
      return try? Simulator(job: job, instance: instance, efficiency: efficiency)
    }
  }

  @Test("No plan's step is shorter than the floor of its shape and its bubble", arguments: models)
  func under(name: String) throws {
    var looked = 0, broken: [Plan] = []
    var nearest = 0.0
    for simulator in try Self.simulators(name) {
      let space = PlanSpace(job: simulator.job, machine: simulator.machine, request: PlanRequest())
      let floors = ShapeFloors(simulator, space.shapes)
      var results = PlanResults()
      for index in stride(from: 0, to: space.shapes.count, by: 1 + space.shapes.count / 40) {
        floors.lower([index])
        let (table, at) = try #require(floors.place(index))
        var batch = PlanBatch(), counts = PlanCounts()
        space.plans(of: space.shapes[index], .upTo(512, multipleOf: 1), into: &batch, &counts)
        if batch.count == 0 { continue }
        simulator.evaluate(batch, shape: at, of: table, into: &results)
        for i in 0..<batch.count {
          let plan = batch.plan(i, space.shapes[index]), floor = floors.floor(index)
          // And a bubble.
          let pass = floor.work / Double(plan.tensor * plan.context * simulator.job.globalBatch / plan.microBatch)
          let least =
            floor.all / Double(plan.devices) + pass * (1 - 1 / Double(plan.pipeline)) / Double(plan.interleave)
          looked += 1
          nearest = max(nearest, least / results.step(i))
          if results.step(i) < least * (1 - 1e-9) { broken.append(plan) }
        }
      }
    }
    #expect(broken.isEmpty, "\(broken.prefix(3))")
    // A floor far below every step would hold as well, and rule nothing out.
    #expect(looked > 1000 && nearest > 0.9, "\(looked) \(nearest)")
  }

  @Test("Of shapes that differ in the micro-batch alone, a multiple has no higher floor", arguments: models)
  func multiples(name: String) throws {
    var pairs = 0, broken: [BlockShape] = []
    for simulator in try Self.simulators(name) {
      let shapes = PlanSpace(job: simulator.job, machine: simulator.machine, request: PlanRequest()).shapes
      let some = shapes.filter { $0.context <= 2 && $0.recompute != .selective }
      let floors = ShapeFloors(simulator, some)
      floors.lower(Array(some.indices))
      let known = Dictionary(uniqueKeysWithValues: some.enumerated().map { ($1, floors.floor($0)) })
      for (shape, floor) in known {
        for factor in [2, 3] where shape.microBatch % factor == 0 {
          var smaller = shape
          smaller.microBatch /= factor
          guard let other = known[smaller] else { continue }
          pairs += 1
          if floor.all > other.all * (1 + 1e-9) || floor.work > other.work * (1 + 1e-9) { broken.append(shape) }
        }
      }
      // So the floor of a group is under all of its shapes.
      for group in floors.groups {
        #expect(group.shapes.allSatisfy { floors.floor($0).all >= group.floor.all * (1 - 1e-9) })
      }
    }
    #expect(broken.isEmpty && pairs > 100, "\(pairs): \(broken.prefix(3))")
  }
}

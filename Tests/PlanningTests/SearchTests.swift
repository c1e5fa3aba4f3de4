import Quantities
import Scenarios
import Simulation
import Testing

@testable import Planning

@Suite struct SearchTests {
  /// The whole cross product of degrees up to `devices`, legal by the rules alone.
  static func everyPlan(_ job: Job, _ rules: PlanRules, devices: Int) -> [Plan] {
    var plans: [Plan] = []
    let degrees = divisors(devices)
    for t in degrees {
      for p in degrees where devices % (t * p) == 0 {
        for c in degrees where devices % (t * p * c) == 0 {
          for b in divisors(job.globalBatch) {
            for v in 1...job.model.layers {
              for z in 0...3 {
                for recompute in Recompute.allCases {
                  for split in [false, true] {
                    let plan = Plan(
                      tensor: t, pipeline: p, interleave: v, data: devices / (t * p * c), context: c, zero: z,
                      microBatch: b, recompute: recompute, sequenceParallel: split)
                    if rules.problems(plan, devices: devices).isEmpty { plans.append(plan) }
                  }
                }
              }
            }
          }
        }
      }
    }
    return plans
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var devices: Int
    var chips = 8
    var layers = 16
    var batch = 32
    var memory = 80.0
    var attention = Stack.Attention.fused
    var zero = [0, 1]
    var testDescription: String {
      "\(devices) devices of \(chips), \(layers) layers, \(memory) GiB, \(attention), zero \(zero)"
    }

    func search() throws -> PlanSearch {
      let stack = Stack.named("stack", attention, zero: zero)
      return try .of(
        .small(layers: layers, batch: batch), on: .node(chips: chips, memory: memory), .profile(stack))
    }
  }

  static let cases = [
    Case(devices: 8), Case(devices: 16), Case(devices: 8, memory: 12), Case(devices: 16, memory: 8),
    Case(devices: 8, attention: .unfused, zero: [0, 1, 2, 3]),
    Case(devices: 12, chips: 6, layers: 9, batch: 24),
    Case(devices: 16, chips: 4, layers: 15, memory: 16, attention: .unfused), Case(devices: 1, chips: 1),
  ]

  @Test("search finds what trying every plan one by one finds", arguments: cases)
  func bruteForce(scenario: Case) throws {
    let search = try scenario.search()
    let simulator = search.simulator
    let plans = Self.everyPlan(simulator.job, search.space.rules, devices: scenario.devices)
    let found = search.best(devices: scenario.devices)
    let best = plans.map(simulator.estimate).filter(\.fits).map(\.stepTime).min()
    #expect(found.best?.stepTime == best, "\(String(describing: found.best?.plan))")
    #expect(search.counts(devices: scenario.devices).evaluated == plans.count)
    // A limit hides what is slower, and nothing else.
    let fresh = try scenario.search()
    #expect(fresh.best(devices: scenario.devices, within: (best?.value ?? 1) * 0.999) == nil)
    #expect(fresh.best(devices: scenario.devices, within: best?.value ?? 1)?.plan == found.best?.plan)
  }

  @Test("every plan that the space holds is legal, and holds all that was asked", arguments: cases)
  func legal(scenario: Case) throws {
    for request in requests {
      let job = Job.small(layers: scenario.layers, batch: scenario.batch)
      let instance = Instance.node(chips: scenario.chips)
      let search = try PlanSearch.of(
        job, on: instance, .profile(.named("s", scenario.attention, zero: scenario.zero)), request)
      for devices in [scenario.devices, 2 * scenario.devices, 24] {
        for shape in search.space.shapes {
          var batch = PlanBatch()
          search.space.plans(of: shape, devices: devices, into: &batch)
          for i in 0..<batch.count {
            let plan = batch.plan(i, shape)
            #expect(search.space.rules.problems(plan, devices: devices).isEmpty, "\(plan)")
            #expect(matches(plan, request), "\(plan)")
          }
        }
      }
    }
  }

  private var requests: [PlanRequest] {
    var few = PlanRequest(), more = PlanRequest()
    (few.tensor, few.pipeline) = (2, 2)
    (more.data, more.zero, more.recompute, more.microBatch) = (4, 1, .full, 1)
    return [PlanRequest(), few, more]
  }

  private func matches(_ plan: Plan, _ request: PlanRequest) -> Bool {
    [
      (request.tensor, plan.tensor), (request.pipeline, plan.pipeline), (request.data, plan.data),
      (request.zero, plan.zero), (request.microBatch, plan.microBatch),
    ]
    .allSatisfy { $0.0 == nil || $0.0 == $0.1 }
      && (request.recompute == nil || request.recompute == plan.recompute)
  }

  @Test("the found estimate is bit for bit that of its plan alone, and of its place in the batch")
  func sameNumbers() throws {
    let search = try PlanSearch.of(.small())
    let simulator = search.simulator
    let best = try #require(search.best(devices: 16).best)
    let alone = simulator.estimate(best.plan)
    #expect(StepParts.Part.allCases.allSatisfy { best.step[$0] == alone.step[$0] })
    #expect(MemoryParts.Part.allCases.allSatisfy { best.memory[$0] == alone.memory[$0] })
    let table = simulator.table(search.space.shapes)
    let index = try #require(search.space.shapes.firstIndex(of: BlockShape(best.plan)))
    var batch = PlanBatch()
    search.space.plans(of: search.space.shapes[index], devices: 16, into: &batch)
    let place = try #require(
      (0..<batch.count).first { batch.plan($0, search.space.shapes[index]) == best.plan })
    var results = PlanResults()
    simulator.evaluate(batch, shape: index, of: table, into: &results)
    let placed = simulator.estimate(best.plan, results, at: place)
    #expect(StepParts.Part.allCases.allSatisfy { placed.step[$0] == alone.step[$0] })
  }

  @Test("where nothing fits, the plan that needs least memory is the nearest miss")
  func smallest() throws {
    let search = try PlanSearch.of(.small(), on: .node(memory: 1))
    let found = search.best(devices: 8)
    #expect(found.best == nil)
    let plans = Self.everyPlan(search.simulator.job, search.space.rules, devices: 8)
    let least = plans.map { search.simulator.estimate($0).memory.total }
      .min()
    #expect(found.smallest?.memory.total == least)
  }

  @Test("sizes worth trying are all that have a plan")
  func sizes() throws {
    let search = try PlanSearch.of(.small(layers: 6, batch: 12), on: .node(chips: 2))
    let sizes = search.space.deviceCounts(multipleOf: 2, atMost: 80)
    let tried = (1...40).map { 2 * $0 }.filter { search.isLegal(devices: $0) }
    #expect(sizes == tried)
  }

  @Test("the product of the largest micro-batch and data degree is beyond the integers, and nothing traps")
  func largeBatches() throws {
    let search = try PlanSearch.of(.small(layers: 2, batch: 1 << 40))
    let sizes = search.space.deviceCounts(multipleOf: 8, atMost: 64)
    #expect(sizes == [8, 16, 32, 64] && search.isLegal(devices: 64))
  }
}

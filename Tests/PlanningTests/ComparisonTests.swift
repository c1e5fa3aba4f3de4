import Costing
import Foundation
import Quantities
import Scenarios
import Simulation
import Testing

@testable import Planning

@Suite struct ComparisonTests {
  static let day = 86_400.0

  @Test("twice the tokens take twice the time and twice the cost")
  func linear() throws {
    let book = prices(["node": 50])
    // Whole steps, so that nothing is rounded up.
    let tokens = 1e6 * 32 * 4096.0
    let one = try #require(compare(.small(tokens: tokens), .instances(2), [.node()], book).results[0].run)
    let two = try #require(compare(.small(tokens: 2 * tokens), .instances(2), [.node()], book).results[0].run)
    #expect(two.wallTime == one.wallTime * 2)
    #expect(two.cost == one.cost.map { $0 * 2 })
    #expect(one.dollarsPerMillionTokens(Count(tokens)) == one.cost.map { $0 / (tokens / 1e6) })
  }

  @Test("a run is whole steps: a token too many is a step more")
  func wholeSteps() throws {
    let tokens = 1000 * 32 * 4096.0
    let even = try #require(compare(.small(tokens: tokens), .instances(2), [.node()], prices([:])).results[0].run)
    let odd = try #require(compare(.small(tokens: tokens + 1), .instances(2), [.node()], prices([:])).results[0].run)
    #expect(even.wallTime == even.estimate.stepTime * 1000)
    #expect(odd.wallTime == even.estimate.stepTime * 1001)
  }

  @Test("cost is linear in the price and changes no plan")
  func price() throws {
    let cheap = try #require(compare(.small(), .instances(2), [.node()], prices(["node": 50])).results[0].run)
    let dear = try #require(compare(.small(), .instances(2), [.node()], prices(["node": 150])).results[0].run)
    #expect(cheap.estimate.plan == dear.estimate.plan)
    #expect(abs((dear.cost?.value ?? 0) / (cheap.cost?.value ?? 1) - 3) < 1e-12)
  }

  @Test("options that run come first by cost, then those without a price by time, then the refusals as given")
  func ranking() {
    let options = [
      Instance.node("tiny", memory: 1), .node("dear"), .node("unpriced-slow", peak: 2e14), .node("cheap"),
      .node("unpriced-fast"), .node("small", memory: 2),
    ]
    let found = compare(
      .small(), .instances(1), options, prices(["tiny": 1, "dear": 90, "cheap": 30, "small": 1]))
    #expect(
      found.results.map(\.instance.name) == [
        "cheap", "dear", "unpriced-fast", "unpriced-slow", "tiny", "small",
      ])
    #expect(found.results.map { $0.run != nil } == [true, true, true, true, false, false])
    #expect(found.results[2].run?.cost == nil)
    #expect(
      found.results[2].run?.notes.contains(
        .unpriced(Unpriced(instance: "unpriced-fast", wanted: [.onDemand, .capacityBlock]))) == true)
  }

  @Test("the order in which options are given changes no row")
  func permuted() {
    let options = [
      Instance.node("a"), .node("b", peak: 5e14), .node("c", chips: 4), .node("d", memory: 20),
      .node("e", memory: 1),
    ]
    let book = prices(["a": 50, "b": 20, "c": 22, "d": 44])
    let ranked = compare(.small(), .instances(2), options, book).results
    for shift in 1..<options.count {
      let turned = Array(options[shift...] + options[..<shift])
      let found = compare(.small(), .instances(2), turned.reversed(), book).results
      #expect(found.map(\.instance.name) == ranked.map(\.instance.name))
      #expect(found.map { $0.run?.cost } == ranked.map { $0.run?.cost })
    }
  }

  @Test(
    "chips that are not whole instances are refused with the nearest that are", arguments: [(8, 1), (24, 3)])
  func chips(chips: Int, units: Int) throws {
    let book = prices(["node": 50])
    let run = try #require(compare(.small(), .chips(chips), [.node()], book).results[0].run)
    #expect((run.units, run.chips, run.devices) == (units, chips, chips))
    let refused = compare(.small(), .chips(chips + 3), [.node()], book).results[0].refusal
    #expect(refused?.reason == .chipsNotWhole(chips: chips + 3, each: 8))
  }

  @Test(
    "without a price a deadline takes the fewest instances that meet it: every smaller size misses",
    arguments: [3, 0.5, 0.2])
  func deadline(days: Double) throws {
    let limit = Seconds(days * Self.day), job = Job.small(batch: 96)
    let run = try #require(compare(job, .deadline(limit), [.node()], prices([:])).results[0].run)
    #expect(run.wallTime <= limit)
    let search = try PlanSearch.of(job)
    for units in 1..<run.units {
      let smaller = search.best(devices: units * 8).best.map { job.tokens.time(at: $0.tokensPerSecond) }
      #expect(smaller.map { $0 > limit } ?? true, "\(units) instances would do")
    }
    #expect(run.units > 1 || days > 1)
  }

  @Test("a deadline takes the cheapest size that meets it, and of two that cost the same the faster")
  func cheapestByDeadline() throws {
    let limit = Seconds(40 * Self.day), job = Job.small(batch: 96, tokens: 6e12)
    let weekly = PriceBook([
      Price(
        provider: "aws", instance: "node", region: .named("us-east-1"), model: .capacityBlock,
        rate: DollarRate(perHour: 50), billing: try #require(Provider.aws.billing(of: .capacityBlock)),
        date: "2026-07-01", source: "test")
    ])
    for book in [weekly, prices(["node": 50])] {
      let chosen = try #require(compare(job, .deadline(limit), [.node()], book).results[0].run)
      let cost = try #require(chosen.cost)
      #expect(chosen.wallTime <= limit)
      let search = try PlanSearch.of(job)
      let first = try #require(
        (1...64).first { units in
          search.best(devices: units * 8).best.map { $0.stepTime * job.steps <= limit } ?? false
        })
      for units in first...(4 * first) {
        guard let other = compare(job, .instances(units), [.node()], book).results[0].run,
          let otherCost = other.cost, other.wallTime <= limit
        else { continue }
        #expect(otherCost >= cost * (1 - 1e-9))
        if otherCost <= cost * (1 + 1e-9) { #expect(other.wallTime >= chosen.wallTime) }
      }
    }
  }

  @Test("a deadline that no size meets names the fastest")
  func missed() throws {
    let refusal = try #require(
      compare(.small(tokens: 1e13), .deadline(Seconds(60)), [.node()], prices([:])).results[0].refusal)
    guard case .deadline = refusal.reason else {
      Issue.record("\(refusal.reason)")
      return
    }
    let near = try #require(
      compare(.small(tokens: 1e12), .deadline(Seconds(20_000)), [.node()], prices([:])).results[0].refusal)
    guard case .deadline(let missed) = near.reason else {
      Issue.record("\(near.reason)")
      return
    }
    #expect(missed.deadline == Seconds(20_000) && missed.time == near.wallTime && missed.units == near.units)
    #expect(missed.needed >= Double(missed.units))
    #expect(near.nearest != nil && (near.wallTime ?? .zero) > Seconds(20_000))
  }

  @Test("a budget takes the fastest size that it pays for")
  func budget() throws {
    let book = prices(["node": 50]), job = Job.small(batch: 32)
    let search = try PlanSearch.of(job)
    let costs = (1...64).compactMap { units -> (cost: Double, time: Double)? in
      search.best(devices: 8 * units).best.map {
        let time = job.tokens.time(at: $0.tokensPerSecond).value
        return (time / 3600 * 50 * Double(units), time)
      }
    }
    let cheapest = try #require(costs.map(\.cost).min())
    for share in [1.001, 1.1, 1.5] {
      let limit = Dollars(cheapest * share)
      let run = try #require(compare(job, .budget(limit), [.node()], book).results[0].run)
      #expect(run.cost.map { $0 <= limit } == true)
      let best = try #require(costs.filter { $0.cost <= limit.value }.map(\.time).min())
      #expect(abs(run.wallTime.value / best - 1) < 0.04)
    }
  }

  @Test("a budget that is too small says what part of the tokens it pays for")
  func poor() throws {
    let refusal = try #require(
      compare(.small(), .budget(Dollars(1)), [.node()], prices(["node": 50])).results[0].refusal)
    guard case .budget(let least, let units, "node", let share) = refusal.reason else {
      Issue.record("\(refusal.reason)")
      return
    }
    #expect(least > Dollars(1) && units == refusal.units && abs(share * least.value - 1) < 1e-12)
    #expect(refusal.nearest != nil && refusal.units != nil)
    let unpriced = try #require(
      compare(.small(), .budget(Dollars(1)), [.node()], prices([:])).results[0].refusal)
    #expect(
      unpriced.reason
        == .budgetNeedsPrice(Unpriced(instance: "node", wanted: [.onDemand, .capacityBlock])))
  }

  @Test("where nothing fits, the refusal says how much is needed and how much is there")
  func memory() throws {
    for size in [JobSize.instances(1), .deadline(Seconds(1e7))] {
      let refusal = try #require(
        compare(.small(), size, [.node(memory: 1)], prices(["node": 50])).results[0].refusal)
      #expect(refusal.memoryThere == Bytes(gib), "\(refusal.reason)")
      #expect(refusal.nearest.map { $0.memory.total > Bytes(gib) } == true)
    }
  }

  @Test("of all sizes that miss by memory, the refusal names the nearest")
  func nearestMiss() throws {
    let job = Job.small(layers: 4, batch: 8), node = Instance.node(memory: 0.5)
    let refusal = try #require(
      compare(job, .deadline(Seconds(1e7)), [node], prices([:])).results[0].refusal)
    let search = try PlanSearch.of(job, on: node)
    let sizes = search.space.deviceCounts(multipleOf: 8, atMost: 800_000)
    let needs = sizes.compactMap { search.best(devices: $0).smallest?.memory.total }
    #expect(Set(needs).count > 1)
    #expect(refusal.nearest?.memory.total == needs.min())
  }

  @Test("a deadline whose smallest sizes have no plan at all still names the nearest miss of memory")
  func sizesWithoutPlans() throws {
    var request = PlanRequest()
    (request.zero, request.tensor) = (1, 8)
    let found = compare(
      .small(), .deadline(Seconds(1e7)), [.node(memory: 1)], prices(["node": 50]), plan: request)
    let refusal = try #require(found.results[0].refusal)
    #expect(refusal.memoryThere == Bytes(gib), "\(refusal.reason)")
  }

  @Test("a size with no legal plan names the nearest that have one")
  func noPlan() throws {
    let refusal = try #require(
      compare(.small(layers: 4, batch: 4), .instances(7), [.node()], prices(["node": 50])).results[0].refusal)
    guard case .noLegalPlanOfSize(let size) = refusal.reason else {
      Issue.record("\(refusal.reason)")
      return
    }
    #expect((size.units, size.devices, size.isAsked) == (7, 56, false))
    #expect(size.nearest == [6, 8])
  }

  @Test("types that do not cluster run on one instance, and say so beyond")
  func alone() throws {
    let book = prices(["node": 50])
    let one = try #require(
      compare(.small(), .deadline(Seconds(1e9)), [.node(clusters: false)], book).results[0].run)
    #expect(one.units == 1)
    let two = try #require(
      compare(.small(), .instances(2), [.node(clusters: false)], book).results[0].refusal)
    #expect(two.reason == .plan([.leavesNode(devices: 16)]))
  }

  @Test("an unfitted profile and an impossible precision are told")
  func told() throws {
    let run = try #require(compare(.small(), .instances(1), [.node()], prices([:])).results[0].run)
    #expect(run.notes.contains(.run(.profileExtrapolated("profile"))))
    var job = Job.small()
    job.precision = .fp8
    let refusal = compare(job, .instances(1), [.node()], prices([:])).results[0].refusal
    #expect(refusal?.reason == .unsupported(.format(.fp8, chip: "chip", known: [.bf16])))
  }

  @Test("a run that fits with less than 95% is warned of, one that fits with more is not")
  func memoryWarning() throws {
    var profile = Efficiency.profile()
    profile.memorySpread = 0.05
    let simulator = try Simulator(job: .small(), instance: .node(), efficiency: profile)
    let maker = try RunMaker(simulator, .list, region: nil, prices([:]), nil)
    var estimate = try #require(PlanSearch(simulator: simulator, request: PlanRequest()).best(devices: 8).best)
    func warned(_ share: Double) -> [Double] {
      estimate.memoryCapacity = estimate.memory.total / share
      return maker.run(estimate, 1).notes.compactMap {
        if case .run(.memoryTight(instance: "node", let used)) = $0 { used } else { nil }
      }
    }
    // ln(1 ÷ 0.98) is 0.404 spreads, below which 65.7% are.
    let tight = warned(0.98)
    #expect(tight.count == 1 && abs((tight.first ?? 0) - 0.6569) < 1e-4)
    #expect(warned(0.9).isEmpty && warned(0.93).count == 1)
  }

  @Test("A search proposes what fits with 95%; what is asked for may be tighter, and one that cannot fit is refused")
  func memoryCertainty() throws {
    var profile = Efficiency.profile()
    let plain = try #require(
      PlanSearch(
        simulator: try Simulator(job: .small(), instance: .node(), efficiency: profile), request: PlanRequest()
      ).best(devices: 8).best)
    let share = plain.memory.total / plain.memoryCapacity
    // So uncertain that the best plan does not fit with 95%.
    profile.memorySpread = log(1 / share) / 1.6448 * 1.1
    let simulator = try Simulator(job: .small(), instance: .node(), efficiency: profile)
    let found = try #require(PlanSearch(simulator: simulator, request: PlanRequest()).best(devices: 8).best)
    #expect(found.plan != plain.plan && found.memory.total < plain.memory.total && found.fitProbability >= 0.95)
    var asked = PlanRequest()
    (asked.tensor, asked.microBatch, asked.recompute) = (plain.plan.tensor, plain.plan.microBatch, plain.plan.recompute)
    (asked.pipeline, asked.zero) = (plain.plan.pipeline, plain.plan.zero)
    let own = try #require(PlanSearch(simulator: simulator, request: asked).best(devices: 8).best)
    #expect(own.plan == plain.plan && own.fitProbability < 0.95 && own.fitProbability > 0.5)
  }
}

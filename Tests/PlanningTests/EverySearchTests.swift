import Costing
import Quantities
import Scenarios
import Simulation
import Testing

@testable import Planning

@Suite struct EverySearchTests {
  struct Case: Sendable, CustomStringConvertible, CustomTestStringConvertible {
    var units = 1
    var chips = 8
    var layers = 6
    var batch = 12
    var length = 4096
    var memory = 80.0
    var maxMemory: Double?
    var attention = Stack.Attention.fused
    var zero = [0, 1]
    var dualPipe = false
    var testDescription: String { description }
    var description: String {
      "\(units) × \(chips), \(layers) layers, batch \(batch) of \(length), \(maxMemory ?? memory) of \(memory) GiB, "
        + "\(attention), zero \(zero)\(dualPipe ? ", from both ends" : "")"
    }

    var job: Job {
      var job = Job.small(layers: layers, batch: batch)
      job.sequenceLength = length
      return job
    }
    var instance: Instance { .node(chips: chips, memory: memory) }
    var profile: Efficiency {
      var stack = Stack.named("stack", attention, zero: zero)
      stack.dualPipe = dualPipe
      return .profile(stack)
    }

    func request(_ objective: SearchObjective = .time, _ axes: [ParetoAxis] = []) -> SearchRequest {
      SearchRequest(
        job: job, options: [(instance, profile)], size: .instances(units), objective: objective, top: 5,
        pareto: axes, maxMemory: maxMemory.map { Bytes($0 * gib) })
    }
    func brute() throws -> BruteForce { try #require(EverySearchTests.tried["\(self)"]) }

    func tryAll() throws -> BruteForce {
      let simulator = try Simulator(job: job, instance: instance, efficiency: profile)
      return BruteForce(
        simulator, devices: units * chips, price: book.offer(for: instance, .list).price,
        maxMemory: (maxMemory ?? .infinity) * gib)
    }
    var book: PriceBook { prices(["node": 50]) }
  }

  static let cases = [
    Case(), Case(units: 2, memory: 9), Case(memory: 80, maxMemory: 12), Case(length: 12),
    Case(units: 2, chips: 4, layers: 5, batch: 8, attention: .unfused, zero: [0, 1, 2, 3]),
    Case(chips: 1, layers: 3), Case(units: 3, chips: 2, layers: 9, batch: 9, memory: 16),
    Case(units: 2, batch: 24, dualPipe: true),
  ]

  /// Trying everything takes seconds, so each case is tried once.
  static let tried = Dictionary(
    uniqueKeysWithValues: cases.compactMap { one in (try? one.tryAll()).map { ("\(one)", $0) } })

  @Test("counts are those of trying every plan one by one through the naive kernel", arguments: cases)
  func counts(scenario: Case) throws {
    let found = Search(scenario.request(), prices: scenario.book).run()
    let brute = try scenario.brute()
    #expect(found.counts.enumerated == brute.enumerated)
    #expect(found.counts.evaluated == brute.evaluated.count)
    #expect(found.counts.feasible == brute.feasible.count)
    for obstacle in PlanObstacle.allCases {
      #expect(found.counts[obstacle] == brute.obstacles[obstacle, default: 0], "\(obstacle)")
    }
    #expect(!brute.evaluated.isEmpty)
  }

  @Test("the best plans are those of trying every plan through the naive kernel", arguments: cases)
  func best(scenario: Case) throws {
    let brute = try scenario.brute()
    let amounts: [(SearchObjective, (BruteForce.Found) -> Double, (Run) -> Double)] = [
      (.time, { $0.step }, { $0.estimate.stepTime.value }),
      (.cost, { $0.cost }, { $0.cost?.value ?? 0 }),
      (.tokensPerDollar, { $0.cost }, { $0.cost?.value ?? 0 }),
      (.memory, { $0.memory }, { $0.estimate.memory.total.value }),
    ]
    for (objective, expected, actual) in amounts {
      let found = Search(scenario.request(objective), prices: scenario.book).run()
      let wanted = brute.feasible.map(expected).sorted().prefix(5)
      let got = found.top.compactMap(\.run).map(actual)
      #expect(got.count == wanted.count)
      #expect(zip(got, wanted).allSatisfy { isClose($0, $1) }, "\(objective): \(got) and \(Array(wanted))")
    }
    let found = Search(scenario.request(), prices: scenario.book).run()
    if let slowest = brute.feasible.map(\.step).max(), let fastest = brute.feasible.map(\.step).min() {
      #expect(found.slowdown.map { isClose($0, slowest / fastest) } == true)
    }
  }

  @Test(
    "the front holds no plan that another beats, and every plan is beaten or matched by one on it",
    arguments: [[ParetoAxis.time, .memory], [.time, .cost, .memory], [.cost, .time]])
  func front(axes: [ParetoAxis]) throws {
    for scenario in Self.cases {
      let found = Search(scenario.request(.time, axes), prices: scenario.book).run()
      func point(_ one: BruteForce.Found) -> [Double] {
        axes.map { $0 == .time ? one.step : $0 == .cost ? one.cost : one.memory }
      }
      let front = found.front.compactMap(\.run).map { run in
        axes.map {
          $0 == .time
            ? run.estimate.stepTime.value
            : $0 == .cost ? run.cost?.value ?? 0 : run.estimate.memory.total.value
        }
      }
      let all = try scenario.brute().feasible.map(point)
      #expect(!front.isEmpty)
      func noWorse(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { $0 <= $1 * (1 + 1e-12) } }
      for a in front {
        let others = (all + front).filter { b in noWorse(b, a) && zip(b, a).contains { $0 < $1 * (1 - 1e-11) }
        }
        #expect(others.isEmpty, "\(a) is beaten by \(others)")
        #expect(front.filter { $0 == a }.count == 1)
      }
      for b in all { #expect(front.contains { noWorse($0, b) }, "\(b) is beaten by none") }
    }
  }

  @Test("the result is the same for any number of threads") func threads() {
    let options = [Instance.node("a"), .node("b", chips: 4, peak: 5e14), .node("c", memory: 30)].map {
      ($0, Efficiency.profile())
    }
    for size in [SearchSize.instances(2), .any(deadline: Seconds(3e6))] {
      let request = SearchRequest(
        job: .small(), options: options, size: size, objective: .cost, top: 40,
        pareto: [.time, .cost, .memory])
      let book = prices(["a": 50, "b": 20, "c": 45])
      func described(_ threads: Int) -> [String] {
        let found = Search(request, prices: book).run(threads: threads)
        let rows = (found.top + found.front).map { row in
          "\(row.instance.name) \(String(describing: row.run?.estimate)) \(String(describing: row.run?.cost))"
        }
        return rows + ["\(found.counts)", "\(found.slowdown ?? 0)", "\(found.done)"]
      }
      let one = described(1)
      #expect(one.count > 50)
      for count in [2, 3, 8] { #expect(described(count) == one, "\(count)") }
    }
  }

  @Test("a plan's numbers within a search are bit for bit those of the plan alone", arguments: cases)
  func bits(scenario: Case) throws {
    let simulator = try Simulator(
      job: scenario.job, instance: scenario.instance, efficiency: scenario.profile)
    let space = PlanSpace(
      job: simulator.job, machine: simulator.machine, request: .init())
    var walk = PlanWalk(simulator, space)
    var counts = PlanCounts()
    var differing = 0, looked = 0
    for start in stride(from: 0, to: space.shapes.count, by: 64) {
      walk.visit(
        start..<min(start + 64, space.shapes.count), .exactly(scenario.units * scenario.chips), &counts
      ) { view in
        for i in 0..<view.range.count {
          let alone = simulator.estimate(view.plan(i))
          looked += 1
          if alone.stepTime.value != view.results.step(i) { differing += 1 }
          if alone.memory.total.value != view.results.memory(i) { differing += 1 }
        }
      }
    }
    #expect(looked == counts.evaluated)
    #expect(differing == 0, "of \(looked)")
  }

  @Test("any number of instances finds what trying each number finds")
  func anyCount() throws {
    let scenario = Case()
    var request = scenario.request(.costByDeadline, [.time, .cost])
    request.size = .any(deadline: Seconds(2e6))
    let found = Search(request, prices: scenario.book).run()
    var cheapest = Double.infinity
    var evaluated = 0
    for units in 1...400 {
      request.size = .instances(units)
      request.objective = .time
      let one = Search(request, prices: scenario.book).run()
      evaluated += one.counts.evaluated
      if let run = one.top.first?.run, run.wallTime <= Seconds(2e6) {
        cheapest = min(cheapest, run.cost?.value ?? .infinity)
      }
    }
    #expect(found.top.first?.run?.cost?.value == cheapest)
    #expect(found.top.allSatisfy { $0.run.map { $0.wallTime <= Seconds(2e6) } == true })
    let within = found.front.compactMap(\.run)
    #expect(zip(within, within.dropFirst()).allSatisfy { $0.wallTime < $1.wallTime })
    #expect(evaluated > 0 && found.counts.evaluated >= evaluated)
  }

  @Test("limits hold: tensor degree, fixed degrees, memory")
  func limits() {
    var request = Case(units: 2).request()
    request.maxTensor = 2
    request.plan.pipeline = 2
    request.maxMemory = Bytes(20 * gib)
    request.top = 1000
    let found = Search(request, prices: prices([:])).run()
    #expect(found.top.count > 10)
    for run in found.top.compactMap(\.run) {
      #expect(run.estimate.plan.tensor <= 2 && run.estimate.plan.pipeline == 2)
      #expect(run.estimate.memory.total <= Bytes(20 * gib))
    }
  }

  @Test("a fixed shard is that of every plan that shards, over ranks that it divides, and each is what it is alone")
  func shards() throws {
    var scenario = Case(units: 2, chips: 4, layers: 5, batch: 24, zero: [0, 1, 2, 3])
    scenario.memory = 200
    var request = scenario.request()
    request.plan.shard = 3
    request.top = 10_000
    let none = Search(request, prices: prices([:])).run()
    // What is asked for is not dropped: no plan shards over three ranks, and one that shards nothing is no answer.
    #expect(none.top.isEmpty && none.counts[.zeroNeedsRanks] > 0)
    request.plan.shard = 4
    let found = Search(request, prices: prices([:])).run().top.compactMap(\.run)
    let sharded = found.filter { $0.estimate.plan.zero > 0 }
    let simulator = try Simulator(job: scenario.job, instance: scenario.instance, efficiency: scenario.profile)
    let rules = PlanRules(job: scenario.job, machine: simulator.machine)
    #expect(!sharded.isEmpty && sharded.contains { $0.estimate.plan.data * $0.estimate.plan.context == 8 })
    for run in sharded {
      let plan = run.estimate.plan
      #expect(plan.shard == 4 && plan.data * plan.context % 4 == 0 && rules.problems(plan).isEmpty)
      #expect(run.estimate.stepTime == simulator.estimate(plan).stepTime)
    }
  }

  @Test("where nothing fits or nothing is in time, the nearest miss is told")
  func nearest() throws {
    let small = Search(Case(memory: 5).request(), prices: prices([:])).run()
    #expect(small.top.isEmpty && small.counts[.doesNotFit] == small.counts.evaluated)
    #expect(small.nearest?.refusal?.memoryThere == Bytes(5 * gib))
    var request = Case().request(.time)
    request.size = .any(deadline: Seconds(10))
    let late = Search(request, prices: prices([:])).run()
    #expect(late.top.isEmpty)
    guard case .fastestIsLate(let time, let deadline) = late.nearest?.refusal?.reason else {
      Issue.record("\(String(describing: late.nearest?.refusal?.reason))")
      return
    }
    #expect(deadline == Seconds(10) && time > deadline)
  }

  @Test("a search that is stopped says so and keeps what it has")
  func stopped() {
    let none = Search(Case().request(), prices: prices([:])).run(isCancelled: { true })
    #expect(none.wasInterrupted && none.done == 0 && none.top.isEmpty)
  }

  @Test("every plan is shown once, and those that do not fit say why")
  func all() throws {
    for scenario in [Case(units: 2, memory: 9), Case(length: 12)] {
      let search = Search(scenario.request(), prices: scenario.book)
      var plans: [Plan] = [], fitting = 0
      let isComplete = try search.all { results in
        for one in results {
          fitting += one.run == nil ? 0 : 1
          if let plan = (one.run?.estimate ?? one.refusal?.nearest)?.plan { plans.append(plan) }
        }
      }
      let counts = search.run().counts
      #expect(isComplete && plans.count == counts.evaluated && fitting == counts.feasible)
      #expect(Set(plans).count == plans.count)
    }
  }

  @Test(
    "a price's total is that of the bill it makes", arguments: [0.3, 86_400, 86_400 * 13.5, 86_400 * 300.2])
  func totals(seconds: Double) throws {
    for model in [PricingModel.onDemand, .capacityBlock] {
      var price = Price(
        provider: "aws", instance: "node", region: .named("r"), model: model, rate: DollarRate(perHour: 41.7),
        billing: try #require(Provider.aws.billing(of: model)), date: "", source: "")
      for _ in 0..<2 {
        let bill = Bill(units: 7, wallTime: Seconds(seconds), price: price)
        #expect(Tariff(price).total(units: 7, wallTime: Seconds(seconds)) == bill.total)
        price.parts = [
          .init(label: "a", rate: DollarRate(perHour: 40)), .init(label: "b", rate: DollarRate(perHour: 1.7)),
        ]
      }
    }
  }
}

import Calibration
import Costing
import Quantities
import Simulation
import TestSupport
import Testing

@testable import Planning
@testable import Scenarios

/// `compare` answers as `search` does, and no size that it leaves out is better.
@Suite struct OnePlannerTests {
  private static let catalog = Catalog(roots: [MeasuredPlansTests.repository + "/configs"])
  private static let facts = try? catalog.operatingFacts()
  private static let knowledge: Knowledge? =
    (try? catalog.posterior()).flatMap { $0 }.flatMap { posterior in
      guard let priors = try? catalog.priors(), let runs = try? catalog.fittedRuns() else { return nil }
      return Knowledge(posterior, priors: priors, runs: runs, untried: facts?.practice?.untried, samples: 200)
    }
  private static let types = ["p5.48xlarge", "trn1.32xlarge", "p4d.24xlarge", "c8g.48xlarge", "trn2.48xlarge"]

  private static func job(_ random: inout SplitMix64, tokens: Double = 1e11) throws -> Job {
    Job(
      name: "job",
      model: try catalog.model(random.pick(["smollm-135m", "llama-3.2-1b", "llama-3.1-8b", "olmoe-1b-7b"])),
      tokens: Count(tokens), sequenceLength: random.pick([512, 1024, 2048]),
      globalBatch: random.pick([24, 64, 96, 240]))
  }

  private static func option(_ name: String) throws -> (instance: Instance, efficiency: Efficiency) {
    let instance = try catalog.instance(name)
    return (instance, try catalog.efficiency(chip: instance.chip.name, stack: nil))
  }

  @Test("Of a fixed size compare's plan is the head of search's list, bit for bit", arguments: 0..<15)
  func head(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let option = try Self.option(Self.types[seed % Self.types.count])
    let job = try Self.job(&random), units = random.pick([1, 2, 3, 4, 6, 10, 16])
    let knowledge = try #require(Self.knowledge), book = prices([option.instance.name: 40])
    let compared = Comparison(
      ComparisonRequest(
        job: job, size: .instances(units), options: [option], facts: Self.facts, experience: knowledge.experience),
      prices: book
    ).results[0]
    let found = Search(
      SearchRequest(
        job: job, options: [option], size: .instances(units), top: 1, facts: Self.facts,
        experience: knowledge.experience),
      prices: book
    ).run()
    guard let head = found.top.first?.run else {
      // Where nothing divides the chips, compare tries with some of them idle.
      #expect(compared.run.map { $0.devices < units * option.instance.devices } ?? true)
      return
    }
    let run = try #require(compared.run, "\(String(describing: compared.refusal))")
    #expect(run.estimate.plan == head.estimate.plan)
    #expect(run.wallTime == head.wallTime && run.cost == head.cost && run.cost != nil)
  }

  /// Every size of a small question, judged one by one by its own draws.
  private struct EverySize {
    var units: [Int] = []
    var draws: [RunDraws] = []

    init(_ request: ComparisonRequest, _ knowledge: Knowledge, _ book: PriceBook) throws {
      let (instance, efficiency) = request.options[0]
      let simulator = try Simulator(job: request.job, instance: instance, efficiency: efficiency)
      let search = PlanSearch(simulator: simulator, request: PlanRequest(), experience: request.experience)
      let maker = try RunMaker(
        simulator, request.pricings[0], region: nil, book, request.facts, search.terms.tried, search.terms.own)
      for devices in search.space.deviceCounts(multipleOf: instance.devices, atMost: 100_000 * instance.devices) {
        guard let best = search.best(devices: devices).best, maker.ends(best, devices / instance.devices) else {
          continue
        }
        let run = maker.run(best, devices / instance.devices)
        let result = OptionResult(instance: instance, efficiency: efficiency, outcome: .runs(run))
        units.append(run.units)
        draws.append(try #require(knowledge.draws(of: result, job: request.job)))
      }
    }

    func least(_ amount: (RunDraws) -> [Double], _ keeps: (RunDraws) -> Bool) -> Double? {
      draws.filter(keeps).map { amount($0).mean }.min()
    }
  }

  @Test("No size at all is cheaper in time, or faster for the money, than the one that is chosen", arguments: 0..<6)
  func sizes(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(100 + seed))
    let option = try Self.option(Self.types[seed % 4]), knowledge = try #require(Self.knowledge)
    var job = try Self.job(&random, tokens: random.between(1e9, 1e11))
    job.globalBatch = random.pick([12, 16, 24])
    job.sequenceLength = 512
    let model: PricingModel = [.onDemand, .capacityBlock][seed % 2]
    let book = PriceBook([
      Price(
        provider: "aws", instance: option.instance.name, region: .named("us-east-1"), model: model,
        rate: DollarRate(perHour: 40), billing: Provider.aws.billing(of: model) ?? .asItPasses, date: "2026-07-01",
        source: "test")
    ])
    var request = ComparisonRequest(
      job: job, size: .instances(1), options: [option], pricing: .model(model), facts: Self.facts, knowledge: knowledge)
    request.isAlone = true
    let every = try EverySize(request, knowledge, book)
    let times = every.draws.map { $0.seconds.mean }, costs = every.draws.compactMap { $0.dollars.map(\.mean) }
    let (slowest, cheapest) = (try #require(times.max()), try #require(costs.min()))
    var dearest = Double.infinity, longest = Double.infinity
    for share in [0.02, 0.1, 0.4, 0.8, 2] {
      request.size = .deadline(Seconds(slowest * share))
      let inTime = Comparison(request, prices: book).results[0]
      let least = every.least({ $0.dollars ?? [] }) {
        $0.seconds.share { $0 > slowest * share } <= 0.1 + 1e-9
      }
      #expect(
        isClose(inTime.cost?.value ?? -1, least ?? -1, 1e-9), "\(share): \(String(describing: inTime.run?.units))")
      // So a looser deadline is never dearer.
      if let cost = inTime.cost {
        #expect(cost.value <= dearest * (1 + 1e-9))
        dearest = cost.value
      }
      request.size = .budget(Dollars(cheapest * (1 + 3 * share)))
      let paid = Comparison(request, prices: book).results[0]
      let limit = cheapest * (1 + 3 * share) * (1 + 1e-9)
      let fastest = every.least({ $0.seconds }) { ($0.dollars ?? []).share { $0 > limit } <= 0.1 + 1e-9 }
      #expect(
        isClose(paid.wallTime?.value ?? -1, fastest ?? -1, 1e-9), "\(share): \(String(describing: paid.run?.units))")
      // And a larger budget never slower.
      if let time = paid.wallTime {
        #expect(time.value <= longest * (1 + 1e-9))
        longest = time.value
      }
    }
    #expect(dearest < .infinity && longest < .infinity)
  }

  @Test("What is carried from one plan to all sizes is off by less than half of what is allowed for", arguments: types)
  func carried(type: String) throws {
    let (instance, efficiency) = try Self.option(type), knowledge = try #require(Self.knowledge)
    var random = SplitMix64(seed: 7)
    for _ in 0..<3 {
      let job = try Self.job(&random)
      let simulator = try Simulator(job: job, instance: instance, efficiency: efficiency)
      let search = PlanSearch(simulator: simulator, request: PlanRequest(), experience: knowledge.experience)
      let maker = try RunMaker(
        simulator, .list, region: nil, prices([type: 40]), Self.facts, search.terms.tried, search.terms.own)
      let all = search.space.deviceCounts(multipleOf: instance.devices, atMost: 10_000).map { $0 / instance.devices }
      let sizes = stride(from: 0, to: all.count, by: 1 + all.count / 8).map { all[$0] }
      let found = sizes.compactMap { units in
        search.best(devices: units * instance.devices).best.map { ($0, units) }
      }.filter { maker.ends($0.0, $0.1) }
      let carried = maker.deviations(try #require(found.first).0, knowledge)
      // Where most of the machines only wait it may be off by more, and no answer is there.
      func cost(_ one: (Estimate, Int)) -> Double { maker.wallTime(one.0, one.1).value * Double(one.1) }
      let least = try #require(found.map(cost).min())
      for (best, units) in found where cost((best, units)) < 1.25 * least {
        let own = maker.draws(best, units, maker.deviations(best, knowledge), knowledge).seconds.mean
        let other = maker.draws(best, units, carried, knowledge).seconds.mean
        // Copies of a model on hundreds of processors, which nobody ran, come nearer to it.
        let part = instance.chip.chipClass == .cpu ? 0.95 : 0.5
        #expect(abs(other / own - 1) < part * OptionPlanner.doubt, "\(job.model.name) on \(units): \(other / own)")
      }
    }
  }
}

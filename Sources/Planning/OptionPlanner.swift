import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// Answers one option of a comparison: finds its size and its best plan, and prices it.
struct OptionPlanner {
  let request: ComparisonRequest
  let instance: Instance
  let efficiency: Efficiency
  let prices: PriceBook
  /// Sizes beyond this many units are not looked at: no cloud sells them, and the answer says so.
  static let mostUnits = 100_000
  /// Judgement, not measured: capacity blocks are rented by whole weeks, so a bill can only fall while a run is shorter than
  /// its last week, and four times the machines make a quarter of the time.
  private static let spread = 4
  /// Ratio of neighbouring sizes that a budget looks at. Judgement: its answer is at most that far from the best one.
  private static let thinning = 1.03

  init(_ request: ComparisonRequest, _ instance: Instance, _ efficiency: Efficiency, _ prices: PriceBook) {
    self.request = request
    self.instance = instance
    self.efficiency = efficiency
    self.prices = prices
  }

  func outcome() -> OptionResult.Outcome {
    let simulator: Simulator
    do {
      simulator = try Simulator(job: request.job, instance: instance, efficiency: efficiency)
    } catch {
      return .cannot(Refusal(.unsupported(error)))
    }
    do {
      let search = PlanSearch(simulator: simulator, request: request.plan, experience: request.experience)
      guard !search.space.shapes.isEmpty else {
        return .cannot(OptionPlanner.noShape(simulator, request.plan))
      }
      let maker = try RunMaker(
        simulator, request.pricing, region: request.region, prices, request.facts, search.terms.tried,
        search.terms.own)
      switch request.size {
      case .instances(let units): return fixed(units, search, maker)
      case .chips(let chips): return fixed(chips: chips, search, maker)
      case .deadline(let limit): return byDeadline(limit, search, maker)
      case .budget(let limit): return byBudget(limit, search, maker)
      }
    } catch {
      return .cannot(Refusal(.surroundings(error)))
    }
  }

  /// The plan asked for is legal for no shape: say why, by its own rules.
  static func noShape(_ simulator: Simulator, _ asked: PlanRequest) -> Refusal {
    let job = simulator.job, rules = PlanRules(job: job, machine: simulator.machine)
    let shape = BlockShape(
      tensor: asked.tensor ?? 1, context: asked.context ?? 1, microBatch: asked.microBatch ?? 1,
      recompute: asked.recompute ?? job.recompute ?? .none, sequenceParallel: asked.sequenceParallel ?? false)
    let found = rules.shapeProblems(shape) + rules.stageProblems(pipeline: asked.pipeline ?? 1)
    return Refusal(found.isEmpty ? .noLegalPlan : .plan(found))
  }

  // MARK: Sizes

  private func fixed(chips: Int, _ search: PlanSearch, _ maker: RunMaker) -> OptionResult.Outcome {
    guard chips % instance.chips == 0 else { return .cannot(OptionPlanner.notWhole(chips, instance)) }
    return fixed(chips / instance.chips, search, maker)
  }

  static func notWhole(_ chips: Int, _ instance: Instance) -> Refusal {
    Refusal(.chipsNotWhole(chips: chips, each: instance.chips))
  }

  private func fixed(_ units: Int, _ search: PlanSearch, _ maker: RunMaker) -> OptionResult.Outcome {
    let devices = units * instance.devices
    let found = search.best(devices: devices)
    guard let best = found.best else { return .cannot(misses(found, units, devices, search)) }
    return maker.ends(best, units) ? .runs(maker.run(best, units)) : .cannot(maker.neverEnds(best, units))
  }

  private func misses(_ found: PlanSearch.Outcome, _ units: Int, _ devices: Int, _ search: PlanSearch) -> Refusal {
    if let smallest = found.smallest {
      return Refusal(leastMemory(smallest), nearest: smallest, units: units)
    }
    if let limit = search.space.rules.isolatedDevices, devices > limit {
      return Refusal(.plan([.leavesNode(devices: devices)]))
    }
    let near = [nearest(to: units, search, step: -1), nearest(to: units, search, step: 1)]
      .compactMap { $0 }
    let obstacles = PlanObstacle.allCases.filter { found.counts[$0] > 0 }
      .map { NoPlanOfSize.Count($0, found.counts[$0]) }
    return Refusal(
      .noLegalPlanOfSize(
        NoPlanOfSize(
          units: units, devices: devices, isAsked: request.plan != PlanRequest(), obstacles: obstacles, nearest: near)))
  }

  /// The next smaller or larger size that has a legal plan, among the sizes that degrees multiply to.
  private func nearest(to units: Int, _ search: PlanSearch, step: Int) -> Int? {
    let sizes = candidateSizes(search)
    let side = step < 0 ? sizes.filter { $0 < units }.reversed() : sizes.filter { $0 > units }
    // Farther away a suggestion helps nobody.
    return side.prefix(40).first { search.best(devices: $0 * instance.devices).isLegal }
  }

  private func leastMemory(_ e: Estimate) -> RefusalReason {
    .leastMemory(needed: e.memory.total, there: e.memoryCapacity)
  }

  /// The cheapest size that finishes in time, the faster of equals; the smallest where no price is known.
  ///
  /// Sizes up to `spread` times the smallest that meets the deadline are looked at: beyond, work spreads only thinner. A
  /// larger size can be the cheaper one where rent is by the week.
  private func byDeadline(
    _ limit: Seconds, _ search: PlanSearch, _ maker: RunMaker
  ) -> OptionResult.Outcome {
    let sizes = candidateSizes(search)
    // No size can beat its own peak: skip those that would miss the deadline even so.
    let peak = search.simulator.machine.peak.value * Double(instance.devices)
    let work = search.simulator.work.perStep(globalBatch: request.job.globalBatch).value * request.job.steps
    var fastest: (run: Estimate, units: Int, time: Seconds)?
    var tightest: PlanSearch.Outcome?
    var endless: Refusal?
    for units in sizes {
      // A causal mask may skip half of attention, so a third of the counted work is a safe floor for any model. The
      // largest size is looked at all the same: a refusal names the nearest miss.
      if work / 3 / (peak * Double(units)) > limit.value, units != sizes.last { continue }
      let found = search.best(devices: units * instance.devices)
      guard let best = found.best else {
        // A size may have no plan at all: only those that miss by memory are near.
        let least = tightest?.smallest?.memory.total
        if let need = found.smallest?.memory.total, least.map({ need < $0 }) ?? true { tightest = found }
        continue
      }
      let time = maker.wallTime(best, units)
      guard Pace.ends(time.value) else {
        endless = endless ?? maker.neverEnds(best, units)
        continue
      }
      if time <= limit { return .runs(cheapest(from: units, best, sizes, limit, search, maker)) }
      if fastest.map({ time < $0.time }) ?? true { fastest = (best, units, time) }
    }
    guard let fastest else {
      if let endless { return .cannot(endless) }
      if let smallest = tightest?.smallest { return .cannot(Refusal(leastMemory(smallest), nearest: smallest)) }
      return .cannot(Refusal(.noLegalSize(most: OptionPlanner.mostUnits)))
    }
    // What it would take if work spread without end, so that a reader sees how far off the option is.
    let needed = (Double(fastest.units) * (fastest.time / limit)).rounded(.up)
    return .cannot(
      Refusal(
        .deadline(
          MissedDeadline(
            deadline: limit, globalBatch: request.job.globalBatch, units: fastest.units, instance: instance.name,
            time: fastest.time, needed: needed)),
        nearest: fastest.run, units: fastest.units, wallTime: fastest.time))
  }

  private func cheapest(
    from smallest: Int, _ first: Estimate, _ sizes: [Int], _ limit: Seconds, _ search: PlanSearch, _ maker: RunMaker
  ) -> Run {
    guard var cost = maker.bill(first, smallest)?.total else { return maker.run(first, smallest) }
    var chosen = (estimate: first, units: smallest)
    for units in sizes where units > smallest && units <= OptionPlanner.spread * smallest {
      guard let best = search.best(devices: units * instance.devices).best, maker.wallTime(best, units) <= limit,
        let other = maker.bill(best, units)?.total
      else { continue }
      // Bills of equal instance-days differ in the last bit only.
      let saved = 1 - other / cost
      let isFaster = maker.wallTime(best, units) < maker.wallTime(chosen.estimate, chosen.units)
      if saved > 1e-9 || (abs(saved) <= 1e-9 && isFaster) { (chosen, cost) = ((best, units), other) }
    }
    return maker.run(chosen.estimate, chosen.units)
  }

  /// The fastest size that the budget pays for.
  private func byBudget(_ limit: Dollars, _ search: PlanSearch, _ maker: RunMaker) -> OptionResult.Outcome {
    if case .unknown(let unpriced) = maker.offer { return .cannot(Refusal(.budgetNeedsPrice(unpriced))) }
    var fastest: (estimate: Estimate, units: Int, time: Seconds)?
    var cheapest: (estimate: Estimate, units: Int, time: Seconds, cost: Dollars)?
    var endless: Refusal?
    for units in thinned(candidateSizes(search)) {
      guard let best = search.best(devices: units * instance.devices).best else { continue }
      guard maker.ends(best, units), let cost = maker.bill(best, units)?.total else {
        endless = endless ?? maker.neverEnds(best, units)
        continue
      }
      let time = maker.wallTime(best, units)
      if cost <= limit, fastest.map({ time < $0.time }) ?? true { fastest = (best, units, time) }
      if cheapest.map({ cost < $0.cost }) ?? true { cheapest = (best, units, time, cost) }
    }
    if let fastest { return .runs(maker.run(fastest.estimate, fastest.units)) }
    guard let cheapest else { return .cannot(endless ?? Refusal(.nothingFits)) }
    return .cannot(
      Refusal(
        .budget(
          least: cheapest.cost, units: cheapest.units, instance: instance.name, share: limit / cheapest.cost),
        nearest: cheapest.estimate, units: cheapest.units, wallTime: cheapest.time))
  }

  private func candidateSizes(_ search: PlanSearch) -> [Int] {
    let most = search.simulator.machine.clusters ? OptionPlanner.mostUnits : 1
    return search.space.deviceCounts(multipleOf: instance.devices, atMost: most * instance.devices)
      .map { $0 / instance.devices }
  }

  /// Not every size: a budget's answer does not need them all.
  private func thinned(_ sizes: [Int]) -> [Int] {
    var last = 0.0
    return sizes.filter { size in
      guard Double(size) >= last * OptionPlanner.thinning else { return false }
      last = Double(size)
      return true
    }
  }
}

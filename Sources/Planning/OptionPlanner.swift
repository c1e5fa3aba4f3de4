import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// Answers one option of a comparison: finds its size and its best plan, and prices it.
struct OptionPlanner: Sendable {
  let request: ComparisonRequest
  let instance: Instance
  let efficiency: Efficiency
  let prices: PriceBook
  let shared = Shared()
  /// Sizes beyond this many units are not looked at: no cloud sells them, and the answer says so.
  static let mostUnits = 100_000

  /// Of a planner, which one thread at a time asks.
  final class Shared: @unchecked Sendable {
    fileprivate var search: PlanSearch?
    /// Of the steps of plans, whatever they cost: draws ÷ prediction.
    let deviations = MadeOnce<Plan, [Double]>()
    fileprivate let evener = MadeOnce<Plan, EvenerStages?>()
  }

  init(_ request: ComparisonRequest, _ instance: Instance, _ efficiency: Efficiency, _ prices: PriceBook) {
    self.request = request
    self.instance = instance
    self.efficiency = efficiency
    self.prices = prices
  }

  /// The answer, by a plan that others ran where that is asked for.
  func outcome(_ pricing: PricingRequest) -> OptionResult.Outcome {
    guard request.plan.isPublished else {
      let found = withEvenerStages(leavingIdle(searched(pricing), pricing))
      guard let zero = request.plan.zero, zero > 0, case .runs(var run) = found, run.estimate.plan.zero == 0 else {
        return found
      }
      run.notes.append(.run(.zeroMoot(zero)))
      return .runs(run)
    }
    guard var found = published(pricing) else { return .cannot(Refusal(.noPublishedPlan(chip: instance.chip.name))) }
    found.answer.notes.append(.run(.publishedPlan(instance: instance.name, run: found.run.id)))
    return .runs(found.answer)
  }

  /// With a word of a cut by hand that would save time, where there is one.
  private func withEvenerStages(_ found: OptionResult.Outcome) -> OptionResult.Outcome {
    guard case .runs(var run) = found, let simulator = try? search().simulator,
      let cut = shared.evener.value(run.estimate.plan, { EvenerStages(simulator, run.estimate) })
    else { return found }
    run.notes.append(.run(.stagesUneven(instance: instance.name, ends: cut.ends, saved: cut.saved)))
    return .runs(run)
  }

  /// Where the chips of a whole unit divide nothing (72 of a rack, a batch of 1,024), the answer by as many of each as do.
  private func leavingIdle(_ whole: OptionResult.Outcome, _ pricing: PricingRequest) -> OptionResult.Outcome {
    guard case .cannot(let refusal) = whole, refusal.reason.isAboutSplitting, instance.idleChips == 0 else {
      return whole
    }
    let batch = request.job.globalBatch
    for used in stride(from: instance.chips - 1, through: (instance.chips + 1) / 2, by: -1) {
      let devices = used * instance.chip.devicesPerChip
      guard batch % devices == 0 || devices & (devices - 1) == 0 else { continue }
      var part = instance
      part.idleChips = instance.chips - used
      if case .runs(var run) = OptionPlanner(request, part, efficiency, prices).searched(pricing) {
        run.notes.append(.run(.chipsIdle(instance: instance.name, used: used, of: instance.chips, batch: batch)))
        return .runs(run)
      }
    }
    return whole
  }

  /// The same with all chips of each unit that do not stay idle.
  func searched(_ pricing: PricingRequest) -> OptionResult.Outcome {
    do {
      let search = try self.search()
      guard !search.space.shapes.isEmpty else {
        return .cannot(OptionPlanner.noShape(search.simulator, request.plan))
      }
      let maker = try RunMaker(
        search.simulator, pricing, region: request.region, prices, request.facts, search.terms.tried,
        search.terms.own)
      switch request.size {
      case .instances(let units): return fixed(units, search, maker)
      case .chips(let chips): return fixed(chips: chips, search, maker)
      case .deadline, .budget, .within: return sized(search, maker)
      }
    } catch let problem as Unsupported {
      return .cannot(Refusal(.unsupported(problem)))
    } catch let problem as OperatingSetup.Problem {
      return .cannot(Refusal(.surroundings(problem)))
    } catch {
      preconditionFailure("\(error) is thrown by nobody")
    }
  }

  /// The search over the option's plans, of which ways of buying know nothing: made once.
  private func search() throws(Unsupported) -> PlanSearch {
    if let known = shared.search { return known }
    let simulator = try Simulator(job: request.job, instance: instance, efficiency: efficiency)
    let search = PlanSearch(simulator: simulator, request: request.plan, experience: request.experience)
    shared.search = search
    return search
  }

  /// The plan asked for is legal for no shape: say why, by its own rules.
  static func noShape(_ simulator: Simulator, _ asked: PlanRequest) -> Refusal {
    let job = simulator.job, rules = PlanRules(job: job, machine: simulator.machine)
    let shape = BlockShape(asked.plan(on: nil, recompute: job.recompute ?? .none))
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
      return Refusal(search.terms.shortage(smallest), nearest: smallest, units: units)
    }
    if let limit = search.space.rules.isolatedDevices, devices > limit {
      return Refusal(.plan([.leavesNode(devices: devices)]))
    }
    let counts = search.counts(devices: devices)
    let obstacles = PlanObstacle.allCases.filter { counts[$0] > 0 }.map { NoPlanOfSize.Count($0, counts[$0]) }
    if obstacles.isEmpty {
      let found = asked(search.space.rules, devices)
      if !found.isEmpty { return Refusal(.plan(found)) }
    }
    let near = [nearest(to: units, search, step: -1), nearest(to: units, search, step: 1)]
      .compactMap { $0 }
    return Refusal(
      .noLegalPlanOfSize(
        NoPlanOfSize(
          units: units, devices: devices, isAsked: request.plan != PlanRequest(), obstacles: obstacles, nearest: near)))
  }

  /// What speaks against the degrees that were asked for, whatever the others are.
  private func asked(_ rules: PlanRules, _ devices: Int) -> [PlanProblem] {
    guard request.plan != PlanRequest() else { return [] }
    return rules.problems(request.plan.plan(on: devices, recompute: request.job.recompute ?? .none)).filter(
      \.isOfDegrees)
  }

  /// The next smaller or larger size that has a legal plan, among the sizes that degrees multiply to.
  private func nearest(to units: Int, _ search: PlanSearch, step: Int) -> Int? {
    let sizes = candidateSizes(search)
    let side = step < 0 ? sizes.filter { $0 < units }.reversed() : sizes.filter { $0 > units }
    // Farther away a suggestion helps nobody.
    return side.prefix(40).first { search.isLegal(devices: $0 * instance.devices) }
  }

  /// - Parameter limit: units that can be had.
  func candidateSizes(_ search: PlanSearch, atMost limit: Int = OptionPlanner.mostUnits) -> [Int] {
    let most = search.simulator.machine.clusters ? min(limit, OptionPlanner.mostUnits) : 1
    return search.space.deviceCounts(multipleOf: instance.devices, atMost: most * instance.devices)
      .map { $0 / instance.devices }
  }
}

import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// What one type, bought in one way, trains for a sum in a time.
///
/// The fleet follows from the sum, the time, the price and what can be had; the plan and the size that train most are searched; the
/// tokens are those that end in time, and whose bill is within the sum, as surely as asked. A law's model is found by going round:
/// compute, model, plan, tokens, compute.
struct BudgetPlanner {
  let request: BudgetRequest
  let instance: Instance
  let efficiency: Efficiency
  let way: PricingRequest
  let prices: PriceBook
  let price: Price
  private let judge: BudgetJudge
  /// By what the price is counted dearer, since it moves.
  private let dearer: Double

  init(
    request: BudgetRequest, instance: Instance, efficiency: Efficiency, way: PricingRequest, prices: PriceBook,
    price: Price
  ) {
    (self.request, self.instance, self.efficiency) = (request, instance, efficiency)
    (self.way, self.prices, self.price) = (way, prices, price)
    judge = BudgetJudge(request)
    dearer = judge.dearer(price)
  }

  struct Answer {
    var job: Job
    var run: Run
    var limit: BudgetLimit
    /// Of the plan, as the simulator has it.
    fileprivate var estimate: Estimate
    fileprivate var search: PlanSearch
  }
  struct Refused: Error { var refusal: BudgetRefusal }

  /// Judgement: sizes that are 5% apart differ by less than their prediction is off.
  private static let thinning = 1.05
  /// Judgement: a fleet of less than this share has never been seen to train more.
  private static let smallestShare = 0.7
  /// Utilization to begin with; what comes of it is found.
  private static let firstGuess = 0.35
  private static let rounds = 6
  /// By how much each next model is smaller where one does not fit, and how often that is tried.
  private static let shrinking = 0.75, shrinkings = 16
  /// So many sizes of a fleet are looked at where none has the memory.
  private static let mostMisses = 8

  /// - Parameter guess: FLOP that something alike came to; nil: a share of the fleet's peak.
  func answer(_ choice: BudgetChoice, guess: Double? = nil) throws(Refused) -> Answer {
    let fleet = try fleet()
    var compute = guess ?? fleetPeak(fleet) * BudgetPlanner.firstGuess * request.time.value
    var best: Answer?
    var seen: [String] = []
    for _ in 0..<BudgetPlanner.rounds {
      let model = model(choice, compute: compute)
      let batch = batch(compute: compute, fleet: fleet)
      // Going round a ring of neighbours brings nothing new.
      let state = "\(model.name) \(batch)"
      if seen.contains(state) { break }
      seen.append(state)
      let found: Answer
      do {
        found = try train(model, batch: batch, compute: compute, fleet: fleet)
      } catch {
        guard case .doesNotFit = error.refusal, let law = choice.law else { throw error }
        return try exact(smaller(law, than: model, batch: batch, compute: compute, fleet: fleet, error))
      }
      best = found
      let next = self.compute(choice, found.job)
      // A law's optimum is so flat that a twentieth of the compute changes nothing.
      if abs(next / compute - 1) < 0.05, seen.count > 1 || guess != nil { break }
      compute = next
    }
    guard let best else { throw Refused(refusal: .plan(.noLegalPlan)) }
    return try exact(otherRoundings(best, fleet: fleet))
  }

  /// The same, with as many tokens as the draws of its own plan allow.
  private func exact(_ answer: Answer) throws(Refused) -> Answer {
    guard request.knowledge != nil else { return answer }
    var answer = answer
    answer.run = try inTime(answer.estimate, answer.run.units, &answer.job, answer.search, exactly: true)
    return answer
  }

  /// The same model on fleets rounded in other ways: fewer instances that split better may train more.
  private func otherRoundings(_ first: Answer, fleet: BudgetFleet) -> Answer {
    var best = first
    var tried = [first.job.globalBatch]
    let compute = 6 * first.job.model.parameterCount.active * first.job.tokens.value
    for digits in BatchRounding.allDigits {
      let batch = batch(compute: compute, fleet: fleet, digits: digits)
      if tried.contains(batch) { continue }
      tried.append(batch)
      guard let found = try? train(first.job.model, batch: batch, compute: compute, fleet: fleet) else { continue }
      if found.job.tokens > best.job.tokens { best = found }
    }
    return best
  }

  /// The largest model that runs, where that of the law does not.
  private func smaller(
    _ law: ScalingLaw, than model: Model, batch: Int, compute: Double, fleet: BudgetFleet, _ error: Refused
  ) throws(Refused) -> Answer {
    func size(_ model: Model) -> Double { law.size(of: model, sequenceLength: request.job.sequenceLength) }
    var target = size(model), last = model.name
    for _ in 0..<BudgetPlanner.shrinkings {
      target *= BudgetPlanner.shrinking
      let next = ModelFamily.model(of: target, size)
      if next.name == last { break }
      last = next.name
      if var found = try? train(next, batch: batch, compute: compute, fleet: fleet) {
        found.limit = .memory
        return found
      }
    }
    throw error
  }

  // MARK: What is trained

  private func model(_ choice: BudgetChoice, compute: Double) -> Model {
    switch choice {
    case .model(let model): model
    case .law(let law):
      ModelFamily.model(of: law.bestSize(compute: compute)) {
        law.size(of: $0, sequenceLength: request.job.sequenceLength)
      }
    }
  }

  /// As the law counts it.
  private func compute(_ choice: BudgetChoice, _ job: Job) -> Double {
    guard let law = choice.law else { return 6 * job.model.parameterCount.active * job.tokens.value }
    let size = law.size(of: job.model, sequenceLength: job.sequenceLength)
    return law.compute(size: size, tokens: job.tokens.value)
  }

  /// Sequences in a step: as asked, else by the rule for this compute, rounded so that they split over the fleet.
  private func batch(compute: Double, fleet: BudgetFleet, digits: Int = BatchRounding.usualDigits) -> Int {
    if let asked = request.globalBatch { return asked }
    guard let rule = request.batchRule?.batch else { return request.job.globalBatch }
    return BatchRounding.batch(
      rule(compute) / Double(request.job.sequenceLength), units: fleet.units, devices: instance.devices,
      digits: digits)
  }

  // MARK: The fleet

  private func fleet() throws(Refused) -> BudgetFleet {
    let one = Tariff(price).total(units: 1, wallTime: request.time) * dearer
    guard let fleet = BudgetFleet(request, one: one, most: prices.most(of: instance, price)) else {
      throw Refused(refusal: .tooLittleMoney(least: one, instance: instance.name))
    }
    return fleet
  }

  private func fleetPeak(_ fleet: BudgetFleet) -> Double {
    let types = instance.chip.peak
    let peak = types[request.job.precision] ?? types[.bf16] ?? types[.fp16] ?? types[.fp32]
    return (peak?.value.value ?? 1e12) * Double(instance.chips * fleet.units)
  }

  /// The size and plan that train a model most, and for how long.
  private func train(_ model: Model, batch: Int, compute: Double, fleet: BudgetFleet) throws(Refused) -> Answer {
    var job = request.job
    job.model = model
    job.name = model.name
    job.globalBatch = batch
    job.tokens = Count(max(compute / (6 * model.parameterCount.active), job.tokensPerStep))
    let simulator: Simulator
    do {
      simulator = try Simulator(job: job, instance: instance, efficiency: efficiency)
    } catch {
      throw Refused(refusal: .plan(.unsupported(error)))
    }
    let search = PlanSearch(simulator: simulator, request: job.plan, experience: request.experience)
    guard !search.space.shapes.isEmpty else {
      throw Refused(refusal: .plan(OptionPlanner.noShape(simulator, job.plan).reason))
    }
    let maker = try maker(simulator, search)
    let most = simulator.machine.clusters ? fleet.units : 1
    var best: (estimate: Estimate, units: Int, time: Seconds)?
    var last = Double.infinity
    var needed: Bytes?
    var endless: RefusalReason?
    var misses = 0
    let sizes = search.space.deviceCounts(multipleOf: instance.devices, atMost: most * instance.devices)
    for devices in sizes.reversed() {
      let units = devices / instance.devices
      if let best, Double(units) < BudgetPlanner.smallestShare * Double(best.units) { break }
      guard Double(units) * BudgetPlanner.thinning <= last, canBeHad(units, maker) else { continue }
      let outcome = search.best(devices: devices)
      if let least = outcome.smallest?.memory.total, outcome.best == nil {
        needed = min(needed ?? least, least)
        last = Double(units)
        misses += 1
        // A model that does not fit on many fits on fewer even less.
        if misses == BudgetPlanner.mostMisses, best == nil { break }
      }
      guard let found = outcome.best else { continue }
      last = Double(units)
      let time = judge.bounds(found, units, maker).time
      guard Pace.ends(time.value) else {
        endless = endless ?? maker.neverEnds(found, units).reason
        continue
      }
      if best.map({ BudgetPlanner.isWorth(($0.units, $0.time), (units, time)) }) ?? true { best = (found, units, time) }
    }
    guard let best else {
      if let endless { throw Refused(refusal: .plan(endless)) }
      throw Refused(
        refusal: .doesNotFit(
          units: most, instance: instance.name, model: model.name, needed: needed,
          there: simulator.machine.memoryCapacity))
    }
    let run = try inTime(best.estimate, best.units, &job, search)
    return Answer(
      job: job, run: run, limit: limit(best.units, fleet: fleet), estimate: best.estimate, search: search)
  }

  /// Whether a size is the better one. More instances have to bring something: ten per cent more of them one per cent of tokens,
  /// say. Judgement.
  private static func isWorth(_ old: (units: Int, time: Seconds), _ new: (units: Int, time: Seconds)) -> Bool {
    let shorter = Logarithm.natural(old.time / new.time),
      more = Logarithm.natural(Double(new.units) / Double(old.units))
    return shorter > 0.1 * more
  }

  /// Whether the sum pays for so many for all of the time, and whether so many can be had, with those that stand by.
  private func canBeHad(_ units: Int, _ maker: RunMaker) -> Bool {
    let spares = maker.operations?.operation(units: units).spares ?? 0
    if let most = maker.most?.most, units + spares > most { return false }
    let whole = Tariff(price).total(units: units, spares: spares, wallTime: request.time) * dearer
    return whole <= request.sum * (1 + 1e-9)
  }

  private func limit(_ units: Int, fleet: BudgetFleet) -> BudgetLimit {
    Double(units) < 0.9 * Double(fleet.units) ? .batch : fleet.limit
  }

  private func maker(_ simulator: Simulator, _ search: PlanSearch) throws(Refused) -> RunMaker {
    do {
      return try RunMaker(
        simulator, way, region: request.region, prices, request.facts, search.terms.tried,
        search.terms.own)
    } catch {
      throw Refused(refusal: .plan(.surroundings(error)))
    }
  }

  /// The run of as many whole steps as keep to the time and the money. What starting takes is not in proportion to them, so it takes
  /// a few rounds.
  /// - Parameter exactly: by draws of the plan itself.
  private func inTime(
    _ estimate: Estimate, _ units: Int, _ job: inout Job, _ search: PlanSearch, exactly: Bool = false
  ) throws(Refused) -> Run {
    var best: (job: Job, run: Run)?
    for _ in 0..<12 {
      let simulator: Simulator
      do {
        simulator = try Simulator(job: job, instance: instance, efficiency: efficiency)
      } catch {
        throw Refused(refusal: .plan(.unsupported(error)))
      }
      let maker = try maker(simulator, search)
      let bounds = exactly ? judge.exactly(estimate, units, maker) : judge.bounds(estimate, units, maker)
      let share = bounds.share(of: request)
      let steps = BudgetPlanner.steps(job, 1 / share)
      if share <= 1 {
        if best.map({ $0.job.tokens < job.tokens }) ?? true { best = (job, maker.run(estimate, units)) }
        if share > 0.999 || job.steps >= steps { break }
      }
      guard steps >= 1 else { break }
      job.tokens = Count(steps * job.tokensPerStep)
    }
    guard let best else { throw Refused(refusal: .tooLittleTime) }
    job = best.job
    return best.run
  }

  /// Whole steps, a hair below what fits.
  private static func steps(_ job: Job, _ share: Double) -> Double { (job.steps * share * (1 - 1e-6)).rounded(.down) }
}

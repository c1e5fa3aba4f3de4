import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// What one type, bought in one way, trains for a sum in a time.
///
/// The fleet follows from the sum, the time and the price; the plan and the size that train most are searched; the tokens are those
/// that end in time. A law's model is found by going round: compute, model, plan, tokens, compute.
struct BudgetPlanner {
  let request: BudgetRequest
  let instance: Instance
  let efficiency: Efficiency
  let way: PricingRequest
  let prices: PriceBook
  let price: Price

  struct Answer {
    var job: Job
    var run: Run
    var limit: BudgetLimit
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
        return try smaller(law, than: model, batch: batch, compute: compute, fleet: fleet, error)
      }
      best = found
      let next = self.compute(choice, found.job)
      // A law's optimum is so flat that a twentieth of the compute changes nothing.
      if abs(next / compute - 1) < 0.05, seen.count > 1 || guess != nil { break }
      compute = next
    }
    guard let best else { throw Refused(refusal: .plan(.noLegalPlan)) }
    return otherRoundings(best, fleet: fleet)
  }

  /// The same model on fleets rounded in other ways: fewer instances that split better may train more.
  private func otherRoundings(_ first: Answer, fleet: Int) -> Answer {
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
    _ law: ScalingLaw, than model: Model, batch: Int, compute: Double, fleet: Int, _ error: Refused
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
  private func batch(compute: Double, fleet: Int, digits: Int = BatchRounding.usualDigits) -> Int {
    if let asked = request.globalBatch { return asked }
    guard let rule = request.batchRule?.batch else { return request.job.globalBatch }
    return BatchRounding.batch(
      rule(compute) / Double(request.job.sequenceLength), units: fleet, devices: instance.devices, digits: digits)
  }

  // MARK: The fleet

  /// Instances that the sum pays for, for all of the time.
  private func fleet() throws(Refused) -> Int {
    let one = Tariff(price).total(units: 1, wallTime: request.time)
    let most = request.sum / one
    guard most >= 1 else { throw Refused(refusal: .tooLittleMoney(least: one, instance: instance.name)) }
    return Int(min(most, Double(OptionPlanner.mostUnits)))
  }

  private func fleetPeak(_ fleet: Int) -> Double {
    let types = instance.chip.peak
    let peak = types[request.job.precision] ?? types[.bf16] ?? types[.fp16] ?? types[.fp32]
    return (peak?.value.value ?? 1e12) * Double(instance.chips * fleet)
  }

  /// The size and plan that train a model most, and for how long.
  private func train(_ model: Model, batch: Int, compute: Double, fleet: Int) throws(Refused) -> Answer {
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
    let maker = try maker(job, simulator, search)
    let most = simulator.machine.clusters ? fleet : 1
    var best: (estimate: Estimate, units: Int, time: Seconds)?
    var last = Double.infinity
    var needed: Bytes?
    var misses = 0
    let sizes = search.space.deviceCounts(multipleOf: instance.devices, atMost: most * instance.devices)
    for devices in sizes.reversed() {
      let units = devices / instance.devices
      if let best, Double(units) < BudgetPlanner.smallestShare * Double(best.units) { break }
      guard Double(units) * BudgetPlanner.thinning <= last, isPaid(units, maker) else { continue }
      let outcome = search.best(devices: devices)
      if let least = outcome.smallest?.memory.total, outcome.best == nil {
        needed = min(needed ?? least, least)
        last = Double(units)
        misses += 1
        // A model that does not fit on many fits on fewer even less.
        if misses == BudgetPlanner.mostMisses, best == nil { break }
      }
      guard let found = outcome.best, maker.ends(found, units) else { continue }
      last = Double(units)
      let time = maker.wallTime(found, units)
      if best.map({ BudgetPlanner.isWorth(($0.units, $0.time), (units, time)) }) ?? true { best = (found, units, time) }
    }
    guard let best else {
      throw Refused(
        refusal: .doesNotFit(
          units: most, instance: instance.name, model: model.name, needed: needed,
          there: simulator.machine.memoryCapacity))
    }
    let run = try inTime(best.estimate, best.units, &job, search)
    return Answer(job: job, run: run, limit: limit(best.units, fleet: fleet))
  }

  /// Whether a size is the better one. More instances have to bring something: ten per cent more of them one per cent of tokens,
  /// say. Judgement.
  private static func isWorth(_ old: (units: Int, time: Seconds), _ new: (units: Int, time: Seconds)) -> Bool {
    let shorter = Logarithm.natural(old.time / new.time),
      more = Logarithm.natural(Double(new.units) / Double(old.units))
    return shorter > 0.1 * more
  }

  private func isPaid(_ units: Int, _ maker: RunMaker) -> Bool {
    let spares = maker.operations?.operation(units: units).spares ?? 0
    return Tariff(price).total(units: units, spares: spares, wallTime: request.time) <= request.sum * (1 + 1e-9)
  }

  private func limit(_ units: Int, fleet: Int) -> BudgetLimit {
    if Double(units) < 0.9 * Double(fleet) { return .batch }
    return fleet == OptionPlanner.mostUnits ? .size : .money
  }

  private func maker(_ job: Job, _ simulator: Simulator, _ search: PlanSearch) throws(Refused) -> RunMaker {
    do {
      return try RunMaker(simulator, way, region: request.region, prices, request.facts, search.terms.tried)
    } catch {
      throw Refused(refusal: .plan(.surroundings(error)))
    }
  }

  /// The run of as many whole steps as end in time. What starting takes is not in proportion to them, so it takes a few rounds.
  private func inTime(_ estimate: Estimate, _ units: Int, _ job: inout Job, _ search: PlanSearch) throws(Refused) -> Run
  {
    let limit = request.time.value
    for _ in 0..<12 {
      let simulator: Simulator
      do {
        simulator = try Simulator(job: job, instance: instance, efficiency: efficiency)
      } catch {
        throw Refused(refusal: .plan(.unsupported(error)))
      }
      let maker = try maker(job, simulator, search)
      let time = maker.wallTime(estimate, units).value
      if time <= limit, time > limit * 0.999 || job.steps >= BudgetPlanner.steps(job, limit / time) {
        return maker.run(estimate, units)
      }
      let steps = BudgetPlanner.steps(job, limit / time)
      guard steps >= 1 else { throw Refused(refusal: .tooLittleTime) }
      job.tokens = Count(steps * job.tokensPerStep)
    }
    throw Refused(refusal: .tooLittleTime)
  }

  /// Whole steps, a hair below what fits.
  private static func steps(_ job: Job, _ share: Double) -> Double { (job.steps * share * (1 - 1e-6)).rounded(.down) }
}

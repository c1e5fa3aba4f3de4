import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// Turns an estimate on so many units into a run: its time, its bill, what binds it and what is assumed.
struct RunMaker {
  let simulator: Simulator
  let offer: Offer
  /// By every way of buying of which a price is known.
  let prices: [Price]
  /// The most that can be had at that price, where that is known.
  let most: RentalLimit?
  /// What surrounds the steps.
  let operations: Operations?
  let site: Site?
  /// Plans that were run; nil where a plan is given, or none counts as strange.
  let tried: TriedPlans?
  /// What logs of one's own say; nil where they say nothing.
  let own: OwnPace?

  /// Looks up the price, and with it what surrounds the steps and where they run.
  ///
  /// - Parameter facts: nil where nothing is known of that; energy is not asked for then.
  init(
    _ simulator: Simulator, _ pricing: PricingRequest, region: String?, _ prices: PriceBook, _ facts: OperatingFacts?,
    _ tried: TriedPlans? = nil, _ own: OwnPace? = nil
  ) throws(OperatingSetup.Problem) {
    let instance = simulator.machine.instance
    self.simulator = simulator
    self.tried = tried
    self.own = own
    let found = prices.offer(for: instance, pricing, region: region)
    offer = found
    most = found.price.flatMap { prices.most(of: instance, $0) }
    self.prices = PricingModel.allCases.compactMap { prices.offer(for: instance, .model($0), region: region).price }
    operations = try Operations(simulator, facts, isSpot: offer.price?.model == .spot)
    let offer = offer
    site = facts.map { Site(offer, pricing, asked: region, of: instance, prices, $0) }
  }

  private func course(_ e: Estimate, _ units: Int) -> Course {
    guard let operations else { return .bare(step: e.stepTime, steps: simulator.job.steps) }
    return operations.operation(units: units).course(step: e.stepTime)
  }

  /// The estimate of a plan as it is expected to be.
  func expected(_ e: Estimate) -> Estimate {
    let e = known(e)
    guard let tried else { return e }
    let factor = tried.slowdown(of: e.plan)
    return factor == 1 ? e : e.untried(by: factor)
  }

  /// The estimate of a plan as it is with what logs of one's own say.
  private func known(_ e: Estimate) -> Estimate {
    guard let factor = own?.factor(of: e.plan), factor != 1 else { return e }
    return e.bent(by: factor)
  }

  /// Of an estimate as the simulator has it, as are those of the functions below.
  func wallTime(_ e: Estimate, _ units: Int) -> Seconds {
    let step = expected(e).stepTime
    guard let operations else { return step * simulator.job.steps }
    return Seconds(operations.operation(units: units).pace.wallTime(step: step.value))
  }

  /// Machines that fail faster than anything is saved never get to the end.
  func ends(_ e: Estimate, _ units: Int) -> Bool { Pace.ends(wallTime(e, units).value) }

  func neverEnds(_ e: Estimate, _ units: Int) -> Refusal {
    Refusal(.neverEnds(units: units, instance: simulator.machine.instance.name), nearest: e, units: units)
  }

  /// What units and those that stand by cost for the whole job; nil where no price is known.
  func bill(_ e: Estimate, _ units: Int) -> Bill? {
    let spares = operations?.operation(units: units).spares ?? 0
    return offer.price.map { Bill(units: units, spares: spares, wallTime: wallTime(e, units), price: $0) }
  }

  private func tuned(_ e: Estimate, _ units: Int) -> (wallTime: Seconds, cost: Dollars?) {
    let e = known(e), operation = operations?.operation(units: units)
    let wall = operation.map { Seconds($0.pace.wallTime(step: e.stepTime.value) / $0.practice.factor) }
    let time = wall ?? e.stepTime * simulator.job.steps
    return (
      time, offer.price.map { Bill(units: units, spares: operation?.spares ?? 0, wallTime: time, price: $0).total }
    )
  }

  /// - Parameters:
  ///   - lowered: the plan's shape, where somebody has lowered it.
  ///   - memoryBoundShare: of that shape, where somebody knows it.
  func run(_ e: Estimate, _ units: Int, lowered: LoweredShape? = nil, memoryBoundShare: Double? = nil) -> Run {
    let question = lowered.map { PlanCase($0, e.plan) } ?? PlanCase(simulator, e.plan)
    let bill = bill(e, units), tuned = tuned(e, units), strangeness = tried?.strangeness(of: e.plan) ?? 0
    let slower = (tried?.slowdown(at: strangeness) ?? 1) - 1
    let e = expected(e)
    let course = course(e, units), time = course.wallTime
    let instance = simulator.machine.instance
    var warnings: [Note] = []
    switch offer {
    case .price(let price, let found):
      var notes = found
      if let bill {
        notes += bill.warnings + conditions(of: price, units: units, spares: course.spares, bill: bill, time: time)
      }
      if let unit = instance.soldIn { notes.append(.onlyPartOf(instance: instance.name, unit: unit)) }
      warnings = notes.map(Note.price)
    case .unknown(let unpriced): warnings = [.unpriced(unpriced)]
    }
    let operation = operations?.operation(units: units)
    let firsts = tried?.firsts(of: e.plan) ?? []
    if !firsts.isEmpty {
      let efficiency = simulator.machine.efficiency
      warnings.append(.run(.neverRun(chip: efficiency.chip, stack: efficiency.stack.name, firsts)))
    }
    var own = modelWarnings + networkWarnings(units) + memoryWarnings(e) + hostWarnings(e)
    if let operation { own += OperationNotes.warnings(operation, instance, simulator.job) }
    let plan = planNotes(e.plan, slower: slower)
    let assumed = (operations?.assumptions ?? []) + (operation?.assumptions ?? [])
    var run = Run(
      units: units, chips: units * instance.chips, devices: units * instance.devices,
      question: question, estimate: e.with(input: course.inputWait, checkpoint: course.checkpointStall),
      bottleneck: OperationNotes.bottleneck(operation, course, e)
        ?? simulator.bottleneck(of: e, memoryBoundShare: memoryBoundShare ?? question.lowered.memoryBoundShare),
      course: course, operation: operation, offer: offer, bill: bill, tuned: tuned,
      notes: simulator.machine.assumptions.map(Note.machine)
        + (plan + burstAssumptions(units) + profileAssumptions).map(Note.run) + assumed.map(Note.operation) + warnings
        + own.map(Note.run))
    run.strangeness = strangeness
    run.prices = prices
    run.energy = site.map {
      EnergyUse(of: instance, units: units, steps: simulator.job.steps, course: course, at: $0)
    }
    return run
  }

  /// - Parameter slower: part of a step that the plan counts as longer, since it is unlike all that were run.
  private func planNotes(_ plan: Plan, slower: Double) -> [RunNote] {
    let name = simulator.machine.instance.name, layers = simulator.job.model.layers
    let chunks = plan.pipeline * plan.interleave
    let (asked, done) = (simulator.job.precision, simulator.machine.precision)
    return (asked == done ? [] : [.productsCast(instance: name, from: asked, to: done)])
      // Less is not worth a line.
      + (slower >= 0.01 ? [.planUntried(instance: name, slower: slower)] : [])
      + (plan.ends == nil && layers % chunks != 0
        ? [.layersUneven(instance: name, layers: layers, chunks: chunks)] : [])
  }

  private func memoryWarnings(_ e: Estimate) -> [RunNote] {
    e.fitProbability < Efficiency.fit.probability
      ? [.memoryTight(instance: simulator.machine.instance.name, probability: e.fitProbability)] : []
  }

  private func hostWarnings(_ e: Estimate) -> [RunNote] {
    let instance = simulator.machine.instance, memory = instance.host.memory?.value
    let bytes = simulator.offloaded(e) * Double(instance.devices)
    guard bytes > memory ?? .zero else { return [] }
    return [.statesOverHostMemory(instance: instance.name, bytes: bytes, memory: memory)]
  }

  /// What a price is tied to that its figure does not show.
  private func conditions(of price: Price, units: Int, spares: Int, bill: Bill, time: Seconds) -> [PriceNote] {
    let name = price.instance
    var list: [PriceNote] = []
    // A hundredth more is the rounding of a bill, not its terms.
    if bill.billedTime > time * 1.01 {
      list.append(
        .billedLonger(instance: name, price.model, price.billing, billed: bill.billedTime, work: time))
    }
    if let most = most?.most, units + spares > most {
      list.append(.beyondMost(instance: name, price.model, instances: units + spares, most: most))
    }
    if let commitment = price.billing.commitment {
      let whole = price.rate.cost(over: commitment) * Double(units + spares)
      list.append(.commitment(instance: name, length: commitment, total: whole))
    }
    let taken = operations?.operating.failures.spot
    if price.model == .spot, taken == nil {
      let provider = simulator.machine.instance.provider.title
      list.append(.spotInterruptionsUnknown(instance: name, provider: provider))
    } else if price.model != .spot, taken != nil {
      list.append(.spotRateUnused(instance: name))
    }
    return list
  }

  /// Where the job goes beyond what its model was made for, or what is modelled of it.
  private var modelWarnings: [RunNote] {
    let job = simulator.job, model = job.model
    var list: [RunNote] = []
    if let longest = model.maxSequenceLength, job.sequenceLength > longest {
      list.append(.beyondSequence(model: model.name, length: job.sequenceLength, longest: longest))
    }
    if job.loraRank != nil, job.loraTargets != .attention, model.hasExperts {
      list.append(.expertsWithoutAdapters(model: model.name))
    }
    let profile = simulator.machine.efficiency
    if model.recommender != nil, simulator.machine.instance.chip.chipClass == .accelerator {
      let fixed = Seconds(profile[.stepTime] + profile[.microBatchTime])
      list.append(.fixedTimesOfLanguageModels(profile: profile.name, fixed: fixed))
    }
    return list
  }

  /// Profiles were fitted on networks that collectives reach without the kernel's TCP.
  private func networkWarnings(_ units: Int) -> [RunNote] {
    let instance = simulator.machine.instance
    guard units > 1, instance.chip.chipClass == .accelerator, let network = instance.network,
      let slow = instance.provider.slowNetwork, network.kind == slow.kind
    else { return [] }
    return [
      .slowNetwork(
        instance: instance.name, lacks: slow.lacks, called: slow.called, bandwidth: network.bandwidth.value,
        latency: network.latency.value)
    ]
  }

  private func burstAssumptions(_ units: Int) -> [RunNote] {
    let instance = simulator.machine.instance
    guard units > 1, let network = instance.network, let burst = network.burst else { return [] }
    return [
      .networkBaseline(instance: instance.name, baseline: network.bandwidth.value, burst: burst.value)
    ]
  }

  private var profileAssumptions: [RunNote] {
    let efficiency = simulator.machine.efficiency
    if let base = efficiency.base {
      return [.profileBegins(chip: efficiency.chip, stack: efficiency.stack.name, with: base)]
    }
    return switch efficiency.status {
    case .extrapolated: [.profileExtrapolated(efficiency.name)]
    case .composed: [.profileComposed(chip: efficiency.chip, stack: efficiency.stack.name)]
    case .fitted: []
    }
  }
}

import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// Turns an estimate on so many units into a run: its time, its bill, what binds it and what is assumed.
struct RunMaker {
  let simulator: Simulator
  let offer: Offer
  /// What surrounds the steps.
  let running: Running?
  let site: Site?

  /// Looks up the price, and with it what surrounds the steps and where they run.
  ///
  /// - Parameter around: nil where nothing is known of that; energy is not asked for then.
  init(
    _ simulator: Simulator, _ pricing: PricingRequest, region: String?, _ prices: PriceBook, _ around: Surroundings?
  ) throws(Unsupported) {
    let instance = simulator.machine.instance
    self.simulator = simulator
    offer = prices.offer(for: instance, pricing, region: region)
    running = try Running(simulator, around, isSpot: offer.price?.model == .spot)
    let offer = offer
    site = around.map { Site(offer, pricing, asked: region, of: instance, prices, $0) }
  }

  func course(_ e: Estimate, _ units: Int) -> Course {
    guard let running else { return .bare(step: e.stepTime, steps: simulator.job.steps) }
    return running.operation(units: units).course(step: e.stepTime)
  }

  func wallTime(_ e: Estimate, _ units: Int) -> Seconds {
    let step = e.stepTime
    guard let running else { return step * simulator.job.steps }
    return Seconds(running.operation(units: units).pace.wallTime(step: step.value))
  }

  /// Machines that fail faster than anything is saved never get to the end.
  func ends(_ e: Estimate, _ units: Int) -> Bool { Pace.ends(wallTime(e, units).value) }

  func neverEnds(_ e: Estimate, _ units: Int) -> Refusal {
    Refusal(
      "never ends: \(units) × \(simulator.machine.instance.name) fail faster than the run gets from one checkpoint to "
        + "the next", nearest: e, units: units)
  }

  /// What units and those that stand by cost for the whole job; nil where no price is known.
  func bill(_ e: Estimate, _ units: Int) -> Bill? {
    let spares = running?.operation(units: units).spares ?? 0
    return offer.price.map { Bill(units: units, spares: spares, wallTime: wallTime(e, units), price: $0) }
  }

  /// - Parameters:
  ///   - lowered: the plan's shape, where somebody has lowered it.
  ///   - memoryBoundShare: of that shape, where somebody knows it.
  func run(_ e: Estimate, _ units: Int, lowered: LoweredShape? = nil, memoryBoundShare: Double? = nil) -> Run {
    let question = lowered.map { PlanCase($0, e.plan) } ?? PlanCase(simulator, e.plan)
    let course = course(e, units), time = course.wallTime
    let instance = simulator.machine.instance
    let bill = bill(e, units)
    var warnings: [String] = []
    switch offer {
    case .price(let price, let notes):
      warnings += notes
      if let bill {
        warnings += bill.warnings + conditions(of: price, units: units, spares: course.spares, bill: bill, time: time)
      }
      if let unit = instance.soldIn { warnings.append("\(instance.name) is only rented as part of \(unit)") }
    case .unknown(let reason): warnings.append("\(instance.name): \(reason)")
    }
    warnings += modelWarnings + networkWarnings(units)
    let used = e.memory.total / e.memoryCapacity
    if used > RunMaker.tight {
      warnings.append(
        "\(instance.name): \(Int(used * 100))% of memory is used: a little more than is counted "
          + "does not fit")
    }
    let operation = running?.operation(units: units)
    if let operation { warnings += Upkeeping.warnings(operation, course, instance, simulator.job) }
    var run = Run(
      units: units, chips: units * instance.chips, devices: units * instance.devices,
      question: question, estimate: e.with(input: course.inputWait, checkpoint: course.checkpointStall),
      bottleneck: Upkeeping.bottleneck(operation, course, e)
        ?? simulator.bottleneck(of: e, memoryBoundShare: memoryBoundShare ?? question.lowered.memoryBoundShare),
      course: course, operation: operation, offer: offer, bill: bill,
      assumptions: simulator.machine.assumptions + burstAssumptions(units) + profileAssumptions
        + (running?.assumptions ?? [])
        + (operation?.assumptions ?? []),
      warnings: warnings)
    run.energy = site.map {
      EnergyUse(of: instance, units: units, steps: simulator.job.steps, course: course, at: $0)
    }
    return run
  }

  /// Above this share of memory a plan is one surprise away from failing. Judgement, not measured: it only makes a warning;
  /// what runtimes and allocators hold back is the profile's `memory_reserve`.
  private static let tight = 0.97

  /// What a price is tied to that its figure does not show.
  private func conditions(of price: Price, units: Int, spares: Int, bill: Bill, time: Seconds) -> [String] {
    let name = price.instance
    var list: [String] = []
    // A hundredth more is the rounding of a bill, not its terms.
    if bill.billedTime > time * 1.01 {
      let sold = price.billing.portion == nil ? "" : "\(price.model.purchase)s are "
      let rule = price.billing.rule.map { "; \(sold)\($0)" } ?? ""
      list.append(
        "\(name): the bill is for \(bill.billedTime.formatted), the work takes \(time.formatted)\(rule)")
    }
    if let commitment = price.billing.commitment {
      let whole = price.rate.cost(over: commitment) * Double(units + spares)
      list.append("\(name): the rate is for a commitment of \(commitment.inYears), \(whole.formatted) in all")
    }
    let taken = running?.upkeep.failures.spot
    if price.model == .spot, taken == nil {
      list.append(
        "\(name): how often spot instances are taken back \(simulator.machine.instance.provider.title) does not publish, and it is not counted; "
          + "add --failures 'spot=0.1 /month' or what you see")
    } else if price.model != .spot, taken != nil {
      list.append("\(name): it is not bought as spot, so the rate at which spot is taken back does not count")
    }
    return list
  }

  /// Where the job goes beyond what its model was made for, or what is modelled of it.
  private var modelWarnings: [String] {
    let job = simulator.job, model = job.model
    var list: [String] = []
    if let longest = model.maxSequenceLength, job.sequenceLength > longest {
      list.append("\(model.name): sequence length \(job.sequenceLength) is beyond the \(longest) it was made for")
    }
    if let window = model.slidingWindow, job.sequenceLength > window {
      list.append(
        "\(model.name): attention is counted over the whole sequence; its sliding window of \(window) is not modelled")
    }
    let profile = simulator.machine.efficiency
    if model.recommender != nil, simulator.machine.instance.chip.chipClass == .accelerator {
      let fixed = Seconds(profile[.stepTime] + profile[.microBatchTime])
      list.append(
        "\(profile.name): the \(fixed.formatted) that a step takes besides its work are those of language models; DLRM on A100 "
          + "was measured 3 to 5 times as fast as they allow, so recommenders on accelerators look too slow here")
    }
    return list
  }

  /// Profiles were fitted on networks that collectives reach without the kernel's TCP.
  private func networkWarnings(_ units: Int) -> [String] {
    let instance = simulator.machine.instance
    guard units > 1, instance.chip.chipClass == .accelerator, let network = instance.network,
      let slow = instance.provider.slowNetwork, network.kind == slow.kind
    else { return [] }
    return [
      "\(instance.name) has no \(slow.lacks): collectives between instances go over TCP (\(slow.called)), \(network.bandwidth.value.formatted) "
        + "and \(network.latency.value.formatted) a message at best; no run of that kind was measured, and it may well "
        + "take longer"
    ]
  }

  private func burstAssumptions(_ units: Int) -> [String] {
    let instance = simulator.machine.instance
    guard units > 1, let network = instance.network, let burst = network.burst else { return [] }
    return [
      "\(instance.name): the network's baseline of \(network.bandwidth.value.formatted) is used, though it bursts to "
        + "\(burst.value.formatted): training outlasts any burst"
    ]
  }

  private var profileAssumptions: [String] {
    let efficiency = simulator.machine.efficiency
    return efficiency.status == .extrapolated
      ? ["profile \(efficiency.name) is extrapolated: no run of this chip with this stack was fitted"] : []
  }
}

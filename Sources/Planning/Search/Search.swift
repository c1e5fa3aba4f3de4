import Costing
import Dispatch
import Operating
import Quantities
import Scenarios
import Simulation

/// Walks every legal plan of a request over all cores and keeps the best.
///
/// The space is cut into parts: an option and some of its block shapes. Threads take parts as they become free, each
/// with its own tally; what tallies keep is decided by a total order, so the result is the same for any number of
/// threads. Memory does not grow with the number of plans.
public struct Search: Sendable {
  public let request: SearchRequest
  let entries: [Entry]
  private let refused: [OptionResult]
  private let parts: [Part]

  /// An option that has plans to look at.
  struct Entry: Sendable {
    var instance: Instance
    var efficiency: Efficiency
    var simulator: Simulator
    var space: PlanSpace
    var sizes: SizeRange
    var terms: OptionTerms
    var maker: RunMaker
  }

  /// Some shapes of one entry: small enough that Ctrl-C and progress do not wait, large enough for one matrix product.
  struct Part: Sendable {
    var entry: Int
    var shapes: Range<Int>
  }

  public static var cores: Int { max(1, processorCount()) }

  public init(_ request: SearchRequest, prices: PriceBook) {
    self.request = request
    var entries: [Entry] = [], refused: [OptionResult] = []
    for option in request.options {
      do {
        entries.append(
          try Search.entry(request, option.instance, option.efficiency, prices, index: entries.count))
      } catch {
        refused.append(
          OptionResult(
            instance: option.instance, efficiency: option.efficiency, outcome: .cannot(error.refusal)))
      }
    }
    self.entries = entries
    self.refused = refused
    parts = entries.indices.flatMap { entry -> [Part] in
      let count = entries[entry].space.shapes.count
      let size = if case .exactly = entries[entry].sizes { 64 } else { 16 }
      return stride(from: 0, to: count, by: size).map {
        Part(entry: entry, shapes: $0..<min($0 + size, count))
      }
    }
  }

  struct Refused: Error { var refusal: Refusal }

  private static func entry(
    _ request: SearchRequest, _ instance: Instance, _ efficiency: Efficiency, _ prices: PriceBook, index: Int
  ) throws(Refused) -> Entry {
    let simulator: Simulator
    do {
      simulator = try Simulator(job: request.job, instance: instance, efficiency: efficiency)
    } catch {
      throw Refused(refusal: Refusal(.unsupported(error)))
    }
    let space = PlanSpace(
      job: request.job, machine: simulator.machine, request: request.plan,
      maxTensor: request.maxTensor ?? .max)
    let maker: RunMaker
    do {
      maker = try RunMaker(
        simulator, request.pricing, region: request.region, prices, request.facts,
        request.experience?.tried(simulator, request.plan), request.experience?.own(simulator))
    } catch {
      throw Refused(refusal: Refusal(.surroundings(error)))
    }
    let sizes: SizeRange
    switch request.size {
    case .instances(let units): sizes = .exactly(units * instance.devices)
    case .chips(let chips):
      guard chips % instance.chips == 0 else {
        throw Refused(refusal: OptionPlanner.notWhole(chips, instance))
      }
      sizes = .exactly(chips / instance.chips * instance.devices)
    case .any:
      let had = min(maker.most?.most ?? OptionPlanner.mostUnits, request.maxInstances ?? OptionPlanner.mostUnits)
      let most = simulator.machine.clusters ? min(had, OptionPlanner.mostUnits) : 1
      sizes = .upTo(most * instance.devices, multipleOf: instance.devices)
    }
    if case .exactly(let devices) = sizes, let limit = space.rules.isolatedDevices, devices > limit {
      throw Refused(refusal: Refusal(.plan([.leavesNode(devices: devices)])))
    }
    guard !space.shapes.isEmpty else {
      throw Refused(refusal: OptionPlanner.noShape(simulator, request.plan))
    }
    return Entry(
      instance: instance, efficiency: efficiency, simulator: simulator, space: space, sizes: sizes,
      terms: OptionTerms(
        simulator, index: index, price: maker.offer.price, operations: maker.operations, tried: maker.tried,
        own: maker.own, isGiven: request.plan.isWhole),
      maker: maker)
  }

  // MARK: Walking

  /// - Parameters:
  ///   - threads: how many at once; the result does not depend on it.
  ///   - isCancelled: asked before each part.
  ///   - progress: told after each part, one call at a time, from whatever thread.
  public func run(
    threads: Int = Search.cores, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (@Sendable (SearchProgress) -> Void)? = nil
  ) -> SearchOutcome {
    let shared = Shared(Tally(request.rule))
    let rule = request.rule
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
      var tally = Tally(rule)
      var walk: PlanWalk?
      var walked: Int?
      while !isCancelled(), let number = shared.next(below: parts.count) {
        let part = parts[number], entry = entries[part.entry]
        if walked != part.entry { (walk, walked) = (PlanWalk(entry.simulator, entry.space), part.entry) }
        var counts = PlanCounts()
        walk?.visit(part.shapes, entry.sizes, &counts) { tally.take($0, entry.terms) }
        tally.counts += counts
        shared.finished(evaluated: counts.evaluated, parts.count, progress)
      }
      shared.merge(tally)
    }
    let (tally, done) = shared.result
    return outcome(tally, done)
  }

  /// Plans that no part holds: each degree is legal, and the sequence does not split over them together.
  private func unsplittable() -> PlanCounts {
    var counts = PlanCounts()
    var none = PlanBatch()
    for entry in entries {
      for shape in entry.space.unsplittable {
        entry.space.plans(of: shape, isLegal: false, entry.sizes, into: &none, &counts)
      }
    }
    return counts
  }

  private func outcome(_ tally: Tally, _ done: Int) -> SearchOutcome {
    var counts = tally.counts
    if done == parts.count { counts += unsplittable() }
    func result(_ one: Candidate) -> OptionResult {
      let entry = entries[one.order.option]
      let maker = entry.maker
      return OptionResult(
        instance: entry.instance, efficiency: entry.efficiency,
        outcome: .runs(maker.run(entry.simulator.estimate(one.plan), one.units)))
    }
    let best = tally.top.kept.first
    var slowdown: Double?
    if let best, case .exactly = entries[best.order.option].sizes, request.objective != .memory,
      let slowest = tally.slowest[best.order.option]
    {
      slowdown = slowest / best.step
    }
    return SearchOutcome(
      request: request, counts: counts, top: tally.top.kept.map(result),
      front: tally.front.worthwhile.map(result), beyondKnee: tally.front.kept.count - tally.front.worthwhile.count,
      refused: refused,
      nearest: best == nil ? nearest(tally) : nil, slowdown: slowdown, done: done, parts: parts.count)
  }

  /// What came nearest to being an answer.
  private func nearest(_ tally: Tally) -> OptionResult? {
    guard let one = tally.closest ?? tally.smallest else { return nil }
    let entry = entries[one.order.option]
    let estimate = entry.simulator.estimate(one.plan)
    let wall = entry.maker.wallTime(estimate, one.units).value
    let reason: RefusalReason
    if tally.closest == nil {
      reason = entry.terms.shortage(estimate, limit: request.maxMemory)
    } else if !Pace.ends(wall) {
      reason = .planNeverEnds
    } else if let deadline = request.deadline, wall > deadline.value {
      reason = .fastestIsLate(Seconds(wall), deadline: deadline)
    } else {
      reason = .cheapestIsOver(Dollars(one.cost))
    }
    return OptionResult(
      instance: entry.instance, efficiency: entry.efficiency,
      outcome: .cannot(
        Refusal(
          reason, nearest: estimate, units: one.units, wallTime: Pace.ends(wall) ? Seconds(wall) : nil)))
  }

  // MARK: Every plan

  /// Every legal plan in the order of enumeration, some at a time, those that do not fit as refusals. Stops when
  /// `show` says so or at `isCancelled`; true when all were shown.
  public func all(
    isCancelled: () -> Bool = { false }, _ show: ([OptionResult]) throws -> Void
  ) throws -> Bool {
    for part in parts {
      if isCancelled() { return false }
      let entry = entries[part.entry]
      for index in part.shapes {
        try rows(of: index, entry, show)
        if isCancelled() { return false }
      }
    }
    return true
  }

  private func rows(of index: Int, _ entry: Entry, _ show: ([OptionResult]) throws -> Void) throws {
    let shape = entry.space.shapes[index], simulator = entry.simulator
    var batch = PlanBatch(), results = PlanResults(), counts = PlanCounts()
    entry.space.plans(of: shape, entry.sizes, into: &batch, &counts)
    guard batch.count > 0 else { return }
    simulator.evaluate(batch, shape: 0, of: simulator.table([shape]), into: &results)
    let maker = entry.maker
    let lowered = simulator.lowered(shape), share = lowered.memoryBoundShare
    let chunk = 512
    for start in stride(from: 0, to: batch.count, by: chunk) {
      try show(
        (start..<min(start + chunk, batch.count)).map { i in
          let plan = batch.plan(i, shape)
          let estimate = simulator.estimate(plan, results, at: i)
          let units = plan.devices / entry.terms.unitDevices
          let run = maker.run(estimate, units, lowered: lowered, memoryBoundShare: share)
          let outcome: OptionResult.Outcome =
            if let obstacle = obstacle(run, entry.terms) {
              .cannot(
                Refusal(
                  obstacle, nearest: estimate, units: units, wallTime: run.course.ends ? run.wallTime : nil))
            } else {
              .runs(run)
            }
          return OptionResult(instance: entry.instance, efficiency: entry.efficiency, outcome: outcome)
        })
    }
  }

  /// Why a plan that was evaluated is no answer.
  private func obstacle(_ run: Run, _ terms: OptionTerms) -> RefusalReason? {
    let memory = run.estimate.memory.total
    if memory.value > terms.capacity { return .memory(needed: memory, there: run.estimate.memoryCapacity) }
    if let host = terms.hosts?.obstacle(run.estimate) { return host }
    if let limit = request.maxMemory, memory > limit { return .overMemoryLimit(needed: memory, limit: limit) }
    if !run.course.ends { return .planNeverEnds }
    if let deadline = request.deadline, run.wallTime > deadline {
      return .late(run.wallTime, deadline: deadline)
    }
    if let budget = request.budget, let cost = run.cost, cost > budget {
      return .overBudget(cost, budget: budget)
    }
    return nil
  }
}

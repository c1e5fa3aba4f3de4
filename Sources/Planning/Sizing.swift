import Operating
import Quantities
import Scenarios
import Simulation

// How many units: the cheapest size that keeps to a deadline, the fastest that keeps to a budget, each as surely as asked.
extension OptionPlanner {
  /// Judgement, not measured: capacity blocks are rented by whole weeks, so a bill can only fall while a run is shorter than
  /// its last week, and four times the machines make a quarter of the time.
  private static let spread = 4
  /// Ratio of neighbouring sizes that a budget looks at. Judgement: its answer is at most that far from the best one.
  private static let thinning = 1.03
  /// A larger size is worth a word that costs at most this part more and takes at least that part less time. Judgement.
  private static let worthwhile = (cost: 0.03, time: 0.25)

  /// Sizes that were looked at, and what speaks against those that are no answer.
  private struct Looked {
    var kept: [Sized] = []
    /// Of those that fit and end, the nearest to the limits, the fastest and the cheapest.
    var surest: Sized?
    var fastest: Sized?
    var cheapest: Sized?
    /// Of sizes without a plan that fits, the one that needs least.
    var tightest: Estimate?
    var endless: Refusal?

    mutating func take(_ one: Sized, _ confidence: Double) {
      if one.keeps(confidence) { kept.append(one) }
      if surest.map({ max(one.late, one.over) < max($0.late, $0.over) }) ?? true { surest = one }
      if fastest.map({ one.predicted < $0.predicted }) ?? true { fastest = one }
      if let cost = one.cost, cheapest.map({ cost < $0.cost ?? cost }) ?? true { cheapest = one }
    }

    /// A size that does not keep to them when it is judged exactly.
    mutating func drop(_ one: Sized, _ judged: Sized) {
      kept.removeAll { $0.units == one.units }
      if surest.map({ $0.units == one.units || max(judged.late, judged.over) < max($0.late, $0.over) }) ?? true {
        surest = judged
      }
    }
  }

  /// The best size that keeps to the limits as surely as asked.
  func sized(_ search: PlanSearch, _ maker: RunMaker) -> OptionResult.Outcome {
    let size = request.size
    if size.budget != nil, case .unknown(let unpriced) = maker.offer {
      return .cannot(Refusal(.budgetNeedsPrice(unpriced)))
    }
    let judge = SizeJudge(maker, request.knowledge, size)
    let most = min(maker.most?.most ?? OptionPlanner.mostUnits, request.maxInstances ?? OptionPlanner.mostUnits)
    let sizes = candidateSizes(search, atMost: most)
    var looked =
      size.deadline == nil ? looked(thinned(sizes), search, maker, judge) : looked(until: sizes, search, maker, judge)
    while let best = choice(looked.kept) {
      let sure = judge.exactly(best)
      guard sure.keeps(request.confidence) else {
        looked.drop(best, sure)
        continue
      }
      var run = maker.run(best.estimate, best.units)
      run.larger = larger(than: sure, looked.kept)
      return .runs(run)
    }
    return .cannot(refusal(looked, sizes, most: most < OptionPlanner.mostUnits ? most : nil))
  }

  /// With a budget alone the fastest, else the cheapest; the faster of equals, the smallest where no price is known.
  private func choice(_ kept: [Sized]) -> Sized? {
    if request.size.deadline == nil { return kept.min { ($0.time, $0.units) < ($1.time, $1.units) } }
    guard let least = kept.compactMap(\.cost).min() else { return kept.first }
    // Bills of equal instance-days differ in the last bit only.
    return kept.filter { ($0.cost ?? least) <= least * (1 + 1e-9) }.min { $0.time < $1.time }
  }

  private func larger(than best: Sized, _ kept: [Sized]) -> Run.Larger? {
    guard let cost = best.cost else { return nil }
    let (dearer, faster) = OptionPlanner.worthwhile
    let found = kept.filter {
      $0.units > best.units && ($0.cost ?? .zero) <= cost * (1 + dearer) && $0.time <= best.time * (1 - faster)
    }.min { $0.time < $1.time }
    return found.flatMap { one in
      one.cost.map { Run.Larger(units: one.units, wallTime: one.time, cost: $0, late: one.late, over: one.over) }
    }
  }

  private func looked(_ sizes: [Int], _ search: PlanSearch, _ maker: RunMaker, _ judge: SizeJudge) -> Looked {
    var looked = Looked()
    for units in sizes { look(units, search, maker, judge, &looked) }
    return looked
  }

  /// Sizes up to `spread` times the smallest that keeps to the limits: beyond, work spreads only thinner. A larger size can be
  /// the cheaper one where rent is by the week.
  private func looked(until sizes: [Int], _ search: PlanSearch, _ maker: RunMaker, _ judge: SizeJudge) -> Looked {
    var looked = Looked()
    // No size can beat its own peak: skip those that would miss the deadline even so.
    let peak = search.simulator.machine.peak.value * Double(instance.devices)
    let work = search.simulator.work.perStep(globalBatch: request.job.globalBatch).value * request.job.steps
    let limit = request.size.deadline?.value ?? .infinity
    for units in sizes {
      // A causal mask may skip half of attention, so a third of the counted work is a safe floor for any model. The
      // largest size is looked at all the same: a refusal names the nearest miss.
      if work / 3 / (peak * Double(units)) > limit, units != sizes.last { continue }
      if let smallest = looked.kept.first?.units, units > OptionPlanner.spread * smallest { break }
      // Without a price a larger size is never better.
      if !looked.kept.isEmpty, maker.offer.price == nil { break }
      look(units, search, maker, judge, &looked)
    }
    return looked
  }

  private func look(
    _ units: Int, _ search: PlanSearch, _ maker: RunMaker, _ judge: SizeJudge, _ looked: inout Looked
  ) {
    let found = search.best(devices: units * instance.devices)
    guard let best = found.best else {
      // A size may have no plan at all: only those that miss by memory are near.
      if let need = found.smallest, looked.tightest.map({ need.memory.total < $0.memory.total }) ?? true {
        looked.tightest = need
      }
      return
    }
    guard maker.ends(best, units) else {
      looked.endless = looked.endless ?? maker.neverEnds(best, units)
      return
    }
    looked.take(judge.judged(best, units), request.confidence)
  }

  private func refusal(_ looked: Looked, _ sizes: [Int], most: Int?) -> Refusal {
    let size = request.size
    guard let surest = looked.surest, let fastest = looked.fastest else {
      if let endless = looked.endless { return endless }
      if let smallest = looked.tightest { return Refusal(leastMemory(smallest), nearest: smallest) }
      return Refusal(.noLegalSize(most: most ?? OptionPlanner.mostUnits))
    }
    if let limit = size.deadline, fastest.predicted > limit {
      // What it would take if work spread without end, so that a reader sees how far off the option is.
      let needed = (Double(fastest.units) * (fastest.predicted / limit)).rounded(.up)
      return Refusal(
        .deadline(
          MissedDeadline(
            deadline: limit, globalBatch: request.job.globalBatch, units: fastest.units, instance: instance.name,
            time: fastest.predicted, needed: needed, most: sizes.last == fastest.units ? most : nil)),
        nearest: fastest.estimate, units: fastest.units, wallTime: fastest.predicted)
    }
    if let limit = size.budget, let cheapest = looked.cheapest, let cost = cheapest.cost, cost > limit {
      return Refusal(
        .budget(least: cost, units: cheapest.units, instance: instance.name, share: limit / cost),
        nearest: cheapest.estimate, units: cheapest.units, wallTime: cheapest.time)
    }
    return Refusal(
      .notSure(
        UnsureSize(
          confidence: request.confidence, units: surest.units, instance: instance.name,
          late: size.deadline == nil ? nil : surest.late, over: size.budget == nil ? nil : surest.over)),
      nearest: surest.estimate, units: surest.units, wallTime: surest.time)
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

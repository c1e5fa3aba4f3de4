import Operating
import Quantities
import Scenarios
import Simulation

// How many units: the cheapest size that keeps to a deadline, the fastest that keeps to a budget, each as surely as asked.
extension OptionPlanner {
  /// How much more than the least a size may come to that is judged by draws of its own: those of another plan may be this far off.
  /// Judgement; a test finds less than half of it of all sizes that are not much dearer than the cheapest.
  static let doubt = 0.05
  /// And so far may be the probability with which it keeps to the limits. Judgement.
  private static let margin = 0.15
  /// A larger size is worth a word that costs at most this part more and takes at least that part less time. Judgement.
  private static let worthwhile = (cost: 0.03, time: 0.25)
  /// So many sizes, the largest, are looked at for what comes nearest where none will do.
  private static let nearest = 48

  /// The sizes of one option, and how they are judged.
  private struct Sizes {
    var all: [Int]
    var search: PlanSearch
    var maker: RunMaker
    var judge: SizeJudge
    var aim: SizeAim
  }

  /// The best size that keeps to the limits as surely as asked.
  func sized(_ search: PlanSearch, _ maker: RunMaker) -> OptionResult.Outcome {
    let size = request.size
    if size.budget != nil, case .unknown(let unpriced) = maker.offer {
      return .cannot(Refusal(.budgetNeedsPrice(unpriced)))
    }
    let most = min(maker.most?.most ?? OptionPlanner.mostUnits, request.maxInstances ?? OptionPlanner.mostUnits)
    let all = candidateSizes(search, atMost: most)
    guard let reference = reference(all, search) else { return .cannot(nothingFits(all, search, most: most)) }
    // With a budget alone the fastest, else the cheapest.
    let aim: SizeAim = size.deadline == nil ? .time : maker.offer.price == nil ? .units : .cost
    let sizes = Sizes(
      all: all, search: search, maker: maker,
      judge: SizeJudge(maker, request.knowledge, size, reference: reference, shared.deviations), aim: aim)
    var dropped: [Int: Sized] = [:]
    while true {
      let looked = looked(sizes, without: dropped)
      guard let least = looked.kept.map(aim.amount).min() else {
        return .cannot(refusal(looked.unsure + dropped.values.sorted { $0.units < $1.units }, sizes, most: most))
      }
      let bound = aim == .units ? least : least * (1 + OptionPlanner.doubt)
      let near = looked.kept.filter { aim.amount($0) <= bound }.map(sizes.judge.exactly)
      let unsure = near.filter { !$0.keeps(request.confidence) }
      for one in unsure { dropped[one.units] = one }
      guard unsure.isEmpty, let best = OptionPlanner.choice(near, aim) else { continue }
      var run = maker.run(best.estimate, best.units)
      run.larger = larger(than: best, looked.kept)
      return .runs(run)
    }
  }

  /// A plan that no limit decides: of the smallest size, or the first of twice the last, that one fits on.
  private func reference(_ sizes: [Int], _ search: PlanSearch) -> Estimate? {
    for units in OptionPlanner.doubling(sizes) + sizes.suffix(1) {
      if let best = search.best(devices: units * instance.devices).best { return best }
    }
    return nil
  }

  /// The least; of those that come to the same the fastest. Bills of equal instance-days differ in the last bit only.
  private static func choice(_ sizes: [Sized], _ aim: SizeAim) -> Sized? {
    guard let least = sizes.map(aim.amount).min() else { return nil }
    return sizes.filter { aim.amount($0) <= least * (1 + 1e-9) }.min { ($0.time, $0.units) < ($1.time, $1.units) }
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

  /// Sizes that keep to the limits, each with the best of its plans, and those that do so as predicted and not surely. None is left
  /// out that could come within `doubt` of the least: what takes longer than that leaves is not looked at.
  private func looked(_ sizes: Sizes, without dropped: [Int: Sized]) -> (kept: [Sized], unsure: [Sized]) {
    var kept: [Sized] = [], unsure: [Sized] = []
    var least = Double.infinity
    var seen = Set(dropped.keys)
    func look(_ units: Int) {
      guard seen.insert(units).inserted else { return }
      let step = min(
        sizes.judge.longestStep(units, time: request.size.deadline, cost: request.size.budget),
        sizes.judge.longestStep(units, sizes.aim, atMost: least * (1 + OptionPlanner.doubt)))
      guard let best = sizes.search.best(devices: units * instance.devices, within: step),
        sizes.maker.ends(best, units)
      else { return }
      var one = sizes.judge.judged(best, units)
      // The draws of another plan may put a size on the wrong side of what is sure enough.
      let risk = max(one.late, one.over)
      if risk < 1, abs(risk - (1 - request.confidence)) <= OptionPlanner.margin { one = sizes.judge.exactly(one) }
      if one.keeps(request.confidence) {
        kept.append(one)
        least = min(least, sizes.aim.amount(one))
      } else if one.isWithin {
        unsure.append(one)
      }
    }
    switch sizes.aim {
    case .units: sizes.all.forEach(look)
    // The largest are the fastest, and rule out most of the others.
    case .time: sizes.all.reversed().forEach(look)
    case .cost:
      // One that will do rules out most plans of the others.
      for units in OptionPlanner.doubling(sizes.all) where kept.isEmpty { look(units) }
      sizes.all.forEach(look)
    }
    return (kept, unsure)
  }

  /// The first, and after each the next that is at least twice as large.
  private static func doubling(_ sizes: [Int]) -> [Int] {
    var next = 0
    return sizes.filter { units in
      guard units >= next else { return false }
      next = 2 * units
      return true
    }
  }

  // MARK: None will do

  private func nothingFits(_ sizes: [Int], _ search: PlanSearch, most: Int) -> Refusal {
    // A size may have no plan at all: only those that miss by memory are near.
    let misses = sizes.suffix(OptionPlanner.nearest).compactMap { search.best(devices: $0 * instance.devices).smallest }
    guard let least = misses.min(by: { $0.memory.total < $1.memory.total }) else {
      return Refusal(.noLegalSize(most: most))
    }
    return Refusal(search.terms.shortage(least), nearest: least)
  }

  /// - Parameter unsure: sizes that keep to the limits as predicted.
  private func refusal(_ unsure: [Sized], _ sizes: Sizes, most: Int) -> Refusal {
    let size = request.size
    if let surest = unsure.min(by: { max($0.late, $0.over) < max($1.late, $1.over) }) {
      return Refusal(
        .notSure(
          UnsureSize(
            confidence: request.confidence, units: surest.units, instance: instance.name,
            late: size.deadline == nil ? nil : surest.late, over: size.budget == nil ? nil : surest.over)),
        nearest: surest.estimate, units: surest.units, wallTime: surest.time)
    }
    var endless: Refusal?
    if let limit = size.deadline {
      let fastest = fastest(sizes, &endless)
      if let fastest, fastest.predicted > limit { return late(fastest, limit, sizes, most: most) }
    }
    if let limit = size.budget, let cheapest = cheapest(sizes, &endless), let cost = cheapest.cost, cost > limit {
      return Refusal(
        .budget(least: cost, units: cheapest.units, instance: instance.name, share: limit / cost),
        nearest: cheapest.estimate, units: cheapest.units, wallTime: cheapest.time)
    }
    return endless ?? nothingFits(sizes.all, sizes.search, most: most)
  }

  /// As predicted, of the largest sizes that have a plan which fits.
  private func fastest(_ sizes: Sizes, _ endless: inout Refusal?) -> Sized? {
    var fastest: Sized?
    for (place, units) in sizes.all.reversed().enumerated() where place < OptionPlanner.nearest || fastest == nil {
      let step = fastest.map { sizes.judge.longestStep(units, time: $0.predicted) } ?? .infinity
      let one = look(units, within: step, sizes, &endless)
      if let one, fastest.map({ one.predicted < $0.predicted }) ?? true { fastest = one }
    }
    return fastest
  }

  /// As predicted, of those that are in time.
  private func cheapest(_ sizes: Sizes, _ endless: inout Refusal?) -> Sized? {
    var cheapest: Sized?
    for units in sizes.all {
      let step = sizes.judge.longestStep(units, time: request.size.deadline, cost: cheapest?.cost)
      let one = look(units, within: step, sizes, &endless)
      if let one, let cost = one.cost, cheapest?.cost.map({ cost < $0 }) ?? true { cheapest = one }
    }
    return cheapest
  }

  private func look(_ units: Int, within step: Double, _ sizes: Sizes, _ endless: inout Refusal?) -> Sized? {
    guard let best = sizes.search.best(devices: units * instance.devices, within: step) else { return nil }
    if sizes.maker.ends(best, units) { return sizes.judge.judged(best, units) }
    endless = endless ?? sizes.maker.neverEnds(best, units)
    return nil
  }

  private func late(_ fastest: Sized, _ limit: Seconds, _ sizes: Sizes, most: Int) -> Refusal {
    // What it would take if work spread without end, so that a reader sees how far off the option is.
    let isLargest = fastest.units == sizes.all.last
    let needed = (Double(fastest.units) * (fastest.predicted / limit)).rounded(.up)
    return Refusal(
      .deadline(
        MissedDeadline(
          deadline: limit, globalBatch: request.job.globalBatch, units: fastest.units, instance: instance.name,
          time: fastest.predicted, needed: needed,
          most: isLargest && most < OptionPlanner.mostUnits ? most : nil)),
      nearest: fastest.estimate, units: fastest.units, wallTime: fastest.predicted)
  }
}

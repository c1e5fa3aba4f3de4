import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// A plan worth keeping, in base units.
struct Candidate: Sendable {
  /// What the objective minimizes.
  var value: Double
  var step: Double
  /// Of the whole run.
  var wall: Double
  var memory: Double
  /// The whole bill; 0 where no rule asks for it.
  var cost: Double
  var order: Order
  var plan: Plan
  var units: Int

  /// Place in the order of enumeration: options as given, shapes, then plans of a shape.
  struct Order: Comparable, Sendable {
    var option: Int
    var shape: Int
    var place: Int
    static func < (a: Order, b: Order) -> Bool {
      (a.option, a.shape, a.place) < (b.option, b.shape, b.place)
    }
  }

  /// The tie rule: the objective, then the shorter step, then the order of enumeration.
  func precedes(_ other: Candidate) -> Bool {
    if value != other.value { return value < other.value }
    if step != other.step { return step < other.step }
    return order < other.order
  }
}

/// The first few by the objective, best first.
struct TopList: Sendable {
  let limit: Int
  private(set) var kept: [Candidate] = []

  init(_ limit: Int) { self.limit = limit }

  /// Whether a value this large can still get in. Ties may.
  func admits(_ value: Double) -> Bool {
    guard kept.count == limit, let last = kept.last else { return limit > 0 }
    return value <= last.value
  }

  mutating func offer(_ one: Candidate) {
    guard admits(one.value) else { return }
    var place = kept.count
    while place > 0, one.precedes(kept[place - 1]) { place -= 1 }
    if place == limit { return }
    kept.insert(one, at: place)
    if kept.count > limit { kept.removeLast() }
  }
}

/// Plans that no other beats on every axis. The set does not depend on the order in which plans are offered.
struct Front: Sendable {
  let axes: [ParetoAxis]
  private(set) var kept: [Candidate] = []
  /// Of `kept`, the amounts on the axes, close together since every plan is held against them.
  private var points: [SIMD4<Double>] = []

  init(_ axes: [ParetoAxis]) { self.axes = axes }

  func point(time: Double, cost: Double, memory: Double) -> SIMD4<Double> {
    var point = SIMD4<Double>(0, 0, 0, 0)
    for (i, axis) in axes.enumerated() where i < 3 {
      switch axis {
      case .time: point[i] = time
      case .cost: point[i] = cost
      case .memory: point[i] = memory
      }
    }
    return point
  }

  /// Whether some plan kept is at least as good on each axis and better on one.
  mutating func beats(_ point: SIMD4<Double>) -> Bool {
    for i in points.indices where all(points[i] .<= point) && points[i] != point {
      // What beat one plan will beat more, so it moves towards the front.
      points.swapAt(i, i / 2)
      kept.swapAt(i, i / 2)
      return true
    }
    return false
  }

  mutating func offer(_ one: Candidate) {
    let point = point(time: one.wall, cost: one.cost, memory: one.memory)
    if beats(point) { return }
    if let same = points.firstIndex(of: point) {
      let other = kept[same]
      if (one.step, one.order) < (other.step, other.order) { kept[same] = one }
      return
    }
    for i in points.indices.reversed() where all(point .<= points[i]) {
      points.swapAt(i, points.count - 1)
      kept.swapAt(i, kept.count - 1)
      points.removeLast()
      kept.removeLast()
    }
    points.append(point)
    kept.append(one)
  }

  /// Without plans that pay much more for hardly less time than another that is kept: nobody takes them. Judgement.
  static let knee = (cost: 1.1, time: 0.99)

  /// `sorted`, without what is beyond the knee where time and cost are weighed.
  var worthwhile: [Candidate] {
    guard Set(axes) == [.time, .cost] else { return sorted }
    var last: Candidate?
    let kept = sorted.sorted { ($0.cost, $0.order) < ($1.cost, $1.order) }.filter { one in
      if let last, one.cost > Front.knee.cost * last.cost, one.wall > Front.knee.time * last.wall { return false }
      last = one
      return true
    }
    let orders = Set(kept.map { [$0.order.option, $0.order.shape, $0.order.place] })
    return sorted.filter { orders.contains([$0.order.option, $0.order.shape, $0.order.place]) }
  }

  /// By the first axis, then the others, then the tie rule.
  var sorted: [Candidate] {
    let keyed = kept.map { ($0, point(time: $0.wall, cost: $0.cost, memory: $0.memory)) }
    return keyed.sorted { a, b in
      for i in 0..<3 where a.1[i] != b.1[i] { return a.1[i] < b.1[i] }
      return a.0.order < b.0.order
    }.map(\.0)
  }
}

/// What one thread keeps of the plans it has seen. Tallies of several threads merge to what one would have kept,
/// whoever saw what: everything kept is the least of a total order.
struct Tally: Sendable {
  let rule: SearchRule
  var counts = PlanCounts()
  private(set) var top: TopList
  private(set) var front: Front
  /// Of plans that do not fit, the one that needs least memory.
  private(set) var smallest: Candidate?
  /// Of plans that fit and miss the deadline or the budget, the nearest.
  private(set) var closest: Candidate?
  /// By option, the longest step of a plan that fits.
  private(set) var slowest: [Int: Double] = [:]
  /// How steps become runs at the sizes seen of late.
  private var paces = Paces()

  init(_ rule: SearchRule) {
    self.rule = rule
    top = TopList(rule.top)
    front = Front(rule.axes)
  }

  mutating func take(_ view: borrowing PlanWalk.View, _ terms: OptionTerms) {
    let count = view.range.count
    let capacity = terms.capacity, limit = rule.maxMemory, hosts = terms.hosts
    var misfits = 0, over = 0, longest = 0.0
    view.results.withTimesAndMemory { steps, memory in
      for i in 0..<count {
        let bytes = memory[i]
        let isMisfit = bytes > capacity || hosts?.holds(i, of: view) == false
        if isMisfit || bytes > limit {
          if isMisfit { misfits += 1 } else { over += 1 }
          if smallest.map({ bytes <= $0.memory }) ?? true { miss(i, steps[i], bytes, view, terms) }
          continue
        }
        longest = max(longest, steps[i])
        consider(i, steps[i], bytes, view, terms)
      }
    }
    counts.add(misfits, .doesNotFit)
    counts.add(over, .overMemoryLimit)
    if longest > slowest[terms.index, default: 0] { slowest[terms.index] = longest }
  }

  @inline(__always)
  private mutating func consider(
    _ i: Int, _ step: Double, _ bytes: Double, _ view: borrowing PlanWalk.View, _ terms: OptionTerms
  ) {
    let units = devices(i, view) / terms.unitDevices
    let known = terms.own.map { step * $0.factor(of: view.plan(i)) } ?? step
    // What surrounds the steps, and that nobody ran a plan, only adds to time and cost: what would not be kept without it is
    // not kept with it.
    let isLimited = rule.deadline < .infinity || rule.budget < .infinity
    let isBare = terms.operations == nil && terms.tried == nil
    if !isBare, !isLimited, !mayBeKept(known * terms.steps, bytes, units, terms) { return }
    let step = terms.tried.map { known * $0.slowdown(of: view.plan(i)) } ?? known
    // As `Course` computes it, so that the bits are its own.
    guard let operations = terms.operations else {
      return weigh(i, step, step * terms.steps, bytes, units, paid: units, view, terms)
    }
    let pace = paces.pace(operations, option: terms.index, units: units)
    weigh(i, step, pace.wallTime(step: step), bytes, units, paid: units + pace.spares, view, terms)
  }

  /// Whether a plan would be kept that took this long with nothing standing by.
  @inline(__always)
  private mutating func mayBeKept(_ wall: Double, _ bytes: Double, _ units: Int, _ terms: OptionTerms) -> Bool {
    var cost = 0.0
    if rule.needsPrice {
      guard let tariff = terms.tariff else { return true }
      cost = tariff.total(units: units, wallTime: Seconds(wall)).value
    }
    if top.admits(value(wall, cost, bytes, paid: units, terms)) { return true }
    return !rule.axes.isEmpty && !front.beats(front.point(time: wall, cost: cost, memory: bytes))
  }

  @inline(__always)
  private func value(_ wall: Double, _ cost: Double, _ bytes: Double, paid: Int, _ terms: OptionTerms) -> Double {
    switch rule.objective {
    case .time: wall
    case .cost, .costByDeadline: cost
    case .tokensPerDollar: terms.rate * Double(paid) * wall
    case .memory: bytes
    }
  }

  /// - Parameter paid: units that are billed, those that stand by with them.
  @inline(__always)
  private mutating func weigh(
    _ i: Int, _ step: Double, _ wall: Double, _ bytes: Double, _ units: Int, paid: Int,
    _ view: borrowing PlanWalk.View, _ terms: OptionTerms
  ) {
    guard Pace.ends(wall) else {
      counts.add(1, .neverEnds)
      return nearly(i, value: wall, step, wall, bytes, 0, view, terms)
    }
    var cost = 0.0
    if rule.needsPrice {
      guard let tariff = terms.tariff else { return counts.add(1, .noPrice) }
      cost = tariff.total(units: units, spares: paid - units, wallTime: Seconds(wall)).value
    }
    let value = value(wall, cost, bytes, paid: paid, terms)
    if wall > rule.deadline {
      counts.add(1, .missesDeadline)
      return nearly(i, value: wall, step, wall, bytes, cost, view, terms)
    }
    if cost > rule.budget {
      counts.add(1, .overBudget)
      return nearly(i, value: cost, step, wall, bytes, cost, view, terms)
    }
    if top.admits(value) {
      top.offer(candidate(i, value: value, step, wall, bytes, cost, view, terms))
    }
    if !rule.axes.isEmpty, !front.beats(front.point(time: wall, cost: cost, memory: bytes)) {
      front.offer(candidate(i, value: value, step, wall, bytes, cost, view, terms))
    }
  }

  private mutating func miss(
    _ i: Int, _ step: Double, _ bytes: Double, _ view: borrowing PlanWalk.View, _ terms: OptionTerms
  ) {
    let one = candidate(i, value: bytes, step, step * terms.steps, bytes, 0, view, terms)
    if smallest.map(one.precedes) ?? true { smallest = one }
  }

  private mutating func nearly(
    _ i: Int, value: Double, _ step: Double, _ wall: Double, _ bytes: Double, _ cost: Double,
    _ view: borrowing PlanWalk.View, _ terms: OptionTerms
  ) {
    if let closest, value > closest.value { return }
    let one = candidate(i, value: value, step, wall, bytes, cost, view, terms)
    if closest.map(one.precedes) ?? true { closest = one }
  }

  private func devices(_ i: Int, _ view: borrowing PlanWalk.View) -> Int {
    let at = view.range.lowerBound + i
    return view.shape.tensor * view.shape.context * view.batch.pipeline(at) * view.batch.data(at)
  }

  private func candidate(
    _ i: Int, value: Double, _ step: Double, _ wall: Double, _ bytes: Double, _ cost: Double,
    _ view: borrowing PlanWalk.View, _ terms: OptionTerms
  ) -> Candidate {
    let plan = view.plan(i)
    return Candidate(
      value: value, step: step, wall: wall, memory: bytes, cost: cost,
      order: Candidate.Order(option: terms.index, shape: view.shapeIndex, place: i), plan: plan,
      units: plan.devices / terms.unitDevices)
  }

  mutating func merge(_ other: Tally) {
    counts += other.counts
    for one in other.top.kept { top.offer(one) }
    for one in other.front.kept { front.offer(one) }
    if let one = other.smallest, smallest.map(one.precedes) ?? true { smallest = one }
    if let one = other.closest, closest.map(one.precedes) ?? true { closest = one }
    slowest.merge(other.slowest, uniquingKeysWith: max)
  }
}

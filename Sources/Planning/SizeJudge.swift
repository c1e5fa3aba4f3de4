import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// A number of units with its best plan, and what is to be expected of it.
struct Sized: Sendable {
  var estimate: Estimate
  var units: Int
  /// As predicted.
  var predicted: Seconds
  /// Expected; the prediction where nothing is known of how wrong it may be.
  var time: Seconds
  /// Likewise; nil where no price is known.
  var cost: Dollars?
  var late = 0.0
  var over = 0.0
  /// Whether it keeps to the limits as predicted.
  var isWithin = true

  func keeps(_ confidence: Double) -> Bool { max(late, over) <= 1 - confidence + 1e-12 }
}

/// What the best size has least of.
enum SizeAim {
  case time, cost
  /// Where no price is known, a larger size is never better.
  case units

  func amount(_ one: Sized) -> Double {
    switch self {
    case .time: one.time.value
    case .cost: one.cost?.value ?? .infinity
    case .units: Double(one.units)
    }
  }
}

/// Judges sizes of one option by the draws that its answer will be shown with.
///
/// How far a step may be off differs little between sizes, so it is drawn once, of one plan of the option that no limit decides, and
/// carried to all sizes relative to its prediction: judging one more then costs a thousand bills and no evaluation of a plan. What
/// comes near the best is judged `exactly`.
final class SizeJudge {
  private let maker: RunMaker
  private let knowledge: Knowledge?
  private let size: JobSize
  private let deviations: MadeOnce<Plan, [Double]>
  private let relative: [Double]
  private var known: [Int: Sized] = [:]
  /// What every second of a step adds at the least, as predicted and as expected: seconds, and dollars for each unit, 0 where no
  /// price is known. All that surrounds steps only adds, and so do whole hours, days and weeks on a bill.
  private let predicted: (seconds: Double, dollars: Double)
  private let expected: (seconds: Double, dollars: Double)

  /// - Parameters:
  ///   - reference: a plan of the option.
  ///   - deviations: draws of its plans, which do not depend on prices.
  init(
    _ maker: RunMaker, _ knowledge: Knowledge?, _ size: JobSize, reference: Estimate,
    _ deviations: MadeOnce<Plan, [Double]>
  ) {
    (self.maker, self.knowledge, self.size, self.deviations) = (maker, knowledge, size, deviations)
    let job = maker.simulator.job, practice = maker.operations?.operation(units: 1).practice ?? .none
    var price = maker.offer.price
    price?.billing = .asItPasses
    let bare = job.steps * practice.factor
    predicted = (bare, price.map { Tariff($0).total(units: 1, wallTime: Seconds(bare)).value } ?? 0)
    guard let knowledge else {
      (relative, expected) = ([], predicted)
      return
    }
    relative = deviations.value(reference.plan) { maker.deviations(reference, knowledge) }
    let seconds = knowledge.bare(relative, practice, job)
    expected = (
      seconds.mean, price.map { knowledge.dollars(seconds, $0, units: 1, spares: 0).mean } ?? 0
    )
  }

  /// The longest step with which so many units may take so much time and money as predicted; nil: any.
  func longestStep(_ units: Int, time: Seconds?, cost: Dollars? = nil) -> Double {
    let longest = time.map { $0.value / predicted.seconds } ?? .infinity
    guard let cost, predicted.dollars > 0 else { return longest }
    let dearest = cost.value * (1 + 1e-9) / (predicted.dollars * Double(units))
    return min(longest, dearest)
  }

  /// The longest step with which so many units may come to no more than an amount.
  func longestStep(_ units: Int, _ aim: SizeAim, atMost amount: Double) -> Double {
    switch aim {
    case .time: amount / expected.seconds
    // What costs nothing is never dearer.
    case .cost: expected.dollars > 0 ? amount / (expected.dollars * Double(units)) : .infinity
    case .units: Double(units) <= amount ? .infinity : 0
    }
  }

  func judged(_ e: Estimate, _ units: Int) -> Sized {
    if let one = known[units] { return one }
    let time = maker.wallTime(e, units), bill = maker.bill(e, units)?.total
    var one = Sized(estimate: e, units: units, predicted: time, time: time, cost: bill)
    if let limit = size.deadline, time > limit { one.late = 1 }
    if let limit = size.budget, let bill, bill > limit { one.over = 1 }
    // What does not keep to a limit as predicted is no answer, however it may turn out.
    one.isWithin = max(one.late, one.over) == 0
    if let knowledge, one.isWithin { judge(&one, relative, knowledge) }
    known[units] = one
    return one
  }

  /// By draws of the plan itself.
  func exactly(_ one: Sized) -> Sized {
    guard let knowledge else { return one }
    var one = one
    judge(&one, deviations.value(one.estimate.plan) { maker.deviations(one.estimate, knowledge) }, knowledge)
    return one
  }

  private func judge(_ one: inout Sized, _ factors: [Double], _ knowledge: Knowledge) {
    let draws = maker.draws(one.estimate, one.units, factors, knowledge)
    one.time = Seconds(draws.seconds.mean)
    if let limit = size.deadline { one.late = draws.seconds.share { $0 > limit.value } }
    if let dollars = draws.dollars {
      one.cost = Dollars(dollars.mean)
      if let limit = size.budget { one.over = dollars.share { $0 > limit.value * (1 + 1e-9) } }
    }
  }
}

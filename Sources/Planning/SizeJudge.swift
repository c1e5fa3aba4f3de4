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

  func keeps(_ confidence: Double) -> Bool { max(late, over) <= 1 - confidence + 1e-12 }
}

/// Judges sizes of one option by the draws that its answer will be shown with.
///
/// How far a step may be off differs little between sizes, so it is drawn once, relative to its prediction, and carried to the
/// other sizes: judging one more then costs a thousand bills and no evaluation of a plan. What is chosen is judged `exactly`.
final class SizeJudge {
  private let maker: RunMaker
  private let knowledge: Knowledge?
  private let size: JobSize
  private var relative: [Double]?

  init(_ maker: RunMaker, _ knowledge: Knowledge?, _ size: JobSize) {
    (self.maker, self.knowledge, self.size) = (maker, knowledge, size)
  }

  func judged(_ e: Estimate, _ units: Int) -> Sized {
    let time = maker.wallTime(e, units), bill = maker.bill(e, units)?.total
    var one = Sized(estimate: e, units: units, predicted: time, time: time, cost: bill)
    if let limit = size.deadline, time > limit { one.late = 1 }
    if let limit = size.budget, let bill, bill > limit { one.over = 1 }
    // What does not keep to a limit as predicted is no answer, however it may turn out.
    guard let knowledge, max(one.late, one.over) == 0 else { return one }
    let factors = relative ?? maker.deviations(e, knowledge)
    relative = factors
    judge(&one, factors, knowledge)
    return one
  }

  /// By draws of the plan itself.
  func exactly(_ one: Sized) -> Sized {
    guard let knowledge else { return one }
    var one = one
    judge(&one, maker.deviations(one.estimate, knowledge), knowledge)
    return one
  }

  private func judge(_ one: inout Sized, _ factors: [Double], _ knowledge: Knowledge) {
    let draws = maker.draws(one.estimate, one.units, factors, knowledge)
    one.time = Seconds(mean(draws.seconds))
    if let limit = size.deadline { one.late = share(draws.seconds) { $0 > limit.value } }
    if let dollars = draws.dollars {
      one.cost = Dollars(mean(dollars))
      if let limit = size.budget { one.over = share(dollars) { $0 > limit.value * (1 + 1e-9) } }
    }
  }
}

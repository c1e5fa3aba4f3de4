import Costing
import Quantities
import Scenarios
import Simulation

/// How long runs take and what they cost, as surely as asked, by the draws that their rows will be shown with.
///
/// How far a step may be off differs little between fleets and models on one type. So it is drawn once, relative to its prediction,
/// and carried to the others; what is chosen is judged `exactly`.
final class BudgetJudge {
  private let request: BudgetRequest
  private var relative: [Double]?

  init(_ request: BudgetRequest) { self.request = request }

  /// Time and money that a run keeps to with the confidence asked for; as predicted where nothing is known of how wrong that may be.
  struct Bounds {
    var time: Seconds
    /// Nil where no price is known.
    var cost: Dollars?

    /// What of the limits is used: 1 keeps to both and leaves nothing of one.
    func share(of request: BudgetRequest) -> Double {
      // Bills of equal instance-days differ in the last bit only.
      max(time / request.time, (cost ?? .zero) / (request.sum * (1 + 1e-9)))
    }
  }

  func bounds(_ e: Estimate, _ units: Int, _ maker: RunMaker) -> Bounds {
    guard let knowledge = request.knowledge else { return predicted(e, units, maker) }
    let deviations = relative ?? maker.deviations(e, knowledge)
    relative = deviations
    return bounds(maker.draws(e, units, deviations, knowledge))
  }

  /// By draws of the plan itself.
  func exactly(_ e: Estimate, _ units: Int, _ maker: RunMaker) -> Bounds {
    guard let knowledge = request.knowledge else { return predicted(e, units, maker) }
    return bounds(maker.draws(e, units, maker.deviations(e, knowledge), knowledge))
  }

  /// By what a price that moves has to be counted dearer, so that the money lasts as surely as asked.
  func dearer(_ price: Price) -> Double {
    guard let knowledge = request.knowledge, price.spread > 0 else { return 1 }
    let time = request.time.value, known = Tariff(price).total(units: 1, wallTime: request.time)
    let bills = knowledge.dollars([Double](repeating: time, count: knowledge.samples), price, units: 1, spares: 0)
    return max(1, BudgetJudge.bound(bills, request.confidence) / known.value)
  }

  private func predicted(_ e: Estimate, _ units: Int, _ maker: RunMaker) -> Bounds {
    Bounds(time: maker.wallTime(e, units), cost: maker.bill(e, units)?.total)
  }

  private func bounds(_ draws: RunDraws) -> Bounds {
    Bounds(
      time: Seconds(BudgetJudge.bound(draws.seconds, request.confidence)),
      cost: draws.dollars.map { Dollars(BudgetJudge.bound($0, request.confidence)) })
  }

  /// The least of the draws that no more than 1 − `confidence` of them exceed.
  /// - Parameter draws: at least one.
  static func bound(_ draws: [Double], _ confidence: Double) -> Double {
    let beyond = Int((1 - confidence) * Double(draws.count) + 1e-9)
    return draws.sorted()[max(0, draws.count - 1 - beyond)]
  }
}

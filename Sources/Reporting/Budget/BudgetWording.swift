import Planning
import Quantities
import Scenarios

extension BudgetRefusal {
  /// Why a type trains nothing, and what would have worked.
  var text: String {
    switch self {
    case .plan(let reason): reason.text
    case .tooLittleMoney(let least, let instance):
      "one \(instance) for the whole time costs \(least.formatted); give more dollars or fewer days"
    case .doesNotFit(let units, let instance, let model, let needed, let there):
      "no more than \(counted(units, "instance")) of \(instance) are available and paid for by the sum, and "
        + (needed.map {
          "\(model) does not fit: it needs \($0.formatted) of a device at least, and \(there.formatted) are there"
        } ?? "no plan of \(model) is legal on as many or fewer")
        + "; give more dollars, fewer days or a smaller model"
    case .tooLittleTime: "starting takes all of the time; give more days"
    case .noWinningPrice(let unpriced, let other, let why):
      "\(unpriced.reason), and at no price does it train as much as \(other): \(why.text)"
    case .trainsLess(let units, let share):
      "\(counted(units, "instance")) train \(Figures.whole(share)) of that, and more would not train more, or are not available"
    case .noPrice(let unpriced): "\(unpriced.reason); give one with --price \(unpriced.instance)=USD_PER_HOUR"
    }
  }
}

extension BudgetLimit {
  /// What is said in a column.
  var text: String {
    switch self {
    case .money: "money"
    case .batch: "batch"
    case .memory: "memory"
    case .rental: "rental"
    case .asked: "asked"
    case .size: "fleet"
    }
  }
}

extension BudgetChoice {
  /// As a column has it: the law, or that the model was given.
  var by: String {
    switch self {
    case .model: "given model"
    case .law(let law): law.name
    }
  }
}

import Planning
import Quantities
import Scenarios

extension BudgetRefusal {
  /// Why a type trains nothing, and what would have worked.
  var text: String {
    switch self {
    case .plan(let reason): reason.text
    case .tooLittleMoney(let least, let instance):
      "one \(instance) for so long costs \(least.formatted); give more dollars or fewer days"
    case .tooFewInstances(let units, let instance, let model):
      "the money pays for \(counted(units, "instance")) of \(instance) for so long, and no plan of \(model) runs on as many "
        + "or fewer; give more dollars, fewer days or a smaller model"
    case .tooLittleTime: "starting takes all of the time; give more days"
    case .noPrice(let unpriced): "\(unpriced.reason), and no other type has one to compare with; give one with --price"
    }
  }
}

extension BudgetLimit {
  /// What is said in a column.
  var text: String {
    switch self {
    case .money: "money"
    case .batch: "batch"
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

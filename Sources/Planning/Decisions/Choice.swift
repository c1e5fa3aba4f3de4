import Calibration
import Scenarios
import Simulation

/// What it is worth to know one unknown of one of two options before choosing.
public struct KnowledgeWorth: Sendable {
  public var unknown: Unknown
  /// Whose it is; nil where it is one for both.
  public var option: String?
  /// By how much the expected regret falls: dollars or seconds.
  public var saving: Double
}

/// What choosing between two options now may cost, and which knowledge would save most of it.
public struct Choice: Sendable {
  public var stake: Stake
  public var chosen: String
  public var other: String
  /// Expected, of the choice made now: dollars or seconds.
  public var regret: Double
  public var probabilityWrong: Double
  /// Most first.
  public var worths: [KnowledgeWorth]
}

extension Knowledge {
  /// Nil where one of the two does not run. By cost, or by time where a price is missing.
  public func choice(_ first: OptionResult, _ second: OptionResult, job: Job) -> Choice? {
    guard let a = draws(of: first, job: job), let b = draws(of: second, job: job) else { return nil }
    let stake: Stake = a.dollars != nil && b.dollars != nil ? .cost : .time
    guard let x = stake.figures(of: a), let y = stake.figures(of: b) else { return nil }
    let value = InformationValue(x, y)
    var worths: [KnowledgeWorth] = []
    func add(_ unknown: Unknown, _ option: String?, _ draws: [Double]) {
      worths.append(KnowledgeWorth(unknown: unknown, option: option, saving: value.saving(knowing: draws)))
    }
    for (result, draws) in [(first, a), (second, b)] {
      guard let run = result.run else { continue }
      let step = StepCase(run.question, Subject(result.instance.chip, result.efficiency.stack))
      let known = self.values(of: result.efficiency, step.subject)
      add(.step, result.instance.name, draws.steps.map(Logarithm.natural))
      for parameter in EfficiencyParameter.allCases {
        let values = known.map { parameter.scale.fitted($0[parameter]) }
        add(.parameter(parameter), result.instance.name, values)
      }
    }
    let streams: [(Unknown, String)] = [(.failures, "failures"), (.practice, "practice"), (.untried, "untried")]
    for (unknown, stream) in streams {
      add(unknown, nil, predictive.standard(stream))
    }
    worths = worths.enumerated().sorted { a, b in
      a.element.saving == b.element.saving ? a.offset < b.offset : a.element.saving > b.element.saving
    }.map(\.element)
    let names = (first.instance.name, second.instance.name)
    return Choice(
      stake: stake, chosen: value.choosesFirst ? names.0 : names.1, other: value.choosesFirst ? names.1 : names.0,
      regret: value.regret, probabilityWrong: value.probabilityWrong, worths: worths)
  }
}

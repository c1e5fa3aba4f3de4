import Scenarios
import Workbooks

extension OptionSheet {
  /// A cell that follows from others: the formula, and what the tool has worked out.
  func live(_ key: OptionKey, _ row: OptionRow, _ option: Int, _ rank: Int?) -> SheetCell {
    func at(_ key: OptionKey) -> Formula { self.at(key, option) }
    func cell(_ formula: Formula, of needs: [OptionKey], and others: [Formula] = []) -> SheetCell {
      SheetCell(.formula(formula.knowing(needs.map(at) + others), row.result(key)), key.style)
    }
    let millions = at(.tokens) / Formula(1e6)
    switch key {
    case .steps: return cell((at(.tokens) / at(.tokensPerStep)).roundedUp, of: [.tokens, .tokensPerStep])
    case .step:
      // Where no peak is known it is what a reader may change.
      if row.number("mfu_fraction").map({ $0 > 0 }) != true {
        return SheetCell(row.amount(key).map { .number($0) } ?? .empty, CellStyle(.input, key.style.format))
      }
      return cell(at(.fastestStep) / at(.utilization), of: [.fastestStep, .utilization])
    case .run:
      let steps = at(.steps) * at(.step) / at(.goodput)
      let machines = row.number("startup_s") == nil ? steps : steps + at(.startup)
      return cell(machines * at(.practice) / Formula(3600), of: [.steps, .step, .goodput, .practice])
    case .billed: return cell(terms(row, option).billed(at(.run)), of: [.run])
    case .instanceHours:
      let all = row.number("spares") == nil ? at(.instances) : at(.instances) + at(.spares)
      return cell(at(.billed) * all, of: [.billed, .instances])
    case .cost:
      let share = Formula(1) - at(.discount)
      return cell(at(.instanceHours) * at(.price) * share, of: [.instanceHours, .price])
    case .perMillion: return cell(at(.cost) / millions, of: [.cost, .tokens])
    case .expected: return cell(at(.cost) * at(.costFactor), of: [.cost, .costFactor])
    case .low: return cell(at(.cost) * at(.lowFactor), of: [.cost, .lowFactor])
    case .high: return cell(at(.cost) * at(.highFactor), of: [.cost, .highFactor])
    case .expectedPerMillion: return cell(at(.expected) / millions, of: [.expected, .tokens])
    case .days: return cell(at(.run) * at(.timeFactor) / Formula(24), of: [.run, .timeFactor])
    case .ratio:
      guard let reference else { return .empty }
      let base = self.at(cost, reference, isFixed: true)
      return cell(at(cost) / base, of: [cost], and: [base])
    case .ranked:
      if row.isSeldom { return SheetCell(.text("seldom available"), key.style) }
      return SheetCell(.formula(at(cost).knowing([at(cost)]), row.result(cost)), key.style)
    default: return self.rank(option, rank)
    }
  }

  /// Of equal costs the one that stands first is the first, so that every rank is there once.
  private func rank(_ option: Int, _ rank: Int?) -> SheetCell {
    guard let ranked else { return .empty }
    let own = at(.ranked, option), column = column(.ranked) ?? 0
    func range(_ last: Int) -> Formula {
      .cell(Reference.range(column, OptionSheet.head...(OptionSheet.head + last)))
    }
    let place = Formula.call("RANK", own, range(ranked - 1), Formula(1))
    let before = Formula.call("COUNTIF", range(option), own)
    let result = rank.map { SheetCell.Result.number(Double($0)) } ?? .text(Formula.unknown)
    return SheetCell(.formula((place + before - Formula(1)).knowing([own]), result), OptionKey.rank.style)
  }

  /// The rule by which the row is billed, of the cells that have its numbers.
  private func terms(_ row: OptionRow, _ option: Int) -> BillingTerms<Formula> {
    let known = row.billing?.terms
    func cell(_ key: OptionKey, _ value: Double?) -> Formula? { value.map { _ in at(key, option) } }
    return BillingTerms(
      shortest: cell(.shortest, known?.shortest), portion: cell(.portion, known?.portion),
      limit: cell(.limit, known?.limit),
      largerPortion: cell(.largerPortion, known?.largerPortion), lead: cell(.lead, known?.lead), day: Formula(24))
  }
}

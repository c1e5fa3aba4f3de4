import Scenarios
import Workbooks

extension OptionSheet {
  /// A cell that follows from others: the formula, and what the tool has worked out.
  func live(_ key: OptionKey, _ row: OptionRow, _ option: Int, _ rank: Int?) -> SheetCell {
    func at(_ key: OptionKey) -> Formula { self.at(key, option) }
    func cell(_ value: Double?, _ formula: Formula, of needs: [OptionKey], and others: [Formula] = []) -> SheetCell {
      let result = value.map { SheetCell.Result.number($0) } ?? .text(Formula.unknown)
      return SheetCell(.formula(formula.knowing(needs.map(at) + others), result), key.style)
    }
    let millions = at(.tokens) / Formula(1e6)
    switch key {
    case .steps:
      return cell(row.number("steps"), (at(.tokens) / at(.tokensPerStep)).roundedUp, of: [.tokens, .tokensPerStep])
    case .step:
      let value = row.number("step_time_s")
      // Where no peak is known it is what a reader may change.
      if row.number("mfu_fraction").map({ $0 > 0 }) != true {
        return SheetCell(value.map { .number($0) } ?? .empty, CellStyle(.input, key.style.format))
      }
      return cell(value, at(.fastestStep) / at(.utilization), of: [.fastestStep, .utilization])
    case .run:
      let steps = at(.steps) * at(.step) / at(.goodput)
      let machines = row.number("startup_s") == nil ? steps : steps + at(.startup)
      return cell(
        row.number("wall_time_s").map { $0 / 3600 }, machines * at(.practice) / Formula(3600),
        of: [.steps, .step, .goodput, .practice])
    case .billed: return cell(row.billedHours, terms(row, option).billed(at(.run)), of: [.run])
    case .instanceHours:
      let all = row.number("spares") == nil ? at(.instances) : at(.instances) + at(.spares)
      let value = row.allInstances.flatMap { count in row.billedHours.map { $0 * count } }
      return cell(row.number("billed_instance_hours") ?? value, at(.billed) * all, of: [.billed, .instances])
    case .cost:
      let share = Formula(1) - at(.discount)
      return cell(row.number("cost_usd"), at(.instanceHours) * at(.price) * share, of: [.instanceHours, .price])
    case .perMillion: return cell(row.number("usd_per_million_tokens"), at(.cost) / millions, of: [.cost, .tokens])
    case .expected:
      return cell(row.number("cost_expected_usd"), at(.cost) * at(.costFactor), of: [.cost, .costFactor])
    case .low: return cell(row.number("cost_usd_p05"), at(.cost) * at(.lowFactor), of: [.cost, .lowFactor])
    case .high: return cell(row.number("cost_usd_p95"), at(.cost) * at(.highFactor), of: [.cost, .highFactor])
    case .expectedPerMillion:
      let value = row.number("cost_expected_usd").flatMap { cost in row.number("tokens").map { cost / ($0 / 1e6) } }
      return cell(value, at(.expected) / millions, of: [.expected, .tokens])
    case .days:
      let value = row.number("wall_time_expected_s").map { $0 / 86_400 }
      return cell(value, at(.run) * at(.timeFactor) / Formula(24), of: [.run, .timeFactor])
    case .ratio:
      guard let reference else { return .empty }
      let base = self.at(cost, reference, isFixed: true)
      return cell(row.number("cost_vs_reference"), at(cost) / base, of: [cost], and: [base])
    case .ranked:
      if row.isSeldom { return SheetCell(.text("seldom to be had"), key.style) }
      return cell(row.number(isJudged ? "cost_expected_usd" : "cost_usd"), at(cost), of: [cost])
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

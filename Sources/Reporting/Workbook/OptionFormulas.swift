import Workbooks

extension OptionSheet {
  /// A cell that follows from others: the formula, and what the tool has worked out.
  func live(_ key: OptionKey, _ row: OptionRow, _ rule: OptionRule, _ option: Int, _ rank: Int?) -> SheetCell {
    func at(_ key: OptionKey) -> Formula { self.at(key, option) }
    func cell(_ formula: Formula, of needs: [Formula]) -> SheetCell {
      SheetCell(.formula(formula.knowing(needs), row.result(key)), key.style)
    }
    if let figure = rule.figure(key, at) { return cell(figure.value, of: figure.needs.map(at)) }
    switch key {
    // Where no peak is known it is what a reader may change.
    case .step: return SheetCell(row.amount(key).map { .number($0) } ?? .empty, CellStyle(.input, key.style.format))
    case .ratio:
      guard let reference else { return .empty }
      let base = self.at(cost, reference, isFixed: true)
      return cell(at(cost) / base, of: [at(cost), base])
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
}

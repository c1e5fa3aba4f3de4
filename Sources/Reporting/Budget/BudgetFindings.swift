import Planning
import Quantities
import Scenarios

/// What a budget says in plain sentences.
struct BudgetFindings {
  let answer: BudgetAnswers

  init(_ answer: BudgetAnswers) { self.answer = answer }

  /// Of one sum: who trains most, what the laws disagree on, at which price a type without one wins, what is left.
  var own: [String] {
    if answer.rows.allSatisfy({ $0.run == nil }) {
      return ["Nothing can be trained for \(answer.request.sum.formatted)."]
    }
    return answer.request.choices.compactMap { winner($0.name) } + [seldom, spread].compactMap { $0 } + prices + left
  }

  /// Those that can be an answer: what is seldom to be had is none.
  private func priced(_ choice: String) -> [BudgetRow] {
    answer.rows.filter { $0.choice.name == choice && $0.run?.isSeldom == false && $0.solvedPrice == nil }
  }

  /// What is shown and is no answer.
  private var seldom: String? {
    let names = distinct(answer.rows.filter { $0.run?.isSeldom == true && $0.solvedPrice == nil }.map(named))
    guard !names.isEmpty else { return nil }
    return "\(listed(names)) \(names.count == 1 ? "is" : "are") seldom available this way, and left out of this."
  }

  private func winner(_ choice: String) -> String? {
    let rows = priced(choice)
    guard let best = rows.first, let job = best.job else { return nil }
    let what = "\(Count(job.model.parameterCount.total).formatted) parameters on \(job.tokens.formatted) tokens"
    let who = best.choice.law.map { "Most by \($0.name)" } ?? "Most tokens of \(job.model.name)"
    var text = "\(who): \(named(best)), \(what)"
    if rows.count > 1, let next = rows[1].compute, let own = best.compute {
      text += "; \(Figures.ratio(own / next)) the compute of \(named(rows[1]))"
    }
    return text + "."
  }

  /// The type, with how it is bought where that differs.
  private func named(_ row: BudgetRow) -> String {
    row.result.instance.name + (answer.request.ways.count > 1 ? " (\(row.shownWay))" : "")
  }

  /// How far the laws are apart, on the type that trains most.
  private var spread: String? {
    let laws = answer.request.choices.compactMap(\.law)
    guard laws.count > 1, let first = laws.lazy.compactMap({ priced($0.name).first }).first else { return nil }
    let rows = answer.rows.filter {
      $0.choice.law != nil && $0.run != nil && $0.result.instance.name == first.result.instance.name
        && $0.shownWay == first.shownWay
    }
    let sizes = rows.compactMap { $0.job?.model.parameterCount.total }.sorted()
    let tokens = rows.compactMap { $0.job?.tokens.value }.sorted()
    guard rows.count > 1, let small = sizes.first, let large = sizes.last, let few = tokens.first,
      let many = tokens.last
    else { return nil }
    return
      "The laws disagree, on \(named(first)): from \(Count(small).formatted) to \(Count(large).formatted) parameters "
      + "(\(Figures.ratio(large / small))), from \(Count(few).formatted) to \(Count(many).formatted) tokens "
      + "(\(Figures.ratio(many / few)))."
  }

  /// At which price a type without one trains as much.
  private var prices: [String] {
    let solved = answer.rows.filter { $0.solvedPrice != nil }
    return distinct(solved.map(\.result.instance.name)).map { name in
      let own = solved.filter { $0.result.instance.name == name }
      let parts = own.compactMap { row in
        row.solvedPrice.map { "\($0.rate.formatted) (\(row.choice.by); \($0.other) trains as much)" }
      }
      return
        "No price of \(name) is known. It wins below \(listed(parts)) per instance. Its rows are at that price: the same "
        + "model, the same tokens to a few percent, the same time."
    }
  }

  /// Money that more instances would not have made more of, and models that were made smaller.
  private var left: [String] {
    var seen: Set<String> = []
    return answer.rows.compactMap { row in
      guard let run = row.run, let job = row.job, let cost = row.expectedCost, let limit = row.limit,
        seen.insert("\(named(row)) \(limit)").inserted
      else { return nil }
      let name = "\(named(row)), \(row.choice.by)"
      let rest = Dollars(max(0, (row.sum - cost).value)).formatted
      switch limit {
      case .money: return nil
      case .batch:
        return "\(name): \(counted(run.units, "instance")); more would hardly train more, since a step has "
          + "\(Figures.grouped(job.globalBatch)) sequences. \(rest) are left."
      case .rental:
        let source = row.most.map { " (\($0.source); \($0.date))" } ?? ""
        return "\(name): no more than \(Figures.grouped(row.most?.most ?? run.units)) instances are available as "
          + "\(row.shownWay)\(source). \(rest) are left."
      case .asked:
        return
          "\(name): no more than \(Figures.grouped(run.units)) instances are wanted (--max-instances). \(rest) are left."
      case .size:
        return "\(name): no more than \(Figures.grouped(run.units)) instances are looked at. \(rest) are left."
      case .memory:
        return "\(name): the model that the law asks for does not fit; the largest that does is trained on more tokens."
      }
    }
  }

  // MARK: Of all sums

  static func shared(_ answers: [BudgetAnswers]) -> [String] {
    let rows = answers.flatMap(\.rows).filter { $0.run != nil }
    guard let request = answers.first?.request, !rows.isEmpty else { return [] }
    let gaps = distinct(rows.compactMap(\.run?.energy).flatMap(\.gaps).map(\.wording.text)).map { "Energy: \($0)." }
    return [surety(request, rows), lossWords(rows), extrapolated(rows), batchWords(request)].compactMap { $0 }
      + software(request, rows)
      + notes(rows) + gaps
  }

  /// What stands behind tokens, days and cost.
  private static func surety(_ request: BudgetRequest, _ rows: [BudgetRow]) -> String? {
    guard rows.contains(where: { $0.result.outlook != nil }) else { return nil }
    return "Tokens are as many as each run trains in time and within the sum, both with a probability of "
      + "\(Figures.whole(request.confidence)) (--confidence). Days and cost are expected values; 5–95% is what the fleet "
      + "trains in all of the time."
  }

  private static func lossWords(_ rows: [BudgetRow]) -> String? {
    let silent = distinct(rows.filter { $0.loss == nil }.compactMap { $0.choice.law?.name })
    let telling = distinct(rows.filter { $0.loss != nil }.compactMap { $0.lossLaw?.name })
    var parts: [String] = []
    if !telling.isEmpty {
      parts.append(
        "Loss in nats per token, by \(listed(telling)); ± is the 5–95% range of its published errors")
    }
    if !silent.isEmpty { parts.append("\(listed(silent)) \(silent.count == 1 ? "states" : "state") no loss") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ") + "."
  }

  /// How far beyond the runs that laws were fitted to.
  private static func extrapolated(_ rows: [BudgetRow]) -> String? {
    var found: [String] = []
    for law in distinct(rows.compactMap { $0.choice.law?.name }) {
      let own = rows.filter { $0.choice.law?.name == law }
      guard let limit = own.first?.choice.law?.fittedTo?.value, let most = own.compactMap(\.compute).max(), most > limit
      else { continue }
      found.append("\(law) \(Figures.significant(most / limit, 2)) times")
    }
    return found.isEmpty ? nil : "Beyond the largest run that a law was fitted to: \(listed(found))."
  }

  private static func batchWords(_ request: BudgetRequest) -> String? {
    guard request.globalBatch == nil, let rule = request.batchRule else { return nil }
    return
      "Batch (--global-batch chooses it): by \(rule.name)'s rule for the compute, rounded so that it splits "
      + "over the fleet."
  }

  private static func software(_ request: BudgetRequest, _ rows: [BudgetRow]) -> [String] {
    guard request.job.stack == nil else { return [] }
    let stacks = distinct(rows.map { "\($0.result.efficiency.stack.name) on \($0.result.instance.chip.name)" })
    return ["Software (--stack chooses it): \(listed(stacks))."]
  }

  /// Rows of one type say the same with other figures: the first of each is told.
  private static func notes(_ rows: [BudgetRow]) -> [String] {
    var seen: Set<String> = []
    var list: [(Wording.Kind, String)] = []
    for row in rows {
      for wording in (row.run?.notes ?? []).map(\.wording) where [.assumption, .warning].contains(wording.kind) {
        guard wording.code != "no-price", seen.insert("\(wording.code) \(row.result.instance.name)").inserted else {
          continue
        }
        list.append((wording.kind, wording.text))
      }
    }
    let assumed = list.filter { $0.0 == .assumption }.map { "Assumed: \($0.1)." }
    return distinct(assumed + list.filter { $0.0 == .warning }.map { "Warning: \($0.1)." })
  }
}

import Costing
import Quantities
import Scenarios

/// Every type × way of buying × choice of a budget, answered.
public struct BudgetAnswers: Sendable {
  public var request: BudgetRequest
  /// By choice; those that train most come first, those that train nothing last.
  public var rows: [BudgetRow]

  public init(_ request: BudgetRequest, prices: PriceBook) {
    self.request = request
    // What a type trains by one law says about where to begin with the next.
    let asked = request.options.flatMap { option in request.ways.map { (option, $0) } }
    let columns = mappedInParallel(Array(0..<asked.count)) { i -> [BudgetRow] in
      var guess: Double?
      return request.choices.map { choice in
        let row = BudgetAnswers.row(request, asked[i].0, asked[i].1, choice, guess, prices)
        if choice.law != nil { guess = row.compute ?? guess }
        return row
      }
    }
    let byChoice = request.choices.indices.map { choice in columns.map { $0[choice] } }
    rows = mappedInParallel(Array(0..<byChoice.count)) { i in
      let rows = BudgetAnswers.solved(request, byChoice[i], prices)
      let order = rows.indices.sorted { a, b in
        let (x, y) = (rows[a].compute ?? -1, rows[b].compute ?? -1)
        return x != y ? x > y : a < b
      }
      return order.map { rows[$0] }
    }.flatMap { $0 }
  }

  private static func row(
    _ request: BudgetRequest, _ option: (instance: Instance, efficiency: Efficiency), _ way: PricingRequest,
    _ choice: BudgetChoice, _ guess: Double?, _ prices: PriceBook
  ) -> BudgetRow {
    var row = BudgetRow(
      sum: request.sum, time: request.time, way: way, choice: choice,
      result: OptionResult(
        instance: option.instance, efficiency: option.efficiency, outcome: .cannot(Refusal(.noLegalPlan))),
      lossLaw: choice.law ?? request.lossLaw)
    switch prices.offer(for: option.instance, way, region: request.region) {
    case .unknown(let unpriced): row.refusal = .noPrice(unpriced)
    case .price(let price, _):
      row.most = prices.most(of: option.instance, price)
      let planner = BudgetPlanner(
        request: request, instance: option.instance, efficiency: option.efficiency, way: way, prices: prices,
        price: price)
      row.take { () throws(BudgetPlanner.Refused) in try planner.answer(choice, guess: guess) }
    }
    return row
  }

  /// Rows without a price get that at which they train what the best of the others does.
  private static func solved(_ request: BudgetRequest, _ rows: [BudgetRow], _ prices: PriceBook) -> [BudgetRow] {
    // What is seldom to be had is nothing to be held against.
    let best = rows.filter { $0.run?.isSeldom == false }.max { ($0.compute ?? 0) < ($1.compute ?? 0) }
    guard let best else { return rows }
    var known = Set(rows.filter { $0.run != nil }.map(\.result.instance.name))
    return rows.map { row in
      // Once for a type, and only where no way of buying it has a price.
      guard case .noPrice(let unpriced) = row.refusal, known.insert(row.result.instance.name).inserted else {
        return row
      }
      return WinningPrice(request: request, row: row, unpriced: unpriced, best: best, prices: prices).solved()
    }
  }
}

extension BudgetRow {
  mutating func take(_ work: () throws(BudgetPlanner.Refused) -> BudgetPlanner.Answer) {
    do throws(BudgetPlanner.Refused) {
      let answer = try work()
      job = answer.job
      limit = answer.limit
      result.outcome = .runs(answer.run)
      refusal = nil
    } catch {
      refusal = error.refusal
      if case .plan(let reason) = error.refusal { result.outcome = .cannot(Refusal(reason)) }
    }
  }
}

extension Knowledge {
  /// Each row with how far its figures may be off.
  public func judged(_ answers: BudgetAnswers) -> BudgetAnswers {
    var answers = answers
    for i in answers.rows.indices {
      guard let job = answers.rows[i].job else { continue }
      let row = answers.rows[i]
      answers.rows[i].result = judged([row.result], job: job, size: .within(row.time, row.sum))[0]
    }
    return answers
  }
}

import Costing
import Quantities
import Scenarios

/// The price at which a type that has none does with a sum what the best of the others does: the same model on as many tokens,
/// in the same time, for the same bill.
struct WinningPrice {
  let request: BudgetRequest
  let row: BudgetRow
  let unpriced: Unpriced
  let best: BudgetRow
  let prices: PriceBook

  /// What the best sets aside: its fleet, paid for all of the time.
  private var bill: Dollars? {
    best.run.flatMap { run in
      run.offer.price.map {
        Tariff($0).total(units: run.units, spares: run.course.spares, wallTime: request.time)
      }
    }
  }

  /// A price decides how many instances the sum pays for, and they how many tokens; so it is looked for in a few rounds.
  func solved() -> BudgetRow {
    guard let model = best.job?.model, let tokens = best.job?.tokens, let bill else {
      return row
    }
    var rate = firstRate
    var found: (rate: Double, row: BudgetRow)?
    var refused: BudgetRefusal?
    for _ in 0..<12 {
      guard rate.isFinite, rate > 1e-6, rate < 1e9 else { break }
      let tried = answer(model, rate: rate, bill)
      guard let job = tried.job, let run = tried.run else {
        if found != nil { break }
        // More of them, at a lower price, may have the memory.
        refused = tried.refusal
        rate *= 0.6
        continue
      }
      // The bill in hours of one instance, of which so many tokens take their share.
      let hours = Double(run.units + run.course.spares) * request.time.value / 3600
      let next = bill.value / (hours * (tokens / job.tokens))
      found = (next, tried)
      guard job.tokens < tokens * WinningPrice.near, let limit = tried.limit, limit != .money else {
        if abs(next / rate - 1) < 0.01 { break }
        rate = next
        continue
      }
      // A lower price brings no more of what cannot be had. Where a batch does not spread further it does, once the fleet is so much
      // larger that another plan pays.
      if limit != .batch { break }
      rate = min(next, rate * 0.85)
    }
    guard let found else {
      var row = row
      if let refused {
        row.refusal = .noWinningPrice(unpriced, other: best.result.instance.name, why: refused)
      }
      return row
    }
    // More of them, at a lower price, would have been had but for another limit than money.
    if let own = found.row.job?.tokens, let run = found.row.run, own < tokens * WinningPrice.near {
      var row = row
      row.refusal = .noWinningPrice(
        unpriced, other: best.result.instance.name, why: .trainsLess(units: run.units, share: own / tokens))
      return row
    }
    var solved = found.row
    solved.solvedPrice = SolvedPrice(
      rate: DollarRate(perHour: found.rate), other: best.result.instance.name, way: best.way)
    solved.lossLaw = row.lossLaw
    return solved
  }

  /// The part of the tokens that counts as as many: fleets and batches are rounded. Judgement.
  private static let near = 0.9

  /// As if it did as much as the best for each FLOP/s of its peak.
  private var firstRate: Double {
    func peak(_ instance: Instance) -> Double {
      let types = instance.chip.peak
      return ((types[request.job.precision] ?? types[.bf16])?.value.value ?? 1e12) * Double(instance.chips)
    }
    let known = best.run?.offer.price?.rate.perHour ?? 1
    return known * peak(row.result.instance) / peak(best.result.instance)
  }

  private func answer(_ model: Model, rate: Double, _ bill: Dollars) -> BudgetRow {
    let instance = row.result.instance
    // The limits of what can be had stay.
    let book = prices.giving([instance.name: DollarRate(perHour: rate)])
    var tried = row, request = request
    request.sum = bill
    guard let price = book.offer(for: instance, row.way, region: request.region).price else { return row }
    tried.most = book.most(of: instance, price)
    let planner = BudgetPlanner(
      request: request, instance: instance, efficiency: row.result.efficiency, way: row.way, prices: book, price: price)
    tried.take { () throws(BudgetPlanner.Refused) in try planner.answer(.model(model)) }
    if case .runs(var run) = tried.result.outcome {
      run.notes.append(.unpriced(unpriced))
      tried.result.outcome = .runs(run)
    }
    return tried
  }
}

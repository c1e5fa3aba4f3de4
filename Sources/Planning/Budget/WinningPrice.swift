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

  /// A price decides how many instances the sum pays for, and they how many tokens; so it is looked for in a few rounds.
  func solved() -> BudgetRow {
    guard let model = best.job?.model, let tokens = best.job?.tokens, let bill = best.run?.bill?.total else {
      return row
    }
    var rate = firstRate
    var found: (rate: Double, row: BudgetRow)?
    var refused: BudgetRefusal?
    for _ in 0..<8 {
      guard rate.isFinite, rate > 1e-6, rate < 1e9 else { break }
      let tried = answer(model, rate: rate)
      guard let job = tried.job, let run = tried.run else {
        if found != nil { break }
        // More of them, at a lower price, may have the memory.
        refused = tried.refusal
        rate *= 0.6
        continue
      }
      // The bill in hours of one instance, of which so many tokens take their share.
      let hours = Double(run.units + run.course.spares) * run.wallTime.value / 3600
      let next = bill.value / (hours * (tokens / job.tokens))
      found = (next, tried)
      if abs(next / rate - 1) < 0.01 { break }
      rate = next
    }
    guard let found else {
      var row = row
      if let refused {
        row.refusal = .noWinningPrice(unpriced, other: best.result.instance.name, why: refused)
      }
      return row
    }
    var solved = found.row
    solved.solvedPrice = SolvedPrice(
      rate: DollarRate(perHour: found.rate), other: best.result.instance.name, way: best.way)
    solved.lossLaw = row.lossLaw
    return solved
  }

  /// As if it did as much as the best for each FLOP/s of its peak.
  private var firstRate: Double {
    func peak(_ instance: Instance) -> Double {
      let types = instance.chip.peak
      return ((types[request.job.precision] ?? types[.bf16])?.value.value ?? 1e12) * Double(instance.chips)
    }
    let known = best.run?.offer.price?.rate.perHour ?? 1
    return known * peak(row.result.instance) / peak(best.result.instance)
  }

  private func answer(_ model: Model, rate: Double) -> BudgetRow {
    let instance = row.result.instance
    let book = PriceBook([], overrides: [instance.name: DollarRate(perHour: rate)])
    var tried = row
    guard let price = book.offer(for: instance, .list, region: request.region).price else { return row }
    let planner = BudgetPlanner(
      request: request, instance: instance, efficiency: row.result.efficiency, way: .list, prices: book, price: price)
    tried.take { () throws(BudgetPlanner.Refused) in try planner.answer(.model(model)) }
    if case .runs(var run) = tried.result.outcome {
      run.notes.append(.unpriced(unpriced))
      tried.result.outcome = .runs(run)
    }
    return tried
  }
}

import Costing
import Quantities
import Scenarios

/// What a run has cost by the end of each month. The last is all of it.
public struct CashFlow: Sendable {
  public let result: OptionResult
  public let price: Price
  /// Names of months.
  public let months: [String]
  /// Paid until the end of each month if the run takes as long as predicted, [months].
  public let predicted: [Dollars]
  /// The mean over the draws of how long it may take, [months]; nil where nothing is known of how wrong a prediction may be.
  public let expected: [Dollars]?

  /// Nil where nothing runs, or no price is known.
  public init?(of result: OptionResult, job: Job, _ knowledge: Knowledge?, start: Moment?) {
    guard let run = result.run, let price = run.offer.price, let bill = run.bill else { return nil }
    (self.result, self.price) = (result, price)
    let draws = knowledge?.draws(of: result, job: job)
    let longest = ([run.wallTime.value] + (draws?.seconds ?? [])).max() ?? 0
    let calendar = Months(from: start), ends = calendar.ends(covering: price.billing.billed(Seconds(longest)))
    let predicted = ends.map { bill.total * price.billing.paid(by: $0, of: run.wallTime) }
    let expected = draws.flatMap { draws in
      draws.dollars.map { dollars in
        ends.map { end in
          Dollars(zip(dollars, draws.seconds).map { $0 * price.billing.paid(by: end, of: Seconds($1)) }.mean)
        }
      }
    }
    // A purchase is paid in the month in which it starts: later months that it reaches into have nothing.
    let count = (ends.indices.first { predicted[$0] == predicted.last && expected?[$0] == expected?.last } ?? 0) + 1
    months = ends.indices.prefix(count).map(calendar.name)
    self.predicted = Array(predicted.prefix(count))
    self.expected = expected.map { Array($0.prefix(count)) }
  }
}

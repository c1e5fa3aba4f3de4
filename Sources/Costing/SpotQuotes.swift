import Quantities
import Scenarios

/// What the quotes of a spot market say together: no one of them is the price of a run of weeks.
struct SpotQuotes {
  /// Quotes older than this against the newest tell of another market. Judgement: spot prices of trn2 and p5en moved by half
  /// within four months of 2026.
  static let window = 120

  let rate: DollarRate
  /// Standard deviation of the logarithm; 0 of one quote, of which nobody knows it.
  let spread: Double
  let quotes: Int
  let range: ClosedRange<Double>

  /// - Parameter prices: of one type, of regions that count alike; not empty.
  init?(_ prices: [Price]) {
    guard let newest = prices.map(\.date).max() else { return nil }
    let recent = prices.filter { (PriceAge.days(from: $0.date, to: newest) ?? 0) <= SpotQuotes.window }
    let rates = recent.map(\.rate.perHour).sorted()
    guard let low = rates.first, let high = rates.last else { return nil }
    rate = DollarRate(perHour: rates.median)
    let logs = rates.map(Logarithm.natural), mean = logs.mean
    let square = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    spread = rates.count > 1 ? (square / Double(rates.count - 1)).squareRoot() : 0
    quotes = rates.count
    range = low...high
  }
}

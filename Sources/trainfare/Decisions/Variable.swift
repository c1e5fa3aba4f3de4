import Costing
import Planning
import Quantities
import Scenarios

/// An input of which a break-even value is asked.
struct Variable: Sendable {
  enum Kind: Hashable, Sendable {
    /// Dollars an hour of one type.
    case price(String)
    /// Part off the price of one type.
    case discount(String)
    /// Part of the time paid for in which one type works.
    case utilization(String)
    case tokens, deadline, failureRate, globalBatch
    /// A field of a file, and how it is written there.
    case field(String, NumberText)
  }

  /// As it is named in answers: `price p5.48xlarge`.
  var key: String
  var kind: Kind
  /// In the unit of `unit`; nil where nobody knows.
  var now: Double?
  var low: Double
  var high: Double
  /// Of the type whose price it is, now.
  var rate: DollarRate?

  /// Whether it counts something, and nothing is between two whole values.
  var isWhole = false

  /// Keys of `--over` without a name behind them.
  static let ofTypes = ["price", "discount", "utilization"]
  static let ofJobs = ["tokens", "deadline", "failure_rate", "global_batch"]

  var unit: String {
    switch kind {
    case .price: "USD/h"
    case .discount, .utilization: "part of 1"
    case .tokens: "tokens"
    case .deadline: "d"
    case .failureRate: "/h"
    case .globalBatch: "sequences"
    case .field(_, let text): text.unit
    }
  }

  func changes(_ value: Double) -> [Change] {
    switch kind {
    case .price(let type): return [.price(type: type, DollarRate(perHour: value))]
    case .discount(let type): return [.price(type: type, (rate ?? .zero) * (1 - value))]
    case .utilization(let type): return [.price(type: type, (rate ?? .zero) * ((now ?? 1) / value))]
    case .tokens: return [.tokens(Count(value))]
    case .deadline: return [.deadline(Seconds(value * 86_400))]
    case .failureRate: return [.failureRate(EventRate(perHour: value))]
    case .globalBatch: return [.globalBatch(Int(value.rounded()))]
    case .field(let path, let text):
      let override = try? Override(parsing: "\(path)=\(text.text(value))")
      return override.map { [.files([$0])] } ?? []
    }
  }

  /// What of a command line gives the value.
  func option(_ value: Double) -> String {
    func price(_ type: String) -> String {
      guard case .price(_, let rate)? = changes(value).first else { return "" }
      return "--price \(type)=\(NumberText.plain(rate.perHour))"
    }
    switch kind {
    case .price(let type), .discount(let type), .utilization(let type): return price(type)
    case .tokens: return "--tokens \(NumberText.plain(value.rounded()))"
    case .deadline: return "--deadline '\(NumberText.plain(value)) d'"
    case .failureRate: return "--failures 'rate=\(NumberText.plain(value)) /h'"
    case .globalBatch: return "--global-batch \(Int(value.rounded()))"
    case .field(let path, let text): return "--set '\(path)=\(text.text(value))'"
    }
  }

  /// Equal ratios are equal distances, but for parts of 1.
  var isLogarithmic: Bool { if case .discount = kind { false } else { true } }

  /// Whether the cost of its type is in proportion to it.
  var isProportional: Bool { if case .price = kind { true } else { false } }

  /// - Parameter count: of values that are looked at first.
  func finder(_ count: Int = FlipFinder.coarse) -> FlipFinder {
    guard case .globalBatch = kind, let now else {
      let finder = FlipFinder(from: low, to: high, isLogarithmic: isLogarithmic, count: count)
      guard isWhole else { return finder }
      let whole = Set(finder.values.map { $0.rounded() } + [low, high]).filter { $0 >= low && $0 <= high }
      return FlipFinder(only: whole.sorted())
    }
    // Batches that split over powers of two as the job's own does.
    let steps = (-30...30).flatMap { power -> [Double] in
      let doubled = now * Variable.power(power)
      return [doubled, doubled * 1.5]
    }
    let values = Set(steps.filter { $0 == $0.rounded() && $0 >= low && $0 <= high })
    return FlipFinder(only: values.union([low, high]).sorted())
  }

  private static func power(_ n: Int) -> Double {
    (0..<abs(n)).reduce(1.0) { product, _ in n < 0 ? product / 2 : product * 2 }
  }
}

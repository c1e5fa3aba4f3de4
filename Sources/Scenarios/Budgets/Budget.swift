import Quantities

/// A question asked backwards: so much money and time. What can be trained?
public struct Budget: Sendable {
  /// An amount in all, or one for each year.
  public enum Sum: Hashable, Sendable {
    case total(Dollars)
    case yearly(Dollars)

    public func total(over time: Seconds) -> Dollars {
      switch self {
      case .total(let sum): sum
      case .yearly(let sum): sum * (time.value / Sum.year)
      }
    }

    private static let year = 31_536_000.0
  }

  public var name: String
  public var summary: String
  public var sums: [Sum]
  /// How long it may take; nil: nobody said.
  public var time: Seconds?
  /// Instance types, by name.
  public var types: [String]
  /// Ways of buying; each is a row.
  public var ways: [PricingRequest]
  public var region: String?
  /// Models to train as long as the money lasts, by name or path.
  public var models: [String]
  /// Scaling laws that choose the model, by name.
  public var laws: [String]
  /// Tokens in a sequence.
  public var sequenceLength: Int?
  /// Sequences in a step; nil: by the published rule.
  public var globalBatch: Int?
  public var precision: DataType?
  public var optimizer: Optimizer?
  public var stack: String?
  public var operating = OperatingRequest()

  public init(name: String, sums: [Sum] = [], time: Seconds? = nil, types: [String] = []) {
    self.name = name
    summary = ""
    self.sums = sums
    self.time = time
    self.types = types
    ways = []
    models = []
    laws = []
  }

  /// What the other says; where it says nothing, this. A choice of models or laws replaces both.
  public func changed(by other: Budget) -> Budget {
    var all = self
    if !other.sums.isEmpty { all.sums = other.sums }
    all.time = other.time ?? time
    if !other.types.isEmpty { all.types = other.types }
    if !other.ways.isEmpty { all.ways = other.ways }
    all.region = other.region ?? region
    if !other.models.isEmpty || !other.laws.isEmpty { (all.models, all.laws) = (other.models, other.laws) }
    all.sequenceLength = other.sequenceLength ?? sequenceLength
    all.globalBatch = other.globalBatch ?? globalBatch
    all.precision = other.precision ?? precision
    all.optimizer = other.optimizer ?? optimizer
    all.stack = other.stack ?? stack
    all.operating = other.operating.over(operating)
    return all
  }
}

extension Budget.Sum {
  private static let perYear = ["/year", "/y", " a year"]

  /// `$10 M`, or `$5.4 B/year`.
  public static func parse(_ text: String) throws(QuantityError) -> Budget.Sum {
    for ending in perYear where text.hasSuffix(ending) {
      return .yearly(try Dollars.parse(String(text.dropLast(ending.count))))
    }
    return .total(try Dollars.parse(text))
  }
}

import Quantities

/// A benchmark suite: many cases in one file, each one job on one instance type, with what is expected of it.
public struct Suite: Sendable {
  public var name: String
  public var summary: String
  /// In the order of the file: the products of `matrix`, then `cases`.
  public var cases: [SuiteCase]
  /// Of all its rows.
  public var tags = Tags()

  /// How many cases one file may have: a day's work, and a gigabyte.
  static let limit = 100_000
}

/// One case as written; the names in it have not been looked up, so that one bad name costs one case only.
public struct SuiteCase: Sendable {
  /// Unique in its suite.
  public var name: String
  public var work: Work
  public var instance: String
  /// Nil: the job's own size.
  public var size: JobSize?
  public var pricing: PricingRequest
  public var region: String?
  public var expectations: [Expectation]
  /// Where the case, or the product that it came from, stands in the file.
  public var place: Place
  /// Where the job or model, and the instance, are named.
  var workPlace: Place
  var instancePlace: Place
  var changes: JobChanges
  /// Of the suite: what a job leaves open.
  var defaults: JobChanges
  /// The folder of the suite's file, where relative paths start; nil for a suite found by name.
  var folder: String?

  public enum Work: Sendable, Hashable {
    /// A job by name or path, from its own file.
    case job(String)
    /// A model by name or path; the rest of the job stands in the suite.
    case model(String)

    public var text: String {
      switch self {
      case .job(let text), .model(let text): text
      }
    }
  }
}

/// A bound that a result must keep: `cost_usd: <= 2 M`.
public struct Expectation: Sendable {
  /// The column of the results that it is about.
  public var column: String
  public var bound: Bound
  /// As written.
  public var text: String
  public var place: Place

  public enum Bound: Sendable, Equatable {
    case atMost(Double)
    case atLeast(Double)
    /// Both ends included.
    case between(Double, Double)
    case isTrue(Bool)
    case word(String)
  }

  /// Of a number; words and truth values are compared by whoever has them.
  public func isKept(_ value: Double) -> Bool {
    switch bound {
    case .atMost(let limit): value <= limit
    case .atLeast(let limit): value >= limit
    case .between(let low, let high): value >= low && value <= high
    case .isTrue, .word: false
    }
  }
}

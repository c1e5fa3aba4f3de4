import Quantities
import Scenarios

/// How often machines fail, from published logs.
///
/// Logs differ by more than their counts explain: each cluster has a rate of its own, whose logarithm scatters around
/// that of all with a spread τ. τ² is the moment estimate of DerSimonian and Laird, "Meta-analysis in clinical trials"
/// (Controlled Clinical Trials 7, 1986, 177–188), on logarithms of rates, whose variance by counting is 1 ÷ failures.
/// A chip that has logs of its own takes the mean of them and of the population, which counts as one more log; a chip
/// without takes the population's.
public struct FailureRates: Sendable {
  /// The rate of one kind of machine.
  public struct Rate: Sendable {
    /// Median, of one chip or of one host.
    public var each: EventRate
    /// Of its logarithm, for a cluster that nobody has logged.
    public var spread: Double
    /// Logs of this very kind that were used; empty: the population's.
    public var logs: [String]
  }

  private struct Effect {
    var mean: Double
    var between: Double
    /// Of the mean.
    var variance: Double
  }

  private let chips: [FailureLog]
  private let hosts: [FailureLog]

  /// Logs that are left out with a reason are not looked at.
  public init(_ logs: [FailureLog]) {
    let used = logs.filter { $0.leftOut == nil }
    chips = used.filter { $0.unit == .chip }
    hosts = used.filter { $0.unit == .instance }
  }

  /// Failures of one chip with its share of the host, or of one host for a CPU; nil where no log is known.
  public func rate(of chip: Chip) -> Rate? {
    let logs = chip.chipClass == .cpu ? hosts : chips
    guard let all = FailureRates.effect(logs) else { return nil }
    // Memory sizes of a chip are one kind: a100-40 and a100-80.
    let own = logs.filter { chip.name == $0.architecture || chip.name.hasPrefix($0.architecture + "-") }
      .filter { !$0.architecture.isEmpty }
    let rates = own.map { FailureRates.log($0) } + [all.mean]
    let weights = own.map { 1 / (all.between + 1 / $0.failures) } + [1 / (all.between + all.variance)]
    // A single log leaves nothing to tell a spread from.
    guard all.between > 0, !own.isEmpty else {
      return Rate(
        each: EventRate(perHour: Logarithm.exponential(all.mean)), spread: (all.between + all.variance).squareRoot(),
        logs: own.map(\.id))
    }
    let sum = weights.reduce(0, +)
    let mean = zip(weights, rates).reduce(0) { $0 + $1.0 * $1.1 } / sum
    return Rate(
      each: EventRate(perHour: Logarithm.exponential(mean)), spread: (all.between + 1 / sum).squareRoot(),
      logs: own.map(\.id))
  }

  private static func log(_ log: FailureLog) -> Double { Logarithm.natural(log.failures / (log.units * log.hours)) }

  private static func effect(_ logs: [FailureLog]) -> Effect? {
    guard !logs.isEmpty else { return nil }
    let y = logs.map(Self.log), w = logs.map(\.failures)
    let sum = w.reduce(0, +)
    let fixed = zip(w, y).reduce(0) { $0 + $1.0 * $1.1 } / sum
    let q = zip(w, y).reduce(0) { $0 + $1.0 * ($1.1 - fixed) * ($1.1 - fixed) }
    let c = sum - w.reduce(0) { $0 + $1 * $1 } / sum
    let between = c > 0 ? max(0, (q - Double(logs.count - 1)) / c) : 0
    let weights = w.map { 1 / (between + 1 / $0) }
    let total = weights.reduce(0, +)
    let mean = zip(weights, y).reduce(0) { $0 + $1.0 * $1.1 } / total
    return Effect(mean: mean, between: between, variance: 1 / total)
  }
}

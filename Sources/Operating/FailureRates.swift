import Quantities
import Scenarios

/// How often machines fail, from published logs.
///
/// Logs differ by more than their counts explain: the logarithm of a cluster's rate scatters around that of all with a
/// variance τ², the moment estimate of DerSimonian and Laird, "Meta-analysis in clinical trials" (Controlled Clinical
/// Trials 7, 1986, 177–188); counting adds 1 ÷ failures. Half of τ² is taken to be the chip's and half the cluster's,
/// since too few chips have several logs to tell. A chip's own logs then move it from where the others put it, and leave
/// it better known than one that has none.
public struct FailureRates: Sendable {
  /// The rate of one kind of machine.
  public struct Rate: Sendable {
    /// Median, of one chip or of one host.
    public var each: EventRate
    /// Of its logarithm, for a cluster that nobody has logged.
    public var spread: Double
    /// Logs of this very kind that were used; empty: the others'.
    public var logs: [String]
  }

  private struct Effect {
    var mean: Double
    /// Of the mean.
    var variance: Double
  }

  /// Fewer logs than this say nothing of how they scatter.
  private static let fewest = 3

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
    // Hosts scatter as much as chips do, until there are logs that say otherwise.
    let between = FailureRates.between(logs.count < FailureRates.fewest ? chips : logs)
    // Memory sizes of a chip are one kind: a100-40 and a100-80.
    func isOwn(_ log: FailureLog) -> Bool {
      !log.architecture.isEmpty && (chip.name == log.architecture || chip.name.hasPrefix(log.architecture + "-"))
    }
    let own = logs.filter(isOwn), others = logs.filter { !isOwn($0) }
    let ownKind = between / 2, cluster = between / 2
    let elsewhere = FailureRates.pooled(others, extra: between).map {
      Effect(mean: $0.mean, variance: $0.variance + ownKind)
    }
    let here = FailureRates.pooled(own, extra: cluster)
    let all = [elsewhere, here].compactMap { $0 }
    guard !all.isEmpty else { return nil }
    let precision = all.reduce(0) { $0 + 1 / $1.variance }
    let mean = all.reduce(0) { $0 + $1.mean / $1.variance } / precision
    return Rate(
      each: EventRate(perHour: Logarithm.exponential(mean)), spread: (cluster + 1 / precision).squareRoot(),
      logs: own.map(\.id))
  }

  private static func log(_ log: FailureLog) -> Double { Logarithm.natural(log.failures / (log.units * log.hours)) }

  /// Weighted by what is known of each.
  private static func pooled(_ logs: [FailureLog], extra: Double) -> Effect? {
    guard !logs.isEmpty else { return nil }
    let weights = logs.map { 1 / (extra + 1 / $0.failures) }, sum = weights.reduce(0, +)
    return Effect(mean: zip(weights, logs.map(log)).reduce(0) { $0 + $1.0 * $1.1 } / sum, variance: 1 / sum)
  }

  private static func between(_ logs: [FailureLog]) -> Double {
    guard logs.count > 1 else { return 0 }
    let y = logs.map(log), w = logs.map(\.failures)
    let sum = w.reduce(0, +)
    let fixed = zip(w, y).reduce(0) { $0 + $1.0 * $1.1 } / sum
    let q = zip(w, y).reduce(0) { $0 + $1.0 * ($1.1 - fixed) * ($1.1 - fixed) }
    let c = sum - w.reduce(0) { $0 + $1 * $1 } / sum
    return c > 0 ? max(0, (q - Double(logs.count - 1)) / c) : 0
  }
}

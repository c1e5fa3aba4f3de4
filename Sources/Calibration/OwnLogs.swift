import CKernels
import Scenarios

/// What logs of one's own say of steps that were not measured: Gaussian-process regression (Rasmussen and Williams,
/// Gaussian Processes for Machine Learning, MIT Press 2006, equations 2.25 and 2.26) with the spreads and lengths that were
/// fitted to how published runs differ.
///
/// Of published runs a part of each error is its own: `noise`. Nobody knows what made it. A log of one's own is of the
/// machines and the software that are asked about, so what is its own comes again with the same job and plan, and fades as
/// these become unlike. What does not come again is the noise of the log itself, which is small.
public struct OwnLogs: Sendable {
  /// What is known of the logarithm of a step time.
  struct Told: Sendable {
    /// To be added to the predicted one.
    var shift: Double
    /// Part of the variance that is left: 0 … 1.
    var left: Double
  }

  private let likeness: Likeness
  private let logs: [FittedRun]
  private let published: Published
  /// Cholesky factor of the covariance of the logs, [logs][logs].
  private let lower: [Double]
  /// ln(predicted ÷ measured) of each.
  private let residuals: [Double]

  /// What published runs were fitted of.
  private struct Published: Sendable {
    var chips: Set<String>
    var stacks: Set<String>
    var pairs: Set<[String]>
  }

  /// - Parameter runs: all that a calibration lists. Nil where no log of one's own is among them.
  public init?(_ runs: [FittedRun], _ likeness: Likeness) {
    let logs = runs.filter { $0.isLog && $0.predicted != nil }
    guard !logs.isEmpty else { return nil }
    let others = runs.filter { !$0.isLog }
    self.init(
      logs, likeness,
      Published(
        chips: Set(others.map(\.chip)), stacks: Set(others.map(\.stack)),
        pairs: Set(others.map { [$0.chip, $0.stack] })))
  }

  private init?(_ logs: [FittedRun], _ likeness: Likeness, _ published: Published) {
    self.likeness = likeness
    self.logs = logs
    self.published = published
    residuals = logs.map { Logarithm.natural(($0.predicted ?? $0.measured) / $0.measured) }
    let n = logs.count, points = logs.map { ($0.features, $0.coordinates) }
    var matrix = [Double](repeating: 0, count: n * n), lower = matrix
    for i in 0..<n {
      for j in 0..<n { matrix[i * n + j] = OwnLogs.covariance(points[i], points[j], likeness, published) }
      // Nothing is known better than to a thousandth; without it two logs of one plan would have no factor.
      let noise = max(logs[i].noise ?? 0, 1e-3)
      matrix[i * n + i] += noise * noise
    }
    guard tf_cholesky(&lower, matrix, n) == n else { return nil }
    self.lower = lower
  }

  /// The same with one more log.
  func adding(_ log: FittedRun) -> OwnLogs? { OwnLogs(logs + [log], likeness, published) }

  /// Whether any log says something of runs on this chip with this stack.
  public func speak(of features: RunFeatures) -> Bool {
    let asked = (features, features.coordinates)
    return logs.contains { covariance(asked, ($0.features, $0.coordinates)) > 0 }
  }

  /// By what a step is longer than predicted; below 1: shorter.
  public func factor(of features: RunFeatures) -> Double {
    told(of: features).map { Logarithm.exponential($0.shift) } ?? 1
  }

  /// Nil where the logs say nothing of it.
  func told(of features: RunFeatures) -> Told? {
    let n = logs.count, asked = (features, features.coordinates)
    var across = logs.map { covariance(asked, ($0.features, $0.coordinates)) }
    guard across.contains(where: { $0 > 0 }) else { return nil }
    let whole = covariance(asked, asked)
    var mean = 0.0, known = 0.0, scratch = [Double](repeating: 0, count: n)
    tf_conditional(&mean, &known, &across, 1, &scratch, lower, residuals, n)
    return Told(shift: -mean, left: min(1, max(0, 1 - known / whole)))
  }

  private func covariance(_ a: (RunFeatures, [Double]), _ b: (RunFeatures, [Double])) -> Double {
    OwnLogs.covariance(a, b, likeness, published)
  }

  /// Of the errors of two runs of one's own. The parts of what nobody has published runs of are common to all that share it.
  private static func covariance(
    _ a: (features: RunFeatures, at: [Double]), _ b: (features: RunFeatures, at: [Double]), _ likeness: Likeness,
    _ published: Published
  ) -> Double {
    let chip = a.features.chip, stack = a.features.stack
    let isChip = chip == b.features.chip, isStack = stack == b.features.stack
    var sum = 0.0
    if isChip, !published.chips.contains(chip) { sum += likeness.square(.newChip) }
    if isStack, !published.stacks.contains(stack) { sum += likeness.square(.newStack) }
    guard isChip, isStack else { return sum }
    if !published.pairs.contains([chip, stack]) { sum += likeness.square(.newPair) }
    var square = 0.0
    for (f, weight) in likeness.weights.enumerated() {
      let difference = a.at[f] - b.at[f]
      square += weight * (f < Likeness.Feature.ordered ? difference * difference : difference == 0 ? 0 : 1)
    }
    return sum + likeness.square(.team)
      + likeness.variance(of: [.run, .across, .noise]) * Logarithm.exponential(-0.5 * square)
  }
}

import CKernels
import Foundation
import Scenarios

/// What no parameter explains of the logarithm of a step time: normal, with a mean and a standard deviation.
struct Unexplained: Sendable {
  var shift: Double
  var spread: Double
}

/// What fitted runs say of the errors of others like them: a Gaussian process with the spreads and lengths of `Likeness`.
///
/// Runs tell of each other only where chip and stack are the same. Near runs of one's own a prediction bends to them and
/// its spread is small; of a team that no fit has seen it is as large as leaving teams out has shown it to be.
final class ResidualField: Sendable {
  let likeness: Likeness
  private let groups: [Pair: Group]
  private let chips: Set<String>
  private let stacks: Set<String>

  struct Pair: Hashable, Sendable {
    var chip: String
    var stack: String
  }

  /// - Parameters:
  ///   - runs: those that were fitted.
  ///   - residuals: ln(predicted ÷ measured) of each; nil where no fit tells.
  init(_ likeness: Likeness, _ runs: [(team: String, features: RunFeatures)], residuals: [Double?]) {
    self.likeness = likeness
    var groups: [Pair: Group] = [:]
    for ((team, features), residual) in zip(runs, residuals) {
      guard let residual, residual.isFinite else { continue }
      let pair = Pair(chip: features.chip, stack: features.stack), group = groups[pair] ?? Group()
      groups[pair] = group
      group.add(team, features.coordinates, residual)
    }
    self.groups = groups
    chips = Set(runs.map(\.features.chip))
    stacks = Set(runs.map(\.features.stack))
  }

  /// - Parameter all: logs of one's own among them are left to `OwnLogs`.
  convenience init(_ likeness: Likeness, _ all: [FittedRun]) {
    let runs = all.filter { !$0.isLog }
    self.init(
      likeness, runs.map { ($0.team, $0.features) },
      residuals: runs.map { run in run.predicted.map { Logarithm.natural($0 / run.measured) } })
  }

  /// What is left unexplained of a run.
  ///
  /// - Parameter team: who asks; nil: somebody of whom no run was fitted.
  func unexplained(_ features: RunFeatures, team: String? = nil) -> Unexplained {
    unexplained([features], team: team)[0]
  }

  /// The same of several runs of one chip with one stack.
  func unexplained(_ asked: [RunFeatures], team: String? = nil) -> [Unexplained] {
    guard let first = asked.first else { return [] }
    let pair = groups[Pair(chip: first.chip, stack: first.stack)]
    var parts: [Likeness.Part] = [.team, .run, .across, .noise]
    if pair == nil {
      parts.append(.newPair)
      if !stacks.contains(first.stack) { parts.append(.newStack) }
      if !chips.contains(first.chip) { parts.append(.newChip) }
    }
    let variance = likeness.variance(of: parts)
    guard let pair, let told = pair.told(of: asked.map(\.coordinates), team: team, likeness) else {
      return asked.map { _ in Unexplained(shift: 0, spread: variance.squareRoot()) }
    }
    let least = likeness.square(.noise) / 4
    return zip(told.mean, told.known).map { mean, known in
      // A prediction is too slow by the residual of those like it.
      Unexplained(shift: -mean, spread: max(variance - known, least).squareRoot())
    }
  }

  /// Runs of one chip with one stack.
  final class Group: @unchecked Sendable {
    private(set) var teams: [String] = []
    private(set) var residuals: [Double] = []
    /// [runs][features]
    private var coordinates: [Double] = []
    // Every access to the variable below holds the lock.
    private let lock = NSLock()
    private var factor: [Double]?

    var count: Int { teams.count }

    func add(_ team: String, _ own: [Double], _ residual: Double) {
      teams.append(team)
      coordinates += own
      residuals.append(residual)
    }

    /// [features][runs]
    private var columns: [Double] {
      let size = Likeness.Feature.allCases.count, n = count
      return (0..<size).flatMap { f in (0..<n).map { coordinates[$0 * size + f] } }
    }

    /// Likeness of others to these, [others][runs].
    private func likeness(of others: [Double], _ weights: [Double]) -> [Double] {
      let size = weights.count, rows = others.count / size, columns = columns
      var found = [Double](repeating: 0, count: rows * count)
      tf_likeness(&found, others, rows, columns, count, weights, Likeness.Feature.ordered, size)
      return found
    }

    /// Covariance of the residuals, [runs][runs], with an offset of each team besides.
    func covariance(_ l: Likeness, offsets: [Double]? = nil) -> [Double] {
      let n = count
      var matrix = likeness(of: coordinates, l.weights)
      let team = l.square(.team), run = l.square(.run), across = l.square(.across), noise = l.square(.noise)
      for i in 0..<n {
        for j in 0..<n {
          let isOwn = teams[i] == teams[j], like = matrix[i * n + j]
          matrix[i * n + j] = across * like + (isOwn ? team + (offsets?[i] ?? 0) + run * like : 0)
        }
        matrix[i * n + i] += noise
      }
      return matrix
    }

    /// Mean of others' residuals, and by how much these lower their variance.
    func told(of others: [[Double]], team: String?, _ l: Likeness) -> (mean: [Double], known: [Double])? {
      let n = count, q = others.count
      guard n > 0, let lower = factored(l) else { return nil }
      var across = likeness(of: others.flatMap { $0 }, l.weights)
      for k in 0..<q {
        for i in 0..<n {
          let isOwn = teams[i] == team, like = across[k * n + i]
          across[k * n + i] = l.square(.across) * like + (isOwn ? l.square(.team) + l.square(.run) * like : 0)
        }
      }
      var mean = [Double](repeating: 0, count: q), known = mean, scratch = [Double](repeating: 0, count: n)
      tf_conditional(&mean, &known, &across, q, &scratch, lower, residuals, n)
      return (mean, known)
    }

    private func factored(_ l: Likeness) -> [Double]? {
      lock.withLock {
        if let factor { return factor }
        var lower = [Double](repeating: 0, count: count * count)
        guard tf_cholesky(&lower, covariance(l), count) == count else { return nil }
        factor = lower
        return lower
      }
    }
  }
}

extension Likeness {
  func square(_ part: Part) -> Double { self[part] * self[part] }

  /// Of parts that are there at once.
  func variance(of parts: [Part]) -> Double { parts.reduce(0) { $0 + square($1) } }
}

import CKernels
import Scenarios

/// Estimates the spreads and lengths of a `Likeness` from runs that were left out whole, team by team.
struct LikenessFit {
  /// A run as somebody predicted it who had seen none of its team.
  struct Row: Sendable {
    var team: String
    var features: RunFeatures
    /// ln(predicted ÷ measured)
    var residual: Double
    /// What the parameters left open there, of the same logarithm.
    var variance: Double
    /// Parts that it has besides, for what the fit had not seen of it.
    var news: [Likeness.Part]
  }

  private let usual: Likeness
  private var groups: [(group: ResidualField.Group, known: [Double], news: [[Likeness.Part]])] = []
  private let rows: [Row]
  /// Most rows of a team with one stack on one chip: its thousandth run says little more of how teams differ.
  private static let most = 60
  /// How far a spread or a length may be from what was believed of it, as a logarithm. Judgement: a factor of 1.6.
  private static let belief = 0.5

  init(_ rows: [Row], usual: Likeness) {
    self.usual = usual
    self.rows = rows
    let pairs = Dictionary(grouping: rows) { ResidualField.Pair(chip: $0.features.chip, stack: $0.features.stack) }
    for (_, own) in pairs.sorted(by: { ($0.key.chip, $0.key.stack) < ($1.key.chip, $1.key.stack) }) {
      let group = ResidualField.Group()
      var news: [[Likeness.Part]] = [], known: [Double] = []
      for (_, team) in Dictionary(grouping: own, by: \.team).sorted(by: { $0.key < $1.key }) {
        // What the parameters left open is of all runs of a team with a stack at once.
        let open = team.reduce(0) { $0 + $1.variance } / Double(team.count)
        let step = max(1, Double(team.count) / Double(LikenessFit.most))
        for k in 0..<min(team.count, LikenessFit.most) {
          let row = team[min(team.count - 1, Int(Double(k) * step))]
          group.add(row.team, row.features.coordinates, row.residual)
          known.append(open)
          news.append(row.news)
        }
      }
      groups.append((group, known, news))
    }
  }

  /// Minus the logarithm of the posterior, up to a constant.
  private func loss(_ l: Likeness) -> Double {
    var sum = 0.0
    for (group, known, news) in groups {
      let offsets = zip(known, news).map { $0 + l.variance(of: $1) }, n = group.count
      var lower = [Double](repeating: 0, count: n * n), scratch = [Double](repeating: 0, count: n)
      guard tf_cholesky(&lower, group.covariance(l, offsets: offsets), n) == n else { return .infinity }
      sum += tf_marginal(&scratch, lower, group.residuals, n)
    }
    for (x, y) in zip(l.lengths + l.spreads, usual.lengths + usual.spreads) {
      let off = Logarithm.natural(x / y) / LikenessFit.belief
      sum += 0.5 * off * off
    }
    return sum
  }

  /// The likeliest, by a pattern search over the logarithms (Hooke and Jeeves, J. ACM 8 (1961) 212–229).
  func run(from start: Likeness? = nil) -> Likeness {
    var best = start ?? usual, least = loss(best), step = 0.3
    guard !groups.isEmpty else { return usual }
    while step > 0.02 {
      var moved = best, lowest = least
      for place in 0..<(moved.lengths.count + moved.spreads.count) {
        for sign in [1.0, -1] {
          var tried = moved
          tried.scale(place, by: Logarithm.exponential(sign * step))
          let found = loss(tried)
          if found < lowest {
            (moved, lowest) = (tried, found)
            break
          }
        }
      }
      if lowest < least - 1e-3 {
        (best, least) = (moved, lowest)
      } else {
        step /= 2
      }
    }
    return covering(best)
  }

  /// How teams differ is as large as it takes for nine in ten of the rows to be inside 5–95%: residuals have longer tails than
  /// a normal. Where each team counts alike 85% are asked for, the lower end of what a good interval may hold: three teams with
  /// a handful of rows each, of which much is unknown, would else make everybody's interval half as wide again.
  private func covering(_ likeness: Likeness) -> Likeness {
    let sizes = Dictionary(grouping: rows, by: \.team).mapValues { Double($0.count) }
    // Variance that a team has to add for the row to be inside.
    let needed = rows.map { row in
      let known = row.variance + likeness.variance(of: [.run, .across, .noise] + row.news)
      let size = row.residual / Interval.halfWidth
      return (variance: max(0, size * size - known), team: 1 / (sizes[row.team] ?? 1))
    }.sorted { $0.variance < $1.variance }
    func level(_ share: Double, _ weights: [Double]) -> Double {
      let whole = weights.reduce(0, +)
      var below = 0.0
      for (one, weight) in zip(needed, weights) {
        below += weight
        if below >= share * whole { return one.variance }
      }
      return needed.last?.variance ?? 0
    }
    var covering = likeness
    covering[.team] = max(max(level(0.9, needed.map { _ in 1 }), level(0.85, needed.map(\.team))).squareRoot(), 0.01)
    return covering
  }
}

extension Likeness {
  fileprivate mutating func scale(_ place: Int, by factor: Double) {
    if place < lengths.count { lengths[place] *= factor } else { spreads[place - lengths.count] *= factor }
  }
}

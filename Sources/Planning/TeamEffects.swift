import Quantities

/// Values of several teams: how they scatter around their team's mean, and how the means of teams do. A team with many projects says more
/// of all teams than one with a single project, but not as many times more as it has projects.
struct TeamEffects {
  /// Of a team not seen yet.
  let mean: Double
  /// Of the means of teams, and of a team's projects around its mean.
  let between: Double
  let within: Double
  /// Of one project of a team not seen yet.
  var variance: Double { between + within }

  /// Moments of a one-way analysis of variance with unequal counts (Searle, Casella and McCulloch 1992, *Variance Components*, §3.6),
  /// and teams weighed by 1/(between + within/n) (DerSimonian and Laird 1986).
  ///
  /// - Parameters:
  ///   - teams: the values of each; empty ones are left out.
  ///   - within: where it is known from elsewhere; else from teams of several values, and 0 where each has one.
  init?(_ teams: [[Double]], within known: Double? = nil) {
    let teams = teams.filter { !$0.isEmpty }
    guard teams.count > 1 else { return nil }
    let counts = teams.map { Double($0.count) }, means = teams.map(\.mean)
    let all = counts.reduce(0, +), groups = Double(teams.count)
    func weighted(_ weights: [Double]) -> Double { zip(weights, means).map(*).reduce(0, +) / weights.reduce(0, +) }
    let inside = zip(teams, means).map { team, mean in team.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) }.reduce(
      0, +)
    let within = known ?? (all > groups ? inside / (all - groups) : 0)
    let middle = weighted(counts)
    let outside = zip(counts, means).map { $0 * ($1 - middle) * ($1 - middle) }.reduce(0, +)
    let size = (all - counts.map { $0 * $0 }.reduce(0, +) / all) / (groups - 1)
    let between = max(0, (outside / (groups - 1) - within) / size)
    // Where nothing scatters at all, teams count alike.
    mean = weighted(counts.map { between + within > 0 ? 1 / (between + within / $0) : 1 })
    (self.between, self.within) = (between, within)
  }
}

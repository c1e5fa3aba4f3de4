/// How a whole step's time differs from the sum of its operators' timed one by one, in one number of threads: a line over
/// the logarithm of the step's work. What is small finds more of its data in the nearest cache than operators that were
/// timed on data from the next one.
struct StepFactor: Codable, Sendable {
  /// Logarithm of the factor at `center`, and its change per unit of log work.
  var mean: Double
  var slope: Double
  /// Mean log work of the steps it was drawn through, and their squared distances from it, prior included.
  var center: Double
  var extent: Double
  /// Standard deviation of a step about the line.
  var spread: Double
  var count: Double

  /// What a slope is before any step was seen: none, give or take this.
  private static let slopeSpread = 0.05
  /// What repetitions of the same step on another day differ by at least: clocks, pages, neighbours.
  private static let leastSpread = 0.01

  /// - Parameters:
  ///   - works: logarithms of each step's floating-point operations.
  ///   - ratios: logarithms of its time over its operators' sum.
  init(works: [Double], ratios: [Double]) {
    count = Double(ratios.count)
    guard ratios.count > 2 else {
      // Too few to say anything of: what they are, give or take a tenth.
      mean = ratios.isEmpty ? 0 : ratios.reduce(0, +) / count
      (slope, center, extent, spread) = (0, 0, 1, 0.1)
      return
    }
    let center = works.reduce(0, +) / count, mean = ratios.reduce(0, +) / count
    let square = works.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let product = zip(works, ratios).reduce(0) { $0 + ($1.0 - center) * ($1.1 - mean) }
    func squares(about slope: Double) -> Double {
      zip(works, ratios).reduce(0) { sum, pair in
        let off = pair.1 - mean - slope * (pair.0 - center)
        return sum + off * off
      }
    }
    let freedom = count - 2
    // The least-squares slope says how far steps are from any line, and so how much it is to be believed.
    let about = squares(about: square > 0 ? product / square : 0) / freedom
    let extent = square + about / (StepFactor.slopeSpread * StepFactor.slopeSpread)
    let slope = extent > 0 ? product / extent : 0
    // A spread told by so few steps is itself uncertain: the normal range is widened to that of Student's t, whose 95th
    // percentile is 1.645 + 1.52/ν + 1.4/ν² to a hundredth from three degrees of freedom on.
    let widened = 1 + 0.925 / freedom + 0.85 / (freedom * freedom)
    spread = max(StepFactor.leastSpread, (squares(about: slope) / freedom).squareRoot()) * widened
    self.center = center
    self.mean = mean
    self.slope = slope
    self.extent = extent
  }

  /// Logarithm of the factor of one more step, and its standard deviation: its own about the line, and the line's.
  func predict(work: Double) -> (mean: Double, spread: Double) {
    let distance = work - center
    let own = 1 + 1 / max(1, count) + (extent > 0 ? distance * distance / extent : 0)
    return (mean + slope * distance, spread * own.squareRoot())
  }
}

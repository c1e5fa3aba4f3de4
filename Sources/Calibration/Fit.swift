import CKernels
import Scenarios

/// Where a fit ended: coordinates of a `ParameterSpace`, and the linearization there.
public struct Fit: Sendable {
  /// Why it went no further.
  public enum Ending: Sendable, Equatable {
    /// The loss hardly fell any more, or no parameter had anywhere to go.
    case converged
    /// No step made the loss less, though the undamped one would have moved a parameter by so many prior spreads; nil
    /// where none could be computed.
    case stuck(furthest: Double?)
    case outOfSteps
  }
  var coordinates: [Double]
  /// Minus the logarithm of the posterior at the end, and steps taken.
  var loss: Double
  var steps: Int
  var ending: Ending
}

/// Fits the offsets of a space to rows by damped Gauss–Newton (Levenberg–Marquardt), reweighted for outliers.
///
/// Deterministic: the same rows in the same order give the same bits, whatever the machine's load.
struct Fitter {
  let space: ParameterSpace
  let rows: [FitRow]
  private let tail: Residual
  /// Elements that some row depends on; the others stay where the prior has them.
  private let active: [Int]
  private let activePlace: [Int?]
  /// Pseudo-observations: the sum of the active elements in `terms` is `value`, with a spread; in coordinates.
  private let observations: [(terms: [(place: Int, scale: Double)], residual: Double, spread: Double)]

  /// The fit to all shipped runs took 41.
  static let steps = 60
  /// Relative fall of the loss that ends a fit, and the undamped step, in prior spreads, that is as good as none: both far
  /// below what moves a printed digit.
  private static let tolerance = (loss: 1e-5, step: 1e-3)
  /// Least scale of a column, so that one without slopes is damped too.
  private static let floor = 1e-6
  /// Marquardt's damping at the start and at least, and how it falls by success and grows by failure: his rule with 5 for
  /// his 10, tried eight times, which spans five orders of magnitude.
  private static let damping = (first: 1e-2, least: 1e-7, factor: 5.0, tries: 8)

  init(_ space: ParameterSpace, _ rows: [FitRow]) {
    self.space = space
    self.rows = rows
    tail = Residual(space.priors)
    var used = [Bool](repeating: false, count: space.count)
    for subject in Set(rows.map(\.subject)) {
      for parameter in EfficiencyParameter.allCases {
        for term in space.terms(parameter, subject) { used[term] = true }
      }
    }
    var observations: [(terms: [(place: Int, scale: Double)], residual: Double, spread: Double)] = []
    for one in space.priors.observations {
      // Without software, of which kernels measured alone say nothing; nothing is called by no name.
      let subject: Subject
      switch one.scope {
      case .chip(let chip):
        let kin = space.kin[chip]
        subject = Subject(
          chip: chip, architecture: kin?.architecture ?? "", generation: kin?.generation, stack: "")
      case .architecture(let name): subject = Subject(chip: "", architecture: name, stack: "")
      default: continue
      }
      let terms = space.terms(one.parameter, subject).sorted()
      guard !terms.isEmpty else { continue }
      for term in terms { used[term] = true }
      observations.append(
        (
          terms.map { ($0, space.spreads[$0]) },
          space.center(one.parameter, subject.architecture) - one.parameter.scale.fitted(one.value), one.spread
        ))
    }
    self.observations = observations
    active = used.indices.filter { used[$0] }
    var places = [Int?](repeating: nil, count: space.count)
    for (j, place) in active.enumerated() { places[place] = j }
    activePlace = places
  }

  /// The loss has several minima, some of them as low as each other. So the fit begins twice: at the prior, and where the last
  /// calibration ended. That one is kept unless the other is better by more than `alike`: then predictions do not jump from
  /// calibration to calibration without a reason.
  ///
  /// - Parameter last: nil where nothing was fitted before.
  func best(from last: Posterior?) -> Fit {
    let anew = run()
    guard let last else { return anew }
    let again = run(from: space.coordinates(of: last))
    return again.loss < anew.loss + Fitter.alike ? again : anew
  }

  /// Of the logarithm of a posterior density, that nobody should choose by.
  private static let alike = 1.0

  func run(from start: [Double]? = nil) -> Fit {
    var coordinates = [Double](repeating: 0, count: space.count)
    // What no row of this fit tells of stays where the prior has it, wherever another fit left it.
    if let start { for place in active { coordinates[place] = start[place] } }
    var residuals = residuals(coordinates)
    var loss = loss(residuals, coordinates)
    var damping = Fitter.damping.first, steps = 0, ending: Fit.Ending?
    var workspace = [Double](repeating: 0, count: tf_damped_step_workspace(rows.count, priorRows, active.count))
    while steps < Fitter.steps, ending == nil {
      steps += 1
      let jacobian = jacobian(coordinates)
      var accepted = false
      for _ in 0..<Fitter.damping.tries {
        guard let step = step(jacobian, residuals, coordinates, damping, &workspace) else {
          damping *= Fitter.damping.factor
          continue
        }
        var moved = coordinates
        // No coordinate moves further than a prior spread at once.
        for (j, place) in active.enumerated() { moved[place] += min(max(step[j], -1), 1) }
        let there = self.residuals(moved), lossThere = self.loss(there, moved)
        if lossThere < loss {
          if loss - lossThere < Fitter.tolerance.loss * loss { ending = .converged }
          (coordinates, residuals, loss) = (moved, there, lossThere)
          damping = max(damping / Fitter.damping.factor, Fitter.damping.least)
          accepted = true
          break
        }
        damping *= Fitter.damping.factor
      }
      if !accepted {
        ending = Fitter.ending(undamped: step(jacobian, residuals, coordinates, Fitter.damping.least, &workspace))
      }
    }
    return Fit(coordinates: coordinates, loss: loss, steps: steps, ending: ending ?? .outOfSteps)
  }

  /// What it means that no damped step was an improvement: with the undamped one tiny, that there is none to be had.
  static func ending(undamped: [Double]?) -> Fit.Ending {
    let furthest = undamped?.lazy.map(abs).max() ?? 0
    guard undamped != nil, furthest.isFinite else { return .stuck(furthest: nil) }
    return furthest < Fitter.tolerance.step ? .converged : .stuck(furthest: furthest)
  }

  /// Covariance of the active elements on the fitted scale at the end of a fit, [active][active]; nil where the problem
  /// leaves something open.
  func covariance(_ fit: Fit) -> (active: [Int], matrix: [Double])? {
    let n = active.count
    let jacobian = jacobian(fit.coordinates), residuals = residuals(fit.coordinates)
    var workspace = [Double](repeating: 0, count: tf_damped_step_workspace(rows.count, priorRows, n))
    var matrix = [Double](repeating: 0, count: n * n)
    let solved = withProblem(jacobian, residuals, fit.coordinates) { problem in
      var problem = problem
      return tf_normal_covariance(&matrix, &workspace, &problem) == TF_SOLVED
    }
    guard solved else { return nil }
    for i in 0..<n {
      for j in 0..<n { matrix[i * n + j] *= space.spreads[active[i]] * space.spreads[active[j]] }
    }
    return (active, matrix)
  }

  // MARK: The problem at one point

  private var priorRows: Int { active.count + observations.count }

  func residuals(_ coordinates: [Double]) -> [Double] { space.residuals(rows, coordinates) }

  private func loss(_ residuals: [Double], _ coordinates: [Double]) -> Double {
    var sum = 0.0
    for (row, r) in zip(rows, residuals) { sum += row.weight * tail.loss(r) }
    for place in active { sum += 0.5 * coordinates[place] * coordinates[place] }
    for one in observations {
      let r = observed(one, coordinates)
      sum += 0.5 * r * r
    }
    return sum.isFinite ? sum : .infinity
  }

  private func observed(
    _ one: (terms: [(place: Int, scale: Double)], residual: Double, spread: Double), _ coordinates: [Double]
  ) -> Double {
    one.terms.reduce(one.residual) { $0 + coordinates[$1.place] * $1.scale } / one.spread
  }

  /// [rows][active], by the chain rule: rows depend on parameters, parameters are sums of elements.
  private func jacobian(_ coordinates: [Double]) -> [Double] {
    let n = active.count
    var matrix = [Double](repeating: 0, count: rows.count * n)
    var fitted: [Subject: (values: [Double], terms: [[Int]])] = [:]
    for (i, row) in rows.enumerated() {
      let known =
        fitted[row.subject]
        ?? (
          space.fitted(coordinates, row.subject), EfficiencyParameter.allCases.map { space.terms($0, row.subject) }
        )
      fitted[row.subject] = known
      let slopes = row.linearized(known.values).slopes
      for (parameter, terms) in known.terms.enumerated() {
        for term in terms {
          if let j = activePlace[term] { matrix[i * n + j] = slopes[parameter] * space.spreads[term] }
        }
      }
    }
    return matrix
  }

  private func step(
    _ jacobian: [Double], _ residuals: [Double], _ coordinates: [Double], _ damping: Double,
    _ workspace: inout [Double]
  ) -> [Double]? {
    var step = [Double](repeating: 0, count: active.count)
    let solved = withProblem(jacobian, residuals, coordinates) { problem in
      var problem = problem
      return tf_damped_step(&step, &workspace, &problem, damping, Fitter.floor) == TF_SOLVED
    }
    return solved ? step : nil
  }

  private func withProblem(
    _ jacobian: [Double], _ residuals: [Double], _ coordinates: [Double], _ body: (tf_least_squares) -> Bool
  ) -> Bool {
    let n = active.count
    let weights = zip(rows, residuals).map { ($0.weight * tail.weight($1)).squareRoot() }
    var root = [Double](repeating: 0, count: priorRows * n), priorResidual = [Double](repeating: 0, count: priorRows)
    for (j, place) in active.enumerated() {
      root[j * n + j] = 1
      priorResidual[j] = coordinates[place]
    }
    for (k, one) in observations.enumerated() {
      for term in one.terms {
        if let j = activePlace[term.place] { root[(n + k) * n + j] = term.scale / one.spread }
      }
      priorResidual[n + k] = observed(one, coordinates)
    }
    return jacobian.withUnsafeBufferPointer { jacobian in
      residuals.withUnsafeBufferPointer { residuals in
        weights.withUnsafeBufferPointer { weights in
          root.withUnsafeBufferPointer { root in
            priorResidual.withUnsafeBufferPointer { prior in
              body(
                tf_least_squares(
                  rows: rows.count, priors: priorRows, parameters: n, jacobian: jacobian.baseAddress,
                  residual: residuals.baseAddress, sqrt_weight: weights.baseAddress,
                  prior_precision_root: root.baseAddress, prior_residual: prior.baseAddress))
            }
          }
        }
      }
    }
  }
}

import CKernels
import TestSupport
import Testing

@Suite struct LeastSquaresRefusalTests {
  static let unsettled: [(String, LeastSquaresProblem)] = [
    ("nothing known", LeastSquaresProblem(parameters: 3)),
    ("fewer rows than parameters", LeastSquaresProblem(parameters: 2, jacobian: [1, 2], residual: [1])),
    (
      "a column of zeros",
      LeastSquaresProblem(parameters: 2, jacobian: [1, 0, 2, 0, 3, 0], residual: [1, 2, 3])
    ),
    (
      "two columns alike",
      LeastSquaresProblem(parameters: 2, jacobian: [0.1, 0.3, 0.2, 0.6, 0.7, 2.1], residual: [1, 2, 3])
    ),
    (
      "a prior that repeats the data",
      LeastSquaresProblem(
        parameters: 2, jacobian: [0.1, 0.7], residual: [1], priorRoot: [0.3, 2.1], priorResidual: [4])
    ),
  ]

  @Test("a problem that leaves a parameter open is told, not solved", arguments: unsettled)
  func singular(what: String, problem: LeastSquaresProblem) {
    for naive in [false, true] {
      #expect(problem.step(naive: naive).status == TF_SINGULAR, "\(what)")
      #expect(problem.covariance(naive: naive).status == TF_SINGULAR, "\(what)")
    }
  }

  @Test("damping solves what is left open, and moves nothing without cause", arguments: unsettled)
  func damped(what: String, problem: LeastSquaresProblem) {
    let fast = problem.step(damping: 0.1), naive = problem.step(damping: 0.1, naive: true)
    #expect(fast.status == TF_SOLVED && naive.status == TF_SOLVED, "\(what)")
    #expect(isNear(fast.values, naive.values), "\(what)")
    if problem.rows == 0 { #expect(fast.values.allSatisfy { $0 == 0 }) }
  }

  @Test("a sum of many columns is seen to depend on them", arguments: [5, 40, 100])
  func dependent(parameters: Int) {
    var random = SplitMix64(seed: 50)
    var problem = LeastSquaresProblem.random(
      rows: 3 * parameters, priors: 0, parameters: parameters, weighted: true, &random)
    for i in 0..<problem.rows {
      let row = (i * parameters)..<((i + 1) * parameters - 1)
      problem.jacobian[row.upperBound] = problem.jacobian[row].reduce(0, +)
    }
    #expect(problem.step().status == TF_SINGULAR)
    #expect(problem.covariance().status == TF_SINGULAR)
  }

  @Test("a column of zeros has no scale to damp with unless one is given")
  func noScale() {
    let problem = LeastSquaresProblem(parameters: 2, jacobian: [1, 0, 2, 0], residual: [1, 2])
    for naive in [false, true] {
      #expect(problem.step(damping: 1, leastScale: 0, naive: naive).status == TF_SINGULAR)
      #expect(problem.step(damping: 1, leastScale: 1, naive: naive).values[1] == 0)
    }
  }

  @Test("what is not a number anywhere is told", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(value: Double) {
    var random = SplitMix64(seed: 51)
    let sound = LeastSquaresProblem.random(rows: 20, priors: 3, parameters: 5, weighted: true, &random)
    let places: [WritableKeyPath<LeastSquaresProblem, [Double]>] = [
      \.jacobian, \.residual, \.priorRoot, \.priorResidual,
    ]
    for naive in [false, true] {
      for (i, place) in places.enumerated() {
        var problem = sound
        problem[keyPath: place][2] = value
        #expect(problem.step(damping: 1, naive: naive).status == TF_NOT_FINITE, "\(i)")
        let reads = i % 2 == 0
        #expect(problem.covariance(naive: naive).status == (reads ? TF_NOT_FINITE : TF_SOLVED), "\(i)")
      }
      var problem = sound
      problem.weight?[19] = value
      #expect(problem.step(naive: naive).status == TF_NOT_FINITE)
      #expect(problem.covariance(naive: naive).status == TF_NOT_FINITE)
    }
  }

  @Test("numbers whose squares leave the range are told")
  func range() {
    let large = LeastSquaresProblem(parameters: 1, jacobian: [1, 1e200], residual: [1, 1])
    let far = LeastSquaresProblem(parameters: 1, jacobian: [1, 1], residual: [1, 1e200])
    let small = LeastSquaresProblem(parameters: 1, jacobian: [1e-200], residual: [1])
    #expect(large.step().status == TF_NOT_FINITE && large.covariance().status == TF_NOT_FINITE)
    #expect(far.step().status == TF_NOT_FINITE && far.covariance().status == TF_SOLVED)
    #expect(small.step().status == TF_SINGULAR && small.covariance().status == TF_SINGULAR)
  }

  @Test("a damping that is negative or not a number is told", arguments: [-1, Double.nan, .infinity])
  func badDamping(value: Double) {
    var random = SplitMix64(seed: 52)
    let problem = LeastSquaresProblem.random(rows: 20, priors: 3, parameters: 5, weighted: true, &random)
    #expect(problem.step(damping: value).status == TF_NOT_FINITE)
  }
}

import CKernels
import TestSupport
import Testing

@Suite struct LeastSquaresTests {
  /// Rows, priors, parameters: all with a solution.
  static let shapes = [
    (0, 0, 0), (5, 3, 0), (1, 0, 1), (0, 1, 1), (7, 1, 1), (2, 0, 1), (40, 0, 12), (0, 12, 12), (31, 7, 9), (3, 33, 33),
    (300, 40, 40), (200, 1, 65),
  ]

  @Test("a step by QR equals the naive twin's by normal equations, in every shape", arguments: shapes)
  func stepTwin(rows: Int, priors: Int, parameters: Int) {
    var random = SplitMix64(seed: UInt64(40 + rows * 1000 + priors * 100 + parameters))
    for damping in [0, 1e-3, 10] {
      for weighted in [false, true] {
        let problem = LeastSquaresProblem.random(
          rows: rows, priors: priors, parameters: parameters, weighted: weighted, &random)
        let fast = problem.step(damping: damping), naive = problem.step(damping: damping, naive: true)
        #expect(fast.status == TF_SOLVED && naive.status == TF_SOLVED)
        #expect(isNear(fast.values, naive.values))
      }
    }
  }

  @Test("a covariance by QR equals the naive twin's, in every shape", arguments: shapes)
  func covarianceTwin(rows: Int, priors: Int, parameters: Int) {
    var random = SplitMix64(seed: UInt64(41 + rows * 1000 + priors * 100 + parameters))
    for weighted in [false, true] {
      let problem = LeastSquaresProblem.random(
        rows: rows, priors: priors, parameters: parameters, weighted: weighted, &random)
      let fast = problem.covariance(), naive = problem.covariance(naive: true)
      #expect(fast.status == TF_SOLVED && naive.status == TF_SOLVED)
      #expect(isNear(fast.values, naive.values))
    }
  }

  @Test(
    "the step of one parameter, by hand",
    arguments: [
      // Data, prior and damping: (2d − 6)², then + (d + 1)², then + 4d², then + 5d².
      ([], [], 0, 3), ([1], [1], 0, 11 / 5), ([], [], 1, 12 / 8), ([1], [1], 1, 11 / 10),
    ] as [([Double], [Double], Double, Double)])
  func byHand(root: [Double], prior: [Double], damping: Double, expected: Double) {
    let problem = LeastSquaresProblem(
      parameters: 1, jacobian: [2], residual: [-6], priorRoot: root, priorResidual: prior)
    for naive in [false, true] {
      #expect(isClose(problem.step(damping: damping, naive: naive).values[0], expected))
    }
  }

  @Test("a row of weight 2 counts as the same row four times, one of weight 0 not at all")
  func weights() {
    var random = SplitMix64(seed: 42)
    let repeated = LeastSquaresProblem.random(rows: 12, priors: 0, parameters: 3, weighted: false, &random)
    var weighted = repeated, four = repeated
    weighted.weight = [2, 0] + [Double](repeating: 1, count: 10)
    four.jacobian.replaceSubrange(3..<6, with: [])
    four.residual.remove(at: 1)
    for _ in 0..<3 {
      four.jacobian += repeated.jacobian[0..<3]
      four.residual.append(repeated.residual[0])
    }
    #expect(isNear(weighted.step().values, four.step().values))
    #expect(isNear(weighted.covariance().values, four.covariance().values))
  }

  @Test("a tight prior holds its parameter, a loose one changes nothing")
  func priors() {
    var random = SplitMix64(seed: 43)
    let data = LeastSquaresProblem.random(rows: 30, priors: 0, parameters: 3, weighted: true, &random)
    var tight = data, loose = data
    // One statement: the parameter in the middle should rise by 0.25.
    tight.priorRoot = [0, 1e6, 0]
    tight.priorResidual = [-0.25e6]
    loose.priorRoot = [0, 1e-7, 0]
    loose.priorResidual = [-0.25e-7]
    #expect(abs(tight.step().values[1] - 0.25) < 1e-9)
    #expect(abs(tight.covariance().values[4] - 1e-12) < 1e-18)
    #expect(isNear(loose.step().values, data.step().values))
    #expect(isNear(loose.covariance().values, data.covariance().values))
  }

  @Test("a prior settles what the data does not see")
  func unseen() {
    var problem = LeastSquaresProblem(parameters: 2, jacobian: [1, 0, 1, 0], residual: [-1, -3])
    #expect(problem.step().status == TF_SINGULAR)
    problem.priorRoot = [0, 0.5]
    problem.priorResidual = [-2]
    #expect(isNear(problem.step().values, [2, 4]))
    #expect(isNear(problem.covariance().values, [0.5, 0, 0, 4]))
  }

  @Test("more damping makes a shorter step, down to nothing")
  func damping() {
    var random = SplitMix64(seed: 44)
    let problem = LeastSquaresProblem.random(rows: 60, priors: 5, parameters: 8, weighted: true, &random)
    let normal = problem.normalMatrix
    func length(_ damping: Double) -> Double {
      let step = problem.step(damping: damping).values
      return (0..<8).reduce(0) { $0 + normal[$1 * 9] * step[$1] * step[$1] }.squareRoot()
    }
    let lengths = [0, 1e-6, 1e-3, 0.1, 1, 10, 1e3, 1e9].map(length)
    #expect(zip(lengths, lengths.dropFirst()).allSatisfy { $0 > $1 })
    #expect(lengths[7] < 1e-8 * lengths[0])
  }

  @Test("rescaling a parameter rescales its step and nothing else", arguments: [1e-100, 1e-9, 1e12, 1e100])
  func units(scale: Double) {
    var random = SplitMix64(seed: 45)
    let problem = LeastSquaresProblem.random(rows: 20, priors: 4, parameters: 4, weighted: true, &random)
    var scaled = problem
    for i in 0..<20 { scaled.jacobian[i * 4 + 2] *= scale }
    for i in 0..<4 { scaled.priorRoot[i * 4 + 2] *= scale }
    for damping in [0, 0.5] {
      let found = scaled.step(damping: damping, leastScale: 0)
      #expect(found.status == TF_SOLVED)
      let expected = problem.step(damping: damping, leastScale: 0).values
      #expect(isNear(found.values.enumerated().map { $0 == 2 ? $1 * scale : $1 }, expected))
    }
  }

  @Test("covariance times normal matrix is the identity, and symmetric to the bit")
  func inverse() {
    var random = SplitMix64(seed: 46)
    let problem = LeastSquaresProblem.random(rows: 90, priors: 10, parameters: 30, weighted: true, &random)
    let normal = problem.normalMatrix, covariance = problem.covariance().values
    for i in 0..<30 {
      for j in 0..<30 {
        let product = (0..<30).reduce(0) { $0 + covariance[i * 30 + $1] * normal[$1 * 30 + j] }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-12)
        #expect(covariance[i * 30 + j].bitPattern == covariance[j * 30 + i].bitPattern)
      }
    }
  }

  // y = a + b·x at x = 0 … n − 1; the closed form of any textbook on regression.
  @Test("the covariance of a straight line is the closed formula's", arguments: [2, 3, 10, 500] as [Double])
  func line(n: Double) {
    let count = Int(n)
    let problem = LeastSquaresProblem(
      parameters: 2, jacobian: (0..<count).flatMap { [1, Double($0)] }, residual: [Double](repeating: 0, count: count))
    let both = -6 / (n * (n + 1))
    let expected = [2 * (2 * n - 1) / (n * (n + 1)), both, both, 12 / (n * (n * n - 1))]
    #expect(isNear(problem.covariance().values, expected))
  }
}

import CKernels
import TestSupport
import Testing

/// The Gaussian process' kernels against their naive twins.
@Suite struct LikenessTests {
  private struct Case {
    let n: Int
    let m: Int
    let features = 6
    let ordered = 4
    let a: [Double]
    let b: [Double]
    let weight: [Double]

    init(_ n: Int, _ m: Int, _ random: inout SplitMix64) {
      (self.n, self.m) = (n, m)
      func points(_ count: Int) -> [[Double]] {
        (0..<count).map { _ in
          (0..<4).map { _ in random.between(0, 6) } + (0..<2).map { _ in random.pick([1.0, 2, 3]) }
        }
      }
      let first = points(n), second = points(m)
      a = first.flatMap { $0 }
      b = (0..<6).flatMap { f in second.map { $0[f] } }
      weight = (0..<6).map { _ in random.between(0.01, 2) }
    }
  }

  @Test(
    "likeness is that of the twin at every level, 1 of a run to itself, and within 0 and 1",
    arguments: [TF_BASE, TF_AVX2, TF_AVX512])
  func likeness(level: tf_level) {
    var random = SplitMix64(seed: 3)
    for (n, m) in [(1, 1), (3, 17), (20, 64), (5, 0)] {
      let one = Case(n, m, &random)
      var found = [Double](repeating: -1, count: n * m), twin = found
      tf_likeness_at(level, &found, one.a, n, one.b, m, one.weight, one.ordered, one.features)
      tf_likeness_naive(&twin, one.a, n, one.b, m, one.weight, one.ordered, one.features)
      for (x, y) in zip(found, twin) { #expect(abs(x - y) <= 1e-14 && x > 0 && x <= 1) }
    }
    let own = Case(4, 4, &random)
    let columns = (0..<6).flatMap { f in (0..<4).map { own.a[$0 * 6 + f] } }
    var same = [Double](repeating: 0, count: 16)
    tf_likeness_at(level, &same, own.a, 4, columns, 4, own.weight, own.ordered, own.features)
    for i in 0..<4 { #expect(same[i * 4 + i] == 1) }
  }

  @Test("marginal likelihood and conditional mean and variance are those of the twins, and right for two runs")
  func process() {
    var random = SplitMix64(seed: 5)
    for n in [1, 2, 7, 40] {
      let root = (0..<n * n).map { _ in random.between(-1, 1) }
      var matrix = [Double](repeating: 0, count: n * n), lower = matrix
      for i in 0..<n {
        for j in 0..<n {
          var sum = i == j ? 1.0 : 0
          for k in 0..<n { sum += root[i * n + k] * root[j * n + k] }
          matrix[i * n + j] = sum
        }
      }
      #expect(tf_cholesky(&lower, matrix, n) == n)
      let values = (0..<n).map { _ in random.between(-2, 2) }
      var scratch = [Double](repeating: 0, count: n)
      let fast = tf_marginal(&scratch, lower, values, n), slow = tf_marginal_naive(&scratch, lower, values, n)
      #expect(abs(fast - slow) < 1e-9 * max(1, abs(slow)))
      let q = 3, across = (0..<q * n).map { _ in random.between(-1, 1) }
      let zeros = [Double](repeating: 0, count: q)
      var mean = zeros, known = zeros, mean2 = zeros, known2 = zeros, one = across, two = across
      tf_conditional(&mean, &known, &one, q, &scratch, lower, values, n)
      tf_conditional_naive(&mean2, &known2, &two, q, &scratch, lower, values, n)
      for k in 0..<q { #expect(abs(mean[k] - mean2[k]) < 1e-9 && abs(known[k] - known2[k]) < 1e-9) }
    }
    // One value of variance 4: an other with covariance 2 has its half, and loses a variance of 1.
    var mean = [0.0], known = [0.0], across = [2.0], scratch = [0.0]
    tf_conditional(&mean, &known, &across, 1, &scratch, [2.0], [3.0], 1)
    #expect(mean[0] == 1.5 && known[0] == 1)
  }
}

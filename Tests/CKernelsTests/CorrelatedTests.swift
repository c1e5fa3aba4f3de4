import CKernels
import TestSupport
import Testing

@Suite struct CorrelatedTests {
  static let sizes = [0, 1, 2, 3, 17, 64, 120]

  /// A random matrix that has a factor: B·Bᵀ + 1.
  static func positive(_ size: Int, _ random: inout SplitMix64) -> [Double] {
    let root = (0..<(size * size)).map { _ in random.between(-1, 1) }
    return (0..<(size * size)).map { place in
      let i = place / size, j = place % size
      return (0..<size).reduce(i == j ? 1 : 0) { $0 + root[i * size + $1] * root[j * size + $1] }
    }
  }

  static func factor(_ matrix: [Double], _ size: Int, naive: Bool = false) -> (failing: Int, lower: [Double]) {
    var lower = [Double](repeating: .nan, count: size * size)
    let failing = naive ? tf_cholesky_naive(&lower, matrix, size) : tf_cholesky(&lower, matrix, size)
    return (failing, lower)
  }

  @Test("a Cholesky factor equals its naive twin's and gives the matrix back", arguments: sizes)
  func reconstructs(size: Int) {
    var random = SplitMix64(seed: UInt64(60 + size))
    var matrix = Self.positive(size, &random)
    let (failing, lower) = Self.factor(matrix, size), naive = Self.factor(matrix, size, naive: true)
    #expect(failing == size && naive.failing == size)
    #expect(isNear(lower, naive.lower))
    for i in 0..<size {
      for j in 0..<size {
        let product = (0..<size).reduce(0) { $0 + lower[i * size + $1] * lower[j * size + $1] }
        #expect(isClose(product, matrix[i * size + j], scale: Double(size)))
        if j > i {
          #expect(lower[i * size + j] == 0)
          matrix[i * size + j] = .nan
        }
      }
    }
    #expect(sameBits(Self.factor(matrix, size).lower, lower), "reads above the diagonal")
  }

  @Test("the first pivot that fails is told", arguments: [-1, 0, Double.nan, .infinity], [1, 5, 120])
  func failing(value: Double, size: Int) {
    var random = SplitMix64(seed: 61)
    let matrix = Self.positive(size, &random)
    for place in Set([0, size / 2, size - 1]) {
      var broken = matrix
      broken[place * size + place] = value
      // Later pivots that fail too are not what is told.
      broken[size * size - 1] = value
      #expect(Self.factor(broken, size).failing == place)
      #expect(Self.factor(broken, size, naive: true).failing == place)
    }
  }

  @Test(
    "correlated samples equal their naive twin, in place too",
    arguments: [(0, 0), (0, 3), (3, 0), (1, 1), (1, 9), (9, 1), (50, 33), (200, 120)])
  func twin(count: Int, size: Int) {
    var random = SplitMix64(seed: UInt64(62 + count + size))
    let normals = (0..<(count * size)).map { _ in random.between(-3, 3) }
    // Above the diagonal stands what must not be read.
    let lower = (0..<(size * size)).map { $0 % size > $0 / size ? .nan : random.between(-1, 1) }
    var fast = [Double](repeating: .nan, count: count * size)
    var naive = fast, fastInPlace = normals, naiveInPlace = normals
    tf_correlated(&fast, normals, lower, count, size)
    tf_correlated_naive(&naive, normals, lower, count, size)
    fastInPlace.withUnsafeMutableBufferPointer { tf_correlated($0.baseAddress, $0.baseAddress, lower, count, size) }
    naiveInPlace.withUnsafeMutableBufferPointer {
      tf_correlated_naive($0.baseAddress, $0.baseAddress, lower, count, size)
    }
    #expect(zip(fast, naive).allSatisfy { isClose($0, $1, scale: Double(size)) })
    #expect(sameBits(fast, fastInPlace) && sameBits(naive, naiveInPlace))
  }

  @Test("samples have the covariance that they were drawn from")
  func covariance() {
    let size = 5, count = 20_000
    var random = SplitMix64(seed: 63)
    let matrix = Self.positive(size, &random), lower = Self.factor(matrix, size).lower
    var normals = [Double](repeating: .nan, count: count * size)
    for j in 0..<size {
      var column = [Double](repeating: .nan, count: count)
      tf_standard_normals(&column, count, 63, UInt64(j))
      for i in 0..<count { normals[i * size + j] = column[i] }
    }
    var samples = normals
    tf_correlated(&samples, normals, lower, count, size)
    for i in 0..<size {
      for j in 0..<size {
        let found = (0..<count).reduce(0) { $0 + samples[$1 * size + i] * samples[$1 * size + j] } / Double(count)
        let expected = matrix[i * size + j]
        // The variance of a product of two normals, five standard errors wide.
        let variance = matrix[i * size + i] * matrix[j * size + j] + expected * expected
        #expect(abs(found - expected) < 5 * (variance / Double(count)).squareRoot())
      }
    }
  }
}

import CKernels
import Dispatch
import TestSupport
import Testing

@Suite struct NormalsTests {
  static func normals(_ count: Int, seed: UInt64 = 1, stream: UInt64 = 2, level: tf_level = TF_AVX512) -> [Double] {
    var out = [Double](repeating: .nan, count: count)
    tf_standard_normals_at(level, &out, count, seed, stream)
    return out
  }

  static func meanProduct(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(a.count)
  }

  @Test("normals equal their naive twin's, which solves for them", arguments: [0, 1, 2, 63, 64, 65, 20_000])
  func twin(count: Int) {
    let fast = Self.normals(count, seed: 70, stream: UInt64(count))
    var naive = [Double](repeating: .nan, count: count)
    tf_standard_normals_naive(&naive, count, 70, UInt64(count))
    let parted = differences(fast, naive, "normal")
    #expect(parted.isEmpty, "\(parted.prefix(3))")
  }

  /// The stream of seed 0 whose first draw comes from these random bits: the generator run backwards.
  static func stream(drawing bits: UInt64) -> UInt64 {
    func unshifted(_ x: UInt64, _ by: UInt64) -> UInt64 { x ^ (x >> by) ^ (x >> (2 * by)) }
    func unmixed(_ x: UInt64) -> UInt64 {
      let z = unshifted(x, 31) &* 0x3196_42B2_D24D_8EC3
      return unshifted(unshifted(z, 27) &* 0x96DE_1B17_3F11_9089, 30)
    }
    var first = SplitMix64(seed: 0)
    return unmixed(unmixed(bits) &- 0x9E37_79B9_7F4A_7C15) ^ first.next()
  }

  // Beyond 6.7 come two draws in 1e11, so the far tails are asked for by name.
  @Test("normals equal their naive twin's however far out", arguments: 0...52)
  func tails(power: Int) {
    let near = (UInt64(1) << UInt64(power)) - 1
    for steps in [near, (1 << 52) - 1 - near] {
      let stream = Self.stream(drawing: steps << 12)
      let fast = Self.normals(1, seed: 0, stream: stream)
      var naive = [Double.nan]
      tf_standard_normals_naive(&naive, 1, 0, stream)
      #expect(differences(fast, naive, "normal").isEmpty, "\(fast) and \(naive)")
      if power < 51 { #expect((fast[0] < 0) == (steps == near)) }
    }
  }

  @Test("quantiles equal their naive twin's, are those of tables, and change sign at one half")
  func inverse() {
    let probabilities = (1...999).map { Double($0) / 1000 } + [1e-12, 1e-6, 1 - 1e-6, 0.625 / 1.25]
    let parted = differences(
      probabilities.map(tf_normal_quantile), probabilities.map(tf_normal_quantile_naive), "quantile")
    #expect(parted.isEmpty, "\(parted.prefix(3))")
    #expect(tf_normal_quantile(0.5) == 0 && abs(tf_normal_quantile(0.975) - 1.959963985) < 1e-9)
    for p in [0x1p-30, 0.125, 0.375] { #expect(tf_normal_quantile(p) == -tf_normal_quantile(1 - p)) }
  }

  @Test("the ends of the range are normals at probabilities 2⁻⁵³ and 1 − 2⁻⁵³")
  func ends() {
    let ends = [0, UInt64.max].map { Self.normals(1, seed: 0, stream: Self.stream(drawing: $0))[0] }
    #expect(differences(ends, [-8.209536151601387, 8.209536151601387], "end").isEmpty, "\(ends)")
  }

  @Test("normals are the bits that they were on the machine this was written on")
  func pinned() {
    #expect(Self.normals(3) == [0.93102071820868748, 1.2708303205668694, -0.40522923656624682])
  }

  @Test("normals are the same bits at every instruction set", arguments: [TF_BASE, TF_AVX2])
  func levels(level: tf_level) {
    #expect(sameBits(Self.normals(10_001, level: level), Self.normals(10_001)))
  }

  @Test("an element does not depend on how many are drawn", arguments: [1, 7, 64, 100])
  func prefix(count: Int) {
    #expect(sameBits(Self.normals(count), Array(Self.normals(1000).prefix(count))))
  }

  @Test("normals are the same bits from every thread")
  func threads() {
    let expected = Self.normals(1000)
    let found = Rows(16, width: 1000)
    DispatchQueue.concurrentPerform(iterations: 16) { tf_standard_normals(found[$0], 1000, 1, 2) }
    for i in 0..<16 { #expect(sameBits(found.values(i), expected)) }
  }

  @Test("mean, variance, skewness and kurtosis are a standard normal's", arguments: 0..<4 as Range<UInt64>)
  func moments(seed: UInt64) {
    let count = 100_000
    let z = Self.normals(count, seed: seed)
    // Expected power and variance of each power; five standard errors.
    for (power, expected, variance) in [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)] as [(Int, Double, Double)] {
      let found = z.reduce(0) { sum, x in sum + (0..<power).reduce(1) { product, _ in product * x } } / Double(count)
      #expect(abs(found - expected) < 5 * (variance / Double(count)).squareRoot(), "power \(power): \(found)")
    }
  }

  // Source: any table of the normal distribution.
  @Test(
    "as many normals lie below a quantile as should",
    arguments: [
      (-3, 0.001349898), (-2, 0.022750132), (-1.2815516, 0.1), (-1, 0.158655254), (0, 0.5), (0.6744898, 0.75),
      (1, 0.841344746), (1.6448536, 0.95), (2.3263479, 0.99), (3.0902323, 0.999),
    ] as [(Double, Double)])
  func quantiles(z: Double, share: Double) {
    let count = 100_000
    let found = Double(Self.normals(count, seed: 71).filter { $0 < z }.count) / Double(count)
    #expect(abs(found - share) < 5 * (share * (1 - share) / Double(count)).squareRoot())
  }

  @Test("streams and seeds next to each other have nothing in common, nor has a stream with itself later")
  func independent() {
    let count = 20_000, bound = 5 / Double(20_000).squareRoot()
    let base = Self.normals(count, seed: 7, stream: 7)
    let others: [(UInt64, UInt64)] = [(7, 8), (8, 7), (7, 6), (6, 7), (8, 8), (7, 7 + 1 << 32), (0, 0), (7, .max)]
    for (seed, stream) in others {
      let other = Self.normals(count, seed: seed, stream: stream)
      #expect(abs(Self.meanProduct(base, other)) < bound)
      #expect(abs(Self.meanProduct(base.map { $0 * $0 - 1 }, other.map { $0 * $0 - 1 })) < 2 * bound)
    }
    for lag in [1, 2, 64] {
      #expect(abs(Self.meanProduct(Array(base.dropLast(lag)), Array(base.dropFirst(lag)))) < bound)
    }
  }

  @Test("no two of ten thousand pairs of seed and stream begin alike")
  func distinct() {
    let pairs = (0..<100 as Range<UInt64>).flatMap { seed in (0..<100 as Range<UInt64>).map { (seed, $0) } }
    #expect(Set(pairs.map { Self.normals(1, seed: $0.0, stream: $0.1)[0] }).count == pairs.count)
  }
}

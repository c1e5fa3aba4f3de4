import CKernels
import TestSupport
import Testing

@Suite struct ExponentialsTests {
  static func exponentials(_ values: [Double], level: tf_level = TF_AVX512) -> [Double] {
    var out = [Double](repeating: .nan, count: values.count)
    tf_exponentials_at(level, &out, values, values.count)
    return out
  }

  static func naive(_ values: [Double]) -> [Double] {
    var out = [Double](repeating: .nan, count: values.count)
    tf_exponentials_naive(&out, values, values.count)
    return out
  }

  static func random(_ count: Int, within size: Double) -> [Double] {
    var random = SplitMix64(seed: UInt64(80 + count))
    return (0..<count).map { _ in random.between(-size, size) }
  }

  @Test(
    "exponentials equal the C library's to 1e-14, in every length", arguments: [0, 1, 2, 7, 8, 9, 1000, 50_000],
    [1e-12, 1, 30, 708])
  func twin(count: Int, size: Double) {
    let values = Self.random(count, within: size)
    let parted = zip(Self.exponentials(values), Self.naive(values)).filter { abs($0 - $1) > 1e-14 * $1 }
    #expect(parted.isEmpty, "\(parted.prefix(3))")
  }

  @Test("two units in the last place are not passed anywhere")
  func lastPlace() {
    let values = Self.random(50_000, within: 708) + Self.random(50_000, within: 2)
    #expect(zip(Self.exponentials(values), Self.naive(values)).allSatisfy { abs($0 - $1) <= 2 * $1.ulp })
  }

  @Test("numbers below the normal range are right to their last place")
  func subnormal() {
    let values = (0..<4000).map { -746 + Double($0) * 0.01 }
    let parted = zip(Self.exponentials(values), Self.naive(values)).filter { abs($0 - $1) > 2 * $1.ulp }
    #expect(parted.isEmpty, "\(parted.prefix(3))")
  }

  @Test(
    "the ends of the range are 0 and the largest number, what is not a number stays so",
    arguments: [
      (0, 1), (-0.0, 1), (.leastNonzeroMagnitude, 1), (709.79, .greatestFiniteMagnitude),
      (1e300, .greatestFiniteMagnitude), (.infinity, .greatestFiniteMagnitude), (-745.2, 0), (-1e300, 0),
      (-.infinity, 0),
    ] as [(Double, Double)])
  func ends(value: Double, expected: Double) {
    #expect(Self.exponentials([value]) == [expected])
    #expect(Self.naive([value]) == [expected])
    #expect(Self.exponentials([.nan, value])[0].isNaN && Self.naive([.nan, value])[0].isNaN)
  }

  @Test("the largest argument that has an exponential gets it")
  func largest() {
    let last = Double("0x1.62e42fefa39efp+9") ?? .nan
    #expect(abs(Self.exponentials([last])[0] - Self.naive([last])[0]) <= 2 * Self.naive([last])[0].ulp)
    #expect(Self.exponentials([last.nextUp]) == [.greatestFiniteMagnitude])
  }

  @Test("exponentials are the same bits at every instruction set", arguments: [TF_BASE, TF_AVX2])
  func levels(level: tf_level) {
    let values = Self.random(10_001, within: 760)
    #expect(sameBits(Self.exponentials(values, level: level), Self.exponentials(values)))
  }

  @Test("exponentials are the same bits whole and one by one")
  func pieces() {
    let values = Self.random(1001, within: 760)
    #expect(sameBits(values.map { Self.exponentials([$0])[0] }, Self.exponentials(values)))
  }
}

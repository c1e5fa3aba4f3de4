import Foundation
import Planning
import Testing

@testable import Planning

/// What `breakeven`, `sensitivity` and what-ifs are worked out with.
@Suite struct DecisionTests {
  // MARK: Flips

  private func flips(_ finder: FlipFinder, _ curve: @escaping @Sendable (Double) -> Double?) -> (
    flips: [Flip], seen: [Standing]
  ) {
    var seen = finder.values.map { Standing(value: $0, logRatio: curve($0)) }
    let found = finder.flips(&seen, curve)
    return (found, seen)
  }

  @Test("A smooth crossing is found to a millionth, and who is better on which side")
  func smooth() throws {
    let found = flips(FlipFinder(from: 1, to: 1000, isLogarithmic: true)) { 3 * log($0 / 37.5) }.flips
    #expect(found.count == 1)
    let flip = try #require(found.first), value = try #require(flip.value)
    #expect(abs(value / 37.5 - 1) < 1e-6)
    #expect(flip.firstBelow)
    let falling = flips(FlipFinder(from: 0, to: 0.95, isLogarithmic: false)) { log((1 - $0) / 0.4) }.flips
    #expect(abs(try #require(falling.first?.value) - 0.6) < 1e-6)
    #expect(falling.first?.firstBelow == false)
  }

  @Test("Where the ratio jumps over 1 no value is named, and the jump lies between the two that are")
  func jump() throws {
    let found = flips(FlipFinder(from: 1, to: 100, isLogarithmic: true)) { $0 < 14 ? -0.05 : 0.2 }.flips
    let flip = try #require(found.first)
    #expect(found.count == 1 && flip.value == nil)
    #expect(flip.below.value < 14 && flip.above.value >= 14)
    #expect(flip.above.value / flip.below.value < 1.001)
    #expect(flip.below.logRatio == -0.05 && flip.above.logRatio == 0.2)
  }

  @Test("Every crossing that the coarse look tells apart is found; where one runs alone it is the better")
  func several() throws {
    let wave = flips(FlipFinder(from: 0, to: 0.9, isLogarithmic: false)) { sin($0 * 10) + 0.3 }
    #expect(wave.flips.count == 2)
    #expect(wave.flips.compactMap(\.value).allSatisfy { abs(sin($0 * 10) + 0.3) < 1e-5 })
    let alone = flips(FlipFinder(from: 1, to: 100, isLogarithmic: true)) { $0 < 9 ? .infinity : -0.4 }.flips
    #expect(alone.count == 1 && alone.first?.value == nil && alone.first?.firstBelow == false)
    #expect(flips(FlipFinder(from: 1, to: 100, isLogarithmic: true)) { _ in nil }.flips.isEmpty)
    #expect(flips(FlipFinder(from: 1, to: 100, isLogarithmic: true)) { _ in -0.1 }.flips.isEmpty)
    #expect(flips(FlipFinder(only: [128, 192, 256])) { log($0 / 200) }.flips.map(\.below.value) == [192])
  }

  @Test("The value at which a ratio reaches another level is found on the right side, or is open")
  func levels() throws {
    let finder = FlipFinder(from: 1, to: 100, isLogarithmic: true)
    for slope in [2.0, -2.0] {
      let (found, seen) = flips(finder) { slope * log($0 / 10) }
      let flip = try #require(found.first)
      for level in [0.3, -0.3] {
        let place = try #require(finder.place(of: level, around: flip, seen))
        #expect(abs(slope * log(place / 10) - level) < 1e-3, "\(slope) \(level) \(place)")
      }
      #expect(finder.place(of: 5, around: flip, seen) == nil)
    }
  }

  // MARK: Worth of knowledge

  /// Standard normals by their quantiles, in an order that ties them to nothing.
  private func normals(_ count: Int, seed: UInt64) -> [Double] {
    var state = seed
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) / 9_007_199_254_740_992
    }
    return (0..<count).map { _ in (-2 * log(next())).squareRoot() * cos(2 * .pi * next()) }
  }

  /// What knowing a normal part of a normal difference saves: s·φ(m/s) − m·Φ(−m/s).
  private func exact(_ mean: Double, _ spread: Double) -> Double {
    let z = mean / spread
    return spread * exp(-z * z / 2) / (2 * Double.pi).squareRoot() - mean * erfc(z / 2.0.squareRoot()) / 2
  }

  @Test("Of a normal difference, regret and the worth of a part of it are what the integral says")
  func worth() {
    let part = normals(20_000, seed: 1), rest = normals(20_000, seed: 2), other = normals(20_000, seed: 3)
    // The second option costs 0.5 more in the mean, with spreads of 0.8 and 0.6.
    let first = [Double](repeating: 10, count: 20_000)
    let second = zip(part, rest).map { 10.5 + 0.8 * $0 + 0.6 * $1 }
    let value = InformationValue(first, second)
    #expect(value.choosesFirst)
    #expect(abs(value.regret / exact(0.5, 1) - 1) < 0.04)
    #expect(abs(value.saving(knowing: part) / exact(0.5, 0.8) - 1) < 0.05)
    #expect(abs(value.saving(knowing: rest) / exact(0.5, 0.6) - 1) < 0.08)
    #expect(value.saving(knowing: other) < 0.01 * value.regret)
    #expect(value.saving(knowing: first) == 0)
  }

  @Test("Where nothing can go wrong, nothing is worth knowing; all that is known saves all")
  func bounds() {
    let part = normals(2000, seed: 4), low = [Double](repeating: 1, count: 2000)
    let sure = InformationValue(low, part.map { 10 + 0.1 * $0 })
    #expect(sure.regret == 0 && sure.saving(knowing: part) == 0)
    let fair = InformationValue(low, part.map { 1 + $0 })
    #expect(abs(fair.saving(knowing: part) / fair.regret - 1) < 0.02)
    #expect(fair.saving(knowing: part) <= fair.regret)
  }

  // MARK: Shares

  @Test("Shares add up to the difference, and alike causes have alike shares, in whatever order")
  func shares() throws {
    // Factors multiply, so that each cause's effect hangs on the others.
    let factors = [0.5, 0.5, 1.3, 1]
    func value(_ set: UInt) -> Double? {
      100 * factors.enumerated().filter { set >> UInt($0.offset) & 1 == 1 }.map(\.element).reduce(1, *)
    }
    let shares = try #require(Shares.of(4, value))
    #expect(abs(shares.reduce(0, +) - (32.5 - 100)) < 1e-9)
    #expect(abs(shares[0] - shares[1]) < 1e-9 && shares[2] > 0 && abs(shares[3]) < 1e-9)
    // Of two causes, the mean of being the first and of being the last.
    let two = try #require(Shares.of(2) { [100, 50, 80, 30][Int($0)] })
    #expect(two == [-50, -20])
  }

  @Test("What cannot be planned has no shares")
  func noShares() {
    #expect(Shares.of(2) { $0 == 1 ? nil : 1 } == nil)
    #expect(Shares.of(7) { _ in 1 } == nil)
    #expect(Shares.of(0) { _ in 1 } == nil)
  }
}

import Scenarios

/// How two options stand to each other at one value of what is varied.
public struct Standing: Sendable, Equatable {
  public var value: Double
  /// ln(figure of the first ÷ that of the second): below 0 the first is better. −∞: only the first runs; +∞: only the
  /// second. Nil: neither runs, or one has no price.
  public var logRatio: Double?

  public init(value: Double, logRatio: Double?) {
    self.value = value
    self.logRatio = logRatio
  }

  /// Nil where one of the two does not run.
  public var ratio: Double? { logRatio.flatMap { $0.isFinite ? Logarithm.exponential($0) : nil } }
}

/// Where one option stops being the better of two.
public struct Flip: Sendable {
  /// On either side of it, as near as was looked.
  public var below: Standing
  public var above: Standing
  /// Where both are equal; nil where the ratio jumps over 1 and no value makes them equal.
  public var value: Double?
  /// Where 5% and 95% of draws flip; an end is nil where it lies beyond what was looked at.
  public var interval: (low: Double?, high: Double?)? = nil

  /// Whether the first is the better one below the value.
  public var firstBelow: Bool { (below.logRatio ?? 0) < 0 }
  /// The value, or the middle of the jump.
  public var place: Double { value ?? (below.value + above.value) / 2 }
}

/// Finds where a ratio crosses 1: looks coarsely first, so that several crossings are seen, then closes in on each.
public struct FlipFinder: Sendable {
  /// What is looked at first, ascending.
  public let values: [Double]
  /// Whether values in between exist: there is none between whole batches that divide.
  public let isContinuous: Bool
  private let isLogarithmic: Bool

  /// A crossing is found where the ratio is this near to 1, as a logarithm.
  static let near = 1e-6
  /// The same where nothing nearer was found.
  static let enough = 5e-4
  /// Values nearer to each other than this (of a logarithmic input, as a share) are one to a reader: what still differs
  /// there jumps.
  static let closest = 3e-4
  /// Judgement: a coarse look that shows steps of billing, and is quick.
  public static let coarse = 17

  /// - Parameter isLogarithmic: whether equal ratios of the value are equal distances.
  public init(from low: Double, to high: Double, isLogarithmic: Bool, count: Int = FlipFinder.coarse) {
    self.isLogarithmic = isLogarithmic
    isContinuous = true
    let a = isLogarithmic ? Logarithm.natural(low) : low, b = isLogarithmic ? Logarithm.natural(high) : high
    values = (0..<max(2, count)).map { i in
      if i == 0 { return low }
      if i == max(2, count) - 1 { return high }
      let t = a + (b - a) * Double(i) / Double(max(2, count) - 1)
      return isLogarithmic ? Logarithm.exponential(t) : t
    }
  }

  /// Values with nothing in between.
  public init(only values: [Double]) {
    self.values = values
    isContinuous = false
    isLogarithmic = true
  }

  private func position(_ value: Double) -> Double { isLogarithmic ? Logarithm.natural(value) : value }
  private func value(_ position: Double) -> Double { isLogarithmic ? Logarithm.exponential(position) : position }

  /// Every crossing between neighbours of `values`, in order.
  ///
  /// - Parameters:
  ///   - seen: at each of `values`.
  ///   - look: at any value, from several threads; what it returns is added to `seen`.
  public func flips(_ seen: inout [Standing], _ look: @escaping @Sendable (Double) -> Double?) -> [Flip] {
    let brackets = zip(seen, seen.dropFirst()).compactMap { a, b -> Bracket? in
      guard let before = a.logRatio, let after = b.logRatio, (before < 0) != (after < 0) else { return nil }
      return Bracket(below: a, above: b)
    }
    guard isContinuous else { return brackets.map { Flip(below: $0.below, above: $0.above, value: nil) } }
    let found = mappedInParallel(brackets) { bracket in
      var between: [Standing] = []
      let flip = closedIn(bracket.below, bracket.above, look, &between)
      return Found(flip: flip, between: between)
    }
    seen = (seen + found.flatMap(\.between)).sorted { $0.value < $1.value }
    return found.map(\.flip)
  }

  private struct Bracket: Sendable {
    var below: Standing
    var above: Standing
  }

  private struct Found: Sendable {
    var flip: Flip
    var between: [Standing]
  }

  /// By false position where the ratio is smooth, which is quick, and by halves where that gets on slowly: over a jump.
  private func closedIn(_ a: Standing, _ b: Standing, _ look: (Double) -> Double?, _ found: inout [Standing]) -> Flip {
    var a = a, b = b, halves = 0
    for _ in 0..<100 {
      let (x, y) = (position(a.value), position(b.value))
      guard let p = a.logRatio, let q = b.logRatio else { break }
      if abs(p) <= FlipFinder.near { return Flip(below: a, above: b, value: a.value) }
      if abs(q) <= FlipFinder.near { return Flip(below: a, above: b, value: b.value) }
      guard y - x > FlipFinder.closest else { break }
      let straight = halves == 0 && p.isFinite && q.isFinite
      let next = straight ? x + (y - x) * (p / (p - q)) : (x + y) / 2
      guard next > x, next < y else { break }
      let standing = Standing(value: value(next), logRatio: look(value(next)))
      // Where neither runs in between, nothing can be said of the middle: the gap is the answer.
      guard let z = standing.logRatio else { break }
      found.append(standing)
      halves = straight && abs(z) > min(abs(p), abs(q)) / 4 ? 3 : max(0, halves - 1)
      if (z < 0) == (p < 0) { a = standing } else { b = standing }
    }
    let best = abs(a.logRatio ?? .infinity) <= abs(b.logRatio ?? .infinity) ? a : b
    let isMet = abs(best.logRatio ?? .infinity) <= FlipFinder.enough
    return Flip(below: a, above: b, value: isMet ? best.value : nil)
  }

  /// Where the ratio would cross a level other than 1, on the stretch around a flip: straight between what was seen.
  ///
  /// - Parameter level: a logarithm; nil comes back where the ratio does not reach it in what was looked at.
  func place(of level: Double, around flip: Flip, _ seen: [Standing]) -> Double? {
    // From the flip the ratio goes towards the level on one side only.
    let upwards = flip.firstBelow == (level > 0)
    let side =
      upwards ? seen.filter { $0.value >= flip.below.value } : seen.filter { $0.value <= flip.above.value }.reversed()
    for (near, far) in zip(side, side.dropFirst()) {
      guard let p = near.logRatio, let q = far.logRatio else { return nil }
      guard (p - level) * (q - level) <= 0 || !q.isFinite && (q > level) != (p > level) else { continue }
      guard p.isFinite, q.isFinite, p != q else { return far.value }
      let share = min(1, max(0, (level - p) / (q - p)))
      return value(position(near.value) + share * (position(far.value) - position(near.value)))
    }
    return nil
  }
}

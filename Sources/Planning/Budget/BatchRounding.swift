import Scenarios

/// Makes a batch split over a fleet. A team chooses its batch so; a rule that was fitted to a few runs does not mind.
enum BatchRounding {
  /// How many binary digits of a number of instances are kept: the fewer, the more ways it splits, and the more is left over.
  static let allDigits = [3, 4, 5, 6], usualDigits = 4

  /// The number of sequences near `wanted` that whole ranks of the fleet share evenly.
  ///
  /// - Parameters:
  ///   - units: instances that are paid for.
  ///   - devices: of one of them.
  static func batch(_ wanted: Double, units: Int, devices: Int, digits: Int = usualDigits) -> Int {
    // Instances that stand by are paid for too: some hundredth of a large fleet. Judgement.
    let units = even(units < 64 ? units : Int(Double(units) * 0.985), digits: digits)
    let ratio = wanted / Double(units)
    if ratio >= 1 {
      // Sequences for each instance, in numbers that the odd part of its devices divides: nine of a rack of 72.
      let odd = Double(oddPart(devices)), base = ratio >= odd ? odd : 1
      let choices = (0..<40).map { base * Double(1 << $0) }
      let best = choices.min { distance($0, ratio) < distance($1, ratio) } ?? 1
      return Int(min(best * Double(units), 1e8))
    }
    var batch = units
    while batch % 2 == 0, distance(Double(batch / 2), wanted) < distance(Double(batch), wanted) { batch /= 2 }
    return batch
  }

  /// Rounded down to so many binary digits.
  static func even(_ units: Int, digits: Int) -> Int {
    var granule = 1
    while granule << digits <= units { granule *= 2 }
    return units / granule * granule
  }

  private static func oddPart(_ n: Int) -> Int {
    var n = n
    while n > 1, n % 2 == 0 { n /= 2 }
    return max(1, n)
  }

  private static func distance(_ a: Double, _ b: Double) -> Double {
    abs(Logarithm.natural(a / b))
  }
}

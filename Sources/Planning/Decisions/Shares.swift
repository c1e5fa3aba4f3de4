/// Divides a change among its causes so that no order of them counts more than another, and the shares add up to it.
///
/// A cause's share is what it adds to those that came before it, averaged over all orders: Shapley, "A value for n-person games",
/// in Contributions to the Theory of Games II (1953).
public enum Shares {
  /// With more, all subsets are too many to plan: 2⁶ are 64.
  public static let most = 6

  /// - Parameters:
  ///   - count: of causes, at most `most`.
  ///   - value: with the causes whose bits are set; nil where nothing runs with those.
  /// - Returns: nil where some subset has no value, or there are too many causes.
  public static func of(_ count: Int, _ value: (UInt) -> Double?) -> [Double]? {
    guard count > 0, count <= most else { return nil }
    var values: [Double] = []
    for set in 0..<(UInt(1) << UInt(count)) {
      guard let one = value(set) else { return nil }
      values.append(one)
    }
    return (0..<count).map { cause in
      let bit = UInt(1) << UInt(cause)
      return (0..<UInt(values.count)).filter { $0 & bit == 0 }.reduce(0) { sum, before in
        sum + weight(before.nonzeroBitCount, count) * (values[Int(before | bit)] - values[Int(before)])
      }
    }
  }

  /// Part of all orders in which just these many come before a cause: k!·(n − k − 1)! ÷ n!
  private static func weight(_ before: Int, _ count: Int) -> Double {
    func factorial(_ n: Int) -> Double { n < 2 ? 1 : (2...n).reduce(1) { $0 * Double($1) } }
    return factorial(before) * factorial(count - before - 1) / factorial(count)
  }
}

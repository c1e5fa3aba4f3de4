import Foundation

/// The functions of a real number that the formulas need, in one place, so that only this file asks the C library.
public enum Logarithm {
  public static func natural(_ x: Double) -> Double { log(x) }
  public static func exponential(_ x: Double) -> Double { exp(x) }
  /// Probability below a standard normal deviate.
  public static func normal(_ deviate: Double) -> Double { erfc(-deviate / 2.0.squareRoot()) / 2 }
  /// To the base of 2; of less than one none.
  public static func doublings(_ x: Double) -> Double { log2(max(x, 1)) }
  /// How often the smaller of two has to be doubled to be the larger; both above zero.
  public static func doublings(between a: Double, _ b: Double) -> Double { abs(log2(a / b)) }
}

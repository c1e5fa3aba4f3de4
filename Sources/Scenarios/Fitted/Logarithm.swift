import Foundation

/// The two functions that parameters and times are carried to the fitted scale and back by.
public enum Logarithm {
  public static func natural(_ x: Double) -> Double { log(x) }
  public static func exponential(_ x: Double) -> Double { exp(x) }
}

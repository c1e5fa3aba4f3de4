import Foundation

/// The two functions that parameters are carried to their fitted scale and back by.
enum Logarithm {
  static func natural(_ x: Double) -> Double { log(x) }
  static func exponential(_ x: Double) -> Double { exp(x) }
}

import Foundation

enum Logarithms {
  static func exponential(_ x: Double) -> Double { exp(x) }
}

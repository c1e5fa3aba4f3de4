import CKernels
import TestSupport

/// Rows of doubles at fixed addresses, which the structs of the kernels point into.
final class Rows: @unchecked Sendable {
  let rows: Int
  let width: Int
  private let base: UnsafeMutablePointer<Double>

  init(_ rows: Int, width: Int) {
    self.rows = rows
    self.width = width
    base = .allocate(capacity: max(1, rows * width))
    base.initialize(repeating: .nan, count: max(1, rows * width))
  }

  deinit { base.deallocate() }

  subscript(row: Int) -> UnsafeMutablePointer<Double> { base + row * width }

  func values(_ row: Int) -> [Double] { (0..<width).map { self[row][$0] } }
  var all: [Double] { (0..<rows).flatMap(values) }
}

/// 1e-12 relative: what a kernel may differ from its twin. False for anything that is not a number.
func isClose(_ a: Double, _ b: Double, scale: Double = 0) -> Bool {
  a == b || abs(a - b) <= 1e-12 * max(abs(a), abs(b), abs(scale))
}

/// Where two results part, in words; empty when nowhere.
func differences(_ a: [Double], _ b: [Double], _ name: String) -> [String] {
  guard a.count == b.count else { return ["\(name): \(a.count) and \(b.count) values"] }
  return zip(a, b).enumerated().compactMap { i, pair in
    isClose(pair.0, pair.1) ? nil : "\(name)[\(i)]: \(pair.0) and \(pair.1)"
  }
}

/// Whether two results are the same to the last bit.
func sameBits(_ a: [Double], _ b: [Double]) -> Bool { a.map(\.bitPattern) == b.map(\.bitPattern) }

// MARK: Networks

/// Four tiers, innermost first; what is not given is unused, and the last one spans everything.
func tiers(_ used: [tf_tier]) -> [tf_tier] {
  let unused = tf_tier(
    span: 0, rate: 1, latency: 0, wait: 0, logarithmic: 0, row: 0, row_share: 1, plane: 0, plane_share: 1, exchange: 1)
  var all = Array(repeating: unused, count: 4 - used.count) + used
  all[3].span = 1e18
  return all
}

func ring(span: Double = 0, rate: Double, latency: Double, wait: Double = 0) -> tf_tier {
  tf_tier(
    span: span, rate: rate, latency: latency, wait: wait, logarithmic: 0, row: 0, row_share: 1, plane: 0,
    plane_share: 1,
    exchange: 1)
}

func switched(span: Double, rate: Double, latency: Double) -> tf_tier {
  tf_tier(
    span: span, rate: rate, latency: latency, wait: 0, logarithmic: 1, row: 0, row_share: 1, plane: 0, plane_share: 1,
    exchange: 1)
}

/// A torus of `side` devices per dimension.
func torus(side: Double, dimensions: Int, rate: Double, latency: Double) -> tf_tier {
  let count = Double(dimensions)
  return tf_tier(
    span: dimensions == 2 ? side * side : side * side * side, rate: rate, latency: latency, wait: 0, logarithmic: 1,
    row: side, row_share: 1 / count, plane: dimensions == 3 ? side * side : 0, plane_share: 2 / count,
    exchange: 0.5)
}

/// One to four tiers of growing reach and falling rate.
func randomTiers(_ random: inout SplitMix64) -> [tf_tier] {
  var used: [tf_tier] = []
  var span = 1.0, rate = random.between(1e11, 1e12)
  for _ in 0..<Int.random(in: 1...4, using: &random) {
    span *= random.pick([2, 3, 4, 8, 9, 16])
    rate *= random.between(0.1, 1)
    let latency = random.between(0, 2e-5)
    switch random.pick([0, 1, 2, 3]) {
    case 0: used.append(ring(span: span, rate: rate, latency: latency))
    case 1: used.append(switched(span: span, rate: rate, latency: latency))
    default:
      let dimensions = random.pick([2, 3])
      let side = random.pick([2.0, 3, 4])
      let found = torus(side: side, dimensions: dimensions, rate: rate, latency: latency)
      span = max(span, found.span)
      used.append(found)
      used[used.count - 1].span = span
    }
    used[used.count - 1].wait = random.pick([0, random.between(0, 1e-4)])
  }
  return tiers(used)
}

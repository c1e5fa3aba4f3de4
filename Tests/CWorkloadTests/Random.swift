import TestSupport

extension SplitMix64 {
  /// Floats of either sign, each with its double.
  mutating func floats(_ count: Int, _ size: Double = 1) -> (single: [Float], double: [Double]) {
    let single = (0..<count).map { _ in Float(between(-size, size)) }
    return (single, single.map(Double.init))
  }

  mutating func bytes(_ count: Int, below limit: Int = 256) -> [UInt8] {
    (0..<count).map { _ in UInt8(Int.random(in: 0..<limit, using: &self)) }
  }
}

/// The largest difference, as a share of the largest value; infinite for anything that is not a number.
func difference(_ fast: [Float], _ naive: [Double]) -> Double {
  let scale = naive.reduce(1e-30) { max($0, abs($1)) }
  return zip(fast, naive).reduce(0) { worst, pair in
    let off = abs(Double(pair.0) - pair.1) / scale
    return off.isFinite ? max(worst, off) : .infinity
  }
}

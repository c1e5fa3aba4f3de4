/// A seeded generator, so that a failure can be repeated: one seed gives one sequence on every machine.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  public mutating func fraction() -> Double { Double.random(in: 0..<1, using: &self) }
  public mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * fraction() }
  public mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &self)] }
  public mutating func chance(_ share: Double) -> Bool { fraction() < share }
}

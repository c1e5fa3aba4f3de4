#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// The C library's functions under names of our own, in the one file that imports it for them.

func logarithm(_ x: Double) -> Double { log(x) }
func logarithm2(_ x: Double) -> Double { log2(x) }
func exponential(_ x: Double) -> Double { exp(x) }

/// The value in the middle; of an even number of them the mean of two. NaN of none.
func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

/// Between the two nearest values where it falls between them.
func quantile(_ values: [Double], _ share: Double) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  let place = share * Double(sorted.count - 1)
  let below = Int(place.rounded(.down)), above = min(below + 1, sorted.count - 1)
  return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
}

/// Median absolute deviation from the median, not scaled.
func deviation(_ values: [Double]) -> Double {
  let middle = median(values)
  return median(values.map { abs($0 - middle) })
}

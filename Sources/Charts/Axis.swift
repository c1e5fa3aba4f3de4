#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One direction of a chart: what is counted there, in which unit, and how a value is written.
public struct Axis: Sendable {
  /// With its unit: `days`, `US dollars`.
  public var title: String
  public var isLogarithmic: Bool
  /// Values that get a tick; nil: round ones.
  public var ticks: [Double]?
  public var label: @Sendable (Double) -> String

  public init(
    _ title: String, logarithmic: Bool = false, ticks: [Double]? = nil, label: @escaping @Sendable (Double) -> String
  ) {
    (self.title, isLogarithmic, self.ticks, self.label) = (title, logarithmic, ticks, label)
  }

  func isDrawable(_ value: Double) -> Bool { value.isFinite && (!isLogarithmic || value > 0) }

  /// From values to pixels.
  ///
  /// - Parameters:
  ///   - values: all that has to be inside.
  ///   - zero: whether 0 is too.
  func scale(_ values: [Double], zero: Bool = false, to pixels: (Double, Double), most: Int = 5) -> Scale {
    let known = values.filter(isDrawable) + (zero && !isLogarithmic ? [0] : [])
    var low = known.min() ?? 1, high = known.max() ?? 1
    if low == high {
      // One value alone stands in the middle, or at the end of a bar.
      (low, high) = isLogarithmic ? (low / 2, high * 2) : zero ? (min(0, low), max(0, high)) : (low - 1, high + 1)
      if low == high { high = low + 1 }
    }
    return Scale(low: low, high: high, isLogarithmic: isLogarithmic, pixels: pixels, own: ticks, most: most)
  }
}

public struct Scale: Sendable {
  var low: Double
  var high: Double
  var isLogarithmic: Bool
  var pixels: (from: Double, to: Double)
  private(set) var ticks: [Double]

  init(
    low: Double, high: Double, isLogarithmic: Bool, pixels: (Double, Double), own: [Double]? = nil, most: Int = 5
  ) {
    (self.low, self.high, self.isLogarithmic, self.pixels) = (low, high, isLogarithmic, pixels)
    let all = own ?? (isLogarithmic ? Scale.powers(low, high, most) : Scale.round(low, high, most))
    ticks = all.filter { $0 >= low - abs(low) * 1e-9 && $0 <= high + abs(high) * 1e-9 }
  }

  /// A scale whose ends are ticks, where the ends are not the point.
  func widened() -> Scale {
    guard !isLogarithmic else { return self }
    let step = Scale.step(low, high, 5)
    return Scale(
      low: (low / step).rounded(.down) * step, high: (high / step).rounded(.up) * step, isLogarithmic: false,
      pixels: pixels)
  }

  func place(_ value: Double) -> Double {
    let share =
      isLogarithmic ? (log10(value) - log10(low)) / (log10(high) - log10(low)) : (value - low) / (high - low)
    return pixels.from + share * (pixels.to - pixels.from)
  }

  private static func step(_ low: Double, _ high: Double, _ most: Int) -> Double {
    let rough = (high - low) / Double(max(1, most))
    guard rough > 0, rough.isFinite else { return 1 }
    let power = pow(10, floor(log10(rough)))
    return power * ([1, 2, 2.5, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10)
  }

  private static func round(_ low: Double, _ high: Double, _ most: Int) -> [Double] {
    let step = step(low, high, most)
    let first = (low / step).rounded(.up)
    guard abs(first) < 1e12 else { return [] }
    return (0...most).map { (first + Double($0)) * step }
  }

  /// Powers of ten, and 2 and 5 times them where those alone would be too few.
  private static func powers(_ low: Double, _ high: Double, _ most: Int) -> [Double] {
    let from = Int(floor(log10(low))), to = Int(ceil(log10(high)))
    guard from <= to, to - from < 700 else { return [] }
    let inside = (from...to).count { pow(10, Double($0)) >= low && pow(10, Double($0)) <= high }
    let steps: [Double] = inside >= 3 ? [1] : inside == 2 ? [1, 3] : [1, 2, 5]
    let every = inside > most + 1 ? (inside + most - 1) / most : 1
    return (from...to).filter { ($0 - from) % every == 0 }.flatMap { power in steps.map { $0 * pow(10, Double(power)) }
    }
  }
}

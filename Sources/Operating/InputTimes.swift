/// What the input of a step takes, and how it stands to the step: the numbers alone. Seconds, 0 where not known.
public struct InputTimes: Sendable {
  public enum Limit: Sendable { case host, storage }

  var preparing = 0.0
  var reading = 0.0
  /// Whether samples are made while steps run.
  var prefetches = true
  /// Cores that train cannot prepare samples at the same time.
  var sharesCores = false

  /// By how much a step of this length is longer for its input.
  func wait(_ step: Double) -> Double {
    if !prefetches { return preparing + reading }
    if sharesCores { return preparing + max(0, reading - step) }
    return max(0, max(preparing, reading) - step)
  }

  /// Which of the two a step of this length waits for more.
  public func limit(_ step: Double) -> Limit {
    let late = prefetches && sharesCores ? max(0, reading - step) : reading
    return preparing >= late ? .host : .storage
  }

  /// Whether what a step waits for adds to it, instead of being what everything else hides behind.
  public var adds: Bool { sharesCores || !prefetches }
}

// What is said of several numbers at once. All are of at least one; of none they are 0.

extension Collection<Double> {
  public var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

  /// The value in the middle; of an even number of them the mean of two.
  public var median: Double {
    guard !isEmpty else { return 0 }
    let sorted = sorted(), middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The part of the values of which something holds.
  public func share(_ holds: (Double) -> Bool) -> Double { isEmpty ? 0 : Double(count(where: holds)) / Double(count) }
}

/// A figure and where it comes from. Every spec-sheet number in a resolved scenario is one of these, so
/// that `--explain` can name the source of each number it used.
public struct Sourced<Value: Sendable>: Sendable {
  public var value: Value
  public var origin: Origin

  public init(_ value: Value, origin: Origin) {
    self.value = value
    self.origin = origin
  }
}

/// Where a figure was read, and when.
public struct Origin: Hashable, Sendable {
  /// Citation or address, as the file gives it.
  public var source: String
  /// ISO date on which the source was read, as the file gives it.
  public var retrieved: String
  /// Why this figure was chosen among several, where sources disagree.
  public var note: String?
  /// `chips/trainium2.yaml:14`, for a reader who wants to see the line.
  public var location: String

  public init(source: String, retrieved: String, note: String? = nil, location: String) {
    self.source = source
    self.retrieved = retrieved
    self.note = note
    self.location = location
  }
}

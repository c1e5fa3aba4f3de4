/// A figure that `--set` changed.
public struct AppliedOverride: Hashable, Sendable {
  /// `chips.h100.memory_bandwidth`
  public var path: String
  public var value: String
  /// What the file says; nil where it has no such figure.
  public var before: String?

  public init(path: String, value: String, before: String?) {
    self.path = path
    self.value = value
    self.before = before
  }
}

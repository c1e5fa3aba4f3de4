/// What backward computes again, and in which layers: `none`, `selective`, `full`; `full:4` in the first 4 layers of each stage alone,
/// of each chunk where stages are interleaved (Megatron's `--recompute-method block --recompute-num-layers 4`).
public struct Recompute: Hashable, Sendable {
  public enum Mode: String, CaseIterable, Sendable { case none, selective, full }

  public let mode: Mode
  /// Nil: all. A chunk that has no more does what it does in all of them.
  public let layers: Int?

  /// - Parameter layers: 0 or more; in no layers nothing is done again.
  public init(_ mode: Mode, layers: Int? = nil) {
    self.mode = layers == 0 ? .none : mode
    self.layers = self.mode == .none ? nil : layers
  }

  public static let none = Recompute(.none)
  public static let selective = Recompute(.selective)
  public static let full = Recompute(.full)

  /// The same in all layers: what software has or has not.
  public var whole: Recompute { Recompute(mode) }
}

extension Recompute: RawRepresentable, CaseIterable {
  /// Those of all layers.
  public static let allCases = Mode.allCases.map { Recompute($0) }

  public var rawValue: String { mode.rawValue + (layers.map { ":\($0)" } ?? "") }

  /// Nil unless it is written as here.
  public init?(rawValue text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let first = parts.first, let mode = Mode(rawValue: String(first)), parts.count <= 2 else { return nil }
    guard parts.count == 2 else {
      self.init(mode)
      return
    }
    guard mode != .none, let layers = Int(parts[1]), (0...Layout.most).contains(layers), String(layers) == parts[1]
    else { return nil }
    self.init(mode, layers: layers)
  }

  /// What is said of a text with a colon that is none.
  public static let partHelp = "write it like full:4, in the first 4 layers of each stage, or full, in all"
}

extension Fields {
  func recompute(_ key: String) -> Recompute? {
    guard let (text, tree) = word(key, expected: "one word") else { return nil }
    if let found = Recompute(rawValue: text) { return found }
    guard text.contains(":") else { return choice(text, called: key, allowed: Recompute.allCases, at: tree) }
    reading.error("'\(key)' is \(quoted(text)), which is not known", help: Recompute.partHelp, at: tree)
    return nil
  }
}

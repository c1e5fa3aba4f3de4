import Scenarios

/// Runs that a fit does not see, so that their predictions are what a stranger would have got.
public struct LeftOut: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// A laboratory's: all runs of a series, and of the other series of the same team. This is every user's own situation.
    case series
    case stack
    case chip
  }

  public var kind: Kind
  public var name: String

  public init(_ kind: Kind, _ name: String) {
    self.kind = kind
    self.name = name
  }

  /// From `series:bloom`, `stack:nemo` or `chip:h100`; a bare name is a chip's. Nil for another kind.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      self.init(.chip, text)
      return
    }
    guard let kind = Kind(rawValue: parts[0]) else { return nil }
    self.init(kind, parts[1])
  }

  public var text: String { "\(kind.rawValue):\(name)" }

  /// Those of all rows, in order.
  static func all(_ kind: Kind, in rows: [FitRow]) -> [LeftOut] {
    Set(rows.map { own(kind, $0) }).sorted().map { LeftOut(kind, $0) }
  }

  /// Whether a fit without this must not see the row.
  func hides(_ row: FitRow, team: String?) -> Bool { holds(row) || kind == .series && row.team == team }

  /// Whether the row is one of those left out.
  func holds(_ row: FitRow) -> Bool { LeftOut.own(kind, row) == name }

  private static func own(_ kind: Kind, _ row: FitRow) -> String {
    switch kind {
    case .series: row.series
    case .stack: row.subject.stack
    case .chip: row.subject.chip
    }
  }
}

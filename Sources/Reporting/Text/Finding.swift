/// A line of what `doctor` says: what was looked at, and what was found.
public struct Finding: Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

  public static let columns: [Column<Finding>] = [.text("what") { $0.name }, .text("value") { $0.value }]

  /// Long values are not cut: people copy them.
  public static func table(_ findings: [Finding], _ screen: Screen) -> String {
    let shown: [Column<Finding>] = [.shown("", .left) { $0.name }, .shown("", .left) { $0.value }]
    return TextTable(shown, findings).rows.joined(separator: "\n") + "\n"
  }
}

import Quantities

/// One problem in one place. The sentences that users read are made here and nowhere else.
public struct Diagnostic: Hashable, Sendable {
  public enum Severity: String, Sendable { case error, warning }
  public var severity: Severity
  public var message: String
  /// What would have worked.
  public var help: String?
  public var place: Place?

  public init(_ severity: Severity = .error, _ message: String, help: String? = nil, at place: Place? = nil) {
    self.severity = severity
    self.message = message
    self.help = help
    self.place = place
  }

  /// `file:line:column: error: message`, the line with a caret, then `help:`. What stood in a file is told so that it can be printed.
  public var rendered: String {
    var text = ""
    if let place {
      text += place.prefix.printable + " "
    }
    text += "\(severity.rawValue): \(message.printableLines)"
    if let (line, column) = place?.window {
      text += "\n      \(line)\n      \(String(repeating: " ", count: column))^"
    }
    if let help { text += "\n  help: \(help.printableLines)" }
    return text
  }
}

/// A position in a file, 1-based; `lineText` is the offending line for the caret.
public struct Place: Hashable, Sendable {
  public var file: String
  public var line: Int
  public var column: Int
  public var lineText: String?
  public init(file: String, line: Int = 0, column: Int = 0, lineText: String? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.lineText = lineText
  }
  var prefix: String { line > 0 ? "\(file):\(line):\(column):" : "\(file):" }

  /// The part of the line that fits a terminal, and how far into it the caret goes. Tabs and control
  /// characters become blanks: the first would shift the caret, the others could rewrite the screen.
  var window: (line: String, column: Int)? {
    guard let lineText else { return nil }
    let width = 100
    var scalars = lineText.unicodeScalars.map { $0.isObeyed ? " " : $0 }
    var caret = min(max(0, column - 1), scalars.count)
    if scalars.count > width {
      let start = max(0, min(caret - width / 2, scalars.count - width))
      let cutsEnd = start + width < scalars.count
      scalars = Array(scalars[start..<(start + width)])
      if start > 0 { scalars[0] = "…" }
      if cutsEnd { scalars[width - 1] = "…" }
      caret -= start
    }
    while let last = scalars.last, last == " ", scalars.count > caret { scalars.removeLast() }
    return (String(String.UnicodeScalarView(scalars)), caret)
  }
}

/// Everything that is wrong with the user's files, all at once.
public struct Diagnostics: Error, Sendable {
  public var all: [Diagnostic]
  public init(_ all: [Diagnostic]) { self.all = all }
  public init(_ one: Diagnostic) { self.all = [one] }
  public var rendered: String { all.map(\.rendered).joined(separator: "\n") }
}

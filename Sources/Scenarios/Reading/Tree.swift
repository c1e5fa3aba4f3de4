/// What a file says, before anybody asks what it means: words, lists and maps with their positions.
///
/// YAML, JSON and command-line options all become this, so that one reader serves them and every
/// diagnostic can point at its character.
struct Tree {
  indirect enum Content {
    /// `plain` is false for quoted and block text, which is never null or a number.
    case word(String, plain: Bool)
    case list([Tree])
    case map([Entry])
  }
  struct Entry {
    var key: String
    /// Where the key stands, as opposed to its value.
    var keyTree: Tree
    var value: Tree
  }

  var content: Content
  var source: SourceText
  var line: Int
  var column: Int

  var place: Place { source.place(line: line, column: column) }

  /// A word from an option, standing at `column` of the option's text.
  init(word: String, source: SourceText, line: Int = 1, column: Int = 1, plain: Bool = true) {
    self.init(.word(word, plain: plain), source: source, line: line, column: column)
  }

  init(_ content: Content, source: SourceText, line: Int, column: Int) {
    self.content = content
    self.source = source
    self.line = line
    self.column = column
  }

  /// `key:` with nothing behind it, `~` or `null`.
  var isNull: Bool {
    if case .word(let text, plain: true) = content {
      return ["", "~", "null", "Null", "NULL"].contains(text)
    }
    return false
  }

  /// For messages: what is here instead of what should be.
  var kindInWords: String {
    switch content {
    case .word: isNull ? "nothing" : "a single value"
    case .list: "a list"
    case .map: "a map"
    }
  }

  subscript(key: String) -> Tree? {
    guard case .map(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  var word: String? {
    if case .word(let text, _) = content { return text }
    return nil
  }
}

/// Quotes what a user wrote for a message: shortened, and without characters that a terminal would obey.
func quoted(_ text: String) -> String {
  var clean = ""
  for scalar in text.unicodeScalars.prefix(60) {
    clean.unicodeScalars.append(scalar.value < 32 || (127..<160).contains(scalar.value) ? " " : scalar)
  }
  return "'\(clean)\(text.unicodeScalars.count > 60 ? "…" : "")'"
}

/// `key=value,…`: a small map as options take it, checked like one in a file.
extension Fields {
  /// - Parameters:
  ///   - example: what would have worked, for the help.
  ///   - first: the key of a first part that has none.
  static func read<T>(
    pairs text: String, option: String, keys: [Key], example: String, first: String? = nil, _ build: (Fields) -> T
  ) throws(Diagnostics) -> T {
    let source = SourceText(name: option, text: text, isOption: true)
    let reading = Reading(location: source.name)
    var entries: [Tree.Entry] = []
    var column = 1
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      defer { column += part.unicodeScalars.count + 1 }
      let indent = part.unicodeScalars.prefix { $0 == " " }.count
      if let first, entries.isEmpty, reading.findings.isEmpty, !part.contains("=") {
        let word = Tree(word: part.dropFirst(indent).trimmingSuffix(" "), source: source, column: column + indent)
        entries.append(Tree.Entry(key: first, keyTree: word, value: word))
        continue
      }
      let pair = part.dropFirst(indent).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = Tree(word: String(pair.first ?? ""), source: source, column: column + indent)
      guard pair.count == 2, let name = key.word, let word = pair.last else {
        reading.error("\(quoted(String(part))) is not KEY=VALUE", help: "write it like \(example)", at: key)
        continue
      }
      if entries.contains(where: { $0.key == name }) {
        reading.error("\(quoted(name)) is given twice", help: "keep one of them", at: key)
        continue
      }
      let value = Tree(
        word: word.trimmingSuffix(" "), source: source, column: key.column + name.unicodeScalars.count + 1)
      entries.append(Tree.Entry(key: name, keyTree: key, value: value))
    }
    let map = Tree(.map(entries), source: source, line: 1, column: 1)
    let value = build(Fields(map, keys: keys, reading: reading))
    guard reading.findings.isEmpty else { throw Diagnostics(reading.findings) }
    return value
  }
}

extension Fields {
  /// A text behind a key that an option takes as well.
  func parsed<T>(_ key: String, expected: String, _ build: (String) throws(Diagnostics) -> T) -> T? {
    guard let (text, tree) = word(key, expected: expected) else { return nil }
    do {
      return try build(text)
    } catch {
      for one in error.all {
        reading.error(
          one.message.hasPrefix("'\(key)'") ? one.message : "'\(key)': \(one.message)", help: one.help, at: tree)
      }
      return nil
    }
  }

  func pairs<T: PairsText>(_ key: String, _ type: T.Type) -> T? {
    parsed(key, expected: "a text such as \(T.example)") { text throws(Diagnostics) in
      try T(parsing: text, option: key)
    }
  }
}

/// What an option and a key of a file take in the same words: `adamw-8bit,master=none`.
public protocol PairsText: RawRepresentable where RawValue == String {
  /// A text that works.
  static var example: String { get }
  /// - Parameter option: where the text stands.
  init(parsing text: String, option: String) throws(Diagnostics)
}

extension PairsText {
  public init?(rawValue: String) {
    guard let found = try? Self(parsing: rawValue, option: "") else { return nil }
    self = found
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var part = self
    while part.last == character { part = part.dropLast() }
    return String(part)
  }
}

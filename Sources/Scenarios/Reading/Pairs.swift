/// `key=value,…`: a small map as options take it, checked like one in a file.
extension Fields {
  /// - Parameter example: what would have worked, for the help.
  static func read<T>(
    pairs text: String, option: String, keys: [Key], example: String, _ build: (Fields) -> T
  ) throws(Diagnostics) -> T {
    let source = SourceText(name: option, text: text, isOption: true)
    let reading = Reading(location: source.name)
    var entries: [Tree.Entry] = []
    var column = 1
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      defer { column += part.unicodeScalars.count + 1 }
      let indent = part.unicodeScalars.prefix { $0 == " " }.count
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

extension Substring {
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var part = self
    while part.last == character { part = part.dropLast() }
    return String(part)
  }
}

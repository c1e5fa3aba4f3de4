import Quantities

/// What is wrong with one file, gathered while it is read, and what stands behind its figures.
final class Reading {
  private(set) var findings: [Diagnostic] = []
  /// The file's own `source:` and `retrieved:`.
  var source = ""
  var retrieved = ""
  /// `chips/trainium2.yaml`: where readers of `--explain` are sent.
  let location: String

  init(location: String) { self.location = location }

  /// Nobody reads more than this of one file, and a file of nonsense has a problem on every line.
  static let limit = 100
  var isFull: Bool { findings.count > Self.limit }

  func error(_ message: String, help: String? = nil, at tree: Tree) {
    if isFull { return }
    let isLast = findings.count == Self.limit
    findings.append(
      isLast
        ? Diagnostic(.error, "there are more problems than the \(Self.limit) shown", at: tree.source.place)
        : Diagnostic(.error, message, help: help, at: tree.place))
  }

  /// Runs what may fail on its own account, such as loading another file, and keeps its problems.
  func attempt<T>(_ work: () throws(Diagnostics) -> T) -> T? {
    do {
      return try work()
    } catch {
      findings += error.all
      return nil
    }
  }

  func origin(of tree: Tree) -> Origin {
    tree.source.isOption
      ? Origin(source: tree.source.name, retrieved: "", location: tree.source.name)
      : Origin(source: source, retrieved: retrieved, location: "\(location):\(tree.line)")
  }
}

/// A map whose keys have been checked against `Keys`; values are fetched by key, typed.
///
/// Fetching never fails: a problem is noted in `reading` and nil is given, so all of a file's problems are
/// found in one pass. What was built without them is thrown away when there are findings.
struct Fields {
  let reading: Reading
  let tree: Tree
  private let values: [String: Tree]
  private let known: [Key]

  init(_ tree: Tree, keys: [Key], reading: Reading, unknownKeysAllowed: Bool = false) {
    self.reading = reading
    self.tree = tree
    self.known = keys
    var values: [String: Tree] = [:]
    guard case .map(let entries) = tree.content else {
      reading.error(
        "keys and values are due here, not \(tree.kindInWords)",
        help: keys.first { $0.required }.map { "begin with '\($0.name): \($0.example)'" }, at: tree)
      self.values = [:]
      return
    }
    for entry in entries {
      guard keys.contains(where: { $0.name == entry.key }) else {
        // A key that the user set is never one that the file has for other readers.
        let isOurs = !unknownKeysAllowed || entry.keyTree.source.isOption
        if isOurs, !reading.isFull { Self.unknown(entry, keys, reading) }
        continue
      }
      if entry.value.isNull {
        if unknownKeysAllowed { continue }
        reading.error(
          "\(quoted(entry.key)) has no value", help: "leave out what is unknown", at: entry.keyTree)
      }
      values[entry.key] = entry.value
    }
    self.values = values
    let missing = keys.filter { $0.required && values[$0.name] == nil }
    if let first = missing.first {
      let names = missing.map { "'\($0.name)'" }.joined(separator: ", ")
      reading.error(
        "\(missing.count == 1 ? "key" : "keys") \(names) \(missing.count == 1 ? "is" : "are") missing",
        help: "add a line such as '\(first.name): \(first.example)'", at: tree)
    }
  }

  private static func unknown(_ entry: Tree.Entry, _ keys: [Key], _ reading: Reading) {
    let names = keys.map(\.name)
    let near = Spelling.nearest(to: entry.key, among: names)
    let isSize = names.contains("size") && ["instances", "chips", "deadline", "budget"].contains(entry.key)
    reading.error(
      "key \(quoted(entry.key)) is unknown",
      help: isSize
        ? "write it below size: 'size: {\(entry.key): …}'"
        : near.map { "did you mean '\($0)'?" } ?? "the keys here are: \(names.joined(separator: ", "))",
      at: entry.keyTree)
  }

  /// The raw value of a key, nil where it is absent or was already found to be empty.
  subscript(key: String) -> Tree? {
    assert(known.contains { $0.name == key }, "\(key) is not in the table of keys")
    guard let value = values[key], !value.isNull else { return nil }
    return value
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  /// Whether a key may be here at all, for readers that serve several kinds of map.
  func knows(_ key: String) -> Bool { known.contains { $0.name == key } }

  /// The word behind a key, with a finding where a list or a map is.
  func word(_ key: String, expected: String) -> (text: String, tree: Tree)? {
    guard let tree = self[key] else { return nil }
    return word(tree, called: key, expected: expected).map { ($0, tree) }
  }

  func word(_ tree: Tree, called name: String, expected: String) -> String? {
    if let text = tree.word, !tree.isNull { return text }
    reading.error("'\(name)' takes \(expected), not \(tree.kindInWords)", at: tree)
    return nil
  }

  /// A map of its own keys below a key.
  func fields(_ key: String, _ keys: [Key]) -> Fields? {
    self[key].map { Fields($0, keys: keys, reading: reading) }
  }

  func list(_ key: String) -> [Tree]? {
    guard let tree = self[key] else { return nil }
    guard case .list(let items) = tree.content else {
      let help = tree.word.map { "write '\(key): [\($0.prefix(40))]'" }
      reading.error("'\(key)' takes a list, not \(tree.kindInWords)", help: help, at: tree)
      return nil
    }
    return items
  }

  /// The entries of a map whose keys are names of the user's own.
  func entries(_ key: String) -> [Tree.Entry] {
    guard let tree = self[key] else { return [] }
    if case .map(let entries) = tree.content { return entries }
    reading.error("'\(key)' takes a map, not \(tree.kindInWords)", help: "write '\(key): {NAME: VALUE}'", at: tree)
    return []
  }

  func error(_ message: String, help: String? = nil, at key: String? = nil) {
    reading.error(message, help: help, at: key.flatMap { values[$0] } ?? tree)
  }
}

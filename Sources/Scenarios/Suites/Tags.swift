import Quantities

/// What the owner of a result calls it, for sums by team or project: pairs of a name and a value, by name.
public struct Tags: Sendable, Hashable {
  private var values: [String: String] = [:]

  public init() {}

  public struct Problem: Error {
    public var message: String
    public var help: String
  }

  public var isEmpty: Bool { values.isEmpty }

  /// `team=nlp;project=x`: the column's text.
  public var text: String { values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ";") }

  /// The column's text, read back.
  public init(written text: String) {
    for part in text.split(separator: ";") {
      guard let equals = part.firstIndex(of: "=") else { continue }
      values[String(part[..<equals])] = String(part[part.index(after: equals)...])
    }
  }

  /// With others, which win over these.
  public func over(_ others: Tags) -> Tags {
    var tags = self
    tags.values.merge(others.values) { $1 }
    return tags
  }

  /// `team=nlp`
  public mutating func add(_ text: String) throws(Problem) {
    guard let equals = text.firstIndex(of: "=") else {
      throw Problem(message: "'\(text)' is not NAME=VALUE", help: "write it like team=nlp")
    }
    try add(String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  public mutating func add(_ name: String, _ value: String) throws(Problem) {
    guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else {
      throw Problem(message: "'\(name)' is no name of a tag", help: "use letters, digits, '-', '_' and '.'")
    }
    guard !value.isEmpty, !value.unicodeScalars.contains(where: { $0 == ";" || $0.value < 32 }) else {
      throw Problem(message: "the value of the tag '\(name)' is empty or has a ';'", help: "write it like team=nlp")
    }
    guard values[name] == nil else {
      throw Problem(message: "the tag '\(name)' has two values", help: "keep one of them")
    }
    values[name] = value
  }
}

extension Tags {
  /// `tags: {team: nlp}`
  init(_ fields: Fields) {
    for entry in fields.entries("tags") {
      guard let text = fields.word(entry.value, called: entry.key, expected: "a word") else { continue }
      do {
        try add(entry.key, text)
      } catch {
        fields.reading.error(error.message, help: error.help, at: entry.keyTree)
      }
    }
  }
}

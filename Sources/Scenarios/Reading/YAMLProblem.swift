import Yams

/// What Yams could not read, said in the terms of the file.
enum YAMLProblem {
  static let anchors = "anchors and aliases are not used here"
  static let anchorsHelp = "write the value out; quote a text that begins with & or *"

  static func diagnostics(_ error: any Error, in source: SourceText) -> [Diagnostic] {
    guard let error = error as? YamlError else {
      return [Diagnostic(.error, "not valid \(form(source)): \(error)", at: source.place)]
    }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      return [syntax(problem, context, mark, source)]
    case .composer(_, let problem, let mark, _):
      let place = source.place(line: mark.line, column: mark.column)
      if problem.contains("alias") { return [Diagnostic(.error, anchors, help: anchorsHelp, at: place)] }
      if problem.contains("another document") {
        return [
          Diagnostic(.error, "a second document begins here", help: "one file holds one thing", at: place)
        ]
      }
      return [syntax(problem, nil, mark, source)]
    case .duplicatedKeysInMapping(let keys, let context):
      return keys.enumerated().map { index, key in duplicate(key, index == 0 ? context.mark : nil, source) }
    case .reader(let problem, let offset, _, _):
      return [Diagnostic(.error, problem, help: "remove the character", at: place(offset: offset, source))]
    default:
      return [Diagnostic(.error, "not valid \(form(source))", at: source.place)]
    }
  }

  /// JSON is read as YAML, and called by its name.
  private static func form(_ source: SourceText) -> String { isJSON(source) ? "JSON" : "YAML" }
  private static func isJSON(_ source: SourceText) -> Bool { source.place.file.lowercased().hasSuffix(".json") }

  private static func syntax(
    _ problem: String, _ context: YamlError.Context?, _ mark: Mark, _ source: SourceText
  ) -> Diagnostic {
    var message = "not valid \(form(source)): \(problem)"
    if let context, context.mark.line > 0, context.mark.line != mark.line {
      message +=
        isJSON(source)
        ? ", in what begins in line \(context.mark.line)" : ", \(context.text) from line \(context.mark.line)"
    }
    let line = source.line(mark.line) ?? ""
    var help: String?
    if line.contains("\t") {
      help = "use spaces, not tabs"
    } else if problem.contains("mapping values are not allowed") {
      help = "quote a text that contains ': '"
    } else if line.contains("@") || line.contains("`") || line.contains("%") {
      help = "quote a text that begins with one of @ ` %"
    }
    return Diagnostic(.error, message, help: help, at: source.place(line: mark.line, column: mark.column))
  }

  /// Yams tells where a key stands first, and only for the first of the keys; the second is what is wrong.
  private static func duplicate(_ key: String, _ first: Mark?, _ source: SourceText) -> Diagnostic {
    let message = "key \(quoted(key)) is given twice"
    let help = "keep one of them"
    guard let first else { return Diagnostic(.error, message, help: help, at: source.place) }
    var number = first.line
    while let line = source.line(number + 1) {
      number += 1
      let indent = line.unicodeScalars.prefix { $0 == " " }.count
      if line.unicodeScalars.count == indent || line.dropFirst(indent).hasPrefix("#") { continue }
      if indent < first.column - 1 { break }
      let rest = line.dropFirst(indent)
      let names = [key, "\"\(key)\"", "'\(key)'"]
      if indent == first.column - 1,
        names.contains(where: { rest.hasPrefix($0 + ":") || rest.hasPrefix($0 + " ") })
      {
        return Diagnostic(
          .error, "\(message), first on line \(first.line)", help: help,
          at: source.place(line: number, column: first.column))
      }
    }
    return Diagnostic(.error, message, help: help, at: source.place(line: first.line, column: first.column))
  }

  private static func place(offset: Int?, _ source: SourceText) -> Place {
    guard let offset, offset >= 0 else { return source.place }
    // Yams counts characters, with CR LF as one.
    let before = source.text.prefix(offset)
    let line = before.reduce(1) { $0 + ($1.isNewline ? 1 : 0) }
    let column = before.reversed().prefix { !$0.isNewline }.reduce(1) { $0 + $1.unicodeScalars.count }
    return source.place(line: line, column: column)
  }
}

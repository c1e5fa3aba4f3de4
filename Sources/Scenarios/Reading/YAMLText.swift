import Yams

/// YAML (and JSON, which it contains) into a `Tree`. The only place that knows Yams.
///
/// Yams resolves `1:30` to an integer and `no` to a boolean, so only its nodes' texts are used. It also
/// expands aliases while composing and hashes keys with everything below them, so files that would make
/// either slow are turned away first.
enum YAMLText {
  static func parse(_ source: SourceText) throws(Diagnostics) -> Tree {
    try refuseHostileText(source)
    // With both signs in the text there may be anchors and aliases, or only prose and addresses. With every
    // `&` made a tag sign no anchor is left, so the first true alias is an error before it can be expanded.
    if source.text.utf8.contains(UInt8(ascii: "&")), source.text.utf8.contains(UInt8(ascii: "*")) {
      var bytes = Array(source.text.utf8)
      for index in bytes.indices where bytes[index] == UInt8(ascii: "&") { bytes[index] = UInt8(ascii: "!") }
      _ = try compose(String(decoding: bytes, as: UTF8.self), source)
    }
    return try compose(source.text, source) { node throws(Diagnostics) in
      try convert(node, source)
    }
  }

  private static func compose(_ text: String, _ source: SourceText) throws(Diagnostics) -> Node {
    try compose(text, source) { $0 }
  }

  private static func compose<T>(
    _ text: String, _ source: SourceText, then use: (Node) throws(Diagnostics) -> T
  ) throws(Diagnostics) -> T {
    let parser: Parser
    let root: Node?
    do {
      // The encoding is said outright: Yams' default prints to stdout when an environment variable is set.
      parser = try Parser(yaml: text, resolver: .basic, constructor: .default, encoding: .utf8)
      root = try parser.singleRoot()
    } catch {
      throw Diagnostics(YAMLProblem.diagnostics(error, in: source))
    }
    guard let root else {
      throw Diagnostics(Diagnostic(.error, "the file is empty", at: source.place))
    }
    // Nodes hold their anchors weakly; the parser owns them.
    return try withExtendedLifetime(parser) { () throws(Diagnostics) in try use(root) }
  }

  private static func convert(_ node: Node, _ source: SourceText) throws(Diagnostics) -> Tree {
    let (line, column) = (node.mark?.line ?? 1, node.mark?.column ?? 1)
    func failed(_ message: String, help: String? = nil) -> Diagnostics {
      Diagnostics(Diagnostic(.error, message, help: help, at: source.place(line: line, column: column)))
    }
    if node.anchor != nil { throw failed(YAMLProblem.anchors, help: YAMLProblem.anchorsHelp) }
    func make(_ content: Tree.Content) -> Tree {
      Tree(content, source: source, line: line, column: column)
    }
    switch node {
    case .scalar(let scalar):
      guard scalar.tag.rawName == nil else { throw failed("tags are not used here", help: "leave it out") }
      let plain = scalar.style == .plain || scalar.style == .any
      return make(.word(scalar.string, plain: plain))
    case .sequence(let sequence):
      guard sequence.tag.rawName == nil else { throw failed("tags are not used here", help: "leave it out") }
      var items: [Tree] = []
      for item in sequence { items.append(try convert(item, source)) }
      return make(.list(items))
    case .mapping(let mapping):
      guard mapping.tag.rawName == nil else { throw failed("tags are not used here", help: "leave it out") }
      var entries: [Tree.Entry] = []
      for (key, value) in mapping {
        let keyTree = try convert(key, source)
        guard case .word(let word, _) = keyTree.content else {
          throw Diagnostics(Diagnostic(.error, "a key is a single word here", at: keyTree.place))
        }
        entries.append(Tree.Entry(key: word, keyTree: keyTree, value: try convert(value, source)))
      }
      return make(.map(entries))
    case .alias:
      throw failed(YAMLProblem.anchors, help: YAMLProblem.anchorsHelp)
    }
  }

  /// Files nested deeper than anything this project reads, whose keys alone would take minutes to hash.
  private static func refuseHostileText(_ source: SourceText) throws(Diagnostics) {
    let limit = 64
    var depth = 0
    var questions = 0
    var previous = UInt8(ascii: "\n")
    var line = 1
    for byte in source.text.utf8 {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
      case UInt8(ascii: "?"):
        if [UInt8(ascii: "\n"), UInt8(ascii: " "), UInt8(ascii: "\t")].contains(previous) { questions += 1 }
      case UInt8(ascii: "\n"): line += 1
      default: break
      }
      previous = byte
      if depth > limit || questions > limit {
        throw Diagnostics(
          Diagnostic(
            .error, "this is nested more than \(limit) deep", help: "two or three levels are enough here",
            at: source.place(line: line, column: 1)))
      }
    }
  }
}

extension Tag {
  /// The tag as written, or nil where the file has none: Yams gives some to quoted text and to keys it hashed.
  fileprivate var rawName: String? {
    let own: [Tag.Name] = [.implicit, .str, .seq, .map]
    return own.contains(Tag.Name(rawValue: rawValue)) ? nil : rawValue
  }
}

import Quantities

extension Catalog {
  /// A file's tree with the overrides that name it.
  func overridden(_ tree: Tree, _ kind: CatalogKind, _ name: String) throws(Diagnostics) -> Tree {
    var tree = tree
    for (index, override) in overrides.enumerated() where target(override, orNamed: name, kind) == name {
      let steps = try override.steps(below: name)
      var before: String?
      tree = try set(tree, steps[...], override, &before)
      cache.noteApplied(
        index,
        AppliedOverride(path: "\(override.folder).\(override.rest)", value: override.value, before: before))
    }
    return tree
  }

  /// The longest name that begins an override's path; `given` is one the catalog may not know, read by its path.
  private func target(_ override: Override, orNamed given: String?, _ kind: CatalogKind?) -> String? {
    if let kind, kind.folder != override.folder { return nil }
    let kinds = CatalogKind.allCases.filter { $0.folder == override.folder }
    let known = kinds.flatMap(names) + [given].compactMap { $0 }
    return known.filter { override.rest.hasPrefix($0 + ".") }.max { $0.count < $1.count }
  }

  private func set(
    _ tree: Tree, _ steps: ArraySlice<PathStep>, _ override: Override, _ before: inout String?
  ) throws(Diagnostics) -> Tree {
    guard let step = steps.first else {
      before = tree.word ?? tree["value"]?.word ?? tree.kindInWords
      return try override.replacement()
    }
    var entries: [Tree.Entry] = []
    switch tree.content {
    case .map(let existing): entries = existing
    case .word:
      // `{value: …}` may be abbreviated to its value, so `.value` of a word is the word.
      if step.key == "value", step.index == nil, steps.count == 1 {
        return try set(tree, [], override, &before)
      }
      throw override.failed(
        "there is no '\(step.key)' below a single value", "leave it out of the path", step.column)
    case .list:
      throw override.failed(
        "\(quoted(step.key)) is no place in a list", "say which one, as in scale_up[0]", step.column)
    }
    let keyTree = Tree(word: step.key, source: override.source, column: step.column)
    guard let position = entries.firstIndex(where: { $0.key == step.key }) else {
      if step.index != nil {
        throw override.failed("there is no list called \(quoted(step.key))", listHelp(entries), step.column)
      }
      // A key that the file leaves out is added; whether the kind has such a key is checked with the rest.
      let empty = Tree(.map([]), source: override.source, line: 1, column: step.column)
      let value =
        steps.count == 1 ? try override.replacement() : try set(empty, steps.dropFirst(), override, &before)
      entries.append(Tree.Entry(key: step.key, keyTree: keyTree, value: value))
      return Tree(.map(entries), source: tree.source, line: tree.line, column: tree.column)
    }
    var value = entries[position].value
    if let index = step.index {
      guard case .list(var items) = value.content, items.indices.contains(index) else {
        let count = if case .list(let items) = value.content { items.count } else { 0 }
        throw override.failed(
          "'\(step.key)' has no place \(index)",
          count == 0 ? "it is not a list" : "it has places 0 to \(count - 1)", step.column)
      }
      items[index] = try set(items[index], steps.dropFirst(), override, &before)
      value.content = .list(items)
    } else {
      value = try set(value, steps.dropFirst(), override, &before)
    }
    entries[position].value = value
    return Tree(.map(entries), source: tree.source, line: tree.line, column: tree.column)
  }

  private func listHelp(_ entries: [Tree.Entry]) -> String? {
    let lists = entries.filter { if case .list = $0.value.content { true } else { false } }.map(\.key)
    return lists.isEmpty ? nil : "lists here: \(lists.joined(separator: ", "))"
  }

  /// What has been set so far, for the list of assumptions.
  public func appliedOverrides() -> [AppliedOverride] {
    cache.appliedOverrides.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Overrides that nothing read so far has met: a slip in a name, or a file that the run does not use.
  public func unusedOverrides() -> [Diagnostic] {
    let applied = cache.appliedOverrides
    return overrides.enumerated().filter { applied[$0.offset] == nil }.map { _, override in
      let kinds = CatalogKind.allCases.filter { $0.folder == override.folder }
      let column = override.folder.unicodeScalars.count + 2
      guard let name = target(override, orNamed: nil, nil) else {
        let known = kinds.flatMap(names).sorted()
        let parts = override.rest.split(separator: ".")
        // Where a misspelt name ends is unknown, so every prefix is tried.
        let prefixes = parts.indices.map { parts[...$0].joined(separator: ".") }
        let near = prefixes.reversed().lazy.compactMap { Spelling.nearest(to: $0, among: known) }.first
        let listed = known.prefix(40).joined(separator: ", ")
        return Diagnostic(
          .error, "no \(kinds.first?.singular ?? "file") is called as in \(quoted(override.rest))",
          help: near.map { "did you mean '\($0)'?" } ?? "known: \(listed)",
          at: override.source.place(line: 1, column: column))
      }
      return Diagnostic(
        .error, "nothing in this run reads \(override.folder)/\(name)",
        help: "leave it out, or add what uses it",
        at: override.source.place(line: 1, column: column))
    }
  }
}

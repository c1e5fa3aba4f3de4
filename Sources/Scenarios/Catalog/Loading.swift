import Foundation
import Quantities

extension Catalog {
  /// Reads a named file once; `place` is where the name was written, for the message when there is none.
  func load<T: Sendable>(
    _ kind: CatalogKind, _ name: String, at place: Place? = nil, build: (Fields) -> T
  ) throws(Diagnostics) -> T {
    let key = "\(kind.rawValue)/\(name)"
    if let known: Result<T, Diagnostics> = cache.value(key) { return try known.get() }
    let problems = rootProblems()
    guard problems.isEmpty else { throw Diagnostics(problems) }
    guard let path = path(kind, name) else { throw unknown(kind, name, at: place) }
    let location = "\(kind.folder)/\(name).yaml"
    do {
      let value = try read(path, location: location, kind, name, build: build)
      cache.store(key, Result<T, Diagnostics>.success(value))
      return value
    } catch {
      cache.store(key, Result<T, Diagnostics>.failure(error))
      throw error
    }
  }

  /// What `make` gives, made once for a key: its problems are kept as its value is.
  func once<T: Sendable>(
    _ key: String, in cache: CatalogCache? = nil, _ make: () throws(Diagnostics) -> T
  ) throws(Diagnostics) -> T {
    let cache = cache ?? self.cache
    if let known: Result<T, Diagnostics> = cache.value(key) { return try known.get() }
    let result: Result<T, Diagnostics>
    do throws(Diagnostics) {
      result = .success(try make())
    } catch {
      result = .failure(error)
    }
    cache.store(key, result)
    return try result.get()
  }

  /// Reads a file of a kind, with the overrides that concern it, and gives all of its problems at once.
  func read<T>(
    _ path: String, location: String, _ kind: CatalogKind, _ name: String, build: (Fields) -> T
  ) throws(Diagnostics) -> T {
    guard let fileKind = kind.fileKind else { preconditionFailure("\(kind) is not read from YAML") }
    let tree = try overridden(
      YAMLText.parse(kind == .suites ? Suite.boundsAsWords(source(path)) : source(path)), kind, name)
    try tree.refuseBlanks(Keys.of(fileKind, tree))
    try checkHeader(tree, fileKind)
    let reading = Reading(location: location)
    let fields = Fields(tree, keys: Keys.of(fileKind, tree), reading: reading)
    // Not every kind keeps all of these, but none may hold nonsense.
    for key in ["kind", "version", "summary", "note"] where fields.has(key) { _ = fields.text(key) }
    reading.source = fields.text("source") ?? ""
    reading.retrieved = fields.date("retrieved") ?? ""
    let value = build(fields)
    guard reading.findings.isEmpty else { throw Diagnostics(reading.findings).sorted }
    return value
  }

  /// What `version:` may say. Since 2, files may leave out efficiency parameters; those of version 1 are read the same way.
  private static let versions = ["1", "2"]

  /// A file of another kind would otherwise be answered with a page of unknown keys.
  private func checkHeader(_ tree: Tree, _ kind: FileKind) throws(Diagnostics) {
    guard let found = tree["kind"], let word = found.word else { return }
    if word != kind.rawValue {
      let isKind = FileKind(rawValue: word) != nil
      let near = isKind ? nil : Spelling.nearest(to: word, among: FileKind.allCases.map(\.rawValue))
      throw Diagnostics(
        Diagnostic(
          .error, isKind ? "this file is of kind '\(word)'" : "'kind' is \(quoted(word)), which is not known",
          help: near.map { "did you mean '\($0)'?" } ?? "a file of kind '\(kind.rawValue)' is due here",
          at: found.place))
    }
    guard let version = tree["version"], let number = version.word, !version.isNull,
      !Catalog.versions.contains(number)
    else { return }
    throw Diagnostics(
      Diagnostic(
        .error, "'version' is \(quoted(number))",
        help: "this program reads version \(Catalog.versions.joined(separator: " and ")); a newer one reads more",
        at: version.place))
  }

  /// Whether a text names a file rather than an entry of the catalog.
  static func isPath(_ text: String) -> Bool {
    text.contains("/") || [".yaml", ".yml", ".json"].contains { text.hasSuffix($0) }
  }

  /// The name that a file given by its path has: its stem, or its folder for one that every model has under the same name.
  static func name(ofPath path: String) -> String {
    let absolute = URL(fileURLWithPath: path).standardizedFileURL
    let stem = absolute.deletingPathExtension().lastPathComponent
    let folder = absolute.deletingLastPathComponent().lastPathComponent
    let isOfFolder = ["config.json", "params.json", "adapter_config.json"].contains(absolute.lastPathComponent)
    return isOfFolder && folder != "/" && !folder.isEmpty ? folder : stem
  }
}

extension Diagnostics {
  /// By file in order of appearance, then by line; without repetitions.
  var sorted: Diagnostics {
    var files: [String: Int] = [:]
    var seen: Set<Diagnostic> = []
    let unique = all.filter { seen.insert($0).inserted }
    for diagnostic in unique {
      let file = diagnostic.place?.file ?? ""
      files[file] = files[file] ?? files.count
    }
    func key(_ index: Int) -> (Int, Int, Int, Int) {
      let place = unique[index].place
      return (files[place?.file ?? ""] ?? 0, place?.line ?? 0, place?.column ?? 0, index)
    }
    return Diagnostics(unique.indices.sorted { key($0) < key($1) }.map { unique[$0] })
  }
}

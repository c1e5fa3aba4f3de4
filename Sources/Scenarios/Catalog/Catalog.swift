import Foundation
import Quantities

/// Chips, instances, models, software and prices, read from files by name when they are asked for.
///
/// A comparison of a few types touches some twenty files, so nothing is read before it is needed and nothing
/// twice. Where several roots have a file of the same name, the first root's is the one that counts.
public struct Catalog: Sendable {
  public let roots: [String]
  public let overrides: [Override]
  /// The family by which a configuration of an unknown one is read.
  public let assumedFamily: String?
  let cache: CatalogCache

  public init(roots: [String], overrides: [Override] = [], assumedFamily: String? = nil) {
    self.init(roots: roots, overrides: overrides, assumedFamily: assumedFamily, cache: CatalogCache())
  }

  private init(roots: [String], overrides: [Override], assumedFamily: String?, cache: CatalogCache) {
    self.cache = cache
    self.assumedFamily = assumedFamily
    // `configs/` as a shell completes it, without a double slash in every message.
    self.roots = roots.map { root in
      var root = root
      while root.count > 1, root.last == "/" { root.removeLast() }
      return root
    }
    self.overrides = overrides
  }

  /// Where configurations are looked for, first one first: the folders given, those in `TRAINFARE_CONFIGS`
  /// (separated by colons), the folder `configs/` in the current folder or the nearest one above it that is marked as
  /// ours, and the folder installed beside the program.
  ///
  /// Folders that the user named are kept even where they do not exist, so that a slip is reported instead
  /// of being answered from other files.
  public static func findRoots(
    explicit: [String], environment: [String: String], currentDirectory: String, executable: String
  ) -> [String] {
    var roots = explicit
    roots += (environment["TRAINFARE_CONFIGS"] ?? "").split(separator: ":").map(String.init)
    if let near = upward(from: currentDirectory) { roots.append(near) }
    let program = URL(fileURLWithPath: executable).resolvingSymlinksInPath().path
    let home = SourceFile.split(program).folder
    let share = SourceFile.split(home).folder + "/share/trainfare/configs"
    // A program that was built but not installed has its checkout's folder above it.
    if looksLikeConfigs(share) { roots.append(share) } else if let own = upward(from: home) { roots.append(own) }
    var seen: Set<String> = []
    return roots.filter { seen.insert($0).inserted }
  }

  /// The folder that is read although nobody named it, before those that come with the program; nil where there is none.
  public static func implicitRoot(currentDirectory: String, executable: String) -> String? {
    guard let near = upward(from: currentDirectory) else { return nil }
    let own = findRoots(explicit: [], environment: [:], currentDirectory: "", executable: executable)
    return own.contains(near) ? nil : near
  }

  /// A `configs/` in the current folder that has no mark and so is not read, though it has a folder like ours in it.
  public static func unmarkedRoot(currentDirectory: String) -> String? {
    let folder = (currentDirectory == "/" ? "" : currentDirectory) + "/configs"
    return looksLikeConfigs(folder) && !isMarked(folder) ? folder : nil
  }

  /// A file of this name in a folder `configs` says that it is ours: other projects have a folder of that name too.
  public static let marker = "trainfare-configs"
  public static let markerText =
    "This folder has configurations of trainfare. It is read by whoever works here or in a folder below, without --configs.\n"

  /// Where a file of the user's own goes: into the first folder given, else the first in `TRAINFARE_CONFIGS`, else the marked
  /// `configs/` in the current folder or the nearest one above it; else there will be one here.
  public static func ownFolder(explicit: [String], environment: String?, currentDirectory: String) -> String {
    let named = explicit + (environment ?? "").split(separator: ":").map(String.init)
    guard var folder = named.first ?? upward(from: currentDirectory).map(SourceFile.shown) else { return "configs" }
    while folder.count > 1, folder.last == "/" { folder.removeLast() }
    return folder
  }

  /// The same folders with other overrides, for a question that is asked again and again.
  public func with(_ overrides: [Override]) -> Catalog {
    Catalog(
      roots: roots, overrides: overrides, assumedFamily: assumedFamily, cache: CatalogCache(common: cache.unchanged))
  }

  /// The same without folders that are not there, for whoever is about to make one.
  public var ofFoldersThatExist: Catalog {
    Catalog(roots: roots.filter(Self.isFolder), overrides: overrides, assumedFamily: assumedFamily)
  }

  /// `configs/` in a folder or the nearest one above it.
  private static func upward(from start: String) -> String? {
    var folder = start
    while !folder.isEmpty {
      let candidate = (folder == "/" ? "" : folder) + "/configs"
      if isMarked(candidate) { return candidate }
      if folder == "/" || !folder.contains("/") { return nil }
      folder = SourceFile.split(folder).folder
    }
    return nil
  }

  private static func isMarked(_ folder: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: folder + "/" + marker, isDirectory: &isDirectory)
      && !isDirectory.boolValue
  }

  /// Whether there is one of these in a folder.
  static func looksLikeConfigs(_ path: String) -> Bool {
    ["chips", "instances", "models"].contains { isFolder(path + "/" + $0) }
  }

  static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  /// Every name of a kind, over all roots, sorted.
  public func names(_ kind: CatalogKind) -> [String] {
    let suffix = "." + kind.fileExtension
    var names: Set<String> = []
    for file in roots.flatMap({ files($0 + "/" + kind.folder) }) where file.hasSuffix(suffix) {
      let stem = String(file.dropLast(suffix.count))
      if !stem.isEmpty, !stem.hasPrefix("."), kind.owns(stem) { names.insert(stem) }
    }
    return names.sorted()
  }

  func files(_ folder: String) -> [String] {
    cache.folder(folder) { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() }
  }

  /// The file that counts for a name, or nil where no root has one.
  func path(_ kind: CatalogKind, _ name: String) -> String? {
    // Names come from files and options; one with a slash could reach outside the roots.
    guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.utf8.contains(0), kind.owns(name)
    else {
      return nil
    }
    let file = "/\(kind.folder)/\(name).\(kind.fileExtension)"
    return roots.lazy.map { $0 + file }.first { FileManager.default.fileExists(atPath: $0) || isLink($0) }
  }

  /// A link that leads nowhere is a file that cannot be read, not one that is absent.
  private func isLink(_ path: String) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
  }

  /// Roots that are no folders: answering from the others would hide it.
  func rootProblems() -> [Diagnostic] {
    if roots.isEmpty {
      return [
        Diagnostic(
          .error, "no folder of configurations was found",
          help:
            "name one with --configs or TRAINFARE_CONFIGS, or work below a folder that has 'configs' with the file '\(Catalog.marker)' in it"
        )
      ]
    }
    return roots.filter { !Self.isFolder($0) }.map {
      Diagnostic(
        .error, "this is not a folder of configurations",
        help: "it should have folders such as 'chips' in it",
        at: Place(file: SourceFile.shown($0)))
    }
  }

  /// `no chip is called 'tranium2'`, with the nearest names or all of them.
  func unknown(_ kind: CatalogKind, _ name: String, at place: Place?) -> Diagnostics {
    let all = names(kind)
    if kind == .jobs, names(.models).contains(name) {
      return Diagnostics(
        Diagnostic(
          .error, "no job is called \(quoted(name)): it is a model",
          help: "write --model \(name), with --tokens, --sequence-length and --global-batch", at: place))
    }
    // A name that goes on where the text ends is likelier meant than one with other letters.
    let small = name.lowercased()
    let begun = small.count < 2 ? [] : all.filter { $0.hasPrefix(small) || small.hasPrefix($0) }
    let near = (begun + Spelling.ranked(name, among: all).filter { !begun.contains($0) }).prefix(3)
    let listed = all.prefix(40).joined(separator: ", ") + (all.count > 40 ? ", …" : "")
    let help =
      all.isEmpty
      ? "there is none in: \(roots.map(SourceFile.shown).joined(separator: ", "))"
      : near.isEmpty
        ? "known: \(listed)" : "did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
    return Diagnostics(
      Diagnostic(
        .error, "no \(kind.singular) is called \(quoted(name))",
        help: near.isEmpty || all.isEmpty ? help : "\(help) known: \(listed)", at: place))
  }
}

/// What has been read, shared by the copies of one catalog.
final class CatalogCache: @unchecked Sendable {
  // Every access to the variables below holds the lock; nothing is read from disk while it is held.
  private let lock = NSLock()
  private var values: [String: any Sendable] = [:]
  private var folders: [String: [String]] = [:]
  private var applied: [Int: AppliedOverride] = [:]
  private var files: [String: UInt64] = [:]
  private var places: [String: String] = [:]
  private let common: CatalogCache?

  init(common: CatalogCache? = nil) { self.common = common }

  /// Of all catalogs that differ in overrides alone, for what no override changes.
  var unchanged: CatalogCache { common ?? self }

  func value<T: Sendable>(_ key: String) -> Result<T, Diagnostics>? {
    lock.withLock { values[key] as? Result<T, Diagnostics> }
  }

  func store<T: Sendable>(_ key: String, _ value: Result<T, Diagnostics>) {
    lock.withLock { values[key] = value }
  }

  func folder(_ path: String, _ list: () -> [String]) -> [String] {
    if let known = lock.withLock({ folders[path] }) { return known }
    let files = list()
    lock.withLock { folders[path] = files }
    return files
  }

  /// Notes that the override at an index was applied, and what it replaced.
  func noteApplied(_ index: Int, _ change: AppliedOverride) {
    lock.withLock { applied[index] = change }
  }

  /// - Parameter root: the folder of configurations that it is in.
  func noteFile(_ location: String, _ hash: UInt64, root: String?) {
    lock.withLock {
      files[location] = hash
      places[location] = root
    }
  }

  var readFrom: [String: String] { lock.withLock { places } }

  var readFiles: [String: UInt64] { lock.withLock { files } }

  var appliedOverrides: [Int: AppliedOverride] { lock.withLock { applied } }
}

import ArgumentParser
import Foundation
import Reporting
import Scenarios

/// Names of the catalog, as a shell completes them.
enum Names {
  /// - Parameter endings: of files that may be named instead.
  static func of(_ kinds: CatalogKind..., orFiles endings: [String] = []) -> CompletionKind {
    of(kinds, orFiles: endings)
  }

  static func of(_ kinds: [CatalogKind], orFiles endings: [String] = []) -> CompletionKind {
    .custom { line, _, begun in
      completed(begun, kinds, configs: folders(line)) + (endings.isEmpty ? [] : files(begun, endings))
    }
  }

  /// In a list with commas, the last name.
  static func completed(_ text: String, _ kinds: [CatalogKind], configs: [String] = []) -> [String] {
    // Whatever is said while a line is typed stands in the middle of it.
    Origins.isQuiet = true
    let known = configs.flatMap { ["--configs", $0] }
    guard let catalog = (try? ConfigOptions.parse(known))?.catalog() else { return [] }
    let done = text.lastIndex(of: ",").map { String(text[...$0]) } ?? ""
    let begun = text.dropFirst(done.count)
    return kinds.flatMap(catalog.names).filter { $0.hasPrefix(begun) }.map { done + $0 }
  }

  /// What the line names as --configs so far.
  private static func folders(_ line: [String]) -> [String] {
    zip(line, line.dropFirst()).filter { $0.0 == "--configs" && !$0.1.isEmpty }.map(\.1)
  }

  /// Files with such an ending, and the folders on the way to them.
  private static func files(_ begun: String, _ endings: [String]) -> [String] {
    let folder = begun.lastIndex(of: "/").map { String(begun[...$0]) } ?? ""
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    return entries.sorted().map { folder + $0 }.filter { $0.hasPrefix(begun) }.compactMap { path in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
      if isFolder.boolValue { return begun.isEmpty ? nil : path + "/" }
      return endings.contains { path.hasSuffix("." + $0) } ? path : nil
    }
  }
}

/// Which program and which data this is.
enum Version {
  static var text: String {
    let catalog = (try? ConfigOptions.parse([]))?.catalog()
    let newest = (try? catalog?.prices())?.map(\.date).max() ?? ""
    let data = newest.isEmpty ? "no prices are known" : "prices up to \(newest)"
    return "trainfare \(program(catalog))\n\(data)"
  }

  static func program(_ catalog: Catalog?) -> String {
    Release.version + (catalog?.commit.map { ", commit \($0)" } ?? "")
  }
}

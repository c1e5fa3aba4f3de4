import ArgumentParser
import Reporting
import Scenarios

/// Names of the catalog, as a shell completes them.
enum Names {
  static func of(_ kinds: CatalogKind...) -> CompletionKind {
    .custom { _, _, prefix in Names.completed(prefix, kinds) }
  }

  /// In a list with commas, the last name.
  static func completed(_ text: String, _ kinds: [CatalogKind]) -> [String] {
    guard let catalog = (try? ConfigOptions.parse([]))?.catalog() else { return [] }
    let done = text.lastIndex(of: ",").map { String(text[...$0]) } ?? ""
    let begun = text.dropFirst(done.count)
    return kinds.flatMap(catalog.names).filter { $0.hasPrefix(begun) }.map { done + $0 }
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

import Foundation

extension Catalog {
  /// The commit that the shipped files are of: as `make install` wrote it beside them, or as the repository that they are in says;
  /// nil where neither is.
  public var commit: String? {
    func read(_ path: String) -> String? {
      (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    for root in roots.reversed() {
      let folder = root + "/.."
      if let text = read(folder + "/commit"), !text.isEmpty { return text }
      guard let head = read(folder + "/.git/HEAD") else { continue }
      guard head.hasPrefix("ref: ") else { return String(head.prefix(7)) }
      let name = String(head.dropFirst(5))
      if let hash = read(folder + "/.git/" + name) { return String(hash.prefix(7)) }
      let packed = read(folder + "/.git/packed-refs") ?? ""
      let line = packed.split(separator: "\n").first { $0.hasSuffix(" " + name) }
      if let line { return String(line.prefix(7)) }
    }
    return nil
  }
}

import Quantities

extension Catalog {
  /// The text that a small transformer is trained on where the user names none: `texts/apache-2.0.txt` of the first folder
  /// that has one.
  public func shippedText() throws(Diagnostics) -> [UInt8] {
    let problems = rootProblems()
    guard problems.isEmpty else { throw Diagnostics(problems) }
    let name = "texts/apache-2.0.txt"
    guard let root = roots.first(where: { files($0 + "/texts").contains("apache-2.0.txt") }) else {
      throw Diagnostics(
        Diagnostic(
          .error, "no folder of configurations has \(name)", help: "name a text of your own with --text FILE"))
    }
    return try Self.text("\(root)/\(name)")
  }

  /// A text by its path. As bytes, since those are its tokens; still it must be UTF-8, so that no program or picture is
  /// taken for one.
  public static func text(_ path: String) throws(Diagnostics) -> [UInt8] {
    try Array(SourceFile.read(path, limit: 100_000_000).text.utf8)
  }
}

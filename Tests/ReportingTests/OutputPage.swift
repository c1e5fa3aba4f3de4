import Foundation
import Testing

@testable import Reporting

/// docs/Output.md is the contract, the list of columns is the code: neither may know a column that the other does not.
enum OutputPage {
  /// Holds the table of a section and columns equal: names, types and units, in order.
  static func holds<Row>(_ heading: String, _ columns: [Column<Row>]) throws {
    let page = try String(contentsOfFile: repository + "/docs/Output.md", encoding: .utf8)
    let section = page.components(separatedBy: "\n## ").first { $0.hasPrefix(heading + "\n") } ?? ""
    let lines = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let documented = lines.map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().prefix(3)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let actual = columns.map { ["`\($0.name)`", $0.kind.rawValue, $0.unit ?? ""] }
    #expect(documented == actual)
    let meanings = lines.map { $0.split(separator: "|", omittingEmptySubsequences: false).count }
    #expect(meanings.allSatisfy { $0 == 6 }, "each line has a meaning, and no stray bar")
  }
}

import Foundation
import Testing

@testable import Reporting

/// docs/Budget.md is the contract of the columns, as docs/Output.md is of the others.
@Suite struct BudgetColumnTests {
  @Test("The page has exactly the columns that are written, in their order and with their units") func columns() throws
  {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let page = try String(contentsOfFile: root + "/docs/Budget.md", encoding: .utf8)
    let table = page.components(separatedBy: "\n## Columns\n").last ?? ""
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(rows.map { $0[0].trimmingCharacters(in: ["`"]) } == BudgetColumns.all.map(\.name))
    for (row, column) in zip(rows, BudgetColumns.all) {
      #expect(row[1] == column.kind.rawValue, "\(column.name)")
      #expect(row[2] == column.unit ?? "", "\(column.name)")
    }
  }
}

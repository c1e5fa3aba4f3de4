import Quantities
import Testing

@testable import Reporting

@Suite struct LayoutTests {
  @Test(
    "A text is as wide as a terminal shows it",
    arguments: [
      ("abc", 3), ("列车", 4), ("🚂", 2), ("é", 1), ("e\u{301}", 1), ("👩‍🚀", 2), ("❤️", 2), ("ﾊﾝｶｸ", 4), ("한글", 4),
      ("▸", 1), ("a\u{200B}b", 2), ("│└", 2), ("🇨🇭", 2),
    ])
  func widths(text: String, width: Int) { #expect(text.columns == width) }

  @Test("What a terminal would obey is blanked")
  func printable() {
    #expect("a\u{1B}[31mb\u{7}\u{9B}c\n".printable == "a [31mb  c ")
    #expect("right\u{202E}left".printable == "right left")
    #expect("🚂 列车 é".printable == "🚂 列车 é")
  }

  @Test(
    "Three significant digits, digits of large numbers in groups",
    arguments: [
      (0, "0"), (5.32, "5.32"), (9.996, "10.0"), (99.96, "100"), (1234, "1,234"), (1_234_567, "1,234,567"),
      (0.0412, "0.0412"), (0.5, "0.500"), (-2.5, "-2.50"), (999.6, "1,000"), (.nan, "–"), (.infinity, "–"),
    ])
  func significant(value: Double, text: String) { #expect(Figures.significant(value) == text) }

  @Test("Decimals are kept, so that columns of money line up")
  func fixed() {
    #expect(Figures.fixed(1234.5, 2) == "1,234.50")
    #expect(Figures.fixed(0.005, 2) == "0.01")
    #expect(Figures.fixed(-0.001, 2) == "0.00")
    #expect(Figures.fixed(12_345_678, 0) == "12,345,678")
  }

  @Test("Memory is shown in the unit of the capacity")
  func memory() {
    #expect(MemoryScale(Bytes(80 * 1_073_741_824)).part(Bytes(53e9)) == "49.4 of 80 GiB")
    #expect(MemoryScale(Bytes(192e9)).part(Bytes(142.04e9)) == "142 of 192 GB")
  }

  private struct Line {
    var name: String
    var value: String
  }
  private let columns: [Column<Line>] = [
    .shown("name", .left) { $0.name }, .shown("value") { $0.value },
    .shown("more", dispensable: 1) { _ in "x" },
    .shown("most", dispensable: 2) { _ in "y" },
  ]

  @Test("Columns line up under their headings, wide characters included")
  func table() {
    let table = TextTable(columns, [Line(name: "列车", value: "1"), Line(name: "a", value: "1000")])
    #expect(table.heading == "name  value  more  most")
    #expect(table.rows == ["列车      1     x     y", "a      1000     x     y"])
  }

  @Test("A text that would make every row unreadable is cut")
  func long() {
    let table = TextTable(columns, [Line(name: String(repeating: "列", count: 5000), value: "1")])
    #expect(table.rows[0].columns < 140 && table.rows[0].contains("列…"))
    #expect("abc".cut(to: 3) == "abc" && "abcd".cut(to: 3) == "ab…")
  }

  @Test("A screen too narrow loses the most dispensable columns first and says which")
  func narrow() {
    let rows = [Line(name: "abcdef", value: "1")]
    #expect(TextTable(columns, rows, width: 20).leftOut == ["most"])
    #expect(TextTable(columns, rows, width: 15).leftOut == ["more", "most"])
    #expect(TextTable(columns, rows, width: 5).heading == "name    value")
  }

  @Test("Prose is wrapped at the width, and a word too long stands alone")
  func prose() {
    let lines = Prose(width: 10).wrapped("one two three incomprehensibly four")
    #expect(lines == ["one two", "  three", "  incomprehensibly", "  four"])
  }

  @Test("A bar has eighths of a column, and none is longer than its room")
  func bars() {
    #expect(bar(0.5, width: 4) == "██")
    #expect(bar(1.0 / 32, width: 4) == "▏")
    #expect(bar(7, width: 4) == "████")
    #expect(bar(.nan, width: 4) == "")
    #expect(bar(0, width: 4) == "")
  }

  @Test("Markdown cannot be broken by what is in a cell")
  func markdown() {
    let text = Markdown.text(columns, [Line(name: "a|b\nc", value: "<b>*x*")])
    #expect(
      text == """
        | name | value | more | most |
        | --- | ---: | ---: | ---: |
        | a\\|b c | \\<b>\\*x\\* | x | y |

        """)
  }

  @Test(
    "A file's ending asks for its format",
    arguments: [
      ("a.csv", Format.csv), ("out/a.JSON", .json), ("a.md", .markdown), ("a.txt", .table), ("a", nil),
      ("a.b/c", nil), ("a.xlsx", nil), (".csv/a", nil),
    ])
  func formats(name: String, format: Format?) { #expect(Format(fileName: name) == format) }

  @Test("A tree draws its branches, and the cells of siblings line up")
  func tree() {
    let tree = TreeNode(
      "root",
      children: [
        TreeNode("a", cells: ["1", "x"]), TreeNode("long", cells: ["22", "y"], children: [TreeNode("leaf")]),
        TreeNode("last"),
      ])
    #expect(
      tree.lines == ["root", "├─ a     1   x", "├─ long  22  y", "│  └─ leaf", "└─ last"])
  }
}

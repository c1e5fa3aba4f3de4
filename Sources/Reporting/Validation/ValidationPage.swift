/// A title, tables and sentences, as a terminal shows them and as Markdown. Tables without rows are left out.
struct ValidationPage {
  private let title: String
  private var sections: [Section] = []

  private struct Section {
    var shown: String?
    var lines: (Screen) -> [String]
    var markdown: String
  }

  init(_ title: String) { self.title = title }

  /// - Parameters:
  ///   - name: its heading in Markdown.
  ///   - shown: its heading on a terminal; nil where the columns say enough.
  mutating func add<Row>(_ name: String, shown: String?, _ columns: [Column<Row>], _ rows: [Row]) {
    if rows.isEmpty { return }
    sections.append(
      Section(
        shown: shown, lines: { TextTable(columns, rows, width: $0.width).lines(on: $0) },
        markdown: "\n## \(name)\n\n" + Markdown.text(columns, rows)))
  }

  func table(_ screen: Screen, ending sentences: [String]) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var lines = prose.wrapped(title).map(style.bold)
    for section in sections {
      lines.append("")
      if let shown = section.shown { lines.append(shown) }
      lines += section.lines(screen)
    }
    lines.append("")
    lines += sentences.flatMap { prose.wrapped($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// - Parameter paragraphs: before the tables, in Markdown.
  func markdown(_ name: String, _ paragraphs: [String]) -> String {
    let prose = Prose(width: 120)
    let text = paragraphs.map { prose.wrapped($0, rest: "").joined(separator: "\n") + "\n" }.joined(separator: "\n")
    return "# \(name)\n\n" + text + sections.map(\.markdown).joined()
  }
}

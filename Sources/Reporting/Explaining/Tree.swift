import Quantities

/// A tree drawn with lines; the cells of siblings stand below each other.
struct TreeNode {
  var text: String
  var cells: [String] = []
  var children: [TreeNode] = []

  init(_ text: String, cells: [String] = [], children: [TreeNode] = []) {
    self.text = text
    self.cells = cells
    self.children = children
  }

  var lines: [String] {
    [text.printable] + TreeNode.draw(children, "")
  }

  private static func draw(_ nodes: [TreeNode], _ prefix: String) -> [String] {
    let aligned = nodes.filter { !$0.cells.isEmpty }
    let count = aligned.reduce(0) { max($0, $1.cells.count) }
    let first = aligned.reduce(0) { max($0, $1.text.printable.columns) }
    let widths = (0..<count).map { c in
      aligned.reduce(0) { max($0, c < $1.cells.count ? $1.cells[c].printable.columns : 0) }
    }
    return nodes.enumerated().flatMap { i, node -> [String] in
      let isLast = i == nodes.count - 1
      var line = prefix + (isLast ? "└─ " : "├─ ")
      line += node.cells.isEmpty ? node.text.printable : node.text.printable.padded(to: first)
      for (c, cell) in node.cells.enumerated() { line += "  " + cell.printable.padded(to: widths[c]) }
      return [line.trimmingTrailingBlanks] + draw(node.children, prefix + (isLast ? "   " : "│  "))
    }
  }
}

/// Sources collected while a text is written, each numbered once.
struct Footnotes {
  private struct Source: Hashable {
    var source: String
    var read: String
    var file: String
  }
  private var numbers: [Source: Int] = [:]
  private(set) var texts: [String] = []

  /// ` [3]`, or nothing where a figure came with no source, as derived ones do.
  mutating func mark(_ source: String, read: String, location: String = "") -> String {
    guard !source.isEmpty else { return "" }
    // One source stands behind many lines of a file, so the file is named without them.
    let file = String(location.prefix { $0 != ":" })
    let key = Source(source: source, read: read, file: file)
    if let known = numbers[key] { return " [\(known)]" }
    texts.append(
      [source, read.isEmpty ? "" : "read \(read)", file].filter { !$0.isEmpty }.joined(separator: "; "))
    numbers[key] = texts.count
    return " [\(texts.count)]"
  }

  func lines(_ prose: Prose) -> [String] {
    texts.enumerated().flatMap { i, text in prose.wrapped(text, first: "[\(i + 1)] ", rest: "    ") }
  }
}

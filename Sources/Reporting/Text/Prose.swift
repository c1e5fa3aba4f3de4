import Quantities

/// Sentences under a table: cleaned, wrapped, indented from the second line on.
struct Prose {
  var width: Int

  func wrapped(_ text: String, first: String = "", rest: String = "  ") -> [String] {
    var lines: [String] = []
    var line = first
    var empty = true
    for word in text.printable.split(separator: " ") {
      let word = String(word)
      if !empty, line.columns + 1 + word.columns > width {
        lines.append(line)
        line = rest
        empty = true
      }
      line += (empty ? "" : " ") + word
      empty = false
    }
    if !empty || !first.isEmpty { lines.append(line) }
    return lines
  }
}

/// `a`, `a and b`, `a, b and c`.
func listed(_ items: [String]) -> String {
  guard let last = items.last, items.count > 1 else { return items.first ?? "" }
  return items.dropLast().joined(separator: ", ") + " and " + last
}

/// In order, each once.
func distinct<T: Hashable>(_ items: [T]) -> [T] {
  var seen: Set<T> = []
  return items.filter { seen.insert($0).inserted }
}

func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  "\(Figures.grouped(count)) \(count == 1 ? one : many ?? one + "s")"
}

/// How wide a text is, without a font at hand: the widths of Helvetica (Adobe Font Metrics, 1985), in thousandths of its
/// size, and a little more, since the font that a reader has may be wider.
enum TextMeasure {
  private static let widths: [UInt16] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]
  private static let margin = 1.06

  static func width(_ text: String, _ style: TextStyle) -> Double {
    let thousandths = text.reduce(0) { $0 + width($1) }
    return Double(thousandths) / 1000 * style.size * margin * (style.isBold ? 1.08 : 1)
  }

  private static func width(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    let place = Int(first.value) - 32
    if widths.indices.contains(place) { return Int(widths[place]) }
    // Beyond Latin and its like, letters and pictures are about as wide as high.
    return first.value < 0x1100 || (0x2010...0x206F).contains(first.value) ? 610 : 1100
  }

  /// The text, or as much of it as there is room for.
  static func fitted(_ text: String, _ style: TextStyle, width limit: Double) -> String {
    if width(text, style) <= limit { return text }
    var part = text
    while !part.isEmpty, width(part + "…", style) > limit { part.removeLast() }
    return part.isEmpty ? "" : part + "…"
  }

  /// Lines at blanks; a word that is too long for a line is shortened.
  static func wrapped(_ text: String, _ style: TextStyle, width limit: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ").map(String.init) {
      let longer = line.isEmpty ? word : line + " " + word
      if width(longer, style) <= limit {
        line = longer
      } else {
        if !line.isEmpty { lines.append(line) }
        line = fitted(word, style, width: limit)
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

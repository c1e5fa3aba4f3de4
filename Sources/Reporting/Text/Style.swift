/// Terminal colours, or none. Applied last, after texts were cleaned and measured.
struct Style {
  var colour: Bool
  init(_ screen: Screen) { colour = screen.colour }

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func red(_ text: String) -> String { wrap(text, "31") }
  func green(_ text: String) -> String { wrap(text, "32") }
  func yellow(_ text: String) -> String { wrap(text, "33") }

  private func wrap(_ text: String, _ code: String) -> String {
    colour && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// A horizontal bar in eighths of a column.
func bar(_ fraction: Double, width: Int) -> String {
  guard fraction.isFinite, fraction > 0 else { return "" }
  let eighths = Int((min(1, fraction) * Double(width * 8)).rounded())
  let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  return String(repeating: "█", count: eighths / 8) + rest[eighths % 8]
}

/// A picture as a file of its own, or as a part of a page.
public enum SVG {
  /// - Parameter isPart: of a page that has `style` already.
  public static func text(_ scene: Scene, isPart: Bool = false) -> String {
    let (width, height) = (number(scene.width), number(scene.height))
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" height=\"\(height)\""
        + " role=\"img\" aria-label=\"\(escaped(scene.title))\" font-family=\"Helvetica,Arial,Liberation Sans,sans-serif\">"
    ]
    if !isPart { lines.append("<style>\(Palette.style)</style>") }
    lines.append("<rect class=\"tf-ground\" width=\"\(width)\" height=\"\(height)\"/>")
    lines += scene.marks.compactMap(element)
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  /// What a page needs once for all pictures in it.
  public static var style: String { Palette.style }

  private static func element(_ mark: Mark) -> String? {
    switch mark {
    case .bar(let box, let paint, let strength, let tip):
      guard [box.x, box.y, box.width, box.height].allSatisfy(\.isFinite), box.width > 0, box.height > 0 else {
        return nil
      }
      let opacity = strength < 1 ? " fill-opacity=\"\(number(max(0, strength)))\"" : ""
      return closed(
        "rect class=\"tf-\(paint.name)\" x=\"\(number(box.x))\" y=\"\(number(box.y))\" width=\"\(number(box.width))\""
          + " height=\"\(number(box.height))\"\(opacity)", "rect", tip)
    case .line(let points, let paint, let width, let dashed):
      let known = points.filter(isKnown)
      guard known.count > 1 else { return nil }
      let path = "M" + known.map { "\(number($0.x)) \(number($0.y))" }.joined(separator: "L")
      let dashes = dashed ? " stroke-dasharray=\"5 4\"" : ""
      return "<path class=\"tf-l\(paint.name)\" d=\"\(path)\" stroke-width=\"\(number(width))\"\(dashes)/>"
    case .dots(let points, let shape, let paint, let size, let tip):
      let known = points.filter(isKnown)
      guard !known.isEmpty else { return nil }
      let path = known.map { outline(shape, $0, size) }.joined()
      // A round end of a line without length is the shortest circle there is, and there may be thousands.
      let round = " stroke-width=\"\(number(2 * size))\" stroke-linecap=\"round\""
      let head = shape == .circle ? "path class=\"tf-l\(paint.name)\"\(round)" : "path class=\"tf-\(paint.name)\""
      return closed("\(head) d=\"\(path)\"", "path", tip)
    case .text(let text, let point, let style):
      guard isKnown(point), !text.isEmpty else { return nil }
      let weight = style.isBold ? " font-weight=\"bold\"" : ""
      let anchor = style.anchor == .start ? "" : " text-anchor=\"\(style.anchor.rawValue)\""
      return "<text class=\"tf-\(style.paint.name)\" x=\"\(number(point.x))\" y=\"\(number(point.y))\""
        + " font-size=\"\(number(style.size))\"\(weight)\(anchor)>\(escaped(text))</text>"
    }
  }

  private static func outline(_ shape: Shape, _ p: Point, _ r: Double) -> String {
    switch shape {
    case .circle: "M\(number(p.x)) \(number(p.y))h.01"
    case .square: "M\(number(p.x - r)) \(number(p.y - r))h\(number(2 * r))v\(number(2 * r))h\(number(-2 * r))z"
    case .triangle: "M\(number(p.x)) \(number(p.y - r))l\(number(r)) \(number(2 * r))h\(number(-2 * r))z"
    case .diamond:
      "M\(number(p.x)) \(number(p.y - r))l\(number(r)) \(number(r))l\(number(-r)) \(number(r))l\(number(-r)) \(number(-r))z"
    }
  }

  private static func closed(_ head: String, _ name: String, _ tip: String?) -> String {
    guard let tip else { return "<\(head)/>" }
    return "<\(head)><title>\(escaped(tip))</title></\(name)>"
  }

  private static func isKnown(_ p: Point) -> Bool { p.x.isFinite && p.y.isFinite }

  /// A tenth of a pixel is as fine as anybody sees, and does not change with the machine that adds up.
  static func number(_ value: Double) -> String {
    let tenths = (value * 10).rounded()
    guard abs(tenths) < 1e9 else { return "0" }
    let whole = Int(abs(tenths)), sign = tenths < 0 ? "-" : ""
    return whole % 10 == 0 ? "\(sign)\(whole / 10)" : "\(sign)\(whole / 10).\(whole % 10)"
  }

  /// Names come from files that others wrote. What XML does not allow at all becomes a blank.
  public static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}", "\u{202A}"..."\u{202E}",
        "\u{2066}"..."\u{2069}":
        result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

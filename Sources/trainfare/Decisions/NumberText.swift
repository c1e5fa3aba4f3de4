/// A figure as a file writes it: the number, and what stands around it.
struct NumberText: Hashable, Sendable {
  var before: String
  var number: Double
  /// With its blank: ` TB/s`.
  var after: String

  /// Nil where the text does not begin with a number.
  init?(_ text: String) {
    var rest = Substring(text)
    while rest.first == " " { rest = rest.dropFirst() }
    before = rest.first == "$" ? "$" : ""
    if before == "$" { rest = rest.dropFirst() }
    var end = rest.endIndex
    // The longest beginning that is a number: `1e-5 s`, `2.9 TB/s`.
    while end > rest.startIndex {
      let part = rest[..<end]
      if part.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }), let value = Double(part), value.isFinite {
        number = value
        after = String(rest[end...])
        return
      }
      end = rest.index(before: end)
    }
    return nil
  }

  /// The unit alone.
  var unit: String { before + after.drop { $0 == " " } }

  func text(_ value: Double) -> String { before + NumberText.plain(value) + after }

  /// Seven digits, which is more than any answer is good for, without an exponent where that is short.
  static func plain(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "0" }
    var scale = 1.0
    while abs(value) * scale < 1e6, scale < 1e15 { scale *= 10 }
    let text = "\((value * scale).rounded() / scale)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

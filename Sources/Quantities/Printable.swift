// Names and notes come from files that others wrote; a terminal obeys some characters instead of showing them.

extension Unicode.Scalar {
  /// Whether a terminal obeys it: control characters, ends of lines, and marks that turn the direction of what follows, which could make
  /// one name look like another.
  public var isObeyed: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
    default: false
    }
  }
}

extension String {
  /// With a blank for each character that a terminal would obey.
  public var printable: String { printable(but: { _ in false }) }

  /// The same of a text of several lines, whose ends stay.
  public var printableLines: String { printable(but: { $0 == "\n" }) }

  private func printable(but isKept: (Unicode.Scalar) -> Bool) -> String {
    func isLeft(_ scalar: Unicode.Scalar) -> Bool { !scalar.isObeyed || isKept(scalar) }
    guard !unicodeScalars.allSatisfy(isLeft) else { return self }
    var text = ""
    for scalar in unicodeScalars { text.unicodeScalars.append(isLeft(scalar) ? scalar : " ") }
    return text
  }
}

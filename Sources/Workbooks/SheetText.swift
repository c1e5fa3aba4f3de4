/// Texts as a cell can have them.
public enum SheetText {
  /// Without characters that XML has no place for, and no longer than a cell takes.
  public static func safe(_ text: String) -> String {
    var count = 0, result = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in text.unicodeScalars {
      count += scalar.value > 0xFFFF ? 2 : 1
      guard count < Sheet.longestText else {
        result.append("…")
        break
      }
      // Every reader of XML takes a carriage return for a line break.
      if scalar == "\n", isAfterReturn {
        isAfterReturn = false
        continue
      }
      isAfterReturn = scalar == "\r"
      switch scalar.value {
      case 0x09, 0x0A: result.append(scalar)
      case 0x0D: result.append("\n")
      case 0..<0x20, 0xFFFE, 0xFFFF: result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

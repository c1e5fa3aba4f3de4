import Quantities
import Scenarios

/// `--over KEY` or `--over KEY=LOW..HIGH`, as far as the text tells.
struct AskedVariable {
  var key: String
  /// Texts of the ends.
  var range: (low: String, high: String)?
  var text: String

  static let help = "write it like price, tokens='100 B..10 T' or chips.trainium2.memory_bandwidth"

  /// Several, separated by commas.
  static func parse(_ texts: [String], _ option: String, _ reader: inout OptionReader) -> [AskedVariable] {
    let parts = texts.flatMap { text in
      text.split(separator: ",", omittingEmptySubsequences: false).map { (String($0), text) }
    }
    return parts.compactMap { part, text in
      let one = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let key = one[0].trimmed
      guard !key.isEmpty else {
        reader.problem("an input is missing", help: help, option: option, text: text)
        return nil
      }
      let plain = Variable.ofTypes + Variable.ofJobs
      if !key.contains("."), !plain.contains(key) {
        reader.unknown(key, option, among: plain + ["chips.NAME.FIELD"])
        return nil
      }
      guard one.count == 2 else { return AskedVariable(key: key, range: nil, text: part) }
      guard let dots = one[1].range(of: "..") else {
        reader.problem("'\(one[1])' is not LOW..HIGH", help: help, option: option, text: text)
        return nil
      }
      let low = String(one[1][..<dots.lowerBound]).trimmed, high = String(one[1][dots.upperBound...]).trimmed
      return AskedVariable(key: key, range: (low, high), text: part)
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    var part = self[...]
    while part.first == " " { part = part.dropFirst() }
    while part.last == " " { part = part.dropLast() }
    return String(part)
  }

  /// Foundation is not asked for this.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}

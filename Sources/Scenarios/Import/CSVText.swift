/// Comma-separated values by RFC 4180: quoted fields, doubled quotes, line breaks inside quotes, CR LF or LF.
struct CSVText {
  struct Field {
    var text: String
    var line: Int
    var column: Int
  }

  /// Every record with the positions of its fields; blank lines are skipped.
  static func parse(_ source: SourceText, _ problems: inout [Diagnostic]) -> [[Field]] {
    var scanner = CSVText(source)
    var records: [[Field]] = []
    while let record = scanner.next(&problems) { records.append(record) }
    return records
  }

  /// Fields of a line.
  private static let limit = 10_000

  private let source: SourceText
  // Bytes, not characters: large tables are mostly text that is only copied.
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var column = 1

  init(_ source: SourceText) {
    self.source = source
    bytes = Array(source.text.utf8)
  }

  /// The next record that is no blank line, for tables too long to be held whole; nil at the end.
  mutating func next(_ problems: inout [Diagnostic]) -> [Field]? {
    while position < bytes.count {
      let record = record(&problems)
      if record.count > 1 || record.first?.text.isEmpty == false { return record }
    }
    return nil
  }

  private static let quote = UInt8(ascii: "\""), comma = UInt8(ascii: ",")

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }
  /// Whether a line break starts here; a lone CR is taken for one, as old spreadsheets write it.
  private var atBreak: Bool { current == UInt8(ascii: "\n") || current == UInt8(ascii: "\r") }
  private var atEnd: Bool { current == nil || current == CSVText.comma || atBreak }

  private mutating func advance() {
    // Columns count characters; the bytes that only continue one are not counted.
    if bytes[position] & 0xC0 != 0x80 { column += 1 }
    position += 1
  }

  private mutating func takeBreak() {
    let isPair =
      current == UInt8(ascii: "\r") && position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n")
    position += isPair ? 2 : 1
    line += 1
    column = 1
  }

  private func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

  private mutating func record(_ problems: inout [Diagnostic]) -> [Field] {
    var fields: [Field] = []
    while true {
      let next = field(&problems)
      // A line of millions of fields is no table; what is beyond is counted out with the line.
      if fields.count < CSVText.limit {
        fields.append(next)
      } else if fields.count == CSVText.limit {
        problem("a line has more than \(CSVText.limit) fields", "is this the right file?", &problems)
        fields.append(next)
      }
      if current == CSVText.comma {
        advance()
        continue
      }
      if atBreak { takeBreak() }
      return fields
    }
  }

  private mutating func field(_ problems: inout [Diagnostic]) -> Field {
    if current == CSVText.quote { return quotedField(&problems) }
    let (line, column, start) = (line, column, position)
    while !atEnd {
      if current == CSVText.quote {
        problem(
          "a quote stands in the middle of a field", "quote the whole field and double the quote", &problems)
      }
      advance()
    }
    return Field(text: text(from: start), line: line, column: column)
  }

  private mutating func quotedField(_ problems: inout [Diagnostic]) -> Field {
    var field = Field(text: "", line: line, column: column)
    advance()
    var start = position
    while current != nil {
      if current == CSVText.quote {
        field.text += text(from: start)
        advance()
        // A doubled quote stands for one, which begins the next part.
        start = position
        if current == CSVText.quote {
          advance()
          continue
        }
        if !atEnd {
          problem("text follows a closing quote", "double quotes that belong to the text", &problems)
          while !atEnd { advance() }
        }
        return field
      }
      if atBreak { takeBreak() } else { advance() }
    }
    field.text += text(from: start)
    problems.append(
      Diagnostic(
        .error, "a quoted field is never closed", help: "add the closing quote",
        at: source.place(line: field.line, column: field.column)))
    return field
  }

  private func problem(_ message: String, _ help: String, _ problems: inout [Diagnostic]) {
    // A file of quotes has one on every character.
    guard problems.count < Reading.limit else { return }
    problems.append(Diagnostic(.error, message, help: help, at: source.place(line: line, column: column)))
  }
}

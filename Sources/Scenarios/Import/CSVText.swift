/// Comma-separated values by RFC 4180: quoted fields, doubled quotes, line breaks inside quotes, CR LF or LF.
struct CSVText {
  struct Field {
    var text: String
    var line: Int
    var column: Int
  }

  /// Every record with the positions of its fields; blank lines are skipped.
  static func parse(_ source: SourceText, _ problems: inout [Diagnostic]) -> [[Field]] {
    var scanner = CSVText(source: source, scalars: Array(source.text.unicodeScalars))
    var records: [[Field]] = []
    while scanner.position < scanner.scalars.count {
      let record = scanner.record(&problems)
      if record.count > 1 || record.first?.text.isEmpty == false { records.append(record) }
    }
    return records
  }

  private let source: SourceText
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var line = 1
  private var column = 1

  private init(source: SourceText, scalars: [Unicode.Scalar]) {
    self.source = source
    self.scalars = scalars
  }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }
  /// Whether a line break starts here; a lone CR is taken for one, as old spreadsheets write it.
  private var atBreak: Bool { current == "\n" || current == "\r" }

  private mutating func advance() {
    column += 1
    position += 1
  }

  private mutating func takeBreak() {
    if current == "\r", position + 1 < scalars.count, scalars[position + 1] == "\n" { position += 1 }
    position += 1
    line += 1
    column = 1
  }

  private mutating func record(_ problems: inout [Diagnostic]) -> [Field] {
    var fields: [Field] = []
    while true {
      fields.append(field(&problems))
      if current == "," {
        advance()
        continue
      }
      if atBreak { takeBreak() }
      return fields
    }
  }

  private mutating func field(_ problems: inout [Diagnostic]) -> Field {
    var field = Field(text: "", line: line, column: column)
    guard current == "\"" else {
      while let scalar = current, scalar != ",", !atBreak {
        if scalar == "\"" {
          problem(
            "a quote stands in the middle of a field", "quote the whole field and double the quote", &problems
          )
        }
        field.text.unicodeScalars.append(scalar)
        advance()
      }
      return field
    }
    advance()
    while let scalar = current {
      if scalar == "\"" {
        advance()
        if current == "\"" {
          field.text.unicodeScalars.append("\"")
          advance()
          continue
        }
        if current != nil, current != ",", !atBreak {
          problem("text follows a closing quote", "double quotes that belong to the text", &problems)
          while current != nil, current != ",", !atBreak { advance() }
        }
        return field
      }
      field.text.unicodeScalars.append(scalar)
      if atBreak { takeBreak() } else { advance() }
    }
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

/// A strict reader of RFC 4180, written apart from the writer, to read back what it wrote. Nil when the text breaks
/// the rules.
public func parseCSV(_ text: String, delimiter: Unicode.Scalar = ",") -> [[String]]? {
  var records: [[String]] = []
  var record: [String] = []
  var scalars = Array(text.unicodeScalars)[...]
  while !scalars.isEmpty {
    var field = String.UnicodeScalarView()
    if scalars.first == "\"" {
      scalars = scalars.dropFirst()
      while true {
        guard let next = scalars.popFirst() else { return nil }
        if next != "\"" {
          field.append(next)
        } else if scalars.first == "\"" {
          field.append("\"")
          scalars = scalars.dropFirst()
        } else {
          break
        }
      }
    } else {
      while let next = scalars.first, next != delimiter, next != "\r", next != "\n" {
        if next == "\"" { return nil }
        field.append(next)
        scalars = scalars.dropFirst()
      }
    }
    record.append(String(field))
    guard let end = scalars.popFirst() else { return nil }
    if end == delimiter { continue }
    guard end == "\r", scalars.popFirst() == "\n" else { return nil }
    records.append(record)
    record = []
  }
  return record.isEmpty ? records : nil
}

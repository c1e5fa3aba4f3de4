import TestSupport
import Testing

@testable import Reporting
@testable import Scenarios

@Suite struct CSVTests {
  private struct Pair {
    var name: String?
    var value: Double?
  }
  private let columns: [Column<Pair>] = [.text("name") { $0.name }, .number("value") { $0.value }]

  @Test(
    "Text comes back as it went in, whatever is in it",
    arguments: [
      "plain", "a,b", "say \"hi\"", "two\nlines", "two\r\nlines", "carriage\rreturn", "🚂 Züge 列车", " padded ",
      "semi;colon", "tab\tinside", "", "\"", ",", "\r\n",
    ])
  func roundTrip(text: String) throws {
    let written = CSV.text(columns, [Pair(name: text, value: 1)])
    let read = try #require(parseCSV(written))
    // Text that begins with a carriage return is neutralized besides.
    let expected = text.unicodeScalars.first == "\r" ? "'" + text : text
    #expect(read == [["name", "value"], [expected, "1"]])
  }

  @Test(
    "Text that a spreadsheet would run gets an apostrophe",
    arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0"])
  func neutralized(text: String) throws {
    let read = try #require(parseCSV(CSV.text(columns, [Pair(name: text)])))
    #expect(read[1][0] == "'" + text)
  }

  @Test("Negative numbers stay numbers")
  func negativeNumbers() throws {
    let read = try #require(parseCSV(CSV.text(columns, [Pair(name: "x", value: -1.5)])))
    #expect(read[1][1] == "-1.5")
  }

  @Test(
    "Numbers come back bit by bit",
    arguments: [
      0, 1, 0.1, 1.0 / 3, 1e12, 123_456_789.012_345, 1e300, .leastNonzeroMagnitude, 1e-5, 9_007_199_254_740_992, -2.5,
    ])
  func exactNumbers(value: Double) throws {
    let read = try #require(parseCSV(CSV.text(columns, [Pair(name: "x", value: value)])))
    #expect(Double(read[1][1]) == value)
  }

  @Test(
    "What is unknown, not a number or infinite is empty, never 0", arguments: [nil, Double.nan, .infinity])
  func unknown(value: Double?) {
    #expect(CSV.text(columns, [Pair(name: nil, value: value)]) == "name,value\r\n,\r\n")
  }

  @Test("A spreadsheet's own delimiter, decimal comma and byte order mark")
  func dialects() {
    let dialect = CSVDialect(delimiter: ";", decimal: ",", byteOrderMark: true)
    #expect(
      CSV.text(columns, [Pair(name: "a;b", value: 1.5)], dialect) == "\u{FEFF}name;value\r\n\"a;b\";1,5\r\n")
    #expect(
      CSV.text(columns, [Pair(name: "1.5", value: 1e-7)], dialect) == "\u{FEFF}name;value\r\n1.5;1e-07\r\n")
  }

  @Test("No rows still have a header")
  func header() { #expect(CSV.text(columns, []) == "name,value\r\n") }

  @Test("A job with a hostile name keeps every record whole")
  func hostileJob() throws {
    let name = "=HYPERLINK(\"http://x\",\"y\"),\r\n🚂"
    let text = CSV.text(ResultColumns.all, [Sample.row(job: Sample.job(name)), Sample.row()])
    let records = try #require(parseCSV(text))
    #expect(records.map(\.count) == Array(repeating: ResultColumns.all.count { $0.kind != .json }, count: 3))
    #expect(records[1][1] == "'" + name)
  }
}

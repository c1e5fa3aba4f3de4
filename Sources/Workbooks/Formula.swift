/// A formula of a spreadsheet, put together from smaller ones. It works nothing out: a spreadsheet does.
public struct Formula: Sendable, Equatable {
  /// Without the `=` in front.
  public let text: String
  /// Whether it can be a part of a larger one without parentheses.
  private let isWhole: Bool

  private init(_ text: String, isWhole: Bool) { (self.text, self.isWhole) = (text, isWhole) }

  /// A constant: the shortest text that reads back as the same number.
  public init(_ number: Double) {
    let text = String(number.description.map { $0 == "e" ? "E" : $0 })
    self.init(text.hasSuffix(".0") ? String(text.dropLast(2)) : text, isWhole: number >= 0)
  }

  /// A cell: `F7`, `$F$7`, `Options!$F$7`, or a name that the workbook defines.
  public static func cell(_ name: String) -> Formula { Formula(name, isWhole: true) }
  /// A text. Quotes in it are doubled.
  public static func text(_ text: String) -> Formula {
    Formula("\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\"", isWhole: true)
  }
  public static func call(_ function: String, _ arguments: Formula...) -> Formula {
    Formula("\(function)(\(arguments.map(\.text).joined(separator: ",")))", isWhole: true)
  }

  private var operand: String { isWhole ? text : "(\(text))" }
  private static func joined(_ a: Formula, _ sign: String, _ b: Formula) -> Formula {
    Formula(a.operand + sign + b.operand, isWhole: false)
  }

  public static func + (a: Formula, b: Formula) -> Formula { joined(a, "+", b) }
  public static func - (a: Formula, b: Formula) -> Formula { joined(a, "-", b) }
  public static func * (a: Formula, b: Formula) -> Formula { joined(a, "*", b) }
  public static func / (a: Formula, b: Formula) -> Formula { joined(a, "/", b) }
  public func orMore(_ least: Formula) -> Formula { .call("MAX", self, least) }
  public func orLess(_ most: Formula) -> Formula { .call("MIN", self, most) }
  public var roundedUp: Formula { .call("ROUNDUP", self, Formula(0)) }
  public func above(_ limit: Formula, _ yes: Formula, else no: Formula) -> Formula {
    .call("IF", Formula.joined(self, ">", limit), yes, no)
  }

  public static let unknown = "unknown"

  /// The formula where all of these cells have numbers; the word `unknown` where one has none.
  public func knowing(_ cells: [Formula]) -> Formula {
    let count = Formula("COUNT(\(cells.map(\.text).joined(separator: ",")))", isWhole: true)
    return .call("IF", Formula.joined(count, "=", Formula(Double(cells.count))), self, .text(Formula.unknown))
  }
}

/// Where a cell is, as formulas name it.
public enum Reference {
  /// `A` of 0, `AB` of 27.
  public static func column(_ index: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(65 + index % 26)))
    return index < 26 ? letter : column(index / 26 - 1) + letter
  }

  /// Of a row and a column counted from 0.
  public static func cell(_ row: Int, _ column: Int, isFixed: Bool = false) -> String {
    let mark = isFixed ? "$" : ""
    return mark + Reference.column(column) + mark + "\(row + 1)"
  }

  /// `$C$5:$C$9`, of a column from one row to another.
  public static func range(_ column: Int, _ rows: ClosedRange<Int>, of sheet: String? = nil) -> String {
    (sheet.map { $0 + "!" } ?? "") + cell(rows.lowerBound, column, isFixed: true) + ":"
      + cell(rows.upperBound, column, isFixed: true)
  }
}

/// One cell of a sheet: what is in it and what it looks like.
public struct SheetCell: Sendable, Equatable {
  public enum Content: Sendable, Equatable {
    case empty
    /// Never a formula, whatever it begins with.
    case text(String)
    case number(Double)
    /// With what it comes to now, so that who does not work it out again shows the right figure.
    case formula(Formula, Result)
  }

  public enum Result: Sendable, Equatable {
    case number(Double)
    case text(String)
  }

  public var content: Content
  public var style: CellStyle

  public init(_ content: Content, _ style: CellStyle = CellStyle(.plain)) {
    (self.content, self.style) = (content, style)
  }

  public static func text(_ text: String, _ role: CellStyle.Role = .plain) -> SheetCell {
    SheetCell(.text(text), CellStyle(role))
  }
  public static let empty = SheetCell(.empty)
  /// Above numbers it stands on their side.
  public static func heading(_ text: String, ofNumbers: Bool) -> SheetCell {
    SheetCell(.text(text), CellStyle(.heading, ofNumbers ? .whole : .general))
  }
}

public struct CellStyle: Sendable, Hashable {
  public enum Role: Sendable, Hashable, CaseIterable {
    case title, subtitle, band, heading, plain, wrapped, faint
    /// For the reader to change.
    case input
    /// Taken as it is.
    case fixed
    case live
    /// What the reader looks for first.
    case answer
    /// In a ranking.
    case place
  }

  public enum Format: String, Sendable, CaseIterable {
    case general = "General"
    case whole = "#,##0"
    case dollars = "\"$\"#,##0"
    case cents = "\"$\"#,##0.00"
    case fineDollars = "\"$\"#,##0.0000"
    case percent = "0.0%"
    case tenths = "#,##0.0"
    case hundredths = "#,##0.00"
    case thousandths = "#,##0.000"
    case times = "0.000\"×\""
  }

  public var role: Role
  public var format: Format

  public init(_ role: Role, _ format: Format = .general) { (self.role, self.format) = (role, format) }
}

/// A sheet but for its rows, which come one after the other.
public struct Sheet: Sendable {
  public var name: String
  /// Of each column, in characters.
  public var widths: [Double]
  public var frozenRows: Int
  public var frozenColumns: Int

  /// Columns that are there for pictures alone.
  public var hidden: ClosedRange<Int>?

  public init(
    name: String, widths: [Double], frozenRows: Int = 0, frozenColumns: Int = 0, hidden: ClosedRange<Int>? = nil
  ) {
    self.hidden = hidden
    (self.name, self.widths) = (name, widths)
    (self.frozenRows, self.frozenColumns) = (frozenRows, frozenColumns)
  }

  /// What fits on a page that lies on its side.
  var isNarrow: Bool {
    widths.enumerated().reduce(0) { $0 + (hidden?.contains($1.offset) == true ? 0 : $1.element) } < 220
  }

  /// In points, of a row whose texts are broken into lines.
  func height(_ row: [SheetCell]) -> Double? {
    let lines =
      zip(row, widths).map { cell, width -> Double in
        guard [.heading, .wrapped].contains(cell.style.role), case .text(let text) = cell.content else { return 0 }
        return (Double(text.count) * (cell.style.role == .heading ? 1.25 : 1.05) / width).rounded(.up)
      }.max() ?? 0
    return lines > 1 ? 15 * lines + 3 : nil
  }

  /// As many as spreadsheets take.
  public static let mostRows = 1_048_576
  /// Of one text, in UTF-16.
  public static let longestText = 32_767
}

/// What may be typed into cells.
public struct Validation: Sendable {
  public var column: Int
  public var rows: ClosedRange<Int>
  public var values: ClosedRange<Double>
  /// What a reader is told who types something else.
  public var message: String

  public init(column: Int, rows: ClosedRange<Int>, values: ClosedRange<Double>, message: String) {
    (self.column, self.rows, self.values, self.message) = (column, rows, values, message)
  }
}

/// Bars that lie, each put together from parts.
public struct BarChart: Sendable {
  public struct Part: Sendable {
    public var name: String
    /// Cells with the values: `Summary!$C$5:$C$9`.
    public var values: String
    /// 0xRRGGBB; nil: it holds the place and is not seen.
    public var colour: UInt32?
    public init(name: String, values: String, colour: UInt32?) {
      (self.name, self.values, self.colour) = (name, values, colour)
    }
  }

  public var title: String
  public var axis: String
  /// Cells with the names of the bars.
  public var names: String
  public var bars: Int
  public var parts: [Part]
  public var format: CellStyle.Format

  /// In points.
  var height: Double { 130 + 34 * Double(bars) }
  /// How many rows of a sheet it lies on.
  public var rows: Int { Int((height / 15).rounded(.up)) + 1 }

  public init(title: String, axis: String, names: String, bars: Int, parts: [Part], format: CellStyle.Format) {
    (self.title, self.axis, self.names, self.bars) = (title, axis, names, bars)
    (self.parts, self.format) = (parts, format)
  }
}

/// Where a workbook is put together: in a file, or in memory for who wants to look at it.
public protocol BookTarget: AnyObject {
  /// Sheets stand in the order in which they are added.
  func add(_ sheet: Sheet) -> Int
  /// The next row of a sheet.
  func append(_ row: [SheetCell], to sheet: Int)
  /// A name for a cell, `Summary!$B$5` say.
  func define(_ name: String, _ cell: String)
  func allow(_ validation: Validation, in sheet: Int)
  /// Arrows over a row of headings, which filter and sort what is below.
  func filter(row: Int, columns: ClosedRange<Int>, through last: Int, in sheet: Int)
  func draw(_ chart: BarChart, row: Int, column: Int, in sheet: Int)
}

extension BookTarget {
  public func append(rows: [[SheetCell]], to sheet: Int) {
    for row in rows { append(row, to: sheet) }
  }
}

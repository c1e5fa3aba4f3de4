/// One column of a result: its name with the unit in it, what kind of value it holds, how to get it from a row.
///
/// The same list of columns makes CSV, JSON, Markdown and tables, so that no format says what another does not.
public struct Column<Row>: Sendable {
  public enum Kind: String, CaseIterable, Sendable { case text, integer, number, fraction, bool, json }
  public enum Alignment: Sendable { case left, right }

  public var name: String
  public var kind: Kind
  /// As docs/Output.md names it; nil where the values have none.
  public var unit: String?
  public var alignment: Alignment
  /// A table too wide for its screen leaves out the column with the highest number first; 0 always stays.
  public var dispensable: Int
  public var value: @Sendable (Row) -> Cell
}

/// One value of one row. Unknown is a value of its own: no format may print it as 0.
public enum Cell: Sendable, Equatable {
  case unknown
  case text(String)
  case integer(Int)
  case number(Double)
  case bool(Bool)
  /// A JSON value as it is written. Columns of such are in JSON alone.
  case json(String)

  /// NaN and infinities are nobody's result; a column that meets one says unknown.
  init(_ value: Double?) {
    guard let value, value.isFinite else { self = .unknown; return }
    self = .number(value)
  }
}

extension Column {
  public static func text(_ name: String, _ value: @escaping @Sendable (Row) -> String?) -> Column {
    Column(name: name, kind: .text, alignment: .left, dispensable: 0) { value($0).map(Cell.text) ?? .unknown }
  }

  public static func integer(
    _ name: String, unit: String? = nil, _ value: @escaping @Sendable (Row) -> Int?
  ) -> Column {
    Column(name: name, kind: .integer, unit: unit, alignment: .right, dispensable: 0) {
      value($0).map(Cell.integer) ?? .unknown
    }
  }

  public static func number(
    _ name: String, unit: String? = nil, _ value: @escaping @Sendable (Row) -> Double?
  ) -> Column {
    Column(name: name, kind: .number, unit: unit, alignment: .right, dispensable: 0) { Cell(value($0)) }
  }

  public static func fraction(_ name: String, _ value: @escaping @Sendable (Row) -> Double?) -> Column {
    Column(name: name, kind: .fraction, alignment: .right, dispensable: 0) { Cell(value($0)) }
  }

  public static func bool(_ name: String, _ value: @escaping @Sendable (Row) -> Bool?) -> Column {
    Column(name: name, kind: .bool, alignment: .left, dispensable: 0) { value($0).map(Cell.bool) ?? .unknown }
  }

  public static func json(_ name: String, _ value: @escaping @Sendable (Row) -> String) -> Column {
    Column(name: name, kind: .json, alignment: .left, dispensable: 0) { .json(value($0)) }
  }

  /// The same column of rows of another type.
  func over<Other>(_ value: @escaping @Sendable (Other) -> Cell) -> Column<Other> {
    Column<Other>(
      name: name, kind: Column<Other>.Kind(rawValue: kind.rawValue) ?? .text, unit: unit,
      alignment: alignment == .left ? .left : .right, dispensable: dispensable, value: value)
  }

  /// A column for people: a heading, and a text in the unit that suits it.
  static func shown(
    _ heading: String, _ alignment: Alignment = .right, dispensable: Int = 0,
    _ value: @escaping @Sendable (Row) -> String?
  ) -> Column {
    Column(name: heading, kind: .text, alignment: alignment, dispensable: dispensable) {
      value($0).map(Cell.text) ?? .unknown
    }
  }
}

extension Cell {
  /// For machines: the shortest text that reads back as the same value; nil when unknown.
  public var exact: String? {
    switch self {
    case .unknown: nil
    case .text(let text), .json(let text): text
    case .integer(let value): "\(value)"
    case .number(let value): Cell.exact(value)
    case .bool(let value): value ? "true" : "false"
    }
  }

  /// `1.0` is written `1`: every reader takes that for the same number.
  private static func exact(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// For people; unknown is a dash.
  var shown: String { exact ?? "–" }
}

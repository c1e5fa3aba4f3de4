import Planning
import Quantities
import Scenarios

/// The result of one case, as cells of the columns of results: what is written, kept, resumed and compared.
public struct SuiteRow: Sendable, Equatable {
  public var cells: [Cell]

  public init(cells: [Cell]) { self.cells = cells }

  public init(
    _ result: OptionResult, job: Job, suite: String, name: String, setting: RowSetting = RowSetting()
  ) {
    let row = ResultRow(job: job, result: result).set(setting)
    cells = ResultColumns.all.map { $0.value(row) }
    self["suite"] = .text(suite)
    self["case"] = .text(name)
  }

  /// A case that names what is not there, or a file that cannot be read: a row with the reason.
  public init(_ one: SuiteCase, suite: String, unreadable problems: Diagnostics) {
    cells = ResultColumns.all.map { _ in .unknown }
    self["schema_version"] = .integer(Release.schemaVersion)
    self["suite"] = .text(suite)
    self["case"] = .text(one.name)
    if case .model(let model) = one.work { self["model"] = .text(model) }
    self["instance"] = .text(one.instance)
    self["feasible"] = .bool(false)
    self["why_not"] = .text(problems.all.map(\.message).joined(separator: "; "))
  }

  public subscript(column: String) -> Cell {
    get { SuiteRow.index[column].flatMap { cells.indices.contains($0) ? cells[$0] : nil } ?? .unknown }
    set { if let index = SuiteRow.index[column] { cells[index] = newValue } }
  }

  static let index = Dictionary(uniqueKeysWithValues: ResultColumns.all.enumerated().map { ($1.name, $0) })

  /// The columns of results over rows that are cells already.
  public static let columns: [Column<SuiteRow>] = ResultColumns.all.enumerated().map { index, column in
    column.over { $0.cells.indices.contains(index) ? $0.cells[index] : .unknown }
  }

  public func text(_ column: String) -> String? {
    if case .text(let text) = self[column] { text } else { nil }
  }

  public func number(_ column: String) -> Double? {
    switch self[column] {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  public var isFeasible: Bool { self["feasible"] == .bool(true) }
}

extension SuiteRow {
  /// What of the expectations does not hold, each at its place in the suite.
  public func failures(_ expectations: [Expectation]) -> [Diagnostic] {
    expectations.compactMap { one in
      let found = self[one.column]
      let isKept: Bool
      switch (one.bound, found) {
      case (.isTrue(let due), .bool(let value)): isKept = due == value
      case (.word(let due), .text(let value)):
        // A reason may say more than what is expected of it.
        isKept = one.column == "why_not" ? value.contains(due) : value == due
      case (_, .number(let value)): isKept = one.isKept(value)
      case (_, .integer(let value)): isKept = one.isKept(Double(value))
      default: isKept = false
      }
      if isKept { return nil }
      let name = "\(text("suite") ?? "")/\(text("case") ?? "")"
      let value =
        switch found {
        case .unknown: "unknown"
        case .number(let value): Figures.significant(value, 4)
        default: found.shown
        }
      let why = found == .unknown ? text("why_not").map { "it does not run: \($0)" } : nil
      return Diagnostic(
        .error, "\(name): \(one.column) is \(value), expected \(one.text)", help: why, at: one.place)
    }
  }
}

extension SuiteRow {
  /// One line that reads back as the same row: cells between tabs, each with a letter for its kind.
  public var line: String {
    cells.map { cell in
      switch cell {
      case .unknown: "u"
      case .text(let text): "t" + SuiteRow.escaped(text)
      case .integer: "i" + (cell.exact ?? "")
      case .number: "n" + (cell.exact ?? "")
      case .bool: "b" + (cell.exact ?? "")
      case .json(let text): "j" + SuiteRow.escaped(text)
      }
    }.joined(separator: "\t")
  }

  public init?(line: String) {
    let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
    guard parts.count == ResultColumns.all.count else { return nil }
    cells = []
    for part in parts {
      let rest = String(part.dropFirst())
      switch part.first {
      case "u" where rest.isEmpty: cells.append(.unknown)
      case "t": cells.append(.text(SuiteRow.unescaped(rest)))
      case "j": cells.append(.json(SuiteRow.unescaped(rest)))
      case "b" where rest == "true" || rest == "false": cells.append(.bool(rest == "true"))
      case "i":
        guard let value = Int(rest) else { return nil }
        cells.append(.integer(value))
      case "n":
        guard let value = Double(rest) else { return nil }
        cells.append(.number(value))
      default: return nil
      }
    }
  }

  private static let escapes: [(Unicode.Scalar, Unicode.Scalar)] = [
    ("\\", "\\"), ("\t", "t"), ("\n", "n"), ("\r", "r"),
  ]

  private static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let escape = escapes.first(where: { $0.0 == scalar }) {
        result.append("\\")
        result.append(escape.1)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func unescaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "\\", let next = scalars.next() else {
        result.append(scalar)
        continue
      }
      result.append(escapes.first { $0.1 == next }?.0 ?? next)
    }
    return String(result)
  }
}

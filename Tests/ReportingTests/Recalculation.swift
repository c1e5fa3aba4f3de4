import Workbooks

/// A workbook in memory that works its formulas out from their texts, as a spreadsheet does: so many functions as ours have.
final class Recalculation: BookTarget {
  enum Value: Equatable {
    case empty
    case number(Double)
    case text(String)
    case error
  }

  private(set) var sheets: [(sheet: Sheet, rows: [[SheetCell]])] = []
  private(set) var charts: [BarChart] = []
  private var names: [String: String] = [:]
  private var known: [String: Value] = [:]

  func add(_ sheet: Sheet) -> Int {
    sheets.append((sheet, []))
    return sheets.count - 1
  }
  func append(_ row: [SheetCell], to sheet: Int) { sheets[sheet].rows.append(row) }
  func define(_ name: String, _ cell: String) { names[name] = cell }
  func allow(_ validation: Validation, in sheet: Int) {}
  func filter(row: Int, columns: ClosedRange<Int>, through last: Int, in sheet: Int) {}
  func draw(_ chart: BarChart, row: Int, column: Int, in sheet: Int) { charts.append(chart) }

  // MARK: Cells

  private func index(_ sheet: String) -> Int { sheets.firstIndex { $0.sheet.name == sheet } ?? 0 }

  func cell(_ sheet: String, _ row: Int, _ column: Int) -> SheetCell {
    let rows = sheets[index(sheet)].rows
    return rows.indices.contains(row) && rows[row].indices.contains(column) ? rows[row][column] : .empty
  }

  /// Puts a number in the place of what is there.
  func set(_ sheet: String, _ row: Int, _ column: Int, _ value: Double?) {
    sheets[index(sheet)].rows[row][column].content = value.map { .number($0) } ?? .empty
    known = [:]
  }

  /// The column of a heading.
  func column(_ heading: String, in sheet: String = "Options", row: Int = 1) -> Int? {
    sheets[index(sheet)].rows[row].firstIndex { $0.content == .text(heading) }
  }

  func value(_ sheet: String, _ row: Int, _ column: Int) -> Value {
    let key = "\(sheet)!\(row),\(column)"
    if let value = known[key] { return value }
    let value: Value =
      switch cell(sheet, row, column).content {
      case .empty: .empty
      case .text(let text): .text(text)
      case .number(let number): .number(number)
      case .formula(let formula, _): Reading(self, sheet, formula.text).value
      }
    known[key] = value
    return value
  }

  /// Cells whose result is not the one that stands with the formula.
  var differences: [String] {
    sheets.flatMap { sheet, rows in
      rows.enumerated().flatMap { row, cells in
        cells.enumerated().compactMap { column, cell -> String? in
          guard case .formula(let formula, let result) = cell.content else { return nil }
          let found = value(sheet.name, row, column)
          switch (found, result) {
          case (.number(let a), .number(let b)) where abs(a - b) <= 1e-9 * max(abs(a), abs(b)): return nil
          case (.text(let a), .text(let b)) where a == b: return nil
          case (.empty, .text("")): return nil
          default:
            return "\(sheet.name)!\(Reference.cell(row, column)) \(formula.text): \(found), and not \(result)"
          }
        }
      }
    }
  }

  var formulas: Int {
    sheets.flatMap(\.rows).joined().count {
      if case .formula = $0.content { true } else { false }
    }
  }

  // MARK: Formulas

  /// One formula, read from left to right.
  private struct Reading {
    private let book: Recalculation
    private let sheet: String
    private var rest: Substring

    /// What an argument is: cells, or one value.
    private enum Term {
      case cells([Value])
      case one(Value)
      var value: Value {
        switch self {
        case .cells(let values): values.first ?? .empty
        case .one(let value): value
        }
      }
      var all: [Value] {
        switch self {
        case .cells(let values): values
        case .one(let value): [value]
        }
      }
    }

    init(_ book: Recalculation, _ sheet: String, _ text: String) {
      (self.book, self.sheet, rest) = (book, sheet, text[...])
    }

    var value: Value {
      var copy = self
      let value = copy.comparison().value
      return copy.rest.isEmpty ? value : .error
    }

    private mutating func take(_ text: String) -> Bool {
      guard rest.hasPrefix(text) else { return false }
      rest.removeFirst(text.count)
      return true
    }

    private static func number(_ value: Value) -> Double? {
      switch value {
      case .number(let number): number
      case .empty: 0
      default: nil
      }
    }

    private static func both(_ a: Term, _ b: Term, _ work: (Double, Double) -> Double) -> Term {
      guard let a = number(a.value), let b = number(b.value) else { return .one(.error) }
      let result = work(a, b)
      return .one(result.isFinite ? .number(result) : .error)
    }

    private mutating func comparison() -> Term {
      let left = sum()
      for (sign, holds) in [("=", { $0 == $1 }), (">", { $0 > $1 })] as [(String, (Double, Double) -> Bool)]
      where take(sign) {
        return Self.both(left, sum()) { holds($0, $1) ? 1 : 0 }
      }
      return left
    }

    private mutating func sum() -> Term {
      var left = product()
      while true {
        if take("+") {
          left = Self.both(left, product(), +)
        } else if take("-") {
          left = Self.both(left, product(), -)
        } else {
          return left
        }
      }
    }

    private mutating func product() -> Term {
      var left = operand()
      while true {
        if take("*") {
          left = Self.both(left, operand(), *)
        } else if take("/") {
          left = Self.both(left, operand(), /)
        } else {
          return left
        }
      }
    }

    private mutating func operand() -> Term {
      if take("(") {
        let value = comparison()
        return take(")") ? value : .one(.error)
      }
      if take("-") { return Self.both(.one(.number(0)), operand(), -) }
      if take("\"") {
        var text = ""
        while let character = rest.popFirst() {
          if character != "\"" {
            text.append(character)
          } else if rest.first == "\"" {
            text.append(rest.removeFirst())
          } else {
            return .one(.text(text))
          }
        }
        return .one(.error)
      }
      let isNumber = rest.first?.isNumber ?? false
      var word = rest.prefix { $0.isLetter || $0.isNumber || "$!._:".contains($0) }
      rest.removeFirst(word.count)
      // 1E-09
      if isNumber, word.hasSuffix("E"), let sign = rest.first, "+-".contains(sign) {
        rest.removeFirst()
        let digits = rest.prefix(while: \.isNumber)
        rest.removeFirst(digits.count)
        word = word + String(sign) + digits
      }
      if isNumber { return .one(Double(word).map(Value.number) ?? .error) }
      if take("(") { return call(String(word)) }
      return cells(book.names[String(word)] ?? String(word))
    }

    private func cells(_ name: String) -> Term {
      let parts = name.split(separator: "!"), sheet = parts.count == 2 ? String(parts[0]) : self.sheet
      let ends = (parts.last ?? "").split(separator: ":").map { Self.place($0.filter { $0 != "$" }) }
      guard let first = ends.first, let last = ends.last else { return .one(.error) }
      let values = (first.row...last.row).flatMap { row in
        (first.column...last.column).map { book.value(sheet, row, $0) }
      }
      return .cells(values)
    }

    private static func place(_ name: String) -> (row: Int, column: Int) {
      let letters = name.prefix(while: \.isLetter)
      let column = letters.unicodeScalars.reduce(0) { $0 * 26 + Int($1.value) - 64 }
      return ((Int(name.dropFirst(letters.count)) ?? 1) - 1, column - 1)
    }

    private mutating func call(_ name: String) -> Term {
      var list: [Term] = []
      if !take(")") {
        repeat { list.append(comparison()) } while take(",")
        guard take(")") else { return .one(.error) }
      }
      return .one(Self.result(name, list))
    }

    private static func result(_ name: String, _ list: [Term]) -> Value {
      func numbers(_ terms: some Sequence<Term>) -> [Double] {
        terms.flatMap(\.all).compactMap { if case .number(let value) = $0 { value } else { nil } }
      }
      func at(_ index: Int) -> Double { number(list[index].value) ?? .nan }
      switch name {
      case "IF":
        guard let condition = number(list[0].value) else { return .error }
        return list[condition == 0 ? 2 : 1].value
      case "IFERROR": return list[0].value == .error ? list[1].value : list[0].value
      case "COUNT": return .number(Double(numbers(list).count))
      case "COUNTA": return .number(Double(list.flatMap(\.all).count { $0 != .empty }))
      case "COUNTIF": return .number(Double(numbers([list[0]]).count { $0 == at(1) }))
      case "COUNTIFS":
        // Names in the first column, numbers of at least 0 in the second.
        let rows = zip(list[0].all, list[2].all)
        return .number(Double(rows.count { $0 == list[1].value && (number($1) ?? -1) >= 0 && $1 != .empty }))
      case "_xlfn.MINIFS":
        let rows = zip(list[0].all, list[1].all).filter { $1 == list[2].value }
        return .number(numbers(rows.map { Term.one($0.0) }).min() ?? 0)
      case "MAX", "MIN":
        guard !list.contains(where: { $0.value == .error }) else { return .error }
        return .number((name == "MAX" ? numbers(list).max() : numbers(list).min()) ?? 0)
      case "ROUNDUP": return at(0).isNaN ? .error : .number(at(0).rounded(at(0) < 0 ? .down : .up))
      case "RANK": return .number(Double(1 + numbers([list[1]]).count { $0 < at(0) }))
      case "MATCH":
        let place = list[1].all.firstIndex { $0 == list[0].value }
        return place.map { .number(Double($0 + 1)) } ?? .error
      case "INDEX":
        guard let place = number(list[1].value), place >= 1, Int(place) <= list[0].all.count else { return .error }
        return list[0].all[Int(place) - 1]
      default: return .error
      }
    }
  }
}

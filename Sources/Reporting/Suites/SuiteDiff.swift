import Quantities
import Scenarios

/// What differs between two runs of suites, case by case, and why as far as the rows tell.
public struct SuiteDiff: Sendable {
  public var old: String
  public var new: String
  /// In the order of the new run; cases that are gone follow in the order of the old one.
  public var cases: [CaseDiff]
  /// Names that several rows of one run share: the first of them counts.
  public var repeated: [String]
  /// What columns the files have.
  let columns: (old: Set<String>, new: Set<String>)

  /// What a file must have to be compared.
  public static let needed = ["suite", "case", "instance", "feasible"]

  public init(_ old: ResultTable, _ new: ResultTable) {
    self.old = old.name
    self.new = new.name
    // A comparison's rows share one case, and differ in their type and way to buy.
    let short = ["suite", "case"], long = ["suite", "case", "instance", "pricing"]
    let key = [old, new].allSatisfy { KeyedRows($0, short).isUnique } ? short : long
    let before = KeyedRows(old, key), after = KeyedRows(new, key)
    repeated = Set(before.repeated).union(after.repeated).sorted()
    columns = (Set(old.columns), Set(new.columns))
    let files = Set(old.fingerprints.keys).union(new.fingerprints.keys).filter {
      old.fingerprints[$0] != new.fingerprints[$0]
    }
    // Without the fingerprints of both runs, nothing is known of their files.
    let changed = old.fingerprints.isEmpty || new.fingerprints.isEmpty ? nil : files.sorted()
    // What a file does not have is no change.
    let shared = Set(old.columns).intersection(new.columns)
    cases = after.order.map { CaseDiff(name: $0, before.rows[$0], after.rows[$0], changed, columns: shared) }
    cases += before.order.filter { after.rows[$0] == nil }.map {
      CaseDiff(name: $0, before.rows[$0], nil, changed)
    }
  }
}

/// The rows of a run by their names; of twins, the first.
private struct KeyedRows {
  var order: [String] = []
  var rows: [String: [String: String]] = [:]
  var repeated: [String] = []
  var isUnique: Bool { repeated.isEmpty }

  init(_ table: ResultTable, _ key: [String]) {
    for values in table.rows {
      var row: [String: String] = [:]
      for (column, value) in zip(table.columns, values) { row[column] = value }
      let name = key.compactMap { row[$0] }.joined(separator: "/")
      if rows[name] != nil {
        repeated.append(name)
      } else {
        order.append(name)
        rows[name] = row
      }
    }
  }
}

/// One case in two runs.
public struct CaseDiff: Sendable {
  public enum Kind: String, Sendable { case same, changed, added, removed }

  public var name: String
  public var kind: Kind
  /// In the order of the columns of results.
  public var changes: [Change]
  public var causes: [Cause]
  var old: [String: String]
  var new: [String: String]

  public struct Change: Sendable, Equatable {
    public var column: String
    public var old: String?
    public var new: String?
    /// new ÷ old − 1 of two numbers, the old one not 0.
    public var fraction: Double?
  }

  /// Why the cost or the speed of a case changed. Factors multiply to the ratio of the costs.
  public struct Cause: Sendable, Equatable {
    public var what: String
    /// What it alone makes of the cost; nil where that cannot be told apart.
    public var factor: Double?
  }

  /// - Parameter columns: those that both files have; nil: all.
  init(
    name: String, _ old: [String: String]?, _ new: [String: String]?, _ files: [String]?, columns: Set<String>? = nil
  ) {
    self.name = name
    self.old = old ?? [:]
    self.new = new ?? [:]
    changes = []
    causes = []
    guard let old, let new else {
      kind = old == nil ? .added : .removed
      return
    }
    // What a row of an older version could not have is no change.
    let unwritten = [old, new].contains(where: Attribution.hasNoFactors) ? CostFactor.ofOwnColumns.map(\.column) : []
    changes = ResultColumns.compared.filter { (columns?.contains($0.name) ?? true) && !unwritten.contains($0.name) }
      .compactMap { column in
        let (a, b) = (old[column.name], new[column.name])
        if a == b || column.kind != .integer && CaseDiff.areEqual(a, b) { return nil }
        return Change(column: column.name, old: a, new: b, fraction: CaseDiff.fraction(a, b))
      }
    kind = changes.isEmpty ? .same : .changed
    if kind == .changed {
      causes = Attribution(old: old, new: new, files: files).causes(changes.map(\.column))
    }
  }

  /// By how much two figures may differ and count as the same, as a part of the larger. Kinds of processors add up in another
  /// order, which moves the last of sixteen digits; nothing that anybody asks about is so small.
  public static let tolerance = 1e-9

  static func areEqual(_ old: String?, _ new: String?) -> Bool {
    guard let a = figure(old), let b = figure(new) else { return false }
    return abs(a - b) <= tolerance * max(abs(a), abs(b))
  }

  /// A figure as files of results have it; nil for anything else, such as `nan`, `1,5`, `$3` and `0x1`.
  static func figure(_ text: String?) -> Double? {
    guard let text, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let value = Double(text),
      value.isFinite
    else { return nil }
    return value
  }

  private static func fraction(_ old: String?, _ new: String?) -> Double? {
    guard let a = figure(old), let b = figure(new), a != 0 else { return nil }
    return b / a - 1
  }

  public func change(_ column: String) -> Change? { changes.first { $0.column == column } }
  func number(_ column: String) -> (old: Double, new: Double)? {
    guard let a = CaseDiff.figure(old[column]), let b = CaseDiff.figure(new[column]) else { return nil }
    return (a, b)
  }
}

import Quantities
import Scenarios

/// What differs between two runs of suites, case by case, and why as far as the rows tell.
public struct SuiteDiff: Sendable {
  public var old: String
  public var new: String
  /// In the order of the new run; cases that are gone follow in the order of the old one.
  public var cases: [CaseDiff]

  /// What a file must have to be compared.
  public static let needed = ["suite", "case", "instance", "feasible"]

  public init(_ old: ResultTable, _ new: ResultTable) {
    self.old = old.name
    self.new = new.name
    // A comparison's rows share one case, and differ in their type and way to buy.
    let short = ["suite", "case"], long = ["suite", "case", "instance", "pricing"]
    let key = [old, new].allSatisfy { KeyedRows($0, short).isUnique } ? short : long
    let before = KeyedRows(old, key), after = KeyedRows(new, key)
    let files = Set(old.fingerprints.keys).union(new.fingerprints.keys).filter {
      old.fingerprints[$0] != new.fingerprints[$0]
    }
    // Without the fingerprints of both runs, nothing is known of their files.
    let changed = old.fingerprints.isEmpty || new.fingerprints.isEmpty ? nil : files.sorted()
    cases = after.order.map { CaseDiff(name: $0, before.rows[$0], after.rows[$0], changed) }
    cases += before.order.filter { after.rows[$0] == nil }.map {
      CaseDiff(name: $0, before.rows[$0], nil, changed)
    }
  }
}

/// The rows of a run by their names; of twins, the first.
private struct KeyedRows {
  var order: [String] = []
  var rows: [String: [String: String]] = [:]
  var isUnique = true

  init(_ table: ResultTable, _ key: [String]) {
    for values in table.rows {
      var row: [String: String] = [:]
      for (column, value) in zip(table.columns, values) { row[column] = value }
      let name = key.compactMap { row[$0] }.joined(separator: "/")
      if rows[name] != nil {
        isUnique = false
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

  init(name: String, _ old: [String: String]?, _ new: [String: String]?, _ files: [String]?) {
    self.name = name
    self.old = old ?? [:]
    self.new = new ?? [:]
    changes = []
    causes = []
    guard let old, let new else {
      kind = old == nil ? .added : .removed
      return
    }
    changes = ResultColumns.compared.compactMap { column in
      let (a, b) = (old[column.name], new[column.name])
      return a == b ? nil : Change(column: column.name, old: a, new: b, fraction: CaseDiff.fraction(a, b))
    }
    kind = changes.isEmpty ? .same : .changed
    if kind == .changed { causes = attributed(files) }
  }

  private static func fraction(_ old: String?, _ new: String?) -> Double? {
    guard let a = old.flatMap({ Double($0) }), let b = new.flatMap({ Double($0) }), a != 0 else { return nil }
    return b / a - 1
  }

  public func change(_ column: String) -> Change? { changes.first { $0.column == column } }
  func number(_ column: String) -> (old: Double, new: Double)? {
    guard let a = old[column].flatMap({ Double($0) }), let b = new[column].flatMap({ Double($0) }) else {
      return nil
    }
    return (a, b)
  }
}

extension CaseDiff {
  static let jobColumns = [
    "model", "parameters", "active_parameters", "tokens", "sequence_length", "global_batch_sequences",
    "precision", "optimizer",
  ]
  static let priceColumns = [
    "pricing", "price_usd_per_instance_hour", "region", "price_source", "price_date",
  ]
  static let sizeColumns = ["instances", "chips", "devices"]

  /// cost = instances × tokens ÷ (tokens/s) × price × what billing rounds up; each of these that changed is a cause,
  /// and a change of speed has causes of its own.
  private func attributed(_ files: [String]?) -> [Cause] {
    var causes: [Cause] = []
    func ratio(_ column: String, inverse: Bool = false) -> Double? {
      guard let (a, b) = number(column), a > 0, b > 0 else { return nil }
      return inverse ? a / b : b / a
    }
    let isPriced = ratio("cost_usd") != nil
    func differs(_ columns: [String]) -> Bool { columns.contains { old[$0] != new[$0] } }
    if old["feasible"] != new["feasible"] {
      let now = new["why_not"].map { ": \($0)" } ?? ""
      causes.append(Cause(what: new["feasible"] == "true" ? "runs now" : "no longer runs\(now)"))
    }
    if differs(["instance", "chip"]) { causes.append(Cause(what: "instance type")) }
    if differs(["pricing", "price_usd_per_instance_hour", "region"]) {
      causes.append(Cause(what: "price", factor: isPriced ? ratio("price_usd_per_instance_hour") : nil))
    }
    if differs(CaseDiff.sizeColumns) {
      causes.append(Cause(what: "size", factor: isPriced ? ratio("instances") : nil))
    }
    if differs(["tokens"]) { causes.append(Cause(what: "tokens", factor: isPriced ? ratio("tokens") : nil)) }
    let speed = ratio("tokens_per_s", inverse: true)
    let why = speedCauses(files)
    if let speed, speed != 1 {
      causes.append(Cause(what: "speed (\(why.joined(separator: ", ")))", factor: isPriced ? speed : nil))
    } else if !why.isEmpty, changes.contains(where: { !CaseDiff.priceColumns.contains($0.column) }),
      causes.isEmpty
    {
      causes += why.map { Cause(what: $0) }
    }
    if let cost = ratio("cost_usd") {
      let known = causes.compactMap(\.factor).reduce(1, *)
      let rest = cost / known
      if abs(rest - 1) > 1e-9 { causes.append(Cause(what: "billing (whole days or weeks)", factor: rest)) }
    }
    return causes
  }

  /// What may have changed the speed: the job, the size, the plan, and the files that the case uses.
  private func speedCauses(_ files: [String]?) -> [String] {
    var why: [String] = []
    let jobChanged = CaseDiff.jobColumns.filter { $0 != "tokens" && old[$0] != new[$0] }
    if !jobChanged.isEmpty { why.append("job: " + jobChanged.joined(separator: ", ")) }
    if CaseDiff.sizeColumns.contains(where: { old[$0] != new[$0] }) { why.append("size") }
    let plan = ResultColumns.all.map(\.name).filter { $0.hasPrefix("plan_") && old[$0] != new[$0] }
    if !plan.isEmpty {
      let steps = plan.map { "\($0.dropFirst(5)) \(old[$0] ?? "–") → \(new[$0] ?? "–")" }
      why.append("plan: " + steps.joined(separator: ", "))
    }
    if let a = old["profile"], let b = new["profile"], a != b { why.append("efficiency profile: \(a) → \(b)") }
    if old["assumptions"] != new["assumptions"] {
      let codes = [old, new].flatMap { ($0["note_codes"] ?? "").split(separator: ";") }
      if codes.contains("figure-set") { why.append("--set") }
    }
    if let files {
      let own = files.filter(concerns)
      why += own.map { "\(CaseDiff.kind(of: $0)) \($0)" }
      // What a suite or a job asks for may show in no column.
      let asking = files.filter { !$0.hasPrefix("prices/") && !CaseDiff.isPart($0) }
      if why.isEmpty { why += asking.isEmpty ? ["the program"] : asking.map { "what \($0) asks for" } }
    } else if why.isEmpty {
      why.append("efficiency profile, chip or model figures, or the program: the rows do not tell")
    }
    return why
  }

  /// Whether a file may have a part in this case's speed.
  private func concerns(_ file: String) -> Bool {
    func isOf(_ folder: String, _ column: String) -> Bool {
      [old[column], new[column]].contains { $0.map { file == "\(folder)/\($0).yaml" } ?? false }
    }
    if isOf("chips", "chip") || isOf("instances", "instance") || isOf("models", "model") { return true }
    if file.hasPrefix("chips/nitro-") || isOf("stacks", "stack") { return true }
    return isOf("efficiency", "profile")
  }

  /// Of some machine, model or software, of this case or another's.
  private static func isPart(_ file: String) -> Bool {
    ["chips/", "instances/", "models/", "stacks/", "efficiency/"].contains { file.hasPrefix($0) }
  }

  private static func kind(of file: String) -> String {
    if file.hasPrefix("efficiency/") { return "efficiency profile" }
    if file.hasPrefix("chips/nitro-") { return "Nitro card" }
    let folders = ["chips/": "chip", "instances/": "instance", "models/": "model", "stacks/": "stack"]
    return folders.first { file.hasPrefix($0.key) }?.value ?? "file"
  }
}

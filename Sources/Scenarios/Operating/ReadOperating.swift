import Quantities

extension Storage {
  init(_ fields: Fields, name: String) {
    self.init(
      name: name, summary: fields.text("summary") ?? "", reach: fields.choice("reach", Reach.self) ?? .network,
      readBandwidth: fields.sourced("read_bandwidth"), writeBandwidth: fields.sourced("write_bandwidth"),
      systemBandwidth: fields.sourced("system_bandwidth"), isDurable: fields.bool("durable") ?? true,
      disputed: fields.texts("disputed") ?? [], origin: fields.origin)
  }
}

extension InputData {
  init(_ fields: Fields, name: String) {
    self.init(
      name: name, summary: fields.text("summary") ?? "", bytesPerToken: fields.sourced("bytes_per_token"),
      bytesPerSample: fields.sourced("bytes_per_sample"), corePerToken: fields.sourced("core_time_per_token"),
      corePerSample: fields.sourced("core_time_per_sample"), coreSpeed: fields.sourced("core_speed"),
      disputed: fields.texts("disputed") ?? [], origin: fields.origin)
    if bytesPerToken == nil, bytesPerSample == nil {
      fields.error("nothing says how much is read", help: "add 'bytes_per_token' or 'bytes_per_sample'")
    }
  }
}

extension Recovery {
  init(_ fields: Fields) {
    self.init(
      detection: fields.sourced("detection") ?? .unread(), restart: fields.sourced("restart") ?? .unread(),
      replacement: fields.sourced("replacement") ?? .unread(),
      hardShare: fields.fraction("hard_share", fromZero: true) ?? 1,
      snapshotBandwidth: fields.sourced("snapshot_bandwidth") ?? .unread(),
      checkpointOverhead: fields.sourced("checkpoint_overhead") ?? .unread(),
      writeSlowdown: fields.fraction("write_slowdown", fromZero: true) ?? 0,
      disputed: fields.texts("disputed") ?? [], origin: fields.origin)
  }
}

extension Catalog {
  /// Storage, kinds of data, failure logs and grids: all there is, since any job may ask for any of them.
  public func operatingFacts() throws(Diagnostics) -> OperatingFacts {
    var all = OperatingFacts()
    var problems: [Diagnostic] = []
    func keep(_ work: () throws(Diagnostics) -> Void) {
      do { try work() } catch { problems += error.all }
    }
    for name in names(.storage) {
      keep { () throws(Diagnostics) in all.storages[name] = try storage(name) }
    }
    for name in names(.data) {
      keep { () throws(Diagnostics) in all.data[name] = try data(name) }
    }
    keep { () throws(Diagnostics) in
      if path(.recovery, "recovery") != nil { all.recovery = try recovery() }
      all.logs = try failureLogs()
      if path(.practice, "practice") != nil { all.practice = try practice() }
      all.grids = Dictionary(uniqueKeysWithValues: try grids().map { ($0.region, $0) })
    }
    guard problems.isEmpty else { throw Diagnostics(problems).sorted }
    return all
  }

  /// What teams really pay.
  public func practice() throws(Diagnostics) -> Practice { try load(.practice, "practice") { Practice($0) } }

  /// Whether there are files of the names that a job's upkeep has; where nothing surrounds runs, none is asked for.
  ///
  /// - Parameter place: where they were written.
  public func check(_ operating: OperatingRequest, at place: Place?) throws(Diagnostics) {
    var problems: [Diagnostic] = []
    for (kind, name) in [
      (CatalogKind.data, operating.input.data), (.storage, operating.input.storage),
      (.storage, operating.checkpoint.storage),
    ] {
      if let name, path(kind, name) == nil { problems += unknown(kind, name, at: place).all }
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
  }

  public func storage(_ name: String) throws(Diagnostics) -> Storage { try storage(name, at: nil) }
  func storage(_ name: String, at place: Place?) throws(Diagnostics) -> Storage {
    try load(.storage, name, at: place) { Storage($0, name: name) }
  }

  public func data(_ name: String) throws(Diagnostics) -> InputData { try data(name, at: nil) }
  func data(_ name: String, at place: Place?) throws(Diagnostics) -> InputData {
    try load(.data, name, at: place) { InputData($0, name: name) }
  }

  public func recovery() throws(Diagnostics) -> Recovery { try load(.recovery, "recovery") { Recovery($0) } }

  /// The failure logs of the first root that has some; none where no root has.
  public func failureLogs() throws(Diagnostics) -> [FailureLog] {
    try sheet("reliability/failures.csv", FailureLog.columns) { FailureLog(&$0) }
  }

  public func grids() throws(Diagnostics) -> [Grid] {
    try sheet("regions/grids.csv", Grid.columns) { Grid(&$0) }
  }

  func sheet<T: Sendable>(
    _ name: String, _ columns: [String], _ row: (inout SheetRow) -> T
  ) throws(Diagnostics) -> [T] {
    try once(name) { () throws(Diagnostics) in
      let (folder, file) = SourceFile.split(name)
      guard let root = roots.first(where: { files("\($0)/\(folder)").contains(file) }) else { return [] }
      var problems: [Diagnostic] = []
      let rows = Sheet(try source("\(root)/\(name)"), columns).facts(&problems, row)
      guard problems.isEmpty else { throw Diagnostics(problems) }
      return rows
    }
  }
}

extension FailureLog {
  static let columns = [
    "id", "source", "architecture", "unit", "units", "hours", "failures", "left_out", "note",
  ]

  init(_ row: inout SheetRow) {
    self.init(
      id: row.text("id"), source: row.text("source"), architecture: row.word("architecture") ?? "",
      unit: row.choice("unit", Unit.self) ?? .chip, units: row.number("units") ?? 1, hours: row.number("hours") ?? 1,
      failures: row.number("failures") ?? 1, leftOut: row.word("left_out"), note: row.word("note"))
  }
}

extension Grid {
  static let columns = [
    "region", "pue", "pue_source", "kg_per_kwh", "kg_per_kwh_source", "usd_per_kwh", "usd_per_kwh_source", "retrieved",
  ]

  init(_ row: inout SheetRow) {
    let region = row.text("region"), retrieved = row.text("retrieved")
    func sourced<U: Quantities.Unit>(_ column: String, scale: Double = 1) -> Sourced<Quantity<U>>? {
      guard let value = row.word(column) == nil ? nil : row.number(column) else { return nil }
      let source = row.text("\(column)_source")
      return Sourced(
        Quantity(value * scale), origin: Origin(source: source, retrieved: retrieved, location: "regions/grids.csv"))
    }
    pue = sourced("pue")
    intensity = sourced("kg_per_kwh", scale: 1 / 3.6e6)
    electricity = sourced("usd_per_kwh", scale: 1 / 3.6e6)
    self.region = region
    if let pue, !(1...3).contains(pue.value.value) {
      row.problem(
        "a power usage effectiveness of \(pue.value.value)", "the building's draw over the machines': 1 … 3", "pue")
    }
  }
}

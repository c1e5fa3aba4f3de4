import Quantities

/// A collective that somebody timed alone, outside a training step.
public struct MeasuredCollective: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case allReduce = "all-reduce"
    case allGather = "all-gather"
    case reduceScatter = "reduce-scatter"
    case allToAll = "all-to-all"
    case sendReceive = "send-receive"
    case broadcast
    case experts = "expert dispatch and combine"
  }

  /// What `bytes` counts.
  public enum Size: String, CaseIterable, Sendable {
    case whole = "total buffer of a rank"
    /// What each rank brings to an all-gather, whose result is ranks times as large.
    case part = "per-rank contribution"
    case message
  }

  public var id: String
  public var source: String
  public var location: String
  /// As it is written; a machine of the catalogue, where there is one of the name.
  public var machine: String
  public var instance: Instance?
  public var nodes: Int?
  public var ranks: Int?
  /// Ranks that are one chip, where the source splits chips.
  public var ranksPerChip: Int?
  public var kind: Kind
  /// Of the whole buffer of a rank, whatever the row counts.
  public var bytes: Bytes?
  public var time: Seconds?
  /// What called it: a framework, a test program, the inside of a graph.
  public var path: String
  public var notes: String
}

extension MeasuredCollective {
  /// Bus bandwidth ÷ (bytes ÷ time), by the convention of nccl-tests (NVIDIA/nccl-tests, doc/PERFORMANCE.md).
  public static func busShare(_ kind: Kind, ranks: Int) -> Double {
    let others = Double(ranks - 1) / Double(max(1, ranks))
    return switch kind {
    case .allReduce: 2 * others
    case .allGather, .reduceScatter, .allToAll: others
    case .sendReceive, .broadcast, .experts: 1
    }
  }

  static let columns = [
    "id", "source", "source_location", "year", "accelerator", "instance", "nodes", "ranks", "logical_cores_per_chip",
    "chips", "collective", "bytes", "bytes_meaning", "time_us", "busbw_gb_s", "path", "notes",
  ]

  fileprivate init(_ row: inout SheetRow, _ catalog: Catalog) {
    id = row.text("id")
    source = row.text("source")
    location = row.word("source_location") ?? ""
    machine = row.word("instance") ?? ""
    instance = try? catalog.instance(machine)
    nodes = row.word("nodes") == nil ? nil : row.whole("nodes")
    ranks = row.word("ranks") == nil ? nil : row.whole("ranks")
    ranksPerChip = row.word("logical_cores_per_chip") == nil ? nil : row.whole("logical_cores_per_chip")
    kind = row.choice("collective", Kind.self) ?? .allReduce
    path = row.word("path") ?? ""
    notes = row.word("notes") ?? ""
    if row.word("bytes") != nil, let size = row.number("bytes") {
      let counts = row.choice("bytes_meaning", Size.self)
      bytes = Bytes(size * (counts == .part ? Double(ranks ?? 1) : 1))
    }
    if row.word("time_us") != nil {
      time = row.number("time_us").map { Seconds($0 * 1e-6) }
    } else if row.word("busbw_gb_s") != nil, let bus = row.number("busbw_gb_s"), let bytes, let ranks {
      time = Seconds(bytes.value * MeasuredCollective.busShare(kind, ranks: ranks) / (bus * 1e9))
    }
  }
}

extension Catalog {
  static let collectivesFile = "measurements/collectives.csv"

  /// The rows of a file, `-` being standard input; without one, those of measurements/collectives.csv, none where no folder has it. Throws
  /// all that is wrong with them, each with its line. A machine that nobody knows is no error: its rows are told as skipped.
  public func measuredCollectives(_ file: String? = nil) throws(Diagnostics) -> [MeasuredCollective] {
    guard let file else {
      return try sheet(Catalog.collectivesFile, MeasuredCollective.columns) { MeasuredCollective(&$0, self) }
    }
    let source = try SourceFile.readOrInput(file)
    var problems: [Diagnostic] = []
    let rows = Sheet(source, MeasuredCollective.columns).facts(&problems) { MeasuredCollective(&$0, self) }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return rows
  }
}

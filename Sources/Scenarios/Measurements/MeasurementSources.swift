import Quantities

/// What is known of measured runs by series: who published them, with which software, on which machines, and what to take
/// where a row is silent.
public struct MeasurementSources: Sendable {
  public var all: [MeasurementSource]
  /// What names of models say, in the order in which they are asked.
  public var models: [MeasuredModels]
  public var origin: Origin
  /// Stacks and instance types that are named, for checks.
  var named: [(kind: CatalogKind, name: String, place: Place)]
  private var places: [String: Int]

  /// The series that stands for every other one.
  static let fallback = "default"

  /// The entry of a series, or what holds for those without one.
  public func source(of series: String) -> MeasurementSource? {
    (places[series] ?? places[MeasurementSources.fallback]).map { all[$0] }
  }

  /// Who measured a series: series that are described together are one team's, and entries may say whose they are.
  public func team(of series: String) -> String {
    places[series].flatMap { all[$0].team ?? all[$0].series.first } ?? series
  }

  public func isKnown(_ series: String) -> Bool { places[series] != nil }

  /// The instance type behind an accelerator's name.
  public func machine(_ accelerator: String, of source: MeasurementSource) -> String? {
    source.machines[accelerator] ?? self.source(of: MeasurementSources.fallback)?.machines[accelerator]
  }
}

/// One source of measured runs.
public struct MeasurementSource: Sendable {
  public var series: [String]
  /// The first series of another entry by the same people; nil: of none.
  public var team: String?
  public var title: String
  public var licence: String
  /// Nil: no stack describes the software.
  public var stack: String?
  /// Stacks of those rows whose model, sharding or notes have all of some words in them; the first one that does counts.
  public var stacks: [MeasuredSoftware]
  /// Instance types by the accelerator's name in rows.
  public var machines: [String: String]
  public var assumed: AssumedPlan
  public var isFallback: Bool { series.contains(MeasurementSources.fallback) }

  /// The stack that a row was run with.
  public func stack(of row: Measurement) -> String? { software(of: row)?.stack }

  /// The same, and how experts exchanged tokens where it was not as the stack has it.
  public func software(of row: Measurement) -> MeasuredSoftware? {
    // Where nobody described the source, the row's own words for it are all there is.
    let text = [isFallback ? row.source : row.model, row.sharding ?? "", row.notes].joined(separator: "\n").lowercased()
    return stacks.first { $0.words.allSatisfy { text.contains($0.lowercased()) } }
      ?? stack.map { MeasuredSoftware(stack: $0) }
  }
}

/// What those rows ran that have some words in them.
public struct MeasuredSoftware: Sendable {
  public var words: [String] = []
  public var stack: String
  /// How attention was computed, how tokens were sent to experts, and what hid that, where rows say so; nil: as the stack has it.
  public var attention: Stack.Attention?
  public var expertDispatch: Stack.ExpertDispatch?
  public var expertOverlap: Stack.ExpertOverlap?
  /// What selective recomputation made again, and the type in which gradients travelled.
  public var selective: Stack.Selective?
  public var reduceType: DataType?
  /// What the software waited for.
  public var waitedFor: [Stack.Communication]?

  /// The stack as it was run.
  public func changing(_ stack: Stack) -> Stack {
    var own = stack
    own.attention = attention ?? own.attention
    own.expertDispatch = expertDispatch ?? own.expertDispatch
    own.expertOverlap = expertOverlap ?? own.expertOverlap
    own.selective = selective ?? own.selective
    own.reduceType = reduceType ?? own.reduceType
    own.shardedReduceType = reduceType ?? own.shardedReduceType
    // What travels in fp32 was kept so.
    if reduceType == .fp32 { own.gradientType = .fp32 }
    own.waitedFor = waitedFor ?? own.waitedFor
    return own
  }
}

/// What to take where rows of a source do not say; nil where nothing is known of it.
public struct AssumedPlan: Sendable, Hashable {
  /// How published FLOP/s and utilizations count.
  public enum FLOPConvention: String, CaseIterable, Sendable {
    /// Every product of the model, forward and backward, attention without skipping masked scores.
    case model
    /// The same, with what is recomputed.
    case recompute
    /// As `model`, with half of the scores of causal attention.
    case causal
    /// Six for each parameter and token.
    case parameters
  }

  /// Whether tensor ranks cut experts as they cut all else, or keep them whole.
  public enum ExpertTensor: String, CaseIterable, Sendable { case one = "1", tensor = "tp" }

  public var zero: Int?
  public var recompute: Recompute?
  public var sequenceParallel: Bool?
  public var interleave: Int?
  public var microBatch: Int?
  /// How experts are cut.
  public var expertTensor: ExpertTensor?
  public var dropout: Bool?
  public var flops: FLOPConvention?
  /// Of adapters; where a source says nothing, what the fallback has holds.
  public var loraRank: Int?
  public var loraTargets: LoRATargets?

  public init() {}
}

extension MeasurementSources {
  init(_ fields: Fields) {
    var named: [(kind: CatalogKind, name: String, place: Place)] = []
    var places: [String: Int] = [:]
    var all: [MeasurementSource] = [], teams: [(name: String, entry: Fields)] = []
    for (index, item) in (fields.list("sources") ?? []).enumerated() {
      let entry = Fields(item, keys: Keys.measurementSource, reading: fields.reading)
      let source = MeasurementSource(entry, &named)
      for series in source.series {
        if let first = places.updateValue(index, forKey: series) {
          places[series] = first
          entry.error("series \(quoted(series)) is described twice", help: "keep one of them", at: "series")
        }
      }
      if let team = source.team { teams.append((team, entry)) }
      if entry.has("series"), source.series.isEmpty {
        entry.error("'series' is empty", help: "write what stands before the number in an id", at: "series")
      }
      all.append(source)
    }
    for (team, entry) in teams where places[team].map({ all[$0].series.first }) != team {
      entry.error(
        "no entry begins with series \(quoted(team))", help: "a team is named by the first series of its other entry",
        at: "team")
    }
    if let usual = places[MeasurementSources.fallback].map({ all[$0].assumed }) {
      for index in all.indices {
        all[index].assumed.loraRank = all[index].assumed.loraRank ?? usual.loraRank
        all[index].assumed.loraTargets = all[index].assumed.loraTargets ?? usual.loraTargets
      }
    }
    let models = (fields.list("models") ?? []).map { item in
      MeasuredModels(Fields(item, keys: Keys.measuredModels, reading: fields.reading), &named)
    }
    self.init(all: all, models: models, origin: fields.origin, named: named, places: places)
  }
}

extension MeasurementSource {
  fileprivate init(_ fields: Fields, _ named: inout [(kind: CatalogKind, name: String, place: Place)]) {
    func name(_ fields: Fields, _ kind: CatalogKind) -> String? {
      guard let (text, tree) = fields.name("stack") else { return nil }
      named.append((kind, text, tree.place))
      return text
    }
    var stacks: [MeasuredSoftware] = []
    for item in fields.list("stacks") ?? [] {
      let own = Fields(item, keys: Keys.measurementStack, reading: fields.reading)
      let words = ["when", "and"].compactMap(own.text)
      let attention = own.choice("attention", Stack.Attention.self)
      let dispatch = own.choice("expert_dispatch", Stack.ExpertDispatch.self)
      let overlap = own.choice("expert_overlap", Stack.ExpertOverlap.self)
      if !words.isEmpty, let stack = name(own, .stacks) {
        stacks.append(
          MeasuredSoftware(
            words: words, stack: stack, attention: attention, expertDispatch: dispatch, expertOverlap: overlap,
            selective: own.choice("selective", Stack.Selective.self),
            reduceType: own.choice("reduce_type", DataType.self, allowed: [.fp32, .bf16, .fp16]),
            waitedFor: own.choices("waited_for", Stack.Communication.self)))
      }
    }
    var machines: [String: String] = [:]
    for entry in fields.entries("machines") {
      guard let text = fields.word(entry.value, called: entry.key, expected: "the name of an instance type") else {
        continue
      }
      machines[entry.key] = text
      named.append((.instances, text, entry.value.place))
    }
    self.init(
      series: fields.texts("series") ?? [], team: fields.text("team"), title: fields.text("title") ?? "",
      licence: fields.text("licence") ?? "",
      stack: name(fields, .stacks), stacks: stacks, machines: machines,
      assumed: fields.fields("assume", Keys.assume).map(AssumedPlan.init) ?? AssumedPlan())
    if fields.has("note") { _ = fields.text("note") }
  }
}

extension AssumedPlan {
  fileprivate init(_ fields: Fields) {
    zero = fields.int("zero", in: 0...3)
    recompute = fields.choice("recompute", Recompute.self)
    sequenceParallel = fields.bool("sequence_parallel")
    interleave = fields.int("interleave", in: 1...10_000)
    microBatch = fields.int("micro_batch", in: 1...1_000_000)
    expertTensor = fields.choice("etp", ExpertTensor.self)
    dropout = fields.bool("dropout")
    flops = fields.choice("flops", FLOPConvention.self)
    loraRank = fields.int("lora_rank", in: 1...100_000)
    loraTargets = fields.choice("lora_targets", LoRATargets.self)
  }
}

extension Catalog {
  /// What is known of measured runs by series.
  public func measurementSources() throws(Diagnostics) -> MeasurementSources {
    var sources = try load(.sources, "sources") { MeasurementSources($0) }
    // A user's own file says who measured; what models look like is no less true then.
    for root in roots where sources.models.isEmpty {
      let path = "\(root)/measurements/sources.yaml"
      guard files("\(root)/measurements").contains("sources.yaml") else { continue }
      sources.models = try read(path, location: "measurements/sources.yaml", .sources, "sources") {
        MeasurementSources($0).models
      }
    }
    return sources
  }

  func checkSources() throws(Diagnostics) {
    guard path(.sources, "sources") != nil else { return }
    var problems: [Diagnostic] = []
    for (kind, name, place) in try measurementSources().named where path(kind, name) == nil {
      problems += unknown(kind, name, at: place).all
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
  }
}

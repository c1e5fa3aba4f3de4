import Quantities

/// A published peak of memory of one device, with the job and the plan that it is of.
public struct MeasuredMemory: Sendable {
  /// What a source counts, of which each has something that the one before it has not.
  public enum Convention: String, CaseIterable, Sendable {
    /// By tensors: PyTorch's `max_memory_allocated`, and "active" memory, which is as good as the same.
    case allocated
    /// By the allocator, with the gaps between tensors: `max_memory_reserved`, which TorchTitan logs.
    case reserved
    /// By the whole card, with the context of the driver and the buffers of communication: what `nvidia-smi` shows.
    case card
    /// Not said.
    case unknown
  }

  public var id: String
  public var source: String
  public var location: String
  public var job: Job
  public var instance: Instance
  public var stack: Stack
  public var plan: Plan
  public var peak: Bytes
  public var convention: Convention
  public var notes: String

  /// What stands before the number in its name: rows of one source.
  public var series: String {
    var parts = id.split(separator: "-")
    if let last = parts.last, parts.count > 1, last.allSatisfy(\.isNumber) { parts.removeLast() }
    return parts.joined(separator: "-")
  }
}

extension Catalog {
  static let memoryFile = "measurements/memory.csv"

  /// The rows of measurements/memory.csv; none where no folder has the file. Throws all that is wrong with them, each with its line.
  public func measuredMemory() throws(Diagnostics) -> [MeasuredMemory] {
    let rows = try sheet(Catalog.memoryFile, MeasuredMemory.columns) { MemoryRow(&$0) }
    var found: [MeasuredMemory] = [], problems: [Diagnostic] = []
    for row in rows {
      do {
        found.append(try row.measured(in: self))
      } catch {
        problems += error.all
      }
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return found
  }
}

extension MeasuredMemory {
  static let columns = [
    "id", "source", "source_location", "retrieved", "model", "shape", "instance", "devices", "precision", "stack",
    "plan",
    "train", "optimizer", "sequence_length", "global_batch", "peak_gib", "convention", "notes",
  ]
}

/// Sizes in which a model differs from the one that it is like: `layers=48,hidden_size=5120`.
private struct ShapeChange: Sendable {
  private static let keys: [Key] = [
    .may("layers"), .may("hidden_size"), .may("attention_heads"), .may("key_value_heads"), .may("feed_forward_size"),
    .may("vocabulary_size"),
  ]
  var sizes: [String: Int] = [:]

  init(parsing text: String) throws(Diagnostics) {
    self = try Fields.read(
      pairs: text, option: "shape", keys: ShapeChange.keys, example: "layers=48,hidden_size=5120"
    ) { fields in
      var change = ShapeChange()
      for key in ShapeChange.keys.map(\.name) {
        change.sizes[key] = fields.int(key, in: 1...(key == "layers" ? Layout.most : 10_000_000))
      }
      return change
    }
  }

  private init() {}

  func applied(to model: Model) -> Model {
    var model = model
    if let layers = sizes["layers"] { model.layers = layers }
    model.hiddenSize = sizes["hidden_size"] ?? model.hiddenSize
    if let heads = sizes["attention_heads"] { model.heads = heads }
    if let heads = sizes["key_value_heads"] { model.keyValueHeads = heads }
    if let size = sizes["feed_forward_size"] { model.feedForwardSize = size }
    model.vocabularySize = sizes["vocabulary_size"] ?? model.vocabularySize
    return model
  }
}

/// A row as it is read.
private struct MemoryRow: Sendable {
  var id: String
  var source: String
  var location: String
  var model: String
  var shape: ShapeChange?
  var instance: String
  var devices: Int
  var precision: DataType
  var stack: String
  var plan: PlanRequest
  var training: Training?
  var optimizer: Optimizer
  var length: Int
  var batch: Int
  var peak: Double
  var convention: MeasuredMemory.Convention
  var notes: String
  var place: Place

  init(_ row: inout SheetRow) {
    id = row.text("id")
    source = row.text("source")
    location = row.text("source_location")
    if !FileDate.isValid(row.text("retrieved")) {
      row.problem("'retrieved' is no day", "write it like 2026-11-29", "retrieved")
    }
    model = row.text("model")
    instance = row.text("instance")
    stack = row.text("stack")
    precision = row.choice("precision", DataType.self) ?? .bf16
    convention = row.choice("convention", MeasuredMemory.Convention.self) ?? .unknown
    devices = row.whole("devices")
    length = row.whole("sequence_length")
    batch = row.whole("global_batch")
    peak = row.number("peak_gib") ?? 1
    plan =
      row.parsed("plan") { text throws(Diagnostics) in try PlanRequest(parsing: text, option: "plan") }
      ?? PlanRequest()
    training =
      row.word("train") == nil
      ? nil : row.parsed("train") { text throws(Diagnostics) in try Training(parsing: text, option: "train") }
    optimizer =
      row.parsed("optimizer") { text throws(Diagnostics) in
        try Optimizer(parsing: text, option: "optimizer")
      } ?? .adamw
    shape =
      row.word("shape") == nil
      ? nil : row.parsed("shape") { text throws(Diagnostics) in try ShapeChange(parsing: text) }
    notes = row.word("notes") ?? ""
    place = row.place
    let product = [plan.tensor, plan.pipeline, plan.data, plan.context].reduce(1) { $0 * ($1 ?? 1) }
    if product != devices {
      row.problem("'plan' is of \(product) devices, and the row of \(devices)", "mend one of them", "plan")
    }
    if plan.microBatch == nil || plan.recompute == nil {
      row.problem("'plan' lacks micro_batch or recompute", "memory cannot be counted without them", "plan")
    }
  }

  func measured(in catalog: Catalog) throws(Diagnostics) -> MeasuredMemory {
    let like = try catalog.model(model, at: place)
    var job = Job(
      name: id, model: shape?.applied(to: like) ?? like, tokens: Count(1e12), sequenceLength: length,
      globalBatch: batch,
      precision: precision, optimizer: optimizer, recompute: plan.recompute)
    job.training = training
    if let problem = job.trainingProblem {
      throw Diagnostics(Diagnostic(.error, problem.message, help: problem.help, at: place))
    }
    return MeasuredMemory(
      id: id, source: source, location: location, job: job,
      instance: try catalog.instance(instance, at: place, inside: []), stack: try catalog.stack(stack, at: place),
      plan: Plan(
        tensor: plan.tensor ?? 1, pipeline: plan.pipeline ?? 1, interleave: plan.interleave ?? 1, data: plan.data ?? 1,
        context: plan.context ?? 1, expert: plan.expert ?? 1, expertTensor: plan.expertTensor ?? 1,
        zero: plan.zero ?? 0, shard: plan.shard, microBatch: plan.microBatch ?? 1, recompute: plan.recompute ?? .none,
        sequenceParallel: plan.sequenceParallel ?? false, ends: plan.ends),
      peak: Bytes(peak * 1_073_741_824), convention: convention, notes: notes)
  }
}

extension SheetRow {
  /// What an option of the same name takes, too.
  fileprivate mutating func parsed<T>(_ column: String, _ read: (String) throws(Diagnostics) -> T) -> T? {
    let text = text(column)
    guard !text.isEmpty else { return nil }
    do {
      return try read(text)
    } catch {
      for one in error.all { problem("'\(column)': \(one.message)", one.help ?? "", column) }
      return nil
    }
  }
}

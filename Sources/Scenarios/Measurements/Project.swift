import Quantities

/// A whole training project as its authors counted it: from the first day to the last, with all that came between.
public struct Project: Sendable {
  public var id: String
  /// Who ran it: projects of one team are left out together.
  public var team: String
  public var kind: Practice.Team
  public var job: Job
  public var instance: Instance
  public var units: Int
  /// The team's own software; nil where no file describes it.
  public var stack: String?
  /// As published, or accelerator-hours over accelerators.
  public var days: Double
  public var notes: String
}

/// Why a project is not held against a prediction.
public enum ProjectGap: Error, Hashable, Sendable {
  /// A column without which nothing can be predicted.
  case notStated(String)
  /// [C]: circular, assumed, or an upper bound.
  case weak
}

extension Catalog {
  /// The projects of measurements/projects.csv, each with what it lacks where nothing can be predicted of it.
  public func projects() throws(Diagnostics) -> [(id: String, Result<Project, ProjectGap>)] {
    let rows = try sheet("measurements/projects.csv", Project.columns) { ProjectRow(&$0) }
    var found: [(id: String, Result<Project, ProjectGap>)] = []
    for row in rows {
      guard let gap = row.gap else {
        found.append((row.id, .success(try row.project(in: self))))
        continue
      }
      found.append((row.id, .failure(gap)))
    }
    return found
  }
}

extension Project {
  static let columns = [
    "id", "team", "kind", "source", "source_location", "model", "params_b", "active_params_b", "tokens", "accelerator",
    "accelerators", "gpu_hours", "wall_days", "cost_usd", "layers", "hidden", "heads", "kv_heads", "ffn", "vocab",
    "activation", "tied_embeddings", "seq_len", "global_batch_sequences", "precision", "instance", "stack",
    "shape_source", "notes",
  ]
}

/// A row as it is read.
private struct ProjectRow: Sendable {
  var id: String
  var team: String
  var kind: Practice.Team
  var name: String
  var numbers: [String: Double] = [:]
  var activation: Model.Activation
  var isTied: Bool
  var precision: DataType
  var instance: String?
  var stack: String?
  var notes: String
  var place: Place
  var origin: Origin

  init(_ row: inout SheetRow) {
    id = row.text("id")
    team = row.text("team")
    kind = row.choice("kind", Practice.Team.self) ?? .experienced
    name = row.text("model")
    for column in [
      "tokens", "accelerators", "gpu_hours", "wall_days", "layers", "hidden", "heads", "kv_heads", "ffn", "vocab",
      "seq_len", "global_batch_sequences",
    ] {
      numbers[column] = row.word(column) == nil ? nil : row.number(column)
    }
    activation = row.word("activation") == nil ? .gelu : row.choice("activation", Model.Activation.self) ?? .gelu
    isTied = row.word("tied_embeddings") == "yes"
    precision = row.word("precision") == nil ? .bf16 : row.choice("precision", DataType.self) ?? .bf16
    instance = row.word("instance")
    stack = row.word("stack")
    notes = row.word("notes") ?? ""
    place = row.place
    origin = Origin(source: row.text("source"), retrieved: "", location: "measurements/projects.csv")
  }

  var days: Double? {
    if let days = numbers["wall_days"] { return days }
    guard let hours = numbers["gpu_hours"], let count = numbers["accelerators"], count > 0 else { return nil }
    return hours / count / 24
  }

  var gap: ProjectGap? {
    if notes.hasPrefix("[C]") { return .weak }
    for column in [
      "tokens", "accelerators", "layers", "hidden", "heads", "ffn", "vocab", "seq_len", "global_batch_sequences",
    ]
    where (numbers[column] ?? 0) < 1 || (numbers[column] ?? 0) > 1e15 {
      return .notStated(column)
    }
    if (numbers["layers"] ?? 0) > Double(Layout.most) { return .notStated("layers") }
    if instance == nil { return .notStated("instance") }
    return (days ?? 0) > 0 ? nil : .notStated("wall_days")
  }

  func project(in catalog: Catalog) throws(Diagnostics) -> Project {
    func whole(_ column: String) -> Int { Int(numbers[column] ?? 1) }
    var model = Model.unread
    (model.name, model.summary, model.family) = (name, name, .decoder)
    (model.layers, model.hiddenSize, model.heads) = (whole("layers"), whole("hidden"), whole("heads"))
    model.keyValueHeads = numbers["kv_heads"].map { Int($0) } ?? model.heads
    model.headDimension = max(1, model.hiddenSize / max(1, model.heads))
    (model.feedForwardSize, model.vocabularySize) = (whole("ffn"), whole("vocab"))
    model.activation = activation
    model.normalization = activation.gated ? .rmsnorm : .layernorm
    model.positions = .rotary
    (model.queryKeyValueBias, model.outputBias, model.feedForwardBias) = (
      !activation.gated, !activation.gated, !activation.gated
    )
    model.tiedEmbeddings = isTied
    model.maxSequenceLength = whole("seq_len")
    let machine = try catalog.instance(instance ?? "", at: place, inside: [])
    return Project(
      id: id, team: team, kind: kind,
      job: Job(
        name: id, model: model, tokens: Count(numbers["tokens"] ?? 1), sequenceLength: whole("seq_len"),
        globalBatch: whole("global_batch_sequences"), precision: precision),
      instance: machine, units: (whole("accelerators") + machine.chips - 1) / machine.chips, stack: stack,
      days: days ?? 1, notes: notes)
  }
}

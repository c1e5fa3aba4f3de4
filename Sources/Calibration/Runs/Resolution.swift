import Quantities
import Scenarios

/// Turns rows into runs exactly as they were measured: what a row does not say is taken from its source's description,
/// and told.
struct Resolution {
  let catalog: Catalog
  let sources: MeasurementSources
  /// By name, for those that sources name.
  let machines: [String: Instance]
  let stacks: [String: Stack]
  /// What names of models mean, each form with the shape that it gives the model that it is like.
  let kinds: [ModelKind]

  /// Reads what rows may need: every machine and stack that a source names.
  init(_ catalog: Catalog) throws(Diagnostics) {
    self.catalog = catalog
    sources = try catalog.measurementSources()
    var machines: [String: Instance] = [:], stacks: [String: Stack] = [:]
    for source in sources.all {
      for name in source.machines.values where machines[name] == nil { machines[name] = try catalog.instance(name) }
      for name in source.stacks.map(\.stack) + [source.stack].compactMap({ $0 }) where stacks[name] == nil {
        stacks[name] = try catalog.stack(name)
      }
    }
    self.machines = machines
    self.stacks = stacks
    var models: [String: Model] = [:]
    for form in sources.models.flatMap(\.forms) where models[form.like] == nil {
      models[form.like] = try catalog.model(form.like)
    }
    kinds = sources.models.map { kind in
      ModelKind(said: kind, forms: kind.forms.compactMap { form in models[form.like].map { (form, form.shape($0)) } })
    }
  }

  /// The chip of a row, also of one that cannot be resolved.
  func chip(_ row: Measurement) -> String? {
    sources.source(of: row.series).flatMap { machine(row, $0)?.chip.name }
  }

  /// One row on its way to a run: what is known of its source, and what was assumed so far.
  struct Case {
    let row: Measurement
    let source: MeasurementSource
    let instance: Instance
    let stack: Stack
    let chips: Double
    let devices: Int
    let precision: DataType
    let kind: ModelKind
    var assumptions: [RunAssumption] = []
    /// What neither the row nor its source says of the plan.
    var open: Set<OpenChoice> = []
  }

  func resolve(_ row: Measurement) throws(Skip) -> MeasuredRun {
    let kind = try kind(row)
    guard let source = sources.source(of: row.series) else { throw .noSource(series: row.series) }
    var one = try setting(row, source, kind)
    let sequence = try sequence(&one)
    let degrees = try degrees(one), batch = try batch(&one, data: degrees.data)
    guard batch <= 100_000_000, sequence <= 100_000_000 else { throw .batchBeyondAll }
    let model = try model(&one, sequence)
    var plan = try plan(&one, degrees, batch: batch, layers: model.layers)
    var job = Job(
      name: row.id, model: model, tokens: Count(Double(batch) * Double(sequence)), sequenceLength: sequence,
      globalBatch: batch, precision: one.precision, stack: one.stack.name,
      loraRank: try adapterRank(&one), loraTargets: try adapterTargets(&one))
    try saveMemory(&job, row)
    if let training = row.training { job.training = training }
    if let optimizer = row.optimizer { job.optimizer = optimizer }
    job.documents = documents(row)
    let time = try step(&one, job)
    let chip = one.instance.chip.name
    var (efficiency, hasProfile) = profile(chip, one.stack)
    efficiency.stack = one.stack
    let (memory, least) = memory(plan, &one, job, efficiency)
    // Of a source that nobody described there is no reason to think that it repeats less than whole layers.
    if let least, source.isFallback {
      plan.recompute = least
      one.open.remove(.recompute)
    }
    let machines = "\(Int(one.chips.rounded(.up)))×\(row.accelerator)"
    let group =
      "\(row.series) \(row.model) L\(model.layers) h\(model.hiddenSize) a\(model.heads)/\(model.keyValueHeads) "
      + "f\(model.feedForwardSize) V\(model.vocabularySize) s\(sequence) B\(batch) \(one.precision.rawValue) "
      + "\(machines) \(row.instance ?? "") \(one.stack.name) \(one.stack.attention.rawValue) "
      + "\(one.stack.selective.rawValue) \(one.stack.reduceType.rawValue)"
      + one.stack.waitedFor.map { " \($0.rawValue)" }.joined()
      + (model.hasExperts ? " \(one.stack.expertDispatch.rawValue) \(one.stack.expertOverlap.rawValue)" : "")
    return MeasuredRun(
      job: job, plan: plan, instance: one.instance, efficiency: efficiency, hasProfile: hasProfile, stepTime: time,
      memory: memory,
      group: group, family: "\(row.series) \(row.model) \(chip) \(machines) s\(sequence)", assumptions: one.assumptions,
      isFitted: one.kind.said.isFitted, open: one.open)
  }

  func due<T>(_ value: T?, _ column: String) throws(Skip) -> T {
    guard let value else { throw .notStated(column: column) }
    return value
  }

  /// What kind of model a row is of, where one is modelled.
  private func kind(_ row: Measurement) throws(Skip) -> ModelKind {
    if row.metric == .timeToTrain { throw .timeToTrain }
    let kind = if let shipped = shipped(row) { shipped } else { try named(row) }
    // Rows do not say enough of a mixture: only one that is known whole is taken.
    if row.experts != nil || (row.expert ?? 1) > 1, kind.whole == nil { throw .mixtureOfExperts }
    return kind
  }

  /// Tokens of a sequence; of a sample, where rows of its kind count those and pad none.
  private func sequence(_ one: inout Case) throws(Skip) -> Int {
    guard let tokens = one.kind.said.sampleTokens else { return try due(one.row.sequenceLength, "seq_len") }
    one.assumptions.append(.sampleTokens(tokens))
    return tokens
  }

  /// Sequences of a step. Where a row says only how many a device works on at once, it is taken to do so once a step: without a
  /// pipeline nobody accumulates to measure.
  private func batch(_ one: inout Case, data: Int) throws(Skip) -> Int {
    if let batch = one.row.globalBatch { return batch }
    guard one.row.pipeline ?? 1 == 1, let size = one.row.microBatch ?? one.source.assumed.microBatch, size <= 1_000_000
    else { throw .notStated(column: "global_batch_sequences") }
    one.assumptions.append(.batch(size * data))
    return size * data
  }
}

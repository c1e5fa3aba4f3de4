import Quantities
import Scenarios

/// A measured row as the question it answers: this job, split so, on these machines, took so long a step.
public struct MeasuredRun: Sendable {
  public var job: Job
  public var plan: Plan
  public var instance: Instance
  public var efficiency: Efficiency
  public var stepTime: Seconds
  /// Everything but the plan: runs that share it are of one job on one kind and number of machines.
  public var group: String
  /// What the row does not say and was taken to be so.
  public var assumptions: [String]
}

/// Turns rows into runs, in the plain case only: a dense model whose shape, plan and batch are all stated.
struct Resolution {
  private let catalog: Catalog
  private var machines: [String: (instance: Instance, efficiency: Efficiency)] = [:]
  /// Plain and gated layers: which of them a row's model has is told by its published size.
  private let forms: [Model]

  /// Chips and the machine around them, by the name that rows give an accelerator.
  private static let known: [String: (chip: String, instance: String)] = [
    "A100-80GB-SXM": ("a100-80", "dgx-a100"), "A100-40GB-SXM": ("a100-40", "p4d.24xlarge"),
    "H100-SXM": ("h100", "dgx-h100"), "H200-SXM": ("h200", "p5en.48xlarge"), "B200": ("b200", "p6-b200.48xlarge"),
    "B300": ("b300", "p6-b300.48xlarge"), "GB200": ("gb200", "u-p6e-gb200x72"), "GB300": ("gb300", "gb300-nvl72"),
    "Trn1": ("trainium1", "trn1.32xlarge"), "Trn2": ("trainium2", "trn2.48xlarge"),
    "Trn3": ("trainium3", "trn3-ultraserver-gen1"),
  ]

  private static let precisions: [String: DataType] = [
    "fp16": .fp16, "bf16": .bf16, "fp8": .fp8, "bf16+sr": .bf16, "fp32": .fp32, "fp16/bf16": .bf16,
  ]

  /// Reads what any row may need; a catalog without one of the machines skips its rows instead.
  init(_ catalog: Catalog) throws(Diagnostics) {
    self.catalog = catalog
    let names = Set(catalog.names(.instances))
    for (accelerator, machine) in Resolution.known where names.contains(machine.instance) {
      let instance = try catalog.instance(machine.instance)
      machines[accelerator] = (instance, try catalog.efficiency(chip: instance.chip.name, stack: nil))
    }
    forms = [try catalog.model("megatron-175b"), try catalog.model("llama-2-7b")]
  }

  /// The chip of a row, also of one that cannot be resolved.
  func chip(_ row: Measurement) -> String? { machines[row.accelerator]?.instance.chip.name }

  func resolve(_ row: Measurement) throws(Skip) -> MeasuredRun {
    guard let (instance, efficiency) = machines[row.accelerator] else {
      throw Skip("no chip is known by the accelerator's name", row.accelerator)
    }
    if row.experts != nil { throw Skip("a mixture of experts is not modelled") }
    if row.model.contains("LoRA") { throw Skip("adapters alone were trained") }
    guard let precision = row.precision else { throw Skip("the precision is not stated") }
    guard let type = Resolution.precisions[precision.lowercased()] else {
      throw Skip("the precision is not one that the model knows", precision)
    }
    var assumptions: [String] = []
    let plan = try plan(row, &assumptions)
    let chips = try due(row.accelerators, "accelerators")
    let devices = chips * Double(instance.chip.devicesPerChip)
    let degrees = [plan.tensor, plan.pipeline, plan.data, plan.context].reduce(1) { $0 * Double($1) }
    guard degrees == devices, devices <= 1e7 else {
      throw Skip("the degrees do not multiply to the devices", "\(Int(min(degrees, 1e18))) and \(devices)")
    }
    let batch = try due(row.globalBatch, "global_batch_sequences"), sequence = try due(row.sequenceLength, "seq_len")
    guard batch <= 100_000_000, sequence <= 100_000_000 else { throw Skip("the batch is beyond anybody's") }
    let model = try model(row, sequence)
    let job = Job(
      name: row.id, model: model, tokens: Count(Double(batch) * Double(sequence)), sequenceLength: sequence,
      globalBatch: batch, precision: type)
    let group =
      "\(row.series) \(row.model) L\(model.layers) h\(model.hiddenSize) a\(model.heads)/\(model.keyValueHeads) "
      + "f\(model.feedForwardSize) V\(model.vocabularySize) s\(sequence) B\(batch) \(type.rawValue) "
      + "\(Int(chips.rounded(.up)))×\(row.accelerator) \(row.instance ?? "")"
    return MeasuredRun(
      job: job, plan: plan, instance: instance, efficiency: efficiency, stepTime: try step(row, job, chips),
      group: group, assumptions: assumptions)
  }

  private func due<T>(_ value: T?, _ column: String) throws(Skip) -> T {
    guard let value else { throw Skip("\(column) is not stated") }
    return value
  }

  private func step(_ row: Measurement, _ job: Job, _ chips: Double) throws(Skip) -> Seconds {
    switch row.metric {
    case .stepTime: return Seconds(row.value)
    case .tokenRate: return Seconds(job.tokensPerStep / (row.value * chips))
    case .flopRate, .utilization, .timeToTrain, .sampleRate:
      throw Skip("its metric is not turned into a step time", row.metric.rawValue)
    }
  }

  private func plan(_ row: Measurement, _ assumptions: inout [String]) throws(Skip) -> Plan {
    let recompute = row.recompute.map { Recompute(rawValue: $0) } ?? Recompute.none
    guard let recompute else { throw Skip("the recomputation is not one that the model knows", row.recompute) }
    if row.recompute == nil { assumptions.append("recomputation is not stated, none is taken") }
    if let expert = row.expert, expert > 1 { throw Skip("a mixture of experts is not modelled") }
    return Plan(
      tensor: try due(row.tensor, "tp"), pipeline: try due(row.pipeline, "pp"), interleave: row.interleave ?? 1,
      data: try due(row.data, "dp"), context: row.context ?? 1, zero: try zero(row),
      microBatch: try due(row.microBatch, "micro_batch"), recompute: recompute,
      sequenceParallel: row.sequenceParallel == "yes")
  }

  private func zero(_ row: Measurement) throws(Skip) -> Int {
    let shares = (row.data ?? 1) * (row.context ?? 1) > 1
    guard let text = row.sharding else { return 0 }
    if text == "distributed optimizer" || text == "ZeRO-1" { return shares ? 1 : 0 }
    if text.hasPrefix("FSDP full") || text == "FSDP" { return shares ? 3 : 0 }
    throw Skip("the sharding is not one that the model knows", text)
  }

  private func model(_ row: Measurement, _ sequence: Int) throws(Skip) -> Model {
    let heads = try due(row.heads, "heads"), hidden = try due(row.hiddenSize, "hidden")
    guard hidden % heads == 0 else { throw Skip("the heads do not divide the hidden size", "\(heads) and \(hidden)") }
    let layers = try due(row.layers, "layers"), vocabulary = try due(row.vocabularySize, "vocab")
    func filled(_ form: Model) -> Model {
      var model = form
      model.name = row.model
      (model.layers, model.hiddenSize, model.heads) = (layers, hidden, heads)
      (model.keyValueHeads, model.headDimension) = (row.keyValueHeads ?? heads, hidden / heads)
      (model.feedForwardSize, model.vocabularySize) = (row.feedForwardSize ?? 4 * hidden, vocabulary)
      model.maxSequenceLength = sequence
      model.publishedParameters = nil
      return model
    }
    let models = forms.map(filled)
    guard let size = row.billionParameters else { return models[0] }
    func distance(_ model: Model) -> Double { abs(model.parameterCount.total / (size * 1e9) - 1) }
    return distance(models[1]) < distance(models[0]) ? models[1] : models[0]
  }
}

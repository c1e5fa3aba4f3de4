import ArgumentParser
import Quantities
import Scenarios

/// What is trained: a job by name or file, changed by options, or described by them.
struct JobOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A job: a name from configs/jobs, or a YAML file.",
      discussion: "Default, where no --model is given: \(JobOptions.defaultJob)", valueName: "job"),
    completion: .file(extensions: ["yaml", "yml"]))
  var job: String?

  @Option(
    help: ArgumentHelp(
      "A model: a name from configs/models, a YAML file or a Hugging Face config.json.",
      discussion: "Example: --model llama-3.1-70b", valueName: "model"))
  var model: String?

  @Option(help: ArgumentHelp("Tokens to train on. Example: --tokens '1 T'", valueName: "count"))
  var tokens: String?

  @Option(help: ArgumentHelp("Tokens in a sequence. Example: --sequence-length 8192", valueName: "n"))
  var sequenceLength: String?

  @Option(help: ArgumentHelp("Sequences in a step. Example: --global-batch 1024", valueName: "n"))
  var globalBatch: String?

  @Option(
    help: ArgumentHelp(
      "Number format of matrix products: \(Job.precisions.map(\.rawValue).joined(separator: ", ")).",
      discussion: "Example: --precision fp8", valueName: "type"),
    completion: .list(Job.precisions.map(\.rawValue)))
  var precision: String?

  @Option(
    help: ArgumentHelp(
      "Optimizer: \(Optimizer.allCases.map(\.rawValue).joined(separator: ", ")).",
      discussion: "Example: --optimizer adamw", valueName: "name"),
    completion: .list(Optimizer.allCases.map(\.rawValue)))
  var optimizer: String?

  @Option(
    help: ArgumentHelp(
      "What is computed again instead of kept: \(Recompute.allCases.map(\.rawValue).joined(separator: ", ")).",
      discussion: "Default: the best is searched for. Example: --recompute full", valueName: "mode"),
    completion: .list(Recompute.allCases.map(\.rawValue)))
  var recompute: String?

  @Option(
    help: ArgumentHelp(
      "Software stack whose efficiency profiles are used.",
      discussion: "Default: each chip's own. Example: --stack neuronx-distributed", valueName: "name"))
  var stack: String?

  static let defaultJob = "llama-3.1-8b-1t"

  func read(_ reader: inout OptionReader) -> JobSettings {
    if job == nil, model != nil {
      let needed = [
        ("--tokens '1 T'", tokens), ("--sequence-length 8192", sequenceLength),
        ("--global-batch 1024", globalBatch),
      ]
      let missing = needed.filter { $0.1 == nil }.map(\.0)
      if !missing.isEmpty {
        reader.problem(
          "a model alone is no job", help: "add \(missing.joined(separator: " ")), or name a job to change",
          option: "--model", text: model)
      }
    }
    return JobSettings(
      job: job, model: model, tokens: reader.quantity(tokens, "--tokens"),
      sequenceLength: reader.int(sequenceLength, "--sequence-length"),
      globalBatch: reader.int(globalBatch, "--global-batch"),
      precision: reader.choice(precision, "--precision", among: Job.precisions),
      optimizer: reader.choice(optimizer, "--optimizer", among: Optimizer.allCases),
      recompute: reader.choice(recompute, "--recompute", among: Recompute.allCases), stack: stack)
  }
}

/// `JobOptions`, understood but not yet looked up.
struct JobSettings {
  var job: String?
  var model: String?
  var tokens: Count?
  var sequenceLength: Int?
  var globalBatch: Int?
  var precision: DataType?
  var optimizer: Optimizer?
  var recompute: Recompute?
  var stack: String?

  func resolve(_ catalog: Catalog) throws(Diagnostics) -> Job {
    var result: Job
    if job == nil, let model, let tokens, let sequenceLength, let globalBatch {
      let found = try catalog.model(model)
      result = Job(
        name: found.name, model: found, tokens: tokens, sequenceLength: sequenceLength,
        globalBatch: globalBatch)
    } else {
      result = try catalog.job(job ?? JobOptions.defaultJob)
      if let model { result.model = try catalog.model(model) }
    }
    result.tokens = tokens ?? result.tokens
    result.sequenceLength = sequenceLength ?? result.sequenceLength
    result.globalBatch = globalBatch ?? result.globalBatch
    result.precision = precision ?? result.precision
    result.optimizer = optimizer ?? result.optimizer
    result.recompute = recompute ?? result.recompute
    result.stack = stack ?? result.stack
    try check(result)
    return result
  }

  /// What the reader of job files checks too, for what options changed.
  private func check(_ job: Job) throws(Diagnostics) {
    guard job.model.positions == .learned, let longest = job.model.maxSequenceLength,
      job.sequenceLength > longest
    else { return }
    throw Diagnostics(
      Diagnostic(
        .error,
        "\(job.model.name) has learned positions for \(longest) tokens only, not \(job.sequenceLength)",
        help: "use a --sequence-length of at most \(longest)", at: Place(file: "--sequence-length")))
  }
}

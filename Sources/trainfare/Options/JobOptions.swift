import ArgumentParser
import Quantities
import Scenarios

/// A job by name or file.
struct JobArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A job: a name from configs/jobs, or a YAML file.",
      discussion: "Default, where no --model is given: \(JobOptions.defaultJob)", valueName: "job"),
    completion: Names.of(.jobs, orFiles: ["yaml", "yml"]))
  var job: String?
}

/// What is trained, where it differs from a job by name or file, or is none.
struct JobOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A model: a name from configs/models, a YAML file, a Hugging Face config.json or a folder that has one.",
      discussion: "meta-llama/Llama-3.1-8B, as on the Hub, means the shipped model. Example: --model llama-3.1-70b",
      valueName: "model"),
    completion: Names.of(.models, orFiles: ["yaml", "yml", "json"]))
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
      discussion: """
        After the name: master=none (no fp32 copy of the weights), gradients=bf16 or fp32, offload=states (kept by the host).
        Example: --optimizer adamw-8bit,master=none
        """, valueName: "name,…"),
    completion: .list(Optimizer.allCases.map(\.rawValue)))
  var optimizer: String?

  @Option(
    help: ArgumentHelp(
      "What is trained: full, lora, qlora, or frozen=N (all but the first N layers).",
      discussion: """
        After lora and qlora: rank=N, on=attention, mlp or attention+mlp. After any: loss=dpo (pairs, and a reference), \
        loss=reward (pairs; one value for each sequence), \
        cross_entropy=chunked (logits are never all in memory), fused or unfused (by one kernel, or many), offload=activations (they wait in the host's memory), \
        bf16_layers=2:8 (beside fp8 or fp4, the first 2 layers and the last 8 stay in bf16). \
        After full: mtp=1 (a module that predicts one more token).
        Default: all weights. Example: --train lora,rank=16,on=attention+mlp
        """, valueName: "what"))
  var train: String?

  @Option(
    help: ArgumentHelp(
      "How documents fill sequences: packed (several in each) or padded (one in each).",
      discussion: """
        mean=N: tokens of a document. spread=N: standard deviation over mean, by default 1. Tokens to train on are those of documents.
        Default: each fills a sequence. Example: --documents packed,mean=600
        """, valueName: "fill,mean=n"))
  var documents: String?

  @Option(
    help: ArgumentHelp(
      "What backward computes again to save memory: \(Recompute.allCases.map(\.rawValue).joined(separator: ", ")).",
      discussion: """
        With a number behind it, in the first layers of each stage alone: full:4. Default: the best is searched for.
        Example: --recompute full
        """, valueName: "mode"),
    completion: .list(Recompute.allCases.map(\.rawValue)))
  var recompute: String?

  @Option(
    help: ArgumentHelp(
      "Software stack whose efficiency profiles are used.",
      discussion: "Default: each chip's own. Example: --stack neuronx-distributed", valueName: "name"),
    completion: Names.of(.stacks))
  var stack: String?

  @OptionGroup var operating: OperatingOptions

  static let defaultJob = "llama-3.1-8b-1t"

  /// - Parameters:
  ///   - job: a name or file, where one is given.
  ///   - besides: options that a model without a job needs too, and that are not given.
  func read(_ reader: inout OptionReader, job: String?, besides: [String] = []) -> JobSettings {
    if job == nil, model != nil {
      let isTuned = train?.contains("lora") ?? false
      let needed = [
        (isTuned ? "--tokens '100 M'" : "--tokens '1 T'", tokens), ("--sequence-length 8192", sequenceLength),
        (isTuned ? "--global-batch 64" : "--global-batch 1024", globalBatch),
      ]
      let missing = needed.filter { $0.1 == nil }.map(\.0)
      if !missing.isEmpty {
        reader.problem(
          missing.count == needed.count ? "a model alone is no job" : "something is missing to make a job of the model",
          help: "add \((missing + besides).joined(separator: " ")), or name a job to change",
          option: "--model", text: model)
      }
    }
    var changes = JobChanges()
    changes.tokens = reader.tokens(tokens, "--tokens")
    changes.sequenceLength = reader.int(sequenceLength, "--sequence-length")
    changes.globalBatch = reader.int(globalBatch, "--global-batch")
    changes.precision = reader.choice(precision, "--precision", among: Job.precisions)
    changes.optimizer = reader.pairs(optimizer, "--optimizer")
    changes.training = reader.pairs(train, "--train")
    changes.documents = reader.pairs(documents, "--documents")
    changes.recompute = reader.recompute(recompute, "--recompute")
    changes.stack = stack
    changes.operating = operating.read(&reader)
    return JobSettings(job: job, model: model, changes: changes)
  }
}

/// `JobOptions`, understood but not yet looked up.
struct JobSettings {
  var job: String?
  var model: String?
  var changes: JobChanges

  func resolve(_ catalog: Catalog) throws(Diagnostics) -> Job {
    var result: Job
    if job == nil, let model, let bare = changes.job(of: try catalog.model(model)) {
      result = bare
    } else {
      result = try catalog.job(job ?? JobOptions.defaultJob)
      if let model { result.model = try catalog.model(model) }
      result = changes.applied(to: result)
    }
    result = result.withAdapterOfModel()
    if let (message, help) = result.frozenProblem ?? result.adapterProblem {
      throw Diagnostics(Diagnostic(.error, message, help: help, at: Place(file: "--model")))
    }
    // What the reader of job files checks too, for what options changed.
    try catalog.check(
      changes.operating,
      at: Place(file: changes.operating.input == OperatingRequest.Input() ? "--checkpoint" : "--input"))
    if let longest = result.positionsExceeded {
      throw Diagnostics(
        Diagnostic(
          .error, "\(result.model.name) has learned positions for \(longest) tokens only, not \(result.sequenceLength)",
          help: "use a --sequence-length of at most \(longest)", at: Place(file: "--sequence-length")))
    }
    if let (message, help, key) = result.sampleProblem ?? result.trainingProblem {
      let option = "--" + key.replacing("_", with: "-")
      throw Diagnostics(Diagnostic(.error, message, help: help, at: Place(file: option)))
    }
    return result
  }
}

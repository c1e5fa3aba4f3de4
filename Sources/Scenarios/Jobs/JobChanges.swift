import Quantities

/// What options or a suite say of a job: of a model everything, of a job only what is to differ.
public struct JobChanges: Sendable {
  public var tokens: Count?
  public var sequenceLength: Int?
  public var globalBatch: Int?
  public var precision: DataType?
  public var optimizer: Optimizer?
  public var training: Training?
  public var documents: Documents?
  public var recompute: Recompute?
  public var stack: String?
  public var plan: PlanRequest?
  public var operating = OperatingRequest()

  public init() {}

  init(_ fields: Fields) {
    tokens = fields.tokens("tokens")
    sequenceLength = fields.int("sequence_length", in: 1...100_000_000)
    globalBatch = fields.int("global_batch", in: 1...100_000_000)
    precision = fields.choice("precision", DataType.self, allowed: Job.precisions)
    optimizer = fields.pairs("optimizer", Optimizer.self)
    training = fields.pairs("train", Training.self)
    documents = fields.pairs("documents", Documents.self)
    recompute = fields.recompute("recompute")
    stack = fields.name("stack")?.text
    plan = fields.fields("plan", Keys.plan).map(PlanRequest.init)
    operating = OperatingRequest(fields)
  }

  /// These, and where they say nothing, the others.
  func over(_ other: JobChanges) -> JobChanges {
    var all = self
    all.tokens = tokens ?? other.tokens
    all.sequenceLength = sequenceLength ?? other.sequenceLength
    all.globalBatch = globalBatch ?? other.globalBatch
    all.precision = precision ?? other.precision
    all.optimizer = optimizer ?? other.optimizer
    all.training = training ?? other.training
    all.documents = documents ?? other.documents
    all.recompute = recompute ?? other.recompute
    all.stack = stack ?? other.stack
    all.plan = plan ?? other.plan
    all.operating = operating.over(other.operating)
    return all
  }

  /// A job of a model alone; nil unless tokens, length and batch are given.
  public func job(of model: Model) -> Job? {
    guard let tokens, let sequenceLength, let globalBatch else { return nil }
    let bare = Job(
      name: model.name, model: model, tokens: tokens, sequenceLength: sequenceLength, globalBatch: globalBatch)
    return applied(to: bare)
  }

  public func applied(to job: Job) -> Job {
    var job = job
    job.tokens = tokens ?? job.tokens
    job.sequenceLength = sequenceLength ?? job.sequenceLength
    job.globalBatch = globalBatch ?? job.globalBatch
    job.precision = precision ?? job.precision
    job.optimizer = optimizer ?? job.optimizer
    job.training = training ?? job.training
    job.documents = documents ?? job.documents
    job.recompute = recompute ?? job.recompute
    job.stack = stack ?? job.stack
    job.plan = plan ?? job.plan
    job.operating = operating.over(job.operating)
    return job
  }
}

extension Job {
  /// The longest sequence that the model's learned positions have room for, where this job's is longer.
  public var positionsExceeded: Int? {
    guard model.positions == .learned, let longest = model.maxSequenceLength, sequenceLength > longest else {
      return nil
    }
    return longest
  }

  /// What of this job a recommender or a convolutional net cannot be given, under the key that says it.
  public var sampleProblem: (message: String, help: String, key: String)? {
    guard model.hasDataRanksAlone, let what = model.otherThanText else { return nil }
    if sequenceLength != 1 {
      return (
        "\(model.name) is \(what), whose samples are sequences of one, not of \(sequenceLength)",
        "use a 'sequence_length' of 1, so that tokens are samples", "sequence_length"
      )
    }
    if documents != nil {
      return ("\(model.name) is \(what), whose samples have no length", "leave it out", "documents")
    }
    if loraRank != nil {
      return ("\(model.name) is \(what), which has no matrices for adapters", "leave it out", "lora_rank")
    }
    return nil
  }
}

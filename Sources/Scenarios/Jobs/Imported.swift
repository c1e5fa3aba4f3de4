import Quantities

/// What was understood of a file that describes a model for another program, and what was not.
public struct Imported: Hashable, Sendable {
  /// Parts of the model that are left out, such as a tower that sees pictures.
  public struct Part: Hashable, Sendable {
    public var name: String
    /// Nil where they cannot be counted.
    public var parameters: Double?

    public init(_ name: String, _ parameters: Double?) {
      self.name = name
      self.parameters = parameters
    }

    public var sentence: String {
      parameters.map { "its \(name) is left out: \(Count($0).formatted) parameters" }
        ?? "its \(name) is left out, and its size is not known: time, memory and cost are of the rest alone"
    }
  }

  /// How an adapter changes a model that it names.
  public struct Adapter: Hashable, Sendable {
    public var rank: Int
    public var targets: LoRATargets
  }

  /// The word for its architecture, as the file has it.
  public var family: String
  public var leftOut: [Part] = []
  /// What is taken for something else than it is.
  public var approximations: [String] = []
  /// `key value`, where the file leaves out a key and its class has a value for it.
  public var assumed: [String] = []
  /// Keys of the file that say nothing about shape, or nothing that is understood.
  public var ignored: [String] = []
  /// How the weights are kept, where that is such that they cannot be trained.
  public var frozen: String?
  /// Of such weights, where the file says it.
  public var frozenBits: Int?
  public var adapter: Adapter?

  public init(family: String) { self.family = family }

  /// What a reader of results has to know.
  public var warnings: [String] { leftOut.map(\.sentence) + approximations }
}

extension Job {
  /// Weights that are kept in a few bits can carry adapters, and cannot be trained themselves.
  public var frozenProblem: (message: String, help: String)? {
    guard loraRank == nil, let frozen = model.imported?.frozen else { return nil }
    return (
      "the weights of \(model.name) are quantized (\(frozen)) and cannot be trained whole",
      "train adapters on them with --train lora, or 'lora_rank: 16' in a job file, or use the config.json of the model that was quantized"
    )
  }

  /// The same job with the adapter that the model's file asks for, where the job asks for none.
  public func withAdapterOfModel() -> Job {
    var job = self
    if training == nil, let adapter = model.imported?.adapter {
      (job.loraRank, job.loraTargets) = (adapter.rank, adapter.targets)
    }
    // Adapters on weights of 4 bits are what QLoRA means, whatever it was called.
    if model.imported?.frozenBits == 4,
      case .adapters(let rank, let on, false)? = job.training?.scope
    {
      job.training?.scope = .adapters(rank: rank, on: on, quantized: true)
    }
    return job
  }

  /// Adapters that are asked for where no matrix takes any.
  public var adapterProblem: (message: String, help: String)? {
    guard loraRank != nil, trainedParameters == 0 else { return nil }
    return (
      "nothing of \(model.name) is trained by adapters on \(loraTargets.words): experts that are chosen have none here",
      "write on=attention, or train all with --train full"
    )
  }
}

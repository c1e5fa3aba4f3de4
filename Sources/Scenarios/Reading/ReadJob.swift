import Quantities

extension Job {
  init(_ fields: Fields, name: String, model: Model) {
    self.init(
      name: name,
      model: model,
      tokens: fields.tokens("tokens") ?? Count(1),
      sequenceLength: fields.int("sequence_length", in: 1...100_000_000) ?? 1,
      globalBatch: fields.int("global_batch", in: 1...100_000_000) ?? 1,
      precision: fields.choice("precision", DataType.self, allowed: Self.precisions) ?? .bf16,
      optimizer: fields.pairs("optimizer", Optimizer.self) ?? .adamw,
      recompute: fields.recompute("recompute"),
      stack: fields.name("stack")?.text,
      loraRank: fields.int("lora_rank", in: 1...100_000),
      loraTargets: fields.choice("lora_targets", LoRATargets.self) ?? .attention,
      size: fields.fields("size", Keys.size).flatMap(JobSize.init),
      plan: fields.fields("plan", Keys.plan).map(PlanRequest.init) ?? PlanRequest(),
      options: fields.texts("on") ?? [])
    operating = OperatingRequest(fields)
    documents = fields.pairs("documents", Documents.self)
    if let whole = fields.pairs("train", Training.self) {
      for key in ["lora_rank", "lora_targets"] where fields.has(key) {
        fields.error("'train' and '\(key)' are given", help: "say it once, in 'train'", at: key)
      }
      training = whole
    }
    if let longest = positionsExceeded {
      fields.error(
        "\(model.name) has learned positions for \(longest) tokens only",
        help: "use a 'sequence_length' of at most \(longest)", at: "sequence_length")
    }
    for (message, help, key) in [sampleProblem, trainingProblem].compactMap({ $0 }) {
      fields.error(message, help: help, at: key)
    }
    if let whole = recompute, let part = plan.recompute, whole != part {
      fields.error("'recompute' and 'plan' disagree", help: "give it once", at: "recompute")
    }
  }

  /// What a job may be trained in.
  public static let precisions: [DataType] = [.fp32, .bf16, .fp16, .fp8, .mxfp8, .fp4]
}

extension JobSize {
  /// Nil, with a finding, unless one is given, or a deadline and a budget.
  init?(_ fields: Fields) {
    let given = Keys.size.map(\.name).filter(fields.has)
    guard given.count == 1 || given == ["deadline", "budget"] else {
      if case .map = fields.tree.content {
        let which = given.isEmpty ? "nothing" : given.joined(separator: " and ")
        fields.error(
          "'size' gives \(which)", help: "give one of: instances, chips, deadline, budget; or deadline and budget")
      }
      return nil
    }
    let deadline: Seconds? = fields.quantity("deadline")
    let budget: Dollars? = fields.quantity("budget")
    if let count = fields.int("instances", in: 1...10_000_000) {
      self = .instances(count)
    } else if let count = fields.int("chips", in: 1...10_000_000) {
      self = .chips(count)
    } else if let deadline, let budget {
      self = .within(deadline, budget)
    } else if let deadline {
      self = .deadline(deadline)
    } else if let budget {
      self = .budget(budget)
    } else {
      return nil
    }
  }

  /// The options `--instances`, `--chips`, `--deadline` and `--budget`, of which one at most may be given.
  public static func parse(
    instances: String? = nil, chips: String? = nil, deadline: String? = nil, budget: String? = nil
  ) throws(Diagnostics) -> JobSize? {
    let all = [("instances", instances), ("chips", chips), ("deadline", deadline), ("budget", budget)]
    let given = all.compactMap { name, text in text.map { (name, $0) } }
    guard let (name, _) = given.first else { return nil }
    if given.count > 1, given.map(\.0) != ["deadline", "budget"] {
      throw Diagnostics(
        Diagnostic(
          .error, "\(given.map { "--" + $0.0 }.joined(separator: " and ")) are given",
          help: "a job's size is one of: --instances, --chips, --deadline, --budget; or --deadline and --budget",
          at: Place(file: "--\(name)")))
    }
    let entries = given.map { name, text in
      let value = Tree(word: text, source: SourceText(name: "--\(name)", text: text, isOption: true))
      return Tree.Entry(key: name, keyTree: value, value: value)
    }
    let reading = Reading(location: "--\(name)"), source = entries[0].value.source
    let size = JobSize(
      Fields(Tree(.map(entries), source: source, line: 1, column: 1), keys: Keys.size, reading: reading))
    guard let size, reading.findings.isEmpty else { throw Diagnostics(reading.findings) }
    return size
  }
}

extension PlanRequest {
  init(_ fields: Fields) {
    self.init()
    let degrees = 1...1_000_000
    tensor = fields.int("tp", in: degrees)
    pipeline = fields.int("pp", in: degrees)
    interleave = fields.int("vpp", in: degrees)
    data = fields.int("dp", in: degrees)
    context = fields.int("cp", in: degrees)
    expert = fields.int("ep", in: degrees)
    expertTensor = fields.int("etp", in: degrees)
    zero = fields.int("zero", in: 0...3)
    shard = fields.int("shard", in: degrees)
    microBatch = fields.int("micro_batch", in: degrees)
    recompute = fields.recompute("recompute")
    sequenceParallel = fields.bool("sequence_parallel")
    ends = fields.chunkEnds("ends")
    // Beyond any machine, and the product must not leave the integers.
    let world = [tensor, pipeline, data, context].reduce(1.0) { $0 * Double($1 ?? 1) }
    if world > 10_000_000 {
      fields.error("the degrees multiply to \(Count(world).formatted) devices", help: "at most 10 M")
    }
    if let interleave, interleave > 1, pipeline == 1 {
      fields.error("'vpp' is \(interleave) and 'pp' is 1", help: "interleaving needs a pipeline", at: "vpp")
    }
    if ends != nil, pipeline == 1 {
      fields.error("'ends' cuts a pipeline, and 'pp' is 1", help: "leave it out, or use a pp of 2 or more", at: "ends")
    }
  }

  /// `best`, `published`, or `tp=8,pp=4,recompute=selective`, with diagnostics placed at the option.
  public init(parsing text: String, option: String = "--plan") throws(Diagnostics) {
    if text == "best" || text == "published" {
      self.init()
      isPublished = text == "published"
      return
    }
    self = try Fields.read(pairs: text, option: option, keys: Keys.plan, example: "tp=8,pp=4", PlanRequest.init)
  }
}

extension Job {
  /// From one token to more than anybody has: beyond these every answer is nonsense.
  public static let possibleTokens = 1.0...1e18
  public static let tokensHelp = "it is due from 1 to 10^18: write it like 1 T"
}

extension Fields {
  func tokens(_ key: String) -> Count? {
    guard let count: Count = quantity(key) else { return nil }
    if !Job.possibleTokens.contains(count.value) {
      error("'\(key)' is \(count.formatted)", help: Job.tokensHelp, at: key)
    }
    return count
  }
}

import Quantities
import Scenarios

extension FactSheet {
  public init(_ model: Model) {
    if let net = model.recommender {
      self.init(.models, name: model.name, summary: model.summary, facts: Self.facts(model, net), origin: model.origin)
      return
    }
    let count = model.parameterCount
    let parts = [
      Fact("parameters", Count(count.total).formatted),
      Fact("active parameters", optional: count.active < count.total ? Count(count.active).formatted : nil),
      Fact("published parameters", model.publishedParameters),
      Fact("parameters of a layer", optional: model.layout.isUniform ? Count(count.perLayer).formatted : nil),
      Fact("of embeddings", Count(count.embedding).formatted),
      Fact("of the head", Count(count.head).formatted),
    ]
    let shape: [Fact?] = [
      Fact("family", model.family.rawValue), Fact("layers", "\(model.layers)"),
      Fact("hidden size", Figures.grouped(model.hiddenSize)),
      Fact("width of words", optional: model.embeddingSize.map { Figures.grouped($0) }),
      Fact("attention heads", optional: model.attention.map { "\($0.heads), \($0.keyValueHeads) of keys and values" }),
      Fact("head dimension", optional: model.attention.map { "\($0.headDimension)" }),
      Fact("feed-forward size", optional: model.denseNet.map { Figures.grouped($0.size) }),
      Fact("vocabulary", optional: model.vocabularySize > 0 ? Figures.grouped(model.vocabularySize) : nil),
      Fact("patches", optional: model.diffusion.map { "\($0.patchInputs) numbers in, \($0.patchOutputs) out" }),
      Fact("classes", optional: model.diffusion.map { Figures.grouped($0.classes) }),
      Fact("longest sequence", optional: model.maxSequenceLength.map { Figures.grouped($0) }),
      Fact("activation", optional: model.denseNet?.activation.rawValue),
      Fact("normalization", "\(model.normalization.rawValue), \(model.normsPerLayer) a layer"),
      Fact("positions", model.positions.rawValue), Fact("query and key norm", model.queryKeyNorm.rawValue),
      Fact("tied embeddings", model.tiedEmbeddings ? "yes" : "no"),
      Fact("dropout", model.dropout ? "yes" : "no"),
      Fact("classes", optional: model.outputs.map { $0 == 0 ? "none: there is no head" : Figures.grouped($0) }),
    ]
    let facts = parts + shape + ModelFacts.blocks(model) + ModelFacts.imported(model)
    self.init(.models, name: model.name, summary: model.summary, facts: facts, origin: model.origin)
  }

  private static func facts(_ model: Model, _ net: Recommender) -> [Fact?] {
    func sizes(_ list: [Int]) -> String { list.map { Figures.grouped($0) }.joined(separator: ", ") }
    let crosses = net.interaction == .cross ? "\(net.crosses) of rank \(Figures.grouped(net.crossRank))" : nil
    return [
      Fact("parameters", Count(model.parameterCount.total).formatted),
      Fact("published parameters", model.publishedParameters),
      Fact("of tables", Count(model.parameterCount.embedding).formatted),
      Fact("of nets", Count(model.parameterCount.perLayer).formatted),
      Fact("family", model.family.rawValue), Fact("bottom net", sizes(net.bottom)), Fact("top net", sizes(net.top)),
      Fact("interaction", net.interaction.rawValue), Fact("crosses", optional: crosses),
      Fact("tables", "\(net.tableCount)"), Fact("rows", Count(net.rows).formatted),
      Fact("lookups of a sample", Figures.grouped(net.lookups)), Fact("embedding dimension", "\(net.dimension)"),
    ]
  }

  public init(_ stack: Stack) {
    func word(_ offered: Bool) -> String { offered ? "yes" : "no" }
    self.init(
      .stacks, name: stack.name, summary: stack.summary,
      facts: [
        Fact("family", stack.family), Fact("attention", stack.attention.rawValue),
        Fact("gradients", stack.gradientType.rawValue),
        Fact("sequence parallelism", word(stack.sequenceParallel)),
        Fact(
          "context parallelism",
          stack.contextParallel && stack.contextExchange == .heads ? "yes, by heads" : word(stack.contextParallel)),
        Fact(
          "expert parallelism",
          stack.expertParallel
            ? "yes, a token is sent once for each \(receivers(stack.expertDispatch))" : "no"),
        Fact(
          "exchange of experts hides behind",
          stack.expertOverlap == .layer ? "work of its layer" : "work of another micro-batch"),
        Fact("pipeline", word(stack.pipeline)),
        Fact("interleaving", word(stack.interleaving)),
        Fact(
          "offloaded states",
          stack.hostUpdate.map { "updated by the host, \($0.value.formatted) a parameter and machine" }
            ?? "come to the device for each update"),
        Fact("zero stages", stack.zeroStages.map(String.init).joined(separator: ", ")),
        Fact("recomputation", stack.recompute.map(\.rawValue).joined(separator: ", ")),
        Fact(
          "selective recomputation",
          FactSheet.repeated(by: stack.selective)),
        Fact(
          "waited for",
          stack.waitedFor.isEmpty
            ? "nothing that could hide" : stack.waitedFor.map(\.rawValue.replacingUnderscores).joined(separator: ", ")),
      ] + (stack.dualPipe ? [Fact("micro-batches enter", "from both ends of a pipeline")] : []), origin: stack.origin)
  }

  private static func repeated(by selective: Stack.Selective) -> String {
    let cheap = "norms, activation functions, up-projections of latents"
    return switch selective {
    case .scores: "attention's scores"
    case .cheap: cheap
    case .alternate: "\(cheap), every second product"
    case .nets: "\(cheap), feed-forward nets"
    }
  }

  public init(_ profile: Efficiency) {
    let values = EfficiencyParameter.allCases.map { parameter in
      let value = profile[parameter]
      let text =
        switch parameter.scale {
        case .fraction, .overlap: Figures.percent(value)
        case .number: Figures.significant(value)
        case .seconds: Seconds(value).formatted
        }
      return Fact(parameter.key.replacingUnderscores, text)
    }
    self.init(
      .efficiency, name: profile.name, summary: profile.summary,
      facts: [
        Fact("chip", profile.chip), Fact("stack", profile.stack.name), Fact("status", profile.status.rawValue),
        Fact("default of its chip", profile.isDefault ? "yes" : "no"),
      ] + values + [
        Fact("memory reserve", profile.memoryReserve.formatted),
        Fact(
          "counted memory is within",
          Figures.percent(Efficiency.fit.deviate * profile.memorySpread) + " nine times in ten"),
      ] + Fact.unstated(profile.unstated),
      origin: profile.origin)
  }

  public init(_ priors: Priors) {
    let facts = EfficiencyParameter.allCases.map { parameter in
      let prior = priors[parameter]
      let spreads = [
        ("population", prior.population), ("architecture", prior.architecture), ("generation", prior.generation),
        ("chip", prior.chip),
        ("family", prior.family), ("stack", prior.stack),
      ].filter { $0.1 > 0 }.map { "\($0.0) \(Figures.significant($0.1))" }
      return Fact(
        parameter.key.replacingUnderscores, "\(Figures.significant(prior.value)); spreads: \(listed(spreads))")
    }
    self.init(
      .priors, name: "priors", summary: "What is believed before any training run is looked at",
      facts: facts + Fact.unstated(priors.forgotten), origin: priors.origin)
  }

  public init(_ posterior: Posterior) {
    self.init(
      .posteriors, name: "posterior", summary: "What calibration left known of the efficiency parameters",
      facts: [
        Fact("measured runs", Figures.grouped(posterior.rows)), Fact("of a file with hash", posterior.data),
        Fact("offsets", Figures.grouped(posterior.elements.count)),
        Fact("of them correlated", Figures.grouped(posterior.correlated)),
      ], origin: posterior.origin)
  }

  public init(_ job: Job) {
    self.init(
      .jobs, name: job.name, summary: job.title,
      facts: [
        Fact("model", job.model.name), Fact("tokens", job.tokens.formatted),
        Fact("sequence length", Figures.grouped(job.sequenceLength)),
        Fact("global batch", counted(job.globalBatch, "sequence")), Fact("precision", job.precision.rawValue),
        Fact("optimizer", job.optimizer.rawValue),
        Fact("trained", optional: job.training?.rawValue),
        Fact("documents", optional: job.documents?.rawValue),
        Fact("recomputation", job.recompute?.rawValue ?? "searched"),
        Fact("stack", job.stack ?? "each chip's default"), Fact("size", job.size?.sentence ?? "not given"),
        Fact("on", job.options.isEmpty ? "not given" : job.options.joined(separator: ", ")),
      ])
  }
}

/// Who gets a copy of a token each.
private func receivers(_ dispatch: Stack.ExpertDispatch) -> String {
  switch dispatch {
  case .perExpert: "expert"
  case .perMachine: "machine"
  case .neighbours: "rank, and its experts are neighbours"
  }
}

extension String {
  fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}

extension FactSheet {
  /// Who published measured runs: a licence for each series.
  public init(_ sources: MeasurementSources) {
    self.init(
      .sources, name: "sources", summary: "Where measured runs come from",
      facts: sources.all.map { Fact($0.series.joined(separator: ", "), "\($0.title); licence: \($0.licence)") },
      origin: sources.origin)
  }
}

extension CatalogEntry {
  public init(_ sources: MeasurementSources) {
    self.init(
      .sources, name: "sources", figures: counted(sources.all.count, "source"),
      summary: "Software and machines of measured runs, by series")
  }
}

extension Fact {
  /// What a file leaves out, and what is taken for it.
  fileprivate static func unstated(_ unstated: Unstated) -> [Fact] {
    unstated.taken.map { [Fact("not stated, so taken", $0)] } ?? []
  }
}

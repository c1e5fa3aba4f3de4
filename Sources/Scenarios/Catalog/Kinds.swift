import Foundation
import Quantities

// One loader per kind of file. Every one of them throws all that is wrong, in this file and in those it names.
extension Catalog {
  public func chip(_ name: String) throws(Diagnostics) -> Chip { try chip(name, at: nil) }

  func chip(_ name: String, at place: Place?, inside: [String] = []) throws(Diagnostics) -> Chip {
    try load(.chips, name, at: place) { fields in
      let like = fields.name("like").flatMap { text, tree in
        fields.reading.attempt { () throws(Diagnostics) in
          try refuseCircle(inside + [name], text, at: tree.place)
          return try chip(text, at: tree.place, inside: inside + [name])
        }
      }
      return Chip(fields, name: name, like: like)
    }
  }

  /// What is like each other in a ring says nothing.
  private func refuseCircle(_ inside: [String], _ name: String, at place: Place) throws(Diagnostics) {
    try refuseDepth(inside, "'like'", at: place)
    guard inside.contains(name) else { return }
    let ring = (inside + [name]).joined(separator: " → ")
    throw Diagnostics(
      Diagnostic(.error, "'like' goes round in a circle: \(ring)", help: "name one with figures of its own", at: place))
  }

  /// How far files that name others of their kind are followed. Two is what anybody needs.
  static let depth = 8

  func refuseDepth(_ inside: [String], _ what: String, at place: Place?) throws(Diagnostics) {
    guard inside.count > Catalog.depth else { return }
    let chain = inside.prefix(3).joined(separator: " → ")
    throw Diagnostics(
      Diagnostic(
        .error, "\(what) lead from file to file more than \(Catalog.depth) times: \(chain) → …",
        help: "name the last of them here", at: place))
  }

  public func nitroCard(_ name: String) throws(Diagnostics) -> NitroCard { try nitroCard(name, at: nil) }

  func nitroCard(_ name: String, at place: Place?) throws(Diagnostics) -> NitroCard {
    try load(.nitroCards, name, at: place) { NitroCard($0, name: name) }
  }

  public func hostCPU(_ name: String) throws(Diagnostics) -> HostCPU { try hostCPU(name, at: nil) }

  func hostCPU(_ name: String, at place: Place?) throws(Diagnostics) -> HostCPU {
    try load(.hosts, name, at: place) { HostCPU($0, name: name) }
  }

  /// A model by name, by the path of a model file, of a folder with weights or of a Hugging Face `config.json`, or by its name
  /// on the Hub.
  public func model(_ nameOrPath: String) throws(Diagnostics) -> Model { try model(nameOrPath, at: nil) }

  func model(_ text: String, at place: Place?) throws(Diagnostics) -> Model {
    if path(.models, text) == nil, Self.isFolder(text) || text.hasSuffix(".json") {
      let file = try modelFile(text)
      return try importedModel(file, name: Self.name(ofPath: file))
    }
    if Self.isHubName(text) { return try model(modelName(ofHub: text, at: place), at: place) }
    guard Self.isPath(text) else { return try load(.models, text, at: place) { Model($0, name: text) } }
    let name = Self.name(ofPath: text)
    return try read(text, location: SourceFile.shown(text), .models, name) { Model($0, name: name) }
  }

  public func stack(_ name: String) throws(Diagnostics) -> Stack { try stack(name, at: nil) }

  func stack(_ name: String, at place: Place?) throws(Diagnostics) -> Stack {
    try load(.stacks, name, at: place) { Stack($0, name: name) }
  }

  /// Every profile of a chip, by name.
  public func efficiencies(chip: String) throws(Diagnostics) -> [Efficiency] {
    var found: [Efficiency] = []
    var problems: [Diagnostic] = []
    for name in names(.efficiency) where name.hasPrefix(chip + ".") {
      do {
        let profile = try profile(name)
        if profile.chip == chip, try !isReplaced(profile) { found.append(profile) }
      } catch {
        problems += error.all
      }
    }
    guard problems.isEmpty else { throw Diagnostics(problems).sorted }
    return found
  }

  /// A chip's efficiency with a stack, or with its default one: as a file has it, else put together from what calibration
  /// knows of the chip and of the stack.
  public func efficiency(chip: String, stack: String?) throws(Diagnostics) -> Efficiency {
    try efficiency(chip: chip, stack: stack, inside: [])
  }

  /// The same for a job: where no stack is named, adapters on quantized weights have the software that people train them with.
  public func efficiency(chip: String, stack: String?, for job: Job?) throws(Diagnostics) -> Efficiency {
    guard stack == nil, job?.hasQuantizedBase == true, path(.priors, "priors") != nil,
      let own = try priors().defaultStacks["\(self.chip(chip).architecture).quantized"]
    else { return try efficiency(chip: chip, stack: stack) }
    return try efficiency(chip: chip, stack: own)
  }

  /// - Parameter inside: profiles that begin with this one.
  private func efficiency(chip: String, stack: String?, inside: [String]) throws(Diagnostics) -> Efficiency {
    if let stack {
      let name = "\(chip).\(stack)"
      try refuseCircle(inside, name, at: Place(file: inside.last.map { "efficiency/\($0).yaml" } ?? ""))
      if path(.efficiency, name) != nil {
        let own = try profile(name, inside: inside)
        if try !isReplaced(own) { return try ofThisFit(own) }
      }
      return try composed(chip: chip, stack: stack, inside: inside + [name])
    }
    let all = try efficiencies(chip: chip), defaults = all.filter(\.isDefault)
    if let one = defaults.first, defaults.count == 1 { return try ofThisFit(one) }
    if defaults.isEmpty, let usual = try usualStack(of: chip) { return try efficiency(chip: chip, stack: usual) }
    let names = all.map(\.stack.name).joined(separator: ", ")
    throw Diagnostics(
      Diagnostic(
        .error,
        defaults.isEmpty
          ? "no efficiency profile of \(chip) is its default"
          : "several efficiency profiles of \(chip) are its default",
        help: all.isEmpty
          ? "name a stack with --stack: 'trainfare catalog list stacks' has them; or write 'like: CHIP' or 'architecture: gpu' into "
            + "chips/\(chip).yaml"
          : "name a stack, one of: \(names); or mark exactly one with 'default: true'",
        at: defaults.last.map { Place(file: $0.origin.location) }))
  }

  /// From the offsets of the calibration: no file of the chip has the stack.
  private func composed(chip name: String, stack: String, inside: [String]) throws(Diagnostics) -> Efficiency {
    let chip = try chip(name)
    guard names(.stacks).contains(stack) else { throw unknown(.stacks, stack, at: nil) }
    let known = try self.stack(stack)
    if let like = chip.like {
      var profile = try efficiency(chip: like, stack: stack, inside: inside)
      (profile.name, profile.chip, profile.isDefault, profile.fit) = ("\(name).\(stack)", name, false, nil)
      profile.summary = "\(name) with \(stack), of which no run is known, as \(like) with it"
      (profile.status, profile.base) = (.extrapolated, .chip(like))
      return profile
    }
    guard path(.priors, "priors") != nil, let posterior = try posterior() else {
      let names = try efficiencies(chip: name).map(\.stack.name).joined(separator: ", ")
      throw Diagnostics(
        Diagnostic(
          .error,
          "\(name) has no efficiency profile for stack \(quoted(stack)), and there is no calibration to make one of",
          help: names.isEmpty ? "it has none at all: add efficiency/\(name).STACK.yaml" : "it has: \(names)"))
    }
    let priors = try priors(), isKnown = try efficiencies(chip: name).contains { $0.status == .fitted }
    var profile = Efficiency(
      name: "\(name).\(stack)", summary: "\(name) with \(stack), of which no run is known, from runs of either",
      chip: name, stack: known, status: isKnown ? .composed : .extrapolated,
      values: posterior.values(Subject(chip, known), priors), memoryReserve: priors.memoryReserve(chip, known),
      memorySpread: priors.memorySpread(chip, known),
      origin: posterior.origin)
    // A chip without a word for its kind stands alone, and only what holds for all is known of it.
    if !isKnown { profile.base = .population(architecture: chip.architecture == name ? nil : chip.architecture) }
    return profile
  }

  /// The stack that a chip has where none is named, if no profile of its own is marked: by name, as that of a chip like it, as
  /// that of its architecture, or as that of all.
  private func usualStack(of name: String) throws(Diagnostics) -> String? {
    guard path(.priors, "priors") != nil else { return nil }
    let usual = try priors().defaultStacks
    if let own = usual[name] { return own }
    guard path(.chips, name) != nil else { return nil }
    let chip = try chip(name)
    guard let like = chip.like else { return usual[chip.architecture] ?? usual[ParameterScope.population.text] }
    if let marked = try efficiencies(chip: like).first(where: \.isDefault) { return marked.stack.name }
    return try usualStack(of: like)
  }

  /// What is believed before any run is looked at.
  public func priors() throws(Diagnostics) -> Priors {
    try load(.priors, "priors") { Priors($0) }
  }

  /// What the shipped or the user's own calibration knows; nil where there is none.
  public func posterior() throws(Diagnostics) -> Posterior? {
    guard path(.posteriors, "posterior") != nil else { return nil }
    func read() throws(Diagnostics) -> Posterior { try load(.posteriors, "posterior") { Posterior($0) } }
    // The largest file: where no override names it, catalogs that differ in others read it once for all.
    if overrides.contains(where: { $0.folder == CatalogKind.posteriors.folder }) { return try read() }
    return try once("posterior", in: cache.unchanged, read)
  }

  /// What owning a machine takes, by the instance's name; nil where nobody wrote it down.
  public func ownership(_ instance: String) throws(Diagnostics) -> Ownership? {
    guard path(.ownership, instance) != nil else { return nil }
    return try load(.ownership, instance) { Ownership($0, name: instance) }
  }

  func profile(_ name: String, inside: [String] = []) throws(Diagnostics) -> Efficiency {
    try load(.efficiency, name) { fields in
      var stack: Stack?, base: Efficiency?
      let chip = fields.name("chip")
      if let (text, tree) = fields.name("stack") {
        stack = fields.reading.attempt { () throws(Diagnostics) in try self.stack(text, at: tree.place) }
        if let chip, "\(chip.text).\(text)" != name {
          fields.reading.error(
            "a profile of \(chip.text) on \(text) is called '\(chip.text).\(text)', not '\(name)'",
            help: "rename the file, or mend 'chip' and 'stack'", at: chip.tree)
        }
      }
      if let (like, tree) = fields.name("like"), let stack {
        base = fields.reading.attempt { () throws(Diagnostics) in
          if path(.chips, like) == nil { throw unknown(.chips, like, at: tree.place) }
          return try efficiency(chip: like, stack: stack.name, inside: inside + [name])
        }
      }
      return Efficiency(fields, name: name, stack: stack ?? .unread, base: base)
    }
  }

  /// A job by name or by the path of its file.
  public func job(_ nameOrPath: String) throws(Diagnostics) -> Job {
    guard Self.isPath(nameOrPath) else {
      let folder = path(.jobs, nameOrPath).map { SourceFile.split($0).folder } ?? "."
      return try load(.jobs, nameOrPath) { job($0, name: nameOrPath, folder: folder) }
    }
    try refuseModel(nameOrPath)
    let name = Self.name(ofPath: nameOrPath)
    let folder = SourceFile.split(nameOrPath).folder
    return try read(nameOrPath, location: SourceFile.shown(nameOrPath), .jobs, name) {
      job($0, name: name, folder: folder)
    }
  }

  /// The file of a model, or a folder of its weights, given where a job is due.
  private func refuseModel(_ path: String) throws(Diagnostics) {
    guard Self.isFolder(path) || path.hasSuffix(".json"), let tree = try? YAMLText.parse(source(modelFile(path))),
      tree["model_type"] != nil || tree["architectures"] != nil
    else { return }
    throw Diagnostics(
      Diagnostic(
        .error, "this is the config.json of a model, and no job",
        help: "give it as --model \(path), with --tokens, --sequence-length and --global-batch",
        at: Place(file: SourceFile.shown(path))))
  }

  /// - Parameter folder: where a relative path of a model starts: beside the job's file.
  private func job(_ fields: Fields, name: String, folder: String) -> Job {
    var model: Model?
    if let (text, tree) = fields.name("model") {
      let isRelative = Self.isPath(text) && !text.hasPrefix("/") && !tree.source.isOption && folder != "."
      let beside = "\(folder)/\(text)"
      let isThere = FileManager.default.fileExists(atPath: beside)
      let path = isRelative && (isThere || !Self.isHubName(text)) ? beside : text
      model = fields.reading.attempt { () throws(Diagnostics) in try self.model(path, at: tree.place) }
    }
    if let (text, tree) = fields.name("stack"), path(.stacks, text) == nil {
      _ = fields.reading.attempt { () throws(Diagnostics) in try self.stack(text, at: tree.place) }
    }
    let job = Job(fields, name: name, model: model ?? .unread)
    _ = fields.reading.attempt { () throws(Diagnostics) in
      try check(job.operating, at: (fields["input"] ?? fields["checkpoint"] ?? fields.tree).place)
    }
    return job
  }
}

extension Stack {
  /// Stands in where the stack could not be read and the reason has been noted.
  static let unread = Stack(
    name: "", summary: "", family: "", attention: .fused, gradientType: .fp32, reduceType: .fp32,
    sequenceParallel: false,
    contextParallel: false,
    pipeline: false, interleaving: false, zeroStages: [0], recompute: [.none],
    origin: Origin(source: "", retrieved: "", location: ""))
}

extension Model {
  /// Stands in where the model could not be read and the reason has been noted.
  static let unread = Model(
    name: "", summary: "", family: .decoder, layers: 1, hiddenSize: 1, heads: 1, keyValueHeads: 1,
    headDimension: 1,
    feedForwardSize: 1, vocabularySize: 1, maxSequenceLength: nil, activation: .gelu,
    normalization: .layernorm,
    positions: .rotary, queryKeyNorm: .none, normsPerLayer: 2, queryKeyValueBias: false, outputBias: false,
    feedForwardBias: false, tiedEmbeddings: true, dropout: false, tokenTypes: 0, publishedParameters: nil,
    origin: Origin(source: "", retrieved: "", location: ""))
}

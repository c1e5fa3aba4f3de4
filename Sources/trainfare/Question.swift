import ArgumentParser
import Costing
import Planning
import Quantities
import Scenarios

/// A job, and the options that `compare` and `estimate` share.
struct QuestionOptions: ParsableArguments {
  @OptionGroup var named: JobArgument
  @OptionGroup var asked: AskedOptions

  var on: [String] { asked.machines.on }
  var plan: PlanOptions { asked.plan }
  var config: ConfigOptions { asked.config }

  func read(_ reader: inout OptionReader) -> QuestionSettings { asked.read(&reader, job: named.job) }
}

/// On which types of machine.
struct MachineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Instance types, separated by commas.",
      discussion: """
        Default: those of the job. Example: --on trn2.48xlarge,p5.48xlarge
        Also the beginning of names (trn2), a pattern ('p5*'), a chip (h100), or a chip and how many of a machine (h100:8, h100:4).
        After a colon, how many chips of each are used (all are paid for): --on p5.48xlarge:4
        After a plus, other Nitro cards or another host CPU: --on p5.48xlarge,p5.48xlarge+nitro-v6
        """, valueName: "types"),
    completion: Names.of(.instances))
  var on: [String] = []
}

/// What is asked of a job, whichever it is.
struct AskedOptions: ParsableArguments {
  @OptionGroup(title: "On which machines") var machines: MachineOptions
  @OptionGroup(title: "What is trained") var job: JobOptions
  @OptionGroup(title: "How many machines (one of these; default: the job's)") var size: SizeOptions
  @OptionGroup(title: "How the work is split") var plan: PlanOptions
  @OptionGroup(title: "How it is paid") var price: PriceOptions
  @OptionGroup(title: "What is known") var config: ConfigOptions

  /// Instance types as given, each once.
  func types(_ reader: inout OptionReader) -> [String] { reader.names(machines.on, "--on", part: "an instance type") }

  /// - Parameter name: of the job, or its file; nil where none is named.
  func read(_ reader: inout OptionReader, job name: String?) -> QuestionSettings {
    let types = types(&reader), size = self.size.read(&reader)
    let besides = (types.isEmpty ? ["--on p5.48xlarge,trn2.48xlarge"] : []) + (size == nil ? ["--instances 1"] : [])
    var settings = QuestionSettings(
      job: job.read(&reader, job: name, besides: besides), types: types, size: size, plan: plan.read(&reader),
      price: price.read(&reader), overrides: config.read(&reader))
    (settings.confidence, settings.maxInstances) = self.size.limits.read(&reader)
    if let whole = settings.job.changes.recompute, let part = settings.plan?.recompute, whole != part {
      reader.problem(
        "--recompute \(whole.rawValue) and recompute=\(part.rawValue) disagree", help: "give it once",
        option: "--plan",
        text: plan.plan)
    }
    return settings
  }
}

/// A job and `AskedOptions`, understood but not yet looked up.
struct QuestionSettings {
  var job: JobSettings
  var types: [String]
  var size: JobSize?
  var plan: PlanRequest?
  var price: PriceSettings
  var overrides: [Override]
  /// How surely a size has to keep to a limit; nil: as is usual.
  var confidence: Double?
  var maxInstances: Int?
}

/// Everything that was looked up: what planning starts from.
struct Question {
  var job: Job
  var size: JobSize?
  var plan: PlanRequest
  var options: [(instance: Instance, efficiency: Efficiency)]
  /// One at least.
  var pricings: [PricingRequest]
  var region: String?
  var prices: PriceBook
  /// What `--set` changed, for the list of assumptions.
  var changes: [AppliedOverride]
  /// What calibration knows; nil where the configurations have none.
  var knowledge: Knowledge?
  var facts: OperatingFacts
  var confidence: Double
  var maxInstances: Int?

  /// Reads every file the question needs and tells all that is wrong with any of them.
  init(_ settings: QuestionSettings, _ catalog: Catalog) throws(Stop) {
    var problems = FileProblems()
    let job = problems.attempt { () throws(Diagnostics) in try settings.job.resolve(catalog) }
    let named = problems.attempt { () throws(Diagnostics) in try catalog.instanceNames(settings.types) } ?? []
    let names = settings.types.isEmpty ? job?.options ?? [] : named
    let instances = names.compactMap { name in
      problems.attempt { () throws(Diagnostics) in try catalog.instance(name) }
    }
    let stack = settings.job.changes.stack ?? job?.stack
    let options = instances.compactMap { instance -> (instance: Instance, efficiency: Efficiency)? in
      problems.attempt { () throws(Diagnostics) in
        try catalog.efficiency(chip: instance.chip.name, stack: stack, for: job)
      }.map { (instance, $0) }
    }
    let known = problems.attempt { () throws(Diagnostics) in try catalog.prices() }
    // What owning takes is of no use to those who rent.
    let owned = (settings.price.requests.contains(.model(.owned)) ? instances : []).compactMap { instance in
      problems.attempt { () throws(Diagnostics) in try catalog.ownership(instance.soldAs) } ?? nil
    }
    let limits = problems.attempt { () throws(Diagnostics) in try catalog.rentalLimits() }
    knowledge = problems.attempt { () throws(Diagnostics) in try catalog.knowledge() } ?? nil
    facts = problems.attempt { () throws(Diagnostics) in try catalog.operatingFacts() } ?? OperatingFacts()
    try problems.finish()
    try catalog.refuseUnusedOverrides()
    guard let job, let known, let limits else { preconditionFailure("nothing failed, and something is missing") }

    if names.isEmpty {
      throw .usage(
        "no instance type is given",
        help: "add --on trn2.48xlarge,p5.48xlarge, or 'on:' to the job"
          + (settings.size ?? job.size == nil
            ? "; and say how many: one of --instances, --chips, --deadline or --budget" : ""))
    }
    // The price of a type holds for it with other parts, too.
    let priced = names + instances.map(\.soldAs)
    for name in settings.price.rates.keys.sorted() where !priced.contains(name) {
      let near = Spelling.nearest(to: name, among: priced).map { "did you mean '\($0)'?" }
      throw .usage(
        "--price names \(name), which is not compared",
        help: near ?? "compared: \(names.joined(separator: ", "))")
    }
    self.job = job
    size = settings.size ?? job.size
    plan = settings.plan ?? job.plan
    self.options = options
    pricings = settings.price.requests
    (confidence, maxInstances) = (settings.confidence ?? ComparisonRequest.usualConfidence, settings.maxInstances)
    region = settings.price.region
    prices = PriceBook(
      known, owned: owned, overrides: settings.price.rates, limits: limits, today: Today.date,
      start: settings.price.start)
    changes = catalog.appliedOverrides()
    try checkOwned()
    // Where no price is known, one can be given; the region then says what the grid is.
    if let region, !prices.regions.contains(region), facts.grids[region] == nil {
      let known = prices.regions.sorted()
      let near = Spelling.nearest(to: region, among: known).map { "did you mean '\($0)'? " } ?? ""
      throw .usage(
        "no price of a region called \(region) is known", help: "\(near)known: \(known.joined(separator: ", "))")
    }
  }

  /// What a machine of one's own costs, nobody else can know.
  private func checkOwned() throws(Stop) {
    guard pricings == [.model(.owned)] else { return }
    let missing = options.map(\.instance).filter {
      prices.offer(for: $0, .model(.owned), region: region).price == nil
    }
    // A comparison with one that is known goes on: the others have no price, and it says so.
    guard let first = missing.first, missing.count == options.count else { return }
    throw .usage(
      "what an owned \(missing.map(\.name).joined(separator: ", ")) costs an hour is not known",
      help: "add --price \(first.name)=USD_PER_HOUR, or a file ownership/\(first.name).yaml to your --configs"
    )
  }

  /// The comparison, with what `--set` changed among the assumptions of every row.
  func compare(_ size: JobSize) -> Comparison {
    var comparison = Comparison(request(size), prices: prices)
    comparison.results = comparison.results.map(noted)
    return comparison
  }

  private func request(_ size: JobSize) -> ComparisonRequest {
    var request = ComparisonRequest(
      job: job, size: size, options: options, region: region, plan: plan, facts: facts, knowledge: knowledge)
    (request.pricings, request.confidence, request.maxInstances) = (pricings, confidence, maxInstances)
    return request
  }

  /// The rows of the comparison alone: nothing that stands beside them.
  func planned(_ size: JobSize) -> Comparison {
    var request = request(size)
    request.isAlone = true
    return Comparison(request, prices: prices)
  }

  /// The way of buying of a command that answers for one.
  var pricing: PricingRequest { pricings[0] }

  /// Ends a command that answers for one way of buying where several were named.
  func refuseSeveralWays() throws(Stop) {
    guard pricings.count > 1 else { return }
    throw .usage(
      "this is answered for one way of buying, and \(pricings.count) are named",
      help: "name one with --pricing, or use 'trainfare compare'")
  }

  /// A result with what `--set` changed among its assumptions.
  func noted(_ result: OptionResult) -> OptionResult {
    guard !changes.isEmpty, case .runs(var run) = result.outcome else { return result }
    var result = result
    run.notes += changes.map(Note.set)
    result.outcome = .runs(run)
    return result
  }

  func noted(_ outcome: SearchOutcome) -> SearchOutcome {
    var outcome = outcome
    func judged(_ results: [OptionResult]) -> [OptionResult] {
      let noted = results.map(noted)
      return knowledge?.judged(noted, job: job, size: size) ?? noted
    }
    outcome.top = judged(outcome.top)
    outcome.front = judged(outcome.front)
    return outcome
  }
}

extension Catalog {
  /// Ends the command where a `--set` changed nothing that was read.
  func refuseUnusedOverrides() throws(Stop) {
    let unused = unusedOverrides()
    if !unused.isEmpty { throw .file(Diagnostics(unused)) }
  }

  /// - Parameter own: with logs of one's own; without, as others would be told.
  func knowledge(own: Bool = true) throws(Diagnostics) -> Knowledge? {
    guard let posterior = try posterior() else { return nil }
    return Knowledge(
      posterior, priors: try priors(), runs: try fittedRuns().filter { own || !$0.isLog },
      untried: try operatingFacts().practice?.untried)
  }
}

extension Substring {
  var trimmingBlanks: String {
    var part = self
    while part.first == " " { part = part.dropFirst() }
    while part.last == " " { part = part.dropLast() }
    return String(part)
  }
}

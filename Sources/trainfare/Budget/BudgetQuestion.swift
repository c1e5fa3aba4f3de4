import Costing
import Planning
import Quantities
import Scenarios

/// What options say besides the budget itself.
struct BudgetSettings {
  /// `--price`.
  var rates: [String: DollarRate]
  /// When the run starts; nil: nobody said.
  var start: Moment?
  /// How surely a run has to keep to the time and the money; nil: as is usual.
  var confidence: Double?
  var maxInstances: Int?
}

/// Everything of a budget that was looked up.
struct BudgetQuestion {
  var requests: [BudgetRequest]
  var prices: PriceBook
  var knowledge: Knowledge?
  var changes: [AppliedOverride]
  /// What nobody said and was taken.
  var assumed: [String]

  /// How long a run may take where nobody says. Judgement: DeepSeek-V3's pre-training took 54 days (2.66 M hours on 2,048 chips,
  /// measurements/projects.csv), and few teams wait longer than a quarter of a year.
  static let usualTime = Seconds(90 * 86_400)
  static let longestTime = Seconds(100 * 31_536_000)
  static let usualLength = 8192

  /// - Parameter isTimed: whether the user, or a budget the user named, says how long it may take.
  init(_ budget: Budget, isTimed: Bool, _ settings: BudgetSettings, _ catalog: Catalog) throws(Stop) {
    var problems = FileProblems()
    let types = problems.attempt { () throws(Diagnostics) in try catalog.instanceNames(budget.types) } ?? []
    let instances = types.compactMap { name in
      problems.attempt { () throws(Diagnostics) in try catalog.instance(name) }
    }
    let options = instances.compactMap { instance -> (instance: Instance, efficiency: Efficiency)? in
      problems.attempt { () throws(Diagnostics) in
        try catalog.efficiency(chip: instance.chip.name, stack: budget.stack)
      }.map { (instance, $0) }
    }
    let models = budget.models.compactMap { name in
      problems.attempt { () throws(Diagnostics) in try catalog.model(name) }
    }
    let known = problems.attempt { () throws(Diagnostics) in try catalog.scalingLaws() } ?? []
    let laws =
      budget.laws.isEmpty
      ? (models.isEmpty && budget.models.isEmpty ? known : [])
      : budget.laws.compactMap { name in
        problems.attempt { () throws(Diagnostics) in try catalog.scalingLaw(name) }
      }
    let prices = problems.attempt { () throws(Diagnostics) in try catalog.prices() } ?? []
    let limits = problems.attempt { () throws(Diagnostics) in try catalog.rentalLimits() } ?? RentalLimits([])
    let owned = (budget.ways.contains(.model(.owned)) ? instances : []).compactMap { instance in
      problems.attempt { () throws(Diagnostics) in try catalog.ownership(instance.soldAs) } ?? nil
    }
    knowledge = problems.attempt { () throws(Diagnostics) in try catalog.knowledge() } ?? nil
    let facts = problems.attempt { () throws(Diagnostics) in try catalog.operatingFacts() } ?? OperatingFacts()
    problems.attempt { () throws(Diagnostics) in try catalog.check(budget.operating, at: nil) }
    try problems.finish()
    try catalog.refuseUnusedOverrides()

    for name in settings.rates.keys.sorted() where !instances.contains(where: { $0.name == name || $0.soldAs == name })
    {
      throw .usage(
        "--price names \(name), which is not asked about", help: "asked about: \(types.joined(separator: ", "))")
    }
    self.prices = PriceBook(
      prices, owned: owned, overrides: settings.rates, limits: limits, today: Today.date, start: settings.start)
    if let region = budget.region, !self.prices.regions.contains(region), facts.grids[region] == nil {
      throw .usage(
        "no price of a region called \(region) is known",
        help: "known: \(self.prices.regions.sorted().joined(separator: ", "))")
    }
    let length = budget.sequenceLength ?? BudgetQuestion.usualLength
    try BudgetQuestion.check(models, length)
    if models.isEmpty, laws.isEmpty {
      throw .usage("nothing is trained", help: "add --model llama-3.1-8b, or a law to configs/scaling")
    }
    var job = Job(
      name: budget.name, model: models.first ?? ModelFamily.smallest, tokens: Count(1), sequenceLength: length,
      globalBatch: budget.globalBatch ?? 1024)
    job.precision = budget.precision ?? .bf16
    job.optimizer = budget.optimizer ?? .adamw
    job.stack = budget.stack
    job.operating = budget.operating
    let time = budget.time ?? BudgetQuestion.usualTime
    if time > BudgetQuestion.longestTime {
      throw .usage(
        "training may take \(time.formatted)", help: "give --days of at most \(BudgetQuestion.longestTime.formatted)")
    }
    let choices = models.map(BudgetChoice.model) + laws.map(BudgetChoice.law)
    let ways = budget.ways.isEmpty ? [.list] : budget.ways
    let knowledge = knowledge, experience = knowledge?.experience
    requests = budget.sums.map { sum in
      var request = BudgetRequest(
        sum: sum.total(over: time), time: time, options: options, ways: ways, region: budget.region, choices: choices,
        job: job, globalBatch: budget.globalBatch, laws: known, facts: facts, experience: experience)
      (request.knowledge, request.maxInstances) = (knowledge, settings.maxInstances)
      request.confidence = settings.confidence ?? request.confidence
      return request
    }
    changes = catalog.appliedOverrides()
    assumed = isTimed ? [] : ["training may take \(time.formatted), since nobody said how long (--days)"]
  }

  /// Every row of every sum.
  func answers() -> [BudgetAnswers] {
    requests.map { request in
      var answers = BudgetAnswers(request, prices: prices)
      if let knowledge { answers = knowledge.judged(answers) }
      for i in answers.rows.indices {
        guard case .runs(var run) = answers.rows[i].result.outcome else { continue }
        run.notes += changes.map(Note.set)
        answers.rows[i].result.outcome = .runs(run)
      }
      return answers
    }
  }

  /// What sequences of such a length a model cannot have, or that it is no language model.
  private static func check(_ models: [Model], _ length: Int) throws(Stop) {
    var found: [Diagnostic] = []
    for model in models {
      if let what = model.otherThanText {
        found.append(
          Diagnostic(
            .error, "\(model.name) is \(what), and a budget trains language models",
            help: "ask 'trainfare compare --model \(model.name) --budget …' instead"))
      } else if let longest = model.maxSequenceLength, model.positions == .learned, length > longest {
        found.append(
          Diagnostic(
            .error, "\(model.name) has learned positions for \(longest) tokens only, not \(length)",
            help: "add --sequence-length \(longest)"))
      }
    }
    if !found.isEmpty { throw .usage(found) }
  }
}

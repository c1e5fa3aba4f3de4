import Costing
import Planning
import Reporting
import Scenarios

/// The suites of a command, their cases in order, each looked up or with what is wrong with it.
struct SuiteSet {
  struct Case {
    var suite: String
    var one: SuiteCase
    var resolved: Result<ResolvedCase, Diagnostics>

    /// How a way of buying its instances is billed.
    func billing(_ way: PricingModel) -> Billing? {
      (try? resolved.get())?.instance.provider.billing(of: way)
    }
  }

  var suites: [Suite]
  /// When the runs start; nil: nobody said.
  var start: Moment?
  var cases: [Case]
  var prices: PriceBook
  /// What calibration knows; nil where the configurations have none.
  var knowledge: Knowledge?
  var facts: OperatingFacts
  /// What `--set` changed, for the list of assumptions.
  var changes: [AppliedOverride]
  /// Changes with the suites, every file that they use, and the program.
  var version: String
  /// What the cases use, with the fingerprint of each.
  var files: [(file: String, fingerprint: String)]

  /// Reads every file the suites need. What is wrong with a suite stops everything; what is wrong with a case
  /// stops that case.
  ///
  /// - Parameter start: when the runs start; nil: nobody said.
  init(_ names: [String], _ catalog: Catalog, start: Moment? = nil) throws(Stop) {
    self.start = start
    suites = try SuiteSet.read(names, catalog)
    var problems = FileProblems()
    let known = problems.attempt { () throws(Diagnostics) in (try catalog.prices(), try catalog.rentalLimits()) }
    knowledge = problems.attempt { () throws(Diagnostics) in try catalog.knowledge() } ?? nil
    facts = problems.attempt { () throws(Diagnostics) in try catalog.operatingFacts() } ?? OperatingFacts()
    try problems.finish()
    cases = []
    for suite in suites {
      for one in suite.cases {
        do {
          cases.append(Case(suite: suite.name, one: one, resolved: .success(try catalog.resolve(one))))
        } catch {
          cases.append(Case(suite: suite.name, one: one, resolved: .failure(error)))
        }
      }
    }
    try catalog.refuseUnusedOverrides()
    var owned: [Ownership] = []
    for one in cases {
      if case .success(let resolved) = one.resolved, let machine = resolved.owned { owned.append(machine) }
    }
    prices = PriceBook(
      known?.0 ?? [], owned: owned, limits: known?.1 ?? RentalLimits([]), today: Today.date, start: start)
    changes = catalog.appliedOverrides()
    var version = Fingerprint(Release.version)
    for suite in suites { version.add(suite.name) }
    version.add(catalog.version)
    if let start { version.add(start.text) }
    self.version = version.text
    files = catalog.filesRead
  }

  static func read(_ names: [String], _ catalog: Catalog) throws(Stop) -> [Suite] {
    var problems = FileProblems()
    let suites = names.compactMap { name in
      problems.attempt { () throws(Diagnostics) in try catalog.suite(name) }
    }
    try problems.finish()
    for (index, suite) in suites.enumerated()
    where suites[..<index].contains(where: { $0.name == suite.name }) {
      throw .usage("two suites are called \(suite.name)", help: "name each once")
    }
    return suites
  }

  /// What became of a case.
  struct Answer {
    var row: SuiteRow
    /// Nil where the case could not be looked up.
    var found: (result: OptionResult, job: Job)?
  }

  /// The answer of a case, and of every other case of its suite that answers the same question: which of them is likely to be best is
  /// known only when all are. By the number of the case.
  func answers(with index: Int) -> [Int: Answer] {
    let one = cases[index]
    let tags = suites.first { $0.name == one.suite }?.tags ?? Tags()
    switch one.resolved {
    case .success(let resolved):
      let group = cases.indices.compactMap { i -> (Int, ResolvedCase)? in
        guard cases[i].suite == one.suite, let other = try? cases[i].resolved.get(), other.isAlternative(to: resolved)
        else { return nil }
        return (i, other)
      }
      let results = OptionResult.alternatives(
        group.map(\.1), prices: prices, facts: facts, knowledge: knowledge, changes: changes)
      let answers = zip(group, results).map { member, result in
        let row = SuiteRow(
          result, job: member.1.job, suite: one.suite, name: cases[member.0].one.name,
          setting: RowSetting(member.1.size, tags: tags))
        return (member.0, Answer(row: row, found: (result, member.1.job)))
      }
      return Dictionary(uniqueKeysWithValues: answers)
    case .failure(let problems):
      return [index: Answer(row: SuiteRow(one.one, suite: one.suite, unreadable: problems).tagged(tags))]
    }
  }

  /// What is wrong with cases that could not be looked up, each told once.
  var problems: [Diagnostic] {
    var found = FileProblems()
    for one in cases { _ = found.attempt { () throws(Diagnostics) in try one.resolved.get() } }
    return found.found
  }

  func failures(_ rows: [SuiteRow]) -> [Diagnostic] {
    zip(cases, rows).flatMap { $1.failures($0.one.expectations) }
  }
}

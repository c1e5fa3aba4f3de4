import Costing
import Planning
import Quantities
import Scenarios

/// Something that is different in a question.
enum Change {
  case price(type: String, DollarRate)
  /// Fields of files, as `--set` changes them.
  case files([Override])
  case tokens(Count)
  case globalBatch(Int)
  case deadline(Seconds)
  /// Of a chip.
  case failureRate(EventRate)
  case plan(PlanRequest)
  case stack(String)

  func apply(to settings: inout QuestionSettings) {
    switch self {
    case .price(let type, let rate): settings.price.rates[type] = rate
    case .files(let overrides): settings.overrides += overrides
    case .tokens(let count): settings.job.changes.tokens = count
    case .globalBatch(let count): settings.job.changes.globalBatch = count
    case .deadline(let limit): settings.size = .deadline(limit)
    case .failureRate(let rate): settings.job.changes.operating.failures.rate = rate
    case .plan(let plan): settings.plan = plan
    case .stack(let name): settings.job.changes.stack = name
    }
  }

  /// Whether files have to be read for it.
  var isOfFiles: Bool {
    switch self {
    case .files, .stack: true
    case .price, .tokens, .globalBatch, .deadline, .failureRate, .plan: false
    }
  }

  /// Whether an option may come out differently.
  func touches(_ instance: Instance) -> Bool {
    switch self {
    case .price(let type, _): type == instance.name || type == instance.soldAs
    case .files(let overrides): overrides.contains { $0.touches(instance) }
    case .tokens, .globalBatch, .deadline, .failureRate, .plan, .stack: true
    }
  }
}

extension Override {
  /// Of other chips and types a file plays no part; of everything else it may.
  func touches(_ instance: Instance) -> Bool {
    guard let dot = text.firstIndex(of: ".") else { return true }
    let rest = text[text.index(after: dot)...]
    switch folder {
    case "chips" where !rest.hasPrefix("nitro-"): return rest.hasPrefix(instance.chip.name + ".")
    case "efficiency": return rest.hasPrefix(instance.chip.name + ".")
    // A group of instances has what its members have.
    case "instances" where instance.members == nil:
      return [instance.name, instance.soldAs].contains { rest.hasPrefix($0 + ".") }
    default: return true
    }
  }
}

extension Question {
  /// The same question with other settings: what of the files they change is read anew, everything else is shared.
  ///
  /// - Parameters:
  ///   - settings: all of them, with what changed.
  ///   - catalog: with the overrides of the settings.
  ///   - readsFiles: whether any file may say something else than before.
  func changed(to settings: QuestionSettings, _ catalog: Catalog, readsFiles: Bool) throws(Stop) -> Question {
    var asked = self
    var problems = FileProblems()
    let folders = Set(settings.overrides.map(\.folder)).union(changes.map { String($0.path.prefix { $0 != "." }) })
    if readsFiles {
      let job = problems.attempt { () throws(Diagnostics) in try settings.job.resolve(catalog) }
      let stack = settings.job.changes.stack ?? job?.stack
      asked.options = options.compactMap { option in
        problems.attempt { () throws(Diagnostics) in
          let instance = try catalog.instance(option.instance.name)
          return (instance, try catalog.efficiency(chip: instance.chip.name, stack: stack, for: job))
        }
      }
      if !folders.isDisjoint(with: ["storage", "data", "reliability", "practice"]) {
        asked.facts = problems.attempt { () throws(Diagnostics) in try catalog.operatingFacts() } ?? facts
      }
      if folders.contains("calibration") {
        asked.knowledge = problems.attempt { () throws(Diagnostics) in try catalog.knowledge() } ?? nil
      }
      if !folders.isDisjoint(with: ["providers", "ownership"]) {
        let known = problems.attempt { () throws(Diagnostics) in (try catalog.prices(), try catalog.rentalLimits()) }
        let owned = (pricings.contains(.model(.owned)) ? asked.options : []).compactMap { option in
          problems.attempt { () throws(Diagnostics) in try catalog.ownership(option.instance.soldAs) } ?? nil
        }
        asked.prices = PriceBook(
          known?.0 ?? [], owned: owned, limits: known?.1 ?? RentalLimits([]), today: Today.date,
          start: settings.price.start)
      }
      try problems.finish()
      if let job { asked.job = job }
      asked.changes = catalog.appliedOverrides()
    } else {
      asked.job = settings.job.changes.applied(to: job)
    }
    asked.plan = settings.plan ?? asked.job.plan
    asked.size = settings.size ?? size
    asked.prices = asked.prices.giving(settings.price.rates)
    return asked
  }
}

import Quantities
import Reporting
import Scenarios

// Catalog entries by kind and name, as `catalog list` and `catalog show` see them.

extension Catalog {
  func entry(_ kind: CatalogKind, _ name: String) throws(Diagnostics) -> CatalogEntry {
    switch kind {
    case .chips: try CatalogEntry(chip(name))
    case .nitroCards: try CatalogEntry(nitroCard(name))
    case .hosts: try CatalogEntry(hostCPU(name))
    case .instances: try CatalogEntry(instance(name))
    case .models: try CatalogEntry(model(name))
    case .stacks: try CatalogEntry(stack(name))
    case .efficiency: try CatalogEntry(profile(named: name))
    case .jobs: try CatalogEntry(job(name))
    case .prices: try CatalogEntry(prices: prices(), name: name)
    case .providers: try CatalogEntry(provider(name))
    case .ownership: try ownership(name).map { CatalogEntry($0) } ?? CatalogEntry(kind, name: name)
    case .suites: try CatalogEntry(suite(name))
    case .sources: try CatalogEntry(measurementSources())
    case .priors, .posteriors: CatalogEntry(kind, name: name)
    case .storage: try CatalogEntry(storage(name))
    case .data: try CatalogEntry(data(name))
    case .recovery: try CatalogEntry(recovery())
    case .practice: try CatalogEntry(practice())
    case .regions: try CatalogEntry(grids(), name: name)
    case .scaling: try CatalogEntry(scalingLaw(name))
    case .budgets: try CatalogEntry(budget(name))
    }
  }

  func sheet(_ kind: CatalogKind, _ name: String) throws(Diagnostics) -> FactSheet {
    switch kind {
    case .chips: return try FactSheet(chip(name))
    case .nitroCards: return try FactSheet(nitroCard(name))
    case .hosts: return try FactSheet(hostCPU(name))
    case .instances:
      let instance = try instance(name)
      var sheet = FactSheet(instance)
      let own = try prices().filter { $0.instance == instance.soldAs }
      sheet.facts += FactSheet(prices: own, name: instance.soldAs).facts
      return sheet
    case .models: return try FactSheet(model(name))
    case .stacks: return try FactSheet(stack(name))
    case .efficiency: return try FactSheet(profile(named: name))
    case .jobs: return try FactSheet(job(name))
    case .prices: return try FactSheet(prices: prices(), name: name)
    case .providers: return try FactSheet(provider(name))
    case .ownership:
      return try ownership(name).map { FactSheet($0) } ?? FactSheet(kind, name: name, facts: [])
    case .suites: return try FactSheet(suite(name))
    case .sources: return try FactSheet(measurementSources())
    case .priors: return try FactSheet(priors())
    case .posteriors: return try posterior().map { FactSheet($0) } ?? FactSheet(kind, name: name, facts: [])
    case .storage: return try FactSheet(storage(name))
    case .data: return try FactSheet(data(name))
    case .recovery:
      var sheet = try FactSheet(recovery())
      sheet.facts += try FactSheet(failureLogs()).facts
      return sheet
    case .practice: return try FactSheet(practice())
    case .regions: return try FactSheet(grids(), name: name)
    case .scaling: return try FactSheet(scalingLaw(name))
    case .budgets: return try FactSheet(budget(name))
    }
  }

  /// A profile by its file's name, `CHIP.STACK`.
  private func profile(named name: String) throws(Diagnostics) -> Efficiency {
    let chip = names(.chips).filter { name.hasPrefix($0 + ".") }.max { $0.count < $1.count } ?? name
    return try efficiency(chip: chip, stack: String(name.dropFirst(chip.count + 1)))
  }

  /// What `catalog show` was asked for: `NAME`, or `KIND/NAME`.
  func find(_ text: String) throws(Stop) -> (CatalogKind, String) {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    if parts.count == 2, let kind = CatalogKind(title: parts[0]) {
      if names(kind).contains(parts[1]) || isVariant(parts[1], kind) { return (kind, parts[1]) }
      throw unknown(parts[1], [kind])
    }
    if isVariant(text, .instances) { return (.instances, text) }
    if namesModelFile(text) { return (.models, text) }
    var kinds = CatalogKind.allCases.filter { names($0).contains(text) }
    // A Graviton is a chip before it is the host of one; a provider's prices are asked for more often than its rules.
    if kinds.count > 1 { kinds.removeAll { [.hosts, .providers].contains($0) } }
    guard let first = kinds.first else { throw unknown(text, CatalogKind.allCases) }
    if kinds.count > 1 {
      throw .usage(
        "several kinds have '\(text)'",
        help: "name one: \(kinds.map { "\($0.title)/\(text)" }.joined(separator: ", "))")
    }
    return (first, text)
  }

  /// A type with parts in place of its own has no file, but it is shown like one.
  private func isVariant(_ name: String, _ kind: CatalogKind) -> Bool { kind == .instances && name.contains("+") }

  private func unknown(_ name: String, _ kinds: [CatalogKind]) -> Stop {
    // A path or a name on the Hub: whoever reads models says what is wrong with it.
    if name.contains("/") {
      do { _ = try model(name) } catch { return .file(error) }
    }
    let known = kinds.flatMap(names)
    // Sizes are easily left out: `trn2` for `trn2.48xlarge`.
    let longer = name.isEmpty ? [] : known.filter { $0.hasPrefix(name) }
    let near = (Spelling.ranked(name, among: known) + longer).prefix(4).map { "'\($0)'" }
    return .file(
      Diagnostic(
        .error, "nothing is called '\(name)'",
        help: near.isEmpty ? "see: trainfare catalog list" : "did you mean \(near.joined(separator: " or "))?"
      ))
  }
}

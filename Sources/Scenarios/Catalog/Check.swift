import Quantities

extension Catalog {
  /// Reads everything and holds the files against each other; empty when all is well.
  public func check() -> [Diagnostic] {
    var found = rootProblems()
    guard found.isEmpty else { return found }
    found += strayFiles()
    func keep(_ work: () throws(Diagnostics) -> Void) {
      do { try work() } catch { found += error.all }
    }
    for name in names(.nitroCards) { keep { () throws(Diagnostics) in _ = try nitroCard(name) } }
    for name in names(.hosts) { keep { () throws(Diagnostics) in _ = try hostCPU(name) } }
    for name in names(.stacks) { keep { () throws(Diagnostics) in _ = try stack(name) } }
    for name in names(.chips) {
      keep { () throws(Diagnostics) in
        let chip = try chip(name)
        // A CPU socket is a training chip too, but not every one has been fitted.
        let profiles = try efficiencies(chip: name)
        if chip.chipClass == .accelerator || !profiles.isEmpty { _ = try efficiency(chip: name, stack: nil) }
      }
    }
    if path(.priors, "priors") != nil {
      keep { () throws(Diagnostics) in
        let priors = try priors()
        found += [priors.forgotten.warning(at: priors.origin.location)].compactMap { $0 }
      }
    }
    keep { () throws(Diagnostics) in
      _ = try posterior()
      _ = try fittedRuns()
    }
    for name in names(.efficiency) {
      keep { () throws(Diagnostics) in
        let profile = try profile(name)
        found += [profile.unstated.warning(at: profile.origin.location)].compactMap { $0 }
        if try !isReplaced(profile) { _ = try ofThisFit(profile) }
        _ = try chip(profile.chip, at: Place(file: profile.origin.location))
      }
    }
    for name in names(.instances) { keep { () throws(Diagnostics) in try checkSoldIn(instance(name)) } }
    for name in names(.providers) { keep { () throws(Diagnostics) in _ = try provider(name) } }
    for name in names(.ownership) {
      keep { () throws(Diagnostics) in
        if let owned = try ownership(name), path(.instances, name) == nil {
          throw unknown(.instances, name, at: Place(file: owned.origin.location))
        }
      }
    }
    for name in names(.models) { keep { () throws(Diagnostics) in try Self.checkCount(model(name)) } }
    for name in names(.jobs) {
      keep { () throws(Diagnostics) in
        let job = try job(name)
        let place = Place(file: "jobs/\(name).yaml")
        for type in job.options {
          if isVariant(type) {
            _ = try variant(type, at: place)
          } else if path(.instances, type) == nil {
            throw unknown(.instances, type, at: place)
          }
        }
      }
    }
    // Each of them is read, so that one that is wrong does not hide what is wrong with the others.
    keep { () throws(Diagnostics) in _ = try operatingFacts() }
    for name in names(.scaling) { keep { () throws(Diagnostics) in _ = try scalingLaw(name) } }
    for name in names(.budgets) { keep { () throws(Diagnostics) in try checkBudget(name) } }
    for name in names(.suites) { keep { () throws(Diagnostics) in try checkSuite(name) } }
    keep { () throws(Diagnostics) in
      for line in try priceLines() { found += checkSeller(line) }
    }
    keep { () throws(Diagnostics) in _ = try rentalLimits() }
    keep { () throws(Diagnostics) in try checkSources() }
    keep { () throws(Diagnostics) in _ = try measuredMemory() }
    for folder in roots.map({ $0 + "/measurements" }) {
      // Whole projects, collectives and peaks of memory have columns of their own.
      for file in files(folder)
      where file.hasSuffix(".csv") && !["projects.csv", "collectives.csv", "memory.csv"].contains(file) {
        keep { () throws(Diagnostics) in _ = try Measurement.read("\(folder)/\(file)") }
      }
    }
    return Diagnostics(found).sorted.all
  }

  private func checkSoldIn(_ instance: Instance) throws(Diagnostics) {
    guard let unit = instance.soldIn, path(.instances, unit) == nil else { return }
    throw unknown(.instances, unit, at: Place(file: instance.origin.location))
  }

  /// Who sells a type by the price list is who has it by its own file: the one says how it is billed, the other where it is.
  private func checkSeller(_ line: PriceLine) -> [Diagnostic] {
    let price = line.price
    if path(.instances, price.instance) == nil { return unknown(.instances, price.instance, at: line.place).all }
    guard price.model != .owned, let provider = try? instance(price.instance).provider.name,
      provider != price.provider
    else { return [] }
    return [
      Diagnostic(
        .error, "\(price.instance) is of \(provider), and this price of \(price.provider)",
        help: "give the machine a file of its own for each who rents it", at: line.place)
    ]
  }

  /// A count far from the published one means a wrong shape.
  static func checkCount(_ model: Model) throws(Diagnostics) {
    guard let published = model.publishedParameters else { return }
    let counted = model.parameterCount.total
    let off = counted / published.value.value - 1
    guard abs(off) > 0.005 else { return }
    let percent = (off * 1000).rounded() / 10
    throw Diagnostics(
      Diagnostic(
        .error,
        "the shape has \(Count(counted).formatted) parameters, \(percent)% off the published \(published.value.formatted)",
        help: "check layers, sizes, heads, biases and 'tied_embeddings'",
        at: Place(file: published.origin.location)))
  }

  /// Files that a reader of the folder would expect to count, but which do not.
  private func strayFiles() -> [Diagnostic] {
    var found: [Diagnostic] = []
    for root in roots {
      for kind in CatalogKind.allCases
      where ![.nitroCards, .sources, .priors, .posteriors, .recovery, .regions].contains(kind) {
        for file in files("\(root)/\(kind.folder)")
        where !file.hasSuffix(".\(kind.fileExtension)") && !file.hasPrefix(".") && !file.hasSuffix(".md")
          && !(kind == .providers && file == Catalog.limitsFile)
        {
          found.append(
            Diagnostic(
              .warning, "this file is not read", help: "names here end in '.\(kind.fileExtension)'",
              at: Place(file: SourceFile.shown("\(root)/\(kind.folder)/\(file)"))))
        }
      }
      // These folders have files of fixed names.
      for (folder, known) in [("reliability", ["recovery.yaml", "failures.csv"]), ("regions", ["grids.csv"])] {
        for file in files("\(root)/\(folder)")
        where !known.contains(file) && !file.hasPrefix(".") && !file.hasSuffix(".md") {
          let near = Spelling.nearest(to: file, among: known).map { "is \(quoted($0)) meant? " } ?? ""
          found.append(
            Diagnostic(
              .warning, "this file is not read", help: "\(near)read here: \(known.joined(separator: ", "))",
              at: Place(file: SourceFile.shown("\(root)/\(folder)/\(file)"))))
        }
      }
    }
    return found
  }
}

import Quantities

/// A case with everything in it looked up.
public struct ResolvedCase: Sendable {
  public var job: Job
  public var size: JobSize
  public var instance: Instance
  public var efficiency: Efficiency
  public var pricing: PricingRequest
  public var region: String?
  /// What owning the machine takes, where the case pays by that.
  public var owned: Ownership?
}

extension Catalog {
  /// A suite by name or by the path of its file. Only the file itself is read: what its cases name is looked
  /// up case by case.
  public func suite(_ nameOrPath: String) throws(Diagnostics) -> Suite {
    guard Self.isPath(nameOrPath) else {
      return try load(.suites, nameOrPath) { Suite($0, name: nameOrPath, summary: $0.text("summary") ?? "") }
    }
    let name = Self.name(ofPath: nameOrPath)
    let folder = SourceFile.split(nameOrPath).folder
    var suite = try read(nameOrPath, location: SourceFile.shown(nameOrPath), .suites, name) {
      Suite($0, name: name, summary: $0.text("summary") ?? "")
    }
    for index in suite.cases.indices { suite.cases[index].folder = folder }
    return suite
  }

  /// Looks up all that a case names; everything wrong with it is told, at the place where the case stands.
  public func resolve(_ one: SuiteCase) throws(Diagnostics) -> ResolvedCase {
    var problems: [Diagnostic] = []
    /// What has no place of its own is put where the name stands.
    func attempt<T>(at place: Place, _ work: () throws(Diagnostics) -> T) -> T? {
      do {
        return try work()
      } catch {
        problems += error.all.map { found in
          var found = found
          found.place = found.place ?? place
          return found
        }
        return nil
      }
    }
    let job = attempt(at: one.workPlace) { () throws(Diagnostics) in try self.job(of: one) }
    attempt(at: one.place) { () throws(Diagnostics) in try check(job?.operating ?? OperatingRequest(), at: one.place) }
    let instance = attempt(at: one.instancePlace) { () throws(Diagnostics) in try self.instance(one.instance)
    }
    let efficiency = instance.flatMap { instance in
      attempt(at: one.instancePlace) { () throws(Diagnostics) in
        try self.efficiency(chip: instance.chip.name, stack: job?.stack, for: job)
      }
    }
    var owned: Ownership?
    if one.pricing == .model(.owned), let instance {
      owned = attempt(at: one.instancePlace) { () throws(Diagnostics) in try ownership(instance.soldAs) } ?? nil
    }
    let size = one.size ?? job?.size
    if size == nil, job != nil {
      problems.append(
        Diagnostic(
          .error, "how many machines?", help: "add 'size: {instances: 1}' to the case or to 'defaults'",
          at: one.place))
    }
    guard let job, let size, let instance, let efficiency, problems.isEmpty else {
      throw Diagnostics(problems).sorted
    }
    return ResolvedCase(
      job: job, size: size, instance: instance, efficiency: efficiency, pricing: one.pricing,
      region: one.region, owned: owned)
  }

  /// A model becomes a job by what the suite says; a job is changed only where its case says so.
  private func job(of one: SuiteCase) throws(Diagnostics) -> Job {
    var job: Job
    switch one.work {
    case .job(let name):
      job = one.changes.applied(to: try self.job(beside(one, name)))
      job.recompute = job.recompute ?? one.defaults.recompute
      job.stack = job.stack ?? one.defaults.stack
      if job.plan == PlanRequest() { job.plan = one.defaults.plan ?? job.plan }
    case .model(let name):
      let changes = one.changes.over(one.defaults)
      let missing = [
        ("tokens", changes.tokens == nil), ("sequence_length", changes.sequenceLength == nil),
        ("global_batch", changes.globalBatch == nil),
      ].filter(\.1).map { "'\($0.0)'" }
      guard missing.isEmpty, let bare = changes.job(of: try self.model(beside(one, name), at: one.workPlace)) else {
        throw Diagnostics(
          Diagnostic(
            .error, "a model alone is no job: \(missing.joined(separator: ", ")) missing",
            help: "add it to the case or to 'defaults'", at: one.place))
      }
      job = bare
    }
    if let whole = job.recompute, let part = job.plan.recompute, whole != part {
      throw Diagnostics(
        Diagnostic(.error, "'recompute' and 'plan' disagree", help: "give it once", at: one.place))
    }
    if let longest = job.positionsExceeded {
      throw Diagnostics(
        Diagnostic(
          .error,
          "\(job.model.name) has learned positions for \(longest) tokens only, not \(job.sequenceLength)",
          help: "use a 'sequence_length' of at most \(longest)", at: one.place))
    }
    if let (message, help, _) = job.sampleProblem ?? job.trainingProblem {
      throw Diagnostics(Diagnostic(.error, message, help: help, at: one.place))
    }
    return job
  }

  /// Relative paths start beside the suite's file.
  private func beside(_ one: SuiteCase, _ text: String) -> String {
    guard let folder = one.folder, folder != ".", Self.isPath(text), !text.hasPrefix("/") else { return text }
    return "\(folder)/\(text)"
  }

  func checkSuite(_ name: String) throws(Diagnostics) {
    var problems: [Diagnostic] = []
    for one in try suite(name).cases {
      do { _ = try resolve(one) } catch { problems += error.all }
    }
    guard problems.isEmpty else { throw Diagnostics(problems).sorted }
  }
}

extension Suite {
  /// YAML takes a plain `>=` for the head of a block of text and gives up. One sign of the same meaning and a
  /// blank take its two columns, so every position stays what it was. Nothing that YAML accepts is changed,
  /// but for such signs inside texts, which nobody computes with.
  static func boundsAsWords(_ source: SourceText) -> SourceText {
    guard source.text.contains(">=") else { return source }
    var scalars = Array(source.text.unicodeScalars)
    for index in scalars.indices.dropFirst(2).dropLast() where scalars[index] == ">" {
      guard scalars[index + 1] == "=" else { continue }
      var before = index - 1
      while before > 0, scalars[before] == " " { before -= 1 }
      if before < index - 1, scalars[before] == ":" {
        scalars[index] = "≥"
        scalars[index + 1] = " "
      }
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return SourceText(name: source.name, text: String(view), shownText: source.text)
  }
}

import Quantities

extension Suite {
  init(_ fields: Fields, name: String, summary: String) {
    let defaults = fields.fields("defaults", Keys.suiteDefaults).map(CaseSettings.init) ?? CaseSettings()
    var cases: [SuiteCase] = []
    var seen: [String: Int] = [:]
    func tooMany(_ count: Int, _ item: Tree) {
      fields.reading.error(
        "that makes \(count) cases, and one suite has at most \(Suite.limit)", help: "make several suites of it",
        at: item)
    }
    /// Rows of two runs are matched by their names, so a name may be there once.
    func add(_ more: [SuiteCase], _ item: Tree) {
      if cases.count + more.count > Suite.limit { return tooMany(cases.count + more.count, item) }
      for one in more {
        if let first = seen[one.name] {
          fields.reading.error(
            "the case \(quoted(one.name)) is there twice, first in line \(first)",
            help: "give one of them a 'name'", at: item)
        } else {
          seen[one.name] = item.line
        }
      }
      cases += more
    }
    for item in fields.list("matrix") ?? [] {
      let lists = SuiteProduct(Fields(item, keys: Keys.suiteMatrix, reading: fields.reading), defaults)
      // Counted before it is unfolded: a few lines can make millions.
      if lists.count > Suite.limit { tooMany(lists.count, item) } else { add(lists.cases, item) }
    }
    for item in fields.list("cases") ?? [] {
      add(Suite.one(Fields(item, keys: Keys.suiteCase, reading: fields.reading), defaults), item)
    }
    if cases.isEmpty, fields.reading.findings.isEmpty {
      fields.error("the suite has no cases", help: "add 'matrix:' or 'cases:'")
    }
    self.init(name: name, summary: summary, cases: cases, tags: Tags(fields))
  }

  private static func one(_ fields: Fields, _ defaults: CaseSettings) -> [SuiteCase] {
    let settings = CaseSettings(fields)
    let size = settings.size ?? defaults.size
    let pricing = settings.pricing ?? defaults.pricing ?? .list
    let (job, model) = (fields.name("job"), fields.name("model"))
    guard (job == nil) != (model == nil) else {
      if fields.isMap {
        fields.error(
          job == nil ? "nothing is trained" : "'job' and 'model' are both given",
          help: "give one of them: a job has everything, a model takes the rest from here")
      }
      return []
    }
    guard let instance = fields.name("instance"), let named = job ?? model else { return [] }
    let work = job.map { SuiteCase.Work.job($0.text) } ?? .model(named.text)
    let parts = [work.label, instance.text, size?.label, settings.pricing?.label]
    return [
      SuiteCase(
        name: fields.text("name") ?? parts.compactMap { $0 }.joined(separator: "/"), work: work,
        instance: instance.text, size: size, pricing: pricing, settings: settings, defaults: defaults,
        places: (fields.tree.place, named.tree.place, instance.tree.place))
    ]
  }
}

/// An entry of `matrix`, its lists read and not yet unfolded.
private struct SuiteProduct {
  private let fields: Fields, defaults: CaseSettings, settings: CaseSettings
  private let works: [(SuiteCase.Work, Place)], instances: [(text: String, place: Place)]
  /// Without a size of its own or of the defaults, a job brings one.
  private let sizes: [JobSize?]
  private let ways: [PricingRequest]

  init(_ fields: Fields, _ defaults: CaseSettings) {
    (self.fields, self.defaults) = (fields, defaults)
    settings = CaseSettings(fields)
    let jobs = fields.names("jobs").map { (SuiteCase.Work.job($0.text), $0.place) }
    let models = fields.names("models").map { (SuiteCase.Work.model($0.text), $0.place) }
    if !fields.has("jobs"), !fields.has("models"), fields.isMap {
      fields.error("nothing is trained", help: "add 'jobs: [a, b]' or 'models: [a, b]'")
    }
    works = jobs + models
    instances = fields.names("instances")
    let sizes = fields.sizes("sizes") ?? (settings.size ?? defaults.size).map { [$0] } ?? []
    self.sizes = sizes.isEmpty ? [nil] : sizes
    ways = fields.ways("pricing") ?? [defaults.pricing ?? .list]
  }

  /// Each list is shorter than a file, a megabyte, so two of them multiply without overflow.
  var count: Int {
    let pairs = (works.count * instances.count).multipliedReportingOverflow(by: sizes.count * ways.count)
    return pairs.overflow ? .max : pairs.partialValue
  }

  var cases: [SuiteCase] {
    var cases: [SuiteCase] = []
    for (work, workPlace) in works {
      for (instance, instancePlace) in instances {
        for size in sizes {
          for pricing in ways {
            let parts = [
              fields.text("name"), work.label, instance, size?.label, ways.count > 1 ? pricing.label : nil,
            ]
            cases.append(
              SuiteCase(
                name: parts.compactMap { $0 }.joined(separator: "/"), work: work, instance: instance,
                size: size, pricing: pricing, settings: settings, defaults: defaults,
                places: (fields.tree.place, workPlace, instancePlace)))
          }
        }
      }
    }
    return cases
  }
}

/// What the three places that describe cases have in common.
private struct CaseSettings {
  var work = JobChanges()
  var size: JobSize?
  var pricing: PricingRequest?
  var region: String?
  var expectations: [Expectation] = []

  init() {}

  init(_ fields: Fields) {
    work = JobChanges(fields)
    if fields.knows("size") { size = fields.fields("size", Keys.size).flatMap(JobSize.init) }
    // A product may be bought in several ways; those are read where it is unfolded.
    if fields.knows("size") { pricing = fields.ways("pricing")?.first }
    region = fields.text("region")
    expectations = fields.fields("expect", Keys.expect).map(Expectation.read) ?? []
  }
}

extension SuiteCase {
  fileprivate init(
    name: String, work: Work, instance: String, size: JobSize?, pricing: PricingRequest,
    settings: CaseSettings, defaults: CaseSettings, places: (whole: Place, work: Place, instance: Place)
  ) {
    let own = Set(settings.expectations.map(\.column))
    self.init(
      name: name, work: work, instance: instance, size: size, pricing: pricing,
      region: settings.region ?? defaults.region,
      expectations: settings.expectations + defaults.expectations.filter { !own.contains($0.column) },
      place: places.whole, workPlace: places.work, instancePlace: places.instance, changes: settings.work,
      defaults: defaults.work)
  }
}

extension SuiteCase.Work {
  /// What a case's name has of it.
  fileprivate var label: String {
    Catalog.isPath(text) ? Catalog.name(ofPath: text) : text
  }
}

extension JobSize {
  /// Short and without blanks, for the name of a case.
  public var label: String {
    let text =
      switch self {
      case .instances(let n): "\(n)x"
      case .chips(let n): "\(n)-chips"
      case .deadline(let time): time.formatted
      case .budget(let amount): amount.formatted
      case .within(let time, let amount): "\(time.formatted)-\(amount.formatted)"
      }
    return String(text.map { $0 == " " ? "-" : $0 })
  }
}

extension PricingRequest {
  /// As `--pricing` and suites write it.
  public var label: String {
    switch self {
    case .list: "list"
    case .model(let model): model.rawValue
    }
  }

  public init?(label: String) {
    if label == "list" {
      self = .list
    } else if let model = PricingModel(rawValue: label) {
      self = .model(model)
    } else {
      return nil
    }
  }
}

extension Fields {
  fileprivate var isMap: Bool {
    if case .map = tree.content { true } else { false }
  }

  /// A list of names, with a finding where it is empty or a name stands in it twice.
  fileprivate func names(_ key: String) -> [(text: String, place: Place)] {
    guard let items = list(key) else { return [] }
    var names: [(text: String, place: Place)] = [], seen: Set<String> = []
    for item in items {
      guard let text = word(item, called: key, expected: "names") else { continue }
      if text.allSatisfy(\.isWhitespace) {
        reading.error("a name in '\(key)' is blank", help: "take it out", at: item)
      } else if !seen.insert(text).inserted {
        reading.error("\(quoted(text)) is named twice", help: "name it once", at: item)
      } else {
        names.append((text, item.place))
      }
    }
    if items.isEmpty, let tree = self[key] {
      reading.error("'\(key)' is empty", help: "name at least one, or leave it out", at: tree)
    }
    return names
  }

  fileprivate func sizes(_ key: String) -> [JobSize]? {
    guard let items = list(key) else { return nil }
    if items.isEmpty, let tree = self[key] {
      reading.error("'\(key)' is empty", help: "write '\(key): [{instances: 1}, {instances: 2}]'", at: tree)
    }
    return items.compactMap { JobSize(Fields($0, keys: Keys.size, reading: reading)) }
  }

  /// One way to buy, or several where a list may stand.
  fileprivate func ways(_ key: String) -> [PricingRequest]? {
    guard let tree = self[key] else { return nil }
    var items = [tree]
    if case .list(let several) = tree.content, !knows("size") { items = several }
    let words = ["list"] + PricingModel.allCases.map(\.rawValue)
    let found = items.compactMap { item -> PricingRequest? in
      guard let text = word(item, called: key, expected: "one of: \(words.joined(separator: ", "))") else {
        return nil
      }
      if let way = PricingRequest(label: text) { return way }
      let near = Spelling.nearest(to: text, among: words).map { "did you mean '\($0)'? " } ?? ""
      reading.error(
        "'\(key)' is \(quoted(text)), which is not known",
        help: "\(near)one of: \(words.joined(separator: ", "))", at: item)
      return nil
    }
    if items.isEmpty { reading.error("'\(key)' is empty", help: "leave it out for list prices", at: tree) }
    return found
  }
}

import Quantities

extension Budget {
  init(_ fields: Fields, name: String) {
    self.init(name: name)
    summary = fields.text("summary") ?? ""
    sums = fields.one("dollars").compactMap { item -> Sum? in
      guard let text = fields.word(item, called: "dollars", expected: "an amount") else { return nil }
      do throws(QuantityError) {
        return try Sum.parse(text)
      } catch {
        fields.reading.error("'dollars': \(error.message)", help: error.help, at: item)
        return nil
      }
    }
    time = fields.quantity("days")
    types = fields.one("on").compactMap { fields.word($0, called: "on", expected: "instance types") }
    ways = fields.one("pricing").compactMap { item -> PricingRequest? in
      guard let text = fields.word(item, called: "pricing", expected: "ways of buying") else { return nil }
      if let way = PricingRequest(label: text) { return way }
      let words = ["list"] + PricingModel.allCases.map(\.rawValue)
      fields.reading.error(
        "'pricing' is \(quoted(text)), which is not known", help: "one of: \(words.joined(separator: ", "))", at: item)
      return nil
    }
    region = fields.text("region")
    models = fields.one("models").compactMap { fields.word($0, called: "models", expected: "names of models") }
    laws = fields.one("laws").compactMap { fields.word($0, called: "laws", expected: "names of scaling laws") }
    sequenceLength = fields.int("sequence_length", in: 1...100_000_000)
    globalBatch = fields.int("global_batch", in: 1...100_000_000)
    precision = fields.choice("precision", DataType.self, allowed: Job.precisions)
    optimizer = fields.pairs("optimizer", Optimizer.self)
    stack = fields.name("stack")?.text
    operating = OperatingRequest(fields)
  }
}

extension Fields {
  /// The items of a list, or the one value that stands for it.
  fileprivate func one(_ key: String) -> [Tree] {
    guard let tree = self[key] else { return [] }
    guard case .list(let items) = tree.content else { return [tree] }
    if items.isEmpty { reading.error("'\(key)' is empty", help: "name at least one, or leave it out", at: tree) }
    return items
  }
}

extension Catalog {
  /// A budget by name or by the path of its file.
  public func budget(_ nameOrPath: String) throws(Diagnostics) -> Budget {
    guard Self.isPath(nameOrPath) else {
      return try load(.budgets, nameOrPath) { Budget($0, name: nameOrPath) }
    }
    let name = Self.name(ofPath: nameOrPath)
    return try read(nameOrPath, location: SourceFile.shown(nameOrPath), .budgets, name) { Budget($0, name: name) }
  }

  /// Whether everything that a budget names is there.
  func checkBudget(_ name: String) throws(Diagnostics) {
    let budget = try budget(name)
    var problems: [Diagnostic] = []
    func keep(_ work: () throws(Diagnostics) -> Void) {
      do { try work() } catch { problems += error.all }
    }
    for type in budget.types { keep { () throws(Diagnostics) in _ = try instance(type) } }
    for model in budget.models { keep { () throws(Diagnostics) in _ = try self.model(model) } }
    for law in budget.laws { keep { () throws(Diagnostics) in _ = try scalingLaw(law) } }
    let place = Place(file: "budgets/\(name).yaml")
    keep { () throws(Diagnostics) in try check(budget.operating, at: place) }
    guard problems.isEmpty else { throw Diagnostics(problems) }
  }
}

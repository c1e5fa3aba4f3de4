import Planning
import Quantities
import Reporting
import Scenarios
import Simulation

/// One input of a sweep and the values it takes.
struct Varied {
  var key: String
  var values: [String]

  static let jobKeys = [
    "global_batch", "sequence_length", "tokens", "precision", "optimizer", "train", "documents", "on", "price",
    "devices",
    "instances",
    "chips", "deadline", "budget",
  ]
  /// Before a type whose price alone is varied.
  static let priceOf = "price."
  /// Keys of what surrounds the steps, with the option and the key they stand for.
  static let upkeepKeys: [(key: String, option: String, part: String)] = [
    ("data", "--input", "data"), ("data_storage", "--input", "storage"), ("prefetch", "--input", "prefetch"),
    ("checkpoint_mode", "--checkpoint", "mode"), ("checkpoint_storage", "--checkpoint", "storage"),
    ("checkpoint_interval", "--checkpoint", "interval"), ("failure_rate", "--failures", "rate"),
    ("spares", "--failures", "spares"), ("replacement", "--failures", "replacement"),
    ("spot_rate", "--failures", "spot"), ("compiled", "--failures", "compiled"),
  ]
  static var keys: [String] { jobKeys + planKeys + upkeepKeys.map(\.key) }
  static let planKeys = [
    "tp", "pp", "vpp", "dp", "cp", "ep", "etp", "zero", "shard", "micro_batch", "recompute", "sequence_parallel",
    "ends",
  ]

  /// `KEY=V1,V2`, or `KEY=V1;V2` of values that have commas themselves; a key with a dot is a path as `--set` takes it.
  static func parse(_ text: String, _ option: String, _ reader: inout OptionReader) -> Varied? {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      reader.problem(
        "'\(text)' is not KEY=V1,V2", help: "write it like global_batch=256,512", option: option, text: text)
      return nil
    }
    let key = String(text[..<equals])
    let list = text[text.index(after: equals)...]
    let separator: Character = list.contains(";") || key == "documents" ? ";" : ","
    let values = list.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    if !key.contains("."), !keys.contains(key) {
      reader.unknown(key, option, among: keys + ["price.TYPE", "chips.NAME.FIELD"])
      return nil
    }
    if values.contains(where: \.isEmpty) || Set(values).count < values.count {
      reader.problem(
        "a value of \(key) is missing or there twice", help: "write it like \(key)=A,B", option: option,
        text: text)
      return nil
    }
    return Varied(key: key, values: values)
  }
}

/// A question of a sweep: the settings that its values make of the ones given.
struct SweepCell {
  var values: [String]
  var settings: QuestionSettings
  /// Total, in place of a size.
  var devices: Int?
  /// Of every instance type of the cell.
  var price: DollarRate?
  /// What the global batch is multiplied by: weak scaling.
  var growth: (by: Int, over: Int)?
  var changesFiles = false

  /// Takes one value on; what is wrong with it is told as an option's would be.
  mutating func apply(_ key: String, _ text: String, _ option: String, _ reader: inout OptionReader) {
    values.append(text)
    switch key {
    case "global_batch": settings.job.changes.globalBatch = reader.int(text, option)
    case "sequence_length": settings.job.changes.sequenceLength = reader.int(text, option)
    case "tokens": settings.job.changes.tokens = reader.tokens(text, option)
    case "precision": settings.job.changes.precision = reader.choice(text, option, among: Job.precisions)
    case "optimizer": settings.job.changes.optimizer = reader.pairs(text, option)
    case "train": settings.job.changes.training = reader.pairs(text, option)
    case "documents": settings.job.changes.documents = reader.pairs(text, option)
    case "on": settings.types = [text]
    case "devices": devices = reader.int(text, option)
    case "instances": settings.size = reader.int(text, option).map(JobSize.instances)
    case "chips": settings.size = reader.int(text, option).map(JobSize.chips)
    case "deadline": settings.size = reader.quantity(text, option).map(JobSize.deadline)
    case "budget": settings.size = reader.quantity(text, option).map(JobSize.budget)
    case "price": price = reader.rate(text, option)
    case _ where key.hasPrefix(Varied.priceOf):
      if let rate = reader.rate(text, option) {
        settings.price.rates[String(key.dropFirst(Varied.priceOf.count))] = rate
      }
    case _ where Varied.upkeepKeys.contains { $0.key == key }:
      let one = Varied.upkeepKeys.first { $0.key == key }
      func pair(_ name: String) -> String? { one?.option == name ? "\(one?.part ?? "")=\(text)" : nil }
      let part = reader.attempt { () throws(Diagnostics) in
        try OperatingRequest.parse(
          input: pair("--input"), checkpoint: pair("--checkpoint"), failures: pair("--failures"), option: option)
      }
      if let part { settings.job.changes.operating = part.over(settings.job.changes.operating) }
    case _ where Varied.planKeys.contains(key):
      let part = reader.attempt { () throws(Diagnostics) in
        try PlanRequest(parsing: "\(key)=\(text)", option: option)
      }
      if let part { settings.plan = (settings.plan ?? PlanRequest()).overlaid(by: part) }
    default:
      changesFiles = true
      let change = reader.attempt { () throws(Diagnostics) in try Override(parsing: "\(key)=\(text)") }
      if let change { settings.overrides.append(change) }
    }
  }
}

extension PlanRequest {
  func overlaid(by other: PlanRequest) -> PlanRequest {
    var plan = self
    plan.tensor = other.tensor ?? tensor
    plan.pipeline = other.pipeline ?? pipeline
    plan.interleave = other.interleave ?? interleave
    plan.data = other.data ?? data
    plan.context = other.context ?? context
    plan.expert = other.expert ?? expert
    plan.expertTensor = other.expertTensor ?? expertTensor
    plan.zero = other.zero ?? zero
    plan.shard = other.shard ?? shard
    plan.microBatch = other.microBatch ?? microBatch
    plan.recompute = other.recompute ?? recompute
    plan.sequenceParallel = other.sequenceParallel ?? sequenceParallel
    plan.ends = other.ends ?? ends
    return plan
  }
}

/// Every combination of values, the last key changing fastest; each cell is the best plan of its question. Cells are made when
/// they are asked for: a few lists make millions.
struct Sweep {
  let keys: [String]
  let count: Int
  private let varied: [Varied]
  private let base: QuestionSettings
  private let option: String
  /// What the first cell has, where the global batch grows with `devices`.
  private var firstDevices: Int?

  /// How many combinations are worked out at most. A result that is kept for a table takes some 90 kB.
  static let mostShown = 10_000, mostStreamed = 1_000_000

  /// - Parameters:
  ///   - isWeak: the global batch grows with `devices`.
  ///   - limit: how many combinations there may be.
  init(
    _ varied: [Varied], _ base: QuestionSettings, isWeak: Bool, limit: Int, option: String, _ reader: inout OptionReader
  ) {
    (keys, self.varied, self.base, self.option) = (varied.map(\.key), varied, base, option)
    var count = 1.0
    for one in varied {
      // A value is wrong once, however many cells it is in.
      var probe = SweepCell(values: [], settings: base)
      for value in one.values { probe.apply(one.key, value, option, &reader) }
      count *= Double(one.values.count)
    }
    self.count = Int(min(count, Double(limit)))
    guard count <= Double(limit) else {
      reader.problem(
        "that makes \(count < 1e15 ? "\(Int(count))" : "\(count)") combinations, and at most \(limit) are worked out",
        help: limit == Sweep.mostStreamed
          ? "vary less at a time" : "vary less at a time, or write up to \(Sweep.mostStreamed) with -q -o FILE.csv",
        option: option)
      return
    }
    if isWeak { firstDevices = cell(0).devices }
  }

  func cell(_ index: Int) -> SweepCell {
    var cell = SweepCell(values: [], settings: base), silent = OptionReader(), rest = index
    var places: [Int] = []
    for one in varied.reversed() {
      places.append(rest % one.values.count)
      rest /= one.values.count
    }
    for (one, place) in zip(varied, places.reversed()) { cell.apply(one.key, one.values[place], option, &silent) }
    if let firstDevices { cell.growth = cell.devices.map { (by: $0, over: firstDevices) } }
    return cell
  }

  /// Rows of one cell: one for each instance type.
  static func rows(_ cell: SweepCell, _ keys: [String], _ catalog: Catalog, tags: Tags) throws -> [SweepRow] {
    var settings = cell.settings
    var asked = try Question(settings, catalog)
    if let price = cell.price {
      for option in asked.options { settings.price.rates[option.instance.name] = price }
      asked = try Question(settings, catalog)
    }
    let batch = asked.job.globalBatch
    if let growth = cell.growth { asked.job.globalBatch = max(1, batch * growth.by / growth.over) }
    let name = zip(keys, cell.values).map { "\($0)=\($1)" }.joined(separator: " ")
    asked.job.name += name.isEmpty ? "" : " " + name
    let results = try asked.options.flatMap { option -> [OptionResult] in
      func refused(_ reason: RefusalReason) -> [OptionResult] {
        [OptionResult(instance: option.instance, efficiency: option.efficiency, outcome: .cannot(Refusal(reason)))]
      }
      if let growth = cell.growth, batch * growth.by % growth.over != 0 {
        return refused(.batchDoesNotGrow(batch: batch, devices: growth.by))
      }
      if let devices = cell.devices, devices % option.instance.devices != 0 {
        return refused(.devicesNotWhole(devices: devices, each: option.instance.devices))
      }
      guard let size = cell.devices.map({ .instances($0 / option.instance.devices) }) ?? asked.size else {
        throw Stop.usage(
          "how many machines?", help: "add one of --instances, --chips, --deadline or --budget, or vary it")
      }
      var one = asked
      one.options = [option]
      return one.compare(size).results
    }
    // Several are judged together, so that it is known which is likely to be best.
    let together = results.count > 1 ? asked.knowledge?.judged(results, job: asked.job, size: asked.size) : nil
    let judged = together ?? results
    return judged.map {
      SweepRow(values: cell.values, row: ResultRow(job: asked.job, result: $0).set(RowSetting(asked.size, tags: tags)))
    }
  }
}

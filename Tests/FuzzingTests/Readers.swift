import Foundation
import History

@testable import Reporting
@testable import Scenarios

/// What reads files that somebody else wrote, each with right files to begin with.
enum Reader: String, CaseIterable {
  case chips, instances, models, stacks, efficiency, jobs, prices, providers, ownership, suites, priors, posterior,
    storage, data
  case recovery, practice, scaling, budgets, regions, runs, sources, huggingFace, measurements, results, logs, rows,
    stores, options

  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/corpus"
  static let shipped = repository + "/configs"

  /// Right files, and wrong ones that were met before.
  func seeds() -> [[UInt8]] {
    let folder: String? =
      switch self {
      case .chips, .instances, .models, .stacks, .efficiency, .jobs, .prices, .providers, .ownership, .suites, .storage,
        .data,
        .practice, .scaling, .budgets, .regions:
        "\(Self.shipped)/\(rawValue)"
      default: nil
      }
    var files = [folder, "\(Self.corpus)/\(rawValue)"].compactMap { $0 }.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().map { "\(folder)/\($0)" }
    }
    let calibration = "\(Self.shipped)/calibration"
    switch self {
    case .priors, .posterior: files.append("\(calibration)/\(rawValue).yaml")
    case .runs: files.append("\(calibration)/runs.csv")
    case .sources: files.append("\(Self.shipped)/measurements/sources.yaml")
    case .recovery: files.append("\(Self.shipped)/reliability/recovery.yaml")
    case .measurements: files.append("\(Self.shipped)/measurements/runs.csv")
    default: break
    }
    var seeds = files.compactMap { FileManager.default.contents(atPath: $0).map(Self.beginning) }
    seeds += Self.texts[self, default: []].map { Array($0.utf8) }
    if self == .stores { seeds.append(Self.store()) }
    return seeds
  }

  /// Of long tables the beginning will do, in whole lines: half a line would be all that is ever found wrong.
  private static func beginning(_ file: Data) -> [UInt8] {
    let bytes = Array(file.prefix(6_000))
    guard bytes.count < file.count, let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return bytes }
    return Array(bytes[...end])
  }

  private static let texts: [Reader: [String]] = [
    .huggingFace: [
      """
      {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
       "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8, "vocab_size": 128256,
       "max_position_embeddings": 131072, "tie_word_embeddings": false, "rope_theta": 500000.0, "torch_dtype": "bfloat16"}
      """
    ],
    .options: [
      "tp=8,pp=4,micro_batch=1,recompute=selective", "30 d", "$2 M", "chips.h100.memory_bandwidth=4 TB/s",
      "mode=sync,storage=ebs,interval=10 min", "rate=5e-5 /h,spares=1", "data=text,storage=s3", "cost_usd +2%",
    ],
    .rows: ["i1\tts\tta\tu\tn1.5\tbtrue\tjx\\ty"],
  ]

  private static func store() -> [UInt8] {
    let path = NSTemporaryDirectory() + "trainfare-fuzz-\(UUID().uuidString).sqlite"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let run = StoredRun(
      token: "t", toolVersion: "1", version: "v", suites: ["a"], files: [("chips/x.yaml", "01")],
      columns: ["case", "cost"],
      rows: [[.text("one"), .number(1.5)], [.unknown, .integer(3)]])
    _ = try? RunStore(path, create: true).add(run)
    return FileManager.default.contents(atPath: path).map(Array.init) ?? []
  }

  /// Where a folder of configurations has the file, if it has one place; nil where a name or a path leads to it.
  private var place: String? {
    switch self {
    case .prices: "prices/fuzz.csv"
    case .regions: "regions/grids.csv"
    case .runs: "calibration/runs.csv"
    case .priors, .posterior: "calibration/\(rawValue).yaml"
    case .sources: "measurements/sources.yaml"
    case .recovery: "reliability/recovery.yaml"
    case .practice: "practice/practice.yaml"
    case .efficiency: "efficiency/h100.nemo.yaml"
    case .ownership: "ownership/p5.48xlarge.yaml"
    default: nil
    }
  }

  /// Whether it is read by its name, as one of many in a folder.
  private var isNamed: Bool {
    switch self {
    case .chips, .instances, .models, .stacks, .jobs, .providers, .suites, .storage, .data, .scaling, .budgets: true
    default: false
    }
  }

  /// Reads it, and gives what is said to be wrong with it.
  func problems(_ bytes: [UInt8], run: UInt64, at desk: Desk) throws -> [String] {
    let name = "fuzz-\(run)"
    let path =
      desk.folder + "/"
      + (isNamed ? "\(rawValue)/\(name).yaml" : place ?? (self == .huggingFace ? "config.json" : "fuzz"))
    let isRead = self != .rows && self != .options
    if isRead { try desk.write(bytes, to: path) }
    defer { if isRead { unlink(path) } }
    do {
      try read(path, name, bytes, isNamed ? desk.catalog() : desk.fresh(priced: self != .prices))
      return []
    } catch let found as Diagnostics {
      return found.all.map(\.rendered)
    } catch let found as StoreProblem {
      return [found.message]
    } catch let found as Tolerance.Problem {
      return [found.message]
    }
  }

  private func read(_ path: String, _ name: String, _ bytes: [UInt8], _ catalog: Catalog) throws {
    switch self {
    case .chips: _ = try catalog.chip(name)
    case .instances: _ = try catalog.instance(name)
    case .models: _ = try catalog.model(name).parameterCount
    case .stacks: _ = try catalog.stack(name)
    case .efficiency: _ = try catalog.efficiency(chip: "h100", stack: "nemo")
    case .jobs: _ = try catalog.job(name)
    case .prices: _ = try catalog.prices()
    case .providers: _ = try catalog.provider(name)
    case .ownership: _ = try catalog.ownership("p5.48xlarge")
    case .suites: for one in try catalog.suite(name).cases.prefix(3) { _ = try? catalog.resolve(one) }
    case .priors: _ = try catalog.priors()
    case .posterior: _ = try catalog.posterior()
    case .storage: _ = try catalog.storage(name)
    case .data: _ = try catalog.data(name)
    case .recovery: _ = try catalog.recovery()
    case .practice: _ = try catalog.practice()
    case .scaling: _ = try catalog.scalingLaw(name)
    case .budgets: _ = try catalog.budget(name)
    case .regions: _ = try catalog.grids()
    case .runs: _ = try catalog.fittedRuns()
    case .sources: _ = try catalog.measurementSources()
    case .huggingFace: _ = try catalog.model(path).parameterCount
    case .measurements: _ = try Measurement.read(path)
    case .results:
      let table = try ResultTable.read(path, needed: SuiteDiff.needed), diff = SuiteDiff(table, table)
      _ = try diff.failures(Tolerance("cost_usd +2%"))
      try Self.hold(!diff.table(Screen()).contains("nan%"), "a diff shows nan")
    case .logs:
      let log = try TrainingLog.read(path)
      if log.problem(stepTime: 1) == nil {
        try Self.hold(log.typical.isFinite && log.typical > 0, "a pace of \(log.typical)")
      }
    case .rows: _ = SuiteRow(line: String(decoding: bytes, as: UTF8.self))
    case .stores:
      let store = try RunStore(path, create: false)
      _ = try store.runs()
      _ = try store.run(1)
    case .options: try readOptions(String(decoding: bytes, as: UTF8.self))
    }
  }

  private func readOptions(_ text: String) throws {
    func attempt(_ work: () throws -> Void) throws {
      do { try work() } catch is Diagnostics {} catch is Tolerance.Problem {}
    }
    try attempt { _ = try PlanRequest(parsing: text) }
    try attempt { _ = try JobSize.parse(budget: text) }
    try attempt { _ = try JobSize.parse(deadline: text) }
    try attempt { _ = try Override(parsing: text) }
    try attempt { _ = try Tolerance(text) }
    try attempt { _ = try OperatingRequest.parse(input: text, checkpoint: text, failures: text) }
  }

  struct Broken: Error { var text: String }
  private static func hold(_ isTrue: Bool, _ text: String) throws { if !isTrue { throw Broken(text: text) } }
}

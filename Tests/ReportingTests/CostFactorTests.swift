import Costing
import Quantities
import TestSupport
import Testing

@testable import Planning
@testable import Reporting
@testable import Scenarios

/// Each cause of a cost is told by its own name, and by no other.
@Suite struct CostFactorTests {
  private func diff(
    _ old: CostScenario = CostScenario(), without: [String] = [], _ change: (inout CostScenario) -> Void
  ) throws -> CaseDiff {
    var new = old
    change(&new)
    return try #require(SuiteDiff(try old.table(without: without), try new.table()).cases.first)
  }

  /// Causes that four digits show, by their first word, after holding that all of them multiply to the costs' ratio.
  private func seen(_ one: CaseDiff) throws -> [String: Double] {
    let (old, new) = try #require(one.number("cost_usd"))
    #expect(abs(one.causes.compactMap(\.factor).reduce(1, *) / (new / old) - 1) < 1e-9, "\(one.causes)")
    var found: [String: Double] = [:]
    for cause in one.causes where abs((cause.factor ?? 0) - 1) >= 5e-4 {
      found[cause.what.components(separatedBy: " (")[0], default: 1] *= cause.factor ?? .nan
    }
    return found
  }

  private func expectOnly(_ name: String, near ratio: ClosedRange<Double>, _ one: CaseDiff) throws {
    let found = try seen(one)
    #expect(found.count == 1 && ratio.contains(found[name] ?? 0), "\(found) is not \(name) alone")
  }

  @Test("A failure rate is goodput, not billing")
  func failureRate() throws {
    var old = CostScenario()
    old.job.operating.checkpoint.mode = .async
    old.job.operating.checkpoint.interval = Seconds(1800)
    old.job.operating.failures.rate = EventRate(perHour: 2e-5)
    let one = try diff(old) { $0.job.operating.failures.rate = EventRate(perHour: 2e-3) }
    try expectOnly("goodput", near: 1.005...1.2, one)
    #expect(one.causeText?.hasPrefix("goodput (failures 0.0") == true, "\(one.causeText ?? "")")
  }

  @Test("Instances standing by are spares, not billing")
  func spares() throws {
    let one = try diff { $0.job.operating.failures.spares = 1 }
    try expectOnly("spares", near: 1.4999...1.5001, one)
    #expect(one.causeText == "spares (standing by 0 → 1) ×1.500")
  }

  @Test("Compiling longer is start, not goodput")
  func compileTime() throws {
    let one = try diff { $0.efficiency.stack.compileTime = Sample.sourced(36_000) }
    try expectOnly("start", near: 1.01...1.5, one)
    #expect(one.causeText?.hasPrefix("start (time 0 s → 10 h") == true, "\(one.causeText ?? "")")
  }

  @Test("A price is the price")
  func price() throws {
    try expectOnly("price", near: 1.1999...1.2001, diff { $0.perHour = 60 })
  }

  @Test("Whole days are billing, and no price where the rate is the same")
  func block() throws {
    let one = try diff { $0.pricing = .capacityBlock }
    try expectOnly("billing beyond the work", near: 1.001...1.6, one)
    #expect(one.causeText?.contains("(bought on-demand → capacity-block)") == true)
  }

  @Test("A longer run in the same days is tokens one way and billing the other")
  func blockIsFilled() throws {
    var old = CostScenario()
    old.pricing = .capacityBlock
    old.job.tokens = Count(1e9)
    let one = try diff(old) { $0.job.tokens = Count(2e9) }
    let found = try seen(one)
    #expect(Set(found.keys) == ["tokens", "billing beyond the work"])
    #expect(abs((found["tokens"] ?? 0) * (found["billing beyond the work"] ?? 0) - 1) < 1e-9)
  }

  @Test("Slower storage of what is read is input")
  func input() throws {
    try expectOnly("input", near: 1.1...1000, diff { $0.setStorage("files", rate: 1e6) })
  }

  @Test("Checkpoints more often are checkpoints, not the step")
  func interval() throws {
    var old = CostScenario()
    old.job.operating.checkpoint.mode = .sync
    old.job.operating.checkpoint.interval = Seconds(3600)
    let one = try diff(old) { $0.job.operating.checkpoint.interval = Seconds(60) }
    try expectOnly("checkpoints", near: 1.01...1.2, one)
    #expect(one.causeText?.hasPrefix("checkpoints (interval 1 h → 1 min)") == true, "\(one.causeText ?? "")")
  }

  @Test("Slower storage of checkpoints is checkpoints")
  func checkpointStorage() throws {
    var old = CostScenario()
    old.job.operating.checkpoint.mode = .sync
    old.job.operating.checkpoint.interval = Seconds(600)
    try expectOnly("checkpoints", near: 1.01...1.2, diff(old) { $0.setStorage("store", rate: 1e8) })
  }

  @Test("A plan is the step, and is named")
  func plan() throws {
    let one = try diff { $0.plan = "tp=2,micro_batch=1" }
    try expectOnly("step", near: 1.01...3, one)
    #expect(one.causeText?.contains("plan: tp 1 → 2, dp 16 → 8") == true, "\(one.causeText ?? "")")
  }

  @Test("A chip's figure is the step")
  func chip() throws {
    try expectOnly("step", near: 1.01...2, diff { $0.instance.chip.peak = [.bf16: Sample.sourced(5e14)] })
  }

  @Test("Tokens are tokens")
  func tokens() throws {
    try expectOnly("tokens", near: 1.9999...2.0001, diff { $0.job.tokens = Count(2e12) })
  }

  @Test("Half as many, longer steps are steps and the step, and neither is called tokens")
  func batch() throws {
    let found = try seen(diff { $0.job.globalBatch *= 2 })
    #expect(Set(found.keys) == ["steps", "step"])
    #expect(abs((found["steps"] ?? 0) - 0.5) < 1e-5 && (found["step"] ?? 0) > 1.5)
  }

  @Test("Twice the instances are size one way and the step the other")
  func size() throws {
    let found = try seen(diff { $0.units = 4 })
    #expect(Set(found.keys) == ["size", "step"])
    #expect(found["size"] == 2 && (found["step"] ?? 1) < 0.7)
  }

  @Test("Rows of a version without factors give what they tell, and name nothing that they do not")
  func older() throws {
    var old = CostScenario()
    old.job.operating.failures.rate = EventRate(perHour: 2e-5)
    let own = CostFactor.ofOwnColumns.map(\.column)
    let one = try diff(old, without: own) {
      $0.perHour = 60
      $0.job.operating.failures.rate = EventRate(perHour: 2e-3)
    }
    #expect(one.causes.map(\.factor).map { $0.map { ($0 * 1000).rounded() } } == [1200, nil])
    #expect(one.causeText == "price ×1.200; the rest (goodput, start, spares, billing) cannot be told apart")
    #expect(!one.changes.contains { own.contains($0.column) })
    // The version alone is no change.
    #expect(try diff(old, without: own) { _ in }.kind == .same)
  }

  @Test("Without a price the factors are named, and none has a number")
  func unpriced() throws {
    var old = CostScenario()
    old.pricing = .spot
    let tables = try [
      old.table(),
      {
        old.job.tokens = Count(2e12); return try old.table()
      }(),
    ].map { table in
      var table = table
      for name in ["cost_usd", "price_usd_per_instance_hour", "billing_factor", "spares_factor"] {
        let index = try #require(table.columns.firstIndex(of: name))
        table.rows[0][index] = nil
      }
      return table
    }
    #expect(SuiteDiff(tables[0], tables[1]).cases[0].causeText == "tokens")
  }

  // MARK: All of them

  /// Any of everything that a cost depends on.
  private func random(_ random: inout SplitMix64) -> CostScenario {
    var one = CostScenario()
    func any(_ range: ClosedRange<Double>) -> Double {
      Logarithm.exponential(
        .random(in: Logarithm.natural(range.lowerBound)...Logarithm.natural(range.upperBound), using: &random))
    }
    one.isAround = Int.random(in: 0..<4, using: &random) > 0
    one.job.tokens = Count(any(1e7...1e12))
    one.job.globalBatch = [256, 512, 1024].randomElement(using: &random) ?? 512
    one.units = [1, 2, 4, 8].randomElement(using: &random) ?? 2
    one.perHour = any(0.5...100)
    one.pricing = PricingModel.allCases.randomElement(using: &random) ?? .spot
    if one.pricing == .owned {
      one.owned = Ownership(
        instance: one.instance.name, capital: Sample.sourced(any(1e5...1e6)),
        usefulLife: Sample.sourced(any(1e8...2e8)),
        utilization: any(0.3...1), power: Sample.sourced(any(1e3...2e4)), pue: any(1...2),
        electricity: Sample.sourced(any(1e-8...1e-7)), origin: Sample.origin)
    }
    one.job.operating.checkpoint.mode = CheckpointMode.allCases.randomElement(using: &random)
    one.job.operating.checkpoint.interval = Bool.random(using: &random) ? Seconds(any(60...7200)) : nil
    one.job.operating.failures.rate = EventRate(perHour: Bool.random(using: &random) ? any(1e-5...3e-3) : 0)
    one.job.operating.failures.spares = [nil, 0, 1, 3].randomElement(using: &random) ?? nil
    one.job.operating.failures.spot = EventRate(perHour: any(1e-4...1e-2))
    one.setStorage("files", rate: any(1e6...1e10))
    one.efficiency.stack.compileTime = Bool.random(using: &random) ? Sample.sourced(any(10...3000)) : nil
    return one
  }

  @Test("Factors multiply to the wall time and to the cost, however a run is bought, saved and stopped")
  func product() throws {
    var source = SplitMix64(seed: 31)
    var bought: Set<PricingModel> = [], withSpares = 0, withFailures = 0
    for _ in 0..<120 {
      guard let run = try random(&source).result().run else { continue }
      let cost = try #require(run.cost).value
      #expect(run.factors.count == CostFactor.allCases.count)
      #expect(abs(run.factors.product / cost - 1) < 1e-12, "\(run.factors) is not \(cost)")
      let time = run.factors.filter(\.key.isOfTime).product
      #expect(abs(time / run.wallTime.value - 1) < 1e-12)
      for factor in [CostFactor.input, .checkpoint, .goodput, .start, .spares, .billing] {
        #expect((run.factors[factor] ?? 0) > 1 - 1e-9, "\(factor) takes nothing away")
      }
      if let model = run.offer.price?.model { bought.insert(model) }
      withSpares += run.course.spares > 0 ? 1 : 0
      withFailures += (run.factors[.goodput] ?? 1) > 1 + 1e-6 ? 1 : 0
    }
    #expect(bought == Set(PricingModel.allCases) && withSpares > 20 && withFailures > 20)
  }

  @Test("Causes multiply to the ratio of the costs, whatever changed between two rows")
  func ratio() throws {
    var source = SplitMix64(seed: 32)
    var compared = 0
    for _ in 0..<50 {
      let (old, new) = (random(&source), random(&source))
      let one = SuiteDiff(try old.table(), try new.table()).cases[0]
      guard let costs = one.number("cost_usd") else { continue }
      let causes = one.causes.compactMap(\.factor)
      #expect(causes.count == one.causes.count, "\(one.causes)")
      #expect(abs(causes.reduce(1, *) / (costs.new / costs.old) - 1) < 1e-10)
      compared += 1
    }
    #expect(compared > 35)
  }

  @Test("Each factor is divided new by old, under its own name")
  func upright() throws {
    var tables: [ResultTable] = []
    // Two to the place of each: no two products of them are equal.
    for power in [0.0, 1] {
      let factors = CostFactor.allCases.enumerated().map { ($1.column, 3 + power * Double(1 << $0)) }
      let cost = factors.reduce(1) { $0 * $1.1 }
      tables.append(
        ResultTable(
          name: "file", columns: ["suite", "case", "instance", "feasible", "cost_usd", "tokens"] + factors.map(\.0),
          rows: [["s", "c", "i", "true", "\(cost)", "\(power)"] + factors.map { "\($0.1)" }]))
    }
    let one = SuiteDiff(tables[0], tables[1]).cases[0]
    let expected: [String: Double] = [
      "tokens": 4 / 3.0, "step": 5 / 3.0, "input": 7 / 3.0, "checkpoints": 11 / 3.0, "goodput": 19 / 3.0,
      "start": 35 / 3.0, "practice": 67 / 3.0,
      "size": 131 / 3.0, "spares": 259 / 3.0, "billing beyond the work": 515 / 3.0, "price": 1027 / 3.0,
    ]
    let found = try seen(one)
    #expect(Set(found.keys) == Set(expected.keys))
    for (name, factor) in expected { #expect(abs((found[name] ?? 0) / factor - 1) < 1e-12, "\(name)") }
  }
}

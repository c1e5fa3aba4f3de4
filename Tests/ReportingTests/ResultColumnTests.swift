import Calibration
import Foundation
import Quantities
import Testing

@testable import Planning
@testable import Reporting
@testable import Scenarios
@testable import Simulation

@Suite struct ResultColumnTests {
  private func cells(_ row: ResultRow) -> [String: Cell] {
    Dictionary(uniqueKeysWithValues: ResultColumns.all.map { ($0.name, $0.value(row)) })
  }

  private func number(_ cells: [String: Cell], _ name: String) -> Double? {
    if case .number(let value)? = cells[name] { value } else { nil }
  }

  @Test("docs/Output.md lists every column, with its type and unit, in order")
  func documentation() throws { try OutputPage.holds("Columns", ResultColumns.all) }

  @Test("Names are unique, and carry the unit that a column has")
  func names() {
    let names = ResultColumns.all.map(\.name)
    #expect(Set(names).count == names.count)
    let endings = ["s": "_s", "bytes": "_bytes", "J": "_j", "kg": "_kg"]
    for column in ResultColumns.all {
      if let unit = column.unit, let ending = endings[unit] { #expect(column.name.hasSuffix(ending)) }
      if column.kind == .fraction {
        #expect(column.name.hasSuffix("_fraction") || column.name.hasPrefix("probability_"))
      }
    }
  }

  @Test("A column's values are of its kind")
  func kinds() {
    for column in ResultColumns.all {
      for row in [Sample.row(), refused] {
        let matches =
          switch column.value(row) {
          case .unknown: true
          case .text: column.kind == .text
          case .integer: column.kind == .integer
          case .number: column.kind == .number || column.kind == .fraction
          case .bool: column.kind == .bool
          case .json: column.kind == .json
          }
        #expect(matches, "\(column.name)")
      }
    }
  }

  @Test("Of each interval the 5% column has the low end and the 95% column the high end") func intervals() {
    var row = Sample.row()
    row.result.outlook = Outlook(
      tokensPerSecond: .init(low: 1, median: 2, high: 3), wallTime: .init(low: 4, median: 5, high: 6),
      cost: .init(low: 7, median: 8, high: 9), expectedWallTime: Seconds(5.5), expectedCost: Dollars(8.5),
      evidence: .calibrated, nearest: nil)
    let cells = cells(row)
    let found = ["tokens_per_s_p05", "tokens_per_s_p95", "cost_usd_p05", "cost_usd_p95"].map { number(cells, $0) }
    #expect(found == [1, 3, 7, 9])
  }

  @Test("The known parts of the step add up to the step")
  func stepParts() throws {
    let cells = cells(Sample.row())
    let parts = [
      "compute_s", "tp_comm_s", "cp_comm_s", "ep_comm_s", "pp_comm_s", "dp_comm_s", "bubble_s", "optimizer_s",
      "recompute_s", "input_wait_s", "checkpoint_stall_s",
    ]
    // Those that came after the first contract stand at the end.
    let later = ["host_s", "straggling_s"]
    #expect(later.map { number(cells, $0) } == [0.1875, 0.0625])
    let sum = (parts + later).compactMap { number(cells, $0) }.reduce(0, +)
    #expect(sum == number(cells, "step_time_s"))
    #expect(parts.count + later.count == 13)
    #expect(cells["input_wait_s"] == .unknown)
    #expect(cells["checkpoint_stall_s"] == .unknown)
    let first = try #require(ResultColumns.all.firstIndex { $0.name == "compute_s" })
    #expect(ResultColumns.all[first..<first + parts.count].map(\.name) == parts)
  }

  @Test("Kinds of memory add up to the memory")
  func memoryParts() {
    let cells = cells(Sample.row())
    let sum = MemoryParts.Part.allCases.compactMap { number(cells, $0.column) }.reduce(
      0, +)
    #expect(sum == 53e9)
    #expect(sum == number(cells, "memory_bytes"))
  }

  @Test("Money is hours × instances × price")
  func money() {
    let cells = cells(Sample.row())
    #expect(abs((number(cells, "cost_usd") ?? 0) / (20 * 24 * 2 * 25) - 1) < 1e-12)
    #expect(abs((number(cells, "usd_per_million_tokens") ?? 0) / (24_000 / 1e6) - 1) < 1e-12)
    #expect(cells["price_date"] == .text("2026-01-31"))
    #expect(cells["region"] == .text("moon-1"))
  }

  @Test("Without a price there is no cost, and no zero")
  func unpriced() {
    let cells = cells(Sample.row(run: Sample.run("toy.8", dollars: nil)))
    for name in ["cost_usd", "usd_per_million_tokens", "price_usd_per_instance_hour", "pricing", "region"] {
      #expect(cells[name] == .unknown, "\(name)")
    }
    #expect(cells["feasible"] == .bool(true))
  }

  private var refused: ResultRow {
    let refusal = Refusal(.noLegalPlan, nearest: Sample.estimate, units: 2)
    return ResultRow(job: Sample.job(), result: Sample.option("toy.8", .cannot(refusal)))
  }

  @Test("An option that does not run shows plan and memory of its nearest miss, and no speed or cost")
  func nearestMiss() {
    let cells = cells(refused)
    #expect(cells["feasible"] == .bool(false))
    #expect(cells["why_not"] == .text("no legal plan"))
    #expect(cells["chips"] == .integer(16))
    #expect(cells["plan_tp"] == .integer(2))
    #expect(number(cells, "memory_bytes") == 53e9)
    for name in ["step_time_s", "tokens_per_s", "mfu_fraction", "wall_time_s", "cost_usd", "ep_comm_s"] {
      #expect(cells[name] == .unknown, "\(name)")
    }
  }

  @Test("Ranks of a sharded copy and the rank of adapters are empty unless the plan and the job have them")
  func shardAndAdapters() {
    let plain = cells(Sample.row())
    #expect(plain["plan_shard"] == .unknown && plain["lora_rank"] == .unknown)
    var job = Sample.job()
    job.loraRank = 16
    var run = Sample.run("toy.8")
    run.estimate.plan.zero = 3
    run.estimate.plan.shard = 2
    let row = Sample.row(job: job, run: run)
    #expect(cells(row)["plan_shard"] == .integer(2) && cells(row)["lora_rank"] == .integer(16))
    #expect(run.estimate.plan.option.hasSuffix(",shard=2"))
    #expect(!Sample.plan.option.contains("shard"))
  }

  @Test("A plan has the degree that its experts are cut by") func cutExperts() {
    var run = Sample.run("toy.8")
    #expect(cells(Sample.row(run: run))["plan_etp"] == .integer(1))
    run.estimate.plan.expertTensor = 2
    #expect(cells(Sample.row(run: run))["plan_etp"] == .integer(2))
  }

  @Test("Evidence follows the status of the profile")
  func evidence() {
    var row = Sample.row()
    #expect(cells(row)["evidence"] == .text("extrapolated"))
    row.result.efficiency = Sample.efficiency(.fitted)
    #expect(cells(row)["evidence"] == .text("calibrated"))
  }
}

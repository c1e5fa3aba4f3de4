import Costing
import Quantities

@testable import Planning
@testable import Reporting
@testable import Scenarios
@testable import Simulation

/// A case of a suite of which each thing that a cost depends on can be changed alone.
///
/// As it stands nothing fails, nothing is saved and nothing is waited for: its cost is steps × step × instances × price.
struct CostScenario {
  var job: Job
  var instance = Sample.instance("toy.8")
  var efficiency = Sample.efficiency()
  var units = 2
  var plan = "tp=1,micro_batch=1"
  var pricing = PricingModel.onDemand
  var perHour = 50.0
  var owned: Ownership?
  var isAround = true
  var facts = OperatingFacts()

  init() {
    job = Sample.job()
    job.operating.input.data = "rows"
    job.operating.input.storage = "files"
    job.operating.checkpoint.mode = CheckpointMode.none
    job.operating.checkpoint.storage = "store"
    job.operating.failures.rate = EventRate(0)
    job.operating.failures.spares = 0
    facts.data["rows"] = InputData(
      name: "rows", summary: "", bytesPerToken: Sample.sourced(4), bytesPerSample: nil, corePerToken: nil,
      corePerSample: nil, coreSpeed: nil, disputed: [], origin: Sample.origin)
    for name in ["files", "store"] { setStorage(name, rate: 1e10) }
    facts.recovery = Recovery(
      detection: Sample.sourced(60), restart: Sample.sourced(240), replacement: Sample.sourced(1800), hardShare: 0.5,
      snapshotBandwidth: Sample.sourced(1e10), checkpointOverhead: Sample.sourced(1), writeSlowdown: 0.02,
      disputed: [], origin: Sample.origin)
  }

  mutating func setStorage(_ name: String, rate: Double) {
    facts.storages[name] = Storage(
      name: name, summary: "", reach: .network, readBandwidth: Sample.sourced(rate),
      writeBandwidth: Sample.sourced(rate), systemBandwidth: nil, isDurable: true, disputed: [], origin: Sample.origin)
  }

  /// By the minute at least, in whole days and beyond 14 in whole weeks, or as it passes.
  private var billing: Billing {
    let day = Seconds(86_400)
    return switch pricing {
    case .onDemand, .spot: Billing(shortest: Seconds(60))
    case .capacityBlock:
      Billing(portion: Billing.Portion(size: day, limit: day * 14), largerPortion: Billing.Portion(size: day * 7))
    default: .asItPasses
    }
  }

  func result() throws -> OptionResult {
    let price = Price(
      provider: "acme", instance: instance.name, region: .named("moon-1"), model: pricing,
      rate: DollarRate(perHour: perHour), billing: billing, date: "2026-01-31", source: "a price list")
    let book = PriceBook(owned == nil ? [price] : [], owned: owned.map { [$0] } ?? [])
    let request = ComparisonRequest(
      job: job, size: .instances(units), options: [(instance, efficiency)],
      pricing: .model(owned == nil ? pricing : .owned), plan: try PlanRequest(parsing: plan),
      facts: isAround ? facts : nil)
    return Comparison(request, prices: book).results[0]
  }

  /// As a file of results has it.
  ///
  /// - Parameter without: columns that its version did not write.
  func table(without: [String] = []) throws -> ResultTable {
    let columns = SuiteRow.columns.filter { !without.contains($0.name) }
    let row = SuiteRow(try result(), job: job, suite: "suite", name: "case")
    return ResultTable(name: "file", columns: columns.map(\.name), rows: [columns.map { $0.value(row).exact }])
  }
}

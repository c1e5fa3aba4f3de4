import Calibration
import Costing
import Planning
import Quantities
import Scenarios
import Simulation

/// The columns of `budget`. Their meanings are in docs/Budget.md, "Columns".
public enum BudgetColumns {
  public static let all: [Column<BudgetRow>] = asked + trained + fleet + told + risk

  private static let asked: [Column<BudgetRow>] = [
    .number("budget_usd", unit: "USD") { $0.sum.value },
    .number("time_limit_s", unit: "s") { $0.time.value },
    .text("instance") { $0.result.instance.name },
    .text("chip") { $0.result.instance.chip.name },
    .text("pricing") { $0.shownWay },
    .text("law") { $0.choice.law?.name },
    .bool("feasible") { $0.run != nil },
    .text("why_not") { $0.refusal?.text },
  ]

  private static let trained: [Column<BudgetRow>] = [
    .text("model") { $0.job?.model.name },
    .number("parameters") { $0.job?.model.parameterCount.total },
    .integer("layers") { $0.job?.model.layers },
    .integer("hidden_size") { $0.job?.model.hiddenSize },
    .integer("attention_heads") { $0.job?.model.heads },
    .integer("key_value_heads") { $0.job?.model.keyValueHeads },
    .integer("feed_forward_size") { $0.job?.model.feedForwardSize },
    .number("tokens") { $0.job?.tokens.value },
    .number("tokens_p05") { $0.tokens?.low },
    .number("tokens_p95") { $0.tokens?.high },
    .number("compute_flop", unit: "FLOP") { $0.compute },
    .number("loss", unit: "nats/token") { $0.loss?.value },
    .number("loss_p05", unit: "nats/token") { $0.lossInterval?.low },
    .number("loss_p95", unit: "nats/token") { $0.lossInterval?.high },
    .text("loss_law") { $0.loss == nil ? nil : $0.lossLaw?.name },
    .integer("sequence_length", unit: "tokens") { $0.job?.sequenceLength },
    .integer("global_batch_sequences", unit: "sequences") { $0.job?.globalBatch },
    .text("precision") { $0.job?.precision.rawValue },
  ]

  private static let fleet: [Column<BudgetRow>] = [
    .integer("instances") { $0.run?.units },
    .integer("spares") { $0.run?.operation == nil ? nil : $0.run?.course.spares },
    .integer("chips") { $0.run?.chips },
    .text("plan") { $0.run?.estimate.plan.option },
    .number("tokens_per_s", unit: "tokens/s") { $0.run?.estimate.tokensPerSecond.value },
    .fraction("mfu_fraction") { $0.run?.estimate.modelUtilization },
    .number("wall_time_s", unit: "s") { $0.run?.wallTime.value },
    .number("price_usd_per_instance_hour", unit: "USD/h") { $0.price?.rate.perHour },
    .bool("price_is_solved") { $0.run == nil ? nil : $0.solvedPrice != nil },
    .text("price_date") { $0.solvedPrice == nil ? $0.price?.date : nil },
    .text("price_source") { $0.solvedPrice == nil ? $0.price?.source : nil },
    .number("cost_usd", unit: "USD") { $0.cost?.value },
    .number("energy_j", unit: "J") { $0.run?.energy?.meter?.value },
    .number("power_w", unit: "W") { $0.power?.value },
    .text("limited_by") { $0.limit?.text },
  ]

  private static let told: [Column<BudgetRow>] = [
    .text("profile") { $0.result.efficiency.name },
    .text("evidence") { $0.result.outlook?.evidence.rawValue },
    .text("assumptions") { joined($0.run?.notes.texts(.assumption)) },
    .text("warnings") { joined($0.run?.notes.texts(.warning)) },
  ]

  /// Over the draws that intervals are of, and what can be had.
  private static let risk: [Column<BudgetRow>] = [
    .number("wall_time_expected_s", unit: "s") { $0.result.outlook?.expectedWallTime.value },
    .number("cost_expected_usd", unit: "USD") { $0.solvedPrice == nil ? $0.result.outlook?.expectedCost?.value : nil },
    .number("cost_usd_p05", unit: "USD") { $0.solvedPrice == nil ? $0.result.outlook?.cost?.low : nil },
    .number("cost_usd_p95", unit: "USD") { $0.solvedPrice == nil ? $0.result.outlook?.cost?.high : nil },
    .fraction("probability_late") { $0.result.outlook?.probabilityLate },
    .fraction("probability_over_budget") { $0.over },
    .text("region") { $0.solvedPrice == nil ? $0.price?.region.label : nil },
    .integer("most_instances") { $0.most?.most },
    .text("note_codes") { $0.run?.notes.map(\.wording).codes },
  ]

  private static func joined(_ sentences: [String]?) -> String? {
    guard let sentences, !sentences.isEmpty else { return nil }
    return sentences.joined(separator: "; ")
  }
}

extension BudgetRow {
  var price: Price? { run?.offer.price }

  /// As predicted. Known prices only: what a solved one adds up to is what the others spend.
  var cost: Dollars? { solvedPrice == nil ? run?.cost : nil }

  /// Likewise, as it is to be expected.
  var expectedCost: Dollars? { solvedPrice == nil ? result.cost : nil }

  /// That the bill is more than the sum.
  var over: Double? { solvedPrice == nil ? result.outlook?.probabilityOver : nil }

  /// How a price was found: the way of buying, or that it was solved for.
  var shownWay: String { solvedPrice == nil ? price?.model.rawValue ?? way.label : "solved" }

  /// Tokens that the fleet trains in all of the time.
  var tokens: Interval? {
    guard let job, run != nil, let times = result.outlook?.wallTime else { return nil }
    let whole = job.tokens.value * time.value
    return Interval(low: whole / times.high, median: whole / times.median, high: whole / times.low)
  }

  /// 5 and 95%, where the law's errors are published.
  var lossInterval: Interval? {
    guard let loss, let deviation = loss.deviation else { return nil }
    let half = Interval.halfWidth * deviation
    return Interval(low: loss.value - half, median: loss.value, high: loss.value + half)
  }

  /// Drawn at the building's meter while it trains, in the mean.
  var power: Watts? {
    guard let run, let energy = run.energy?.meter, run.wallTime > .zero else { return nil }
    return Watts(energy.value / run.wallTime.value)
  }
}

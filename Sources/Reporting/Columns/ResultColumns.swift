import Planning
import Quantities
import Scenarios
import Simulation

/// The columns of every CSV and JSON of results, in their order for ever: what most readers want comes first. docs/Output.md
/// says what each means.
///
/// What this version does not model has its column already, always unknown, so that files of later versions line up.
public enum ResultColumns {
  public static let all: [Column<ResultRow>] = {
    let first = ["schema_version"] + brief
    return ColumnChoice(first).picked(made) + made.filter { !first.contains($0.name) }
  }()

  /// `--columns brief`: which, how many, bought how, for how long, for how much, how sure.
  public static let brief = [
    "case", "instance", "instances", "chips", "pricing", "region", "price_usd_per_instance_hour",
    "wall_time_expected_s",
    "cost_expected_usd", "cost_usd_p05", "cost_usd_p95", "usd_per_million_tokens", "cost_vs_reference",
    "probability_cheapest", "probability_late", "feasible", "why_not",
  ]

  private static let made: [Column<ResultRow>] =
    [
      question, machine, plan, speed, step, memory, money, evidence, replay, energy, course, factors, notes, laterParts,
      expectation, published, risk, whatIf, [part(.own)], asked,
    ].flatMap { $0 }

  /// Those in which two runs are compared. Codes and notes say again what sentences do; chances of being best change with the
  /// alternatives, and those are rows of their own.
  static let compared = all.filter { column in
    !(notes.map(\.name) + ["tags", "probability_cheapest", "probability_fastest"]).contains(column.name)
  }

  private static let question: [Column<ResultRow>] = [
    .integer("schema_version") { _ in Release.schemaVersion },
    .text("suite") { _ in nil },
    .text("case") { $0.job.name },
    .text("model") { $0.job.model.name },
    .number("parameters") { $0.job.model.parameterCount.total },
    .number("active_parameters") { $0.job.model.parameterCount.active },
    .number("tokens") { $0.job.tokens.value },
    .integer("sequence_length", unit: "tokens") { $0.job.sequenceLength },
    .integer("global_batch_sequences", unit: "sequences") { $0.job.globalBatch },
    .text("precision") { $0.job.precision.rawValue },
  ]

  private static let machine: [Column<ResultRow>] = [
    .text("instance") { $0.instance.name },
    .text("chip") { $0.instance.chip.name },
    .integer("instances") { $0.units },
    .integer("chips") { row in row.units.map { $0 * row.instance.chips } },
    .integer("devices") { row in row.run?.devices ?? row.units.map { $0 * row.instance.devices } },
    .text("region") { $0.price?.region.label },
  ]

  private static let plan: [Column<ResultRow>] = [
    .integer("plan_tp") { $0.estimate?.plan.tensor },
    .integer("plan_pp") { $0.estimate?.plan.pipeline },
    .integer("plan_vpp") { $0.estimate?.plan.interleave },
    .integer("plan_dp") { $0.estimate?.plan.data },
    .integer("plan_cp") { $0.estimate?.plan.context },
    .integer("plan_ep") { $0.estimate?.plan.expert },
    .integer("plan_zero") { $0.estimate?.plan.zero },
    .integer("plan_micro_batch", unit: "sequences") { $0.estimate?.plan.microBatch },
    .text("plan_recompute") { $0.estimate?.plan.recompute.rawValue },
    .text("plan_schedule") { $0.estimate?.plan.schedule.rawValue },
  ]

  private static let speed: [Column<ResultRow>] = [
    .bool("feasible") { $0.run != nil },
    .text("why_not") { $0.whyNot },
    .number("tokens_per_s", unit: "tokens/s") { $0.run?.estimate.tokensPerSecond.value },
    .number("tokens_per_s_p05", unit: "tokens/s") { $0.outlook?.tokensPerSecond.low },
    .number("tokens_per_s_p95", unit: "tokens/s") { $0.outlook?.tokensPerSecond.high },
    .number("step_time_s", unit: "s") { $0.run?.estimate.stepTime.value },
    .fraction("mfu_fraction") { $0.run?.estimate.modelUtilization },
    .fraction("hfu_fraction") { $0.run?.estimate.hardwareUtilization },
  ]

  private static let step: [Column<ResultRow>] = [
    part(.compute), part(.tensor), part(.context),
    part(.exchange), part(.pipeline), part(.data), part(.bubble), part(.optimizer), part(.recompute), around(.input),
    around(.checkpoint),
  ]

  private static func part(_ part: StepParts.Part) -> Column<ResultRow> {
    .number(part.column, unit: "s") { $0.run?.estimate.step[part].value }
  }

  /// Unknown where nothing is known of what surrounds the steps.
  private static func around(_ part: StepParts.Part) -> Column<ResultRow> {
    .number(part.column, unit: "s") { $0.run?.operation == nil ? nil : $0.run?.estimate.step[part].value }
  }

  /// Parts of the step that came later than the columns above, in the order of their list.
  private static var laterParts: [Column<ResultRow>] {
    let placed = Set((step + replay + [part(.own)]).map(\.name))
    return StepParts.Part.allCases.filter { !placed.contains($0.column) }.map(part)
  }

  private static let memory: [Column<ResultRow>] =
    [
      .number("memory_bytes", unit: "bytes") { $0.estimate?.memory.total.value },
      .number("memory_capacity_bytes", unit: "bytes") { $0.estimate?.memoryCapacity.value },
    ]
    + MemoryParts.Part.allCases.map { part in
      .number(part.column, unit: "bytes") { $0.estimate?.memory[part].value }
    }

  private static let money: [Column<ResultRow>] = [
    .fraction("goodput_fraction") { $0.run?.operation == nil ? nil : $0.run?.course.goodput },
    .number("wall_time_s", unit: "s") { $0.run?.wallTime.value },
    .text("pricing") { $0.price?.model.rawValue },
    .number("price_usd_per_instance_hour", unit: "USD/h") { $0.price?.rate.perHour },
    .text("price_source") { $0.price?.source },
    .text("price_date") { $0.price.flatMap { $0.date.isEmpty ? nil : $0.date } },
    .number("cost_usd", unit: "USD") { $0.run?.cost?.value },
    .number("cost_usd_p05", unit: "USD") { $0.outlook?.cost?.low },
    .number("cost_usd_p95", unit: "USD") { $0.outlook?.cost?.high },
    .number("usd_per_million_tokens", unit: "USD") { $0.run?.dollarsPerMillionTokens($0.job.tokens)?.value },
    .fraction("probability_cheapest") { $0.outlook?.probabilityCheapest },
    .number("energy_j", unit: "J") { $0.run?.energy?.meter?.value },
    .number("co2e_kg", unit: "kg") { $0.run?.energy?.emissions?.value },
  ]

  private static let evidence: [Column<ResultRow>] = [
    .text("bottleneck") { $0.run?.bottleneck.rawValue },
    .text("evidence") { $0.evidence },
    .text("nearest_measurement") { $0.outlook?.nearest?.run.id },
    .text("assumptions") { joined($0.assumptions + ($0.run?.energy?.assumptions.texts(.assumption) ?? [])) },
    .text("warnings") { joined($0.warnings) },
  ]

  /// With the plan's columns above, what it takes to ask for the same row again. Added after the first contract.
  private static let replay: [Column<ResultRow>] = [
    .bool("plan_sequence_parallel") { $0.estimate?.plan.sequenceParallel },
    .text("stack") { $0.result.efficiency.stack.name },
    .text("profile") { $0.result.efficiency.name },
    .text("optimizer") { $0.job.optimizer.rawValue },
    .integer("plan_shard", unit: "ranks") { $0.estimate?.plan.shard },
    .integer("lora_rank") { $0.job.loraRank },
    part(.host), part(.straggling),
    .fraction("probability_fastest") { $0.outlook?.probabilityFastest },
    .number("nearest_distance") { $0.outlook?.nearest?.distance },
    .number("nearest_measured_s", unit: "s") { $0.outlook?.nearest?.run.measured },
    .number("nearest_predicted_s", unit: "s") { $0.outlook?.nearest?.run.predicted },
  ]

  /// What `energy_j` and `co2e_kg` are made of.
  private static let energy: [Column<ResultRow>] = [
    .number("power_w_per_instance", unit: "W") { $0.run?.energy?.draw?.load.value },
    .number("pue") { $0.run?.energy?.site.pue?.value.value },
    .number("grid_kg_per_kwh", unit: "kg/kWh") { $0.run?.energy?.site.intensity?.value.perKilowattHour },
    .text("energy_grade") { $0.run?.energy?.draw?.grade.rawValue },
  ]

  /// What surrounds the steps: unknown where nothing is known of it.
  private static let course: [Column<ResultRow>] = [
    .integer("spares") { $0.run?.operation == nil ? nil : $0.run?.course.spares },
    .number("startup_s", unit: "s") { $0.run?.operation == nil ? nil : $0.run?.course.startup.value },
    .number("checkpoint_bytes", unit: "bytes") { $0.run?.operation?.saving?.bytes.value },
    .number("checkpoint_interval_s", unit: "s") { $0.run?.course.interval?.value },
    .number("failures_expected") { $0.run?.operation == nil ? nil : $0.run?.course.failures },
    .fraction("probability_late") { $0.outlook?.probabilityLate },
  ]

  /// What the cost is the product of, as far as no column above has it already.
  private static let factors: [Column<ResultRow>] = CostFactor.ofOwnColumns.map { factor in
    .number(factor.column, unit: factor == .step ? "s" : nil) { $0.run?.factors[factor] }
  }

  /// What is expected beyond the best that machines do, and what they do at best: `tuned`.
  private static let expectation: [Column<ResultRow>] = [
    .number(CostFactor.practice.column) { $0.run?.factors[.practice] },
    .fraction("probability_fits") { $0.estimate?.fitProbability },
    .number("plan_strangeness") { $0.run?.strangeness },
    .number("wall_time_tuned_s", unit: "s") { $0.run?.tuned.wallTime.value },
    .number("cost_tuned_usd", unit: "USD") { $0.run?.tuned.cost?.value },
  ]

  /// Means over the draws that intervals are of, and the same by every way of buying.
  private static let risk: [Column<ResultRow>] =
    [
      .number("wall_time_expected_s", unit: "s") { $0.outlook?.expectedWallTime.value },
      .number("cost_expected_usd", unit: "USD") { $0.outlook?.expectedCost?.value },
      .fraction("probability_over_budget") { $0.outlook?.probabilityOver },
    ]
    + PricingModel.allCases.map { way in
      .number("cost_\(way.rawValue.replacing("-", with: "_"))_usd", unit: "USD") { $0.outlook?.costs[way]?.value }
    }

  /// The same job by the plan of a measured run like it.
  private static let published: [Column<ResultRow>] = [
    .text("published_run") { $0.run?.published?.run.id },
    .text("published_plan") { $0.run?.published?.plan.short },
    .integer("published_instances") { $0.run?.published?.units },
    .number("published_tokens_per_second") { $0.run?.published?.tokensPerSecond.value },
    .number("published_wall_time_s", unit: "s") { $0.run?.published?.wallTime.value },
    .number("published_cost_usd", unit: "USD") { $0.run?.published?.cost?.value },
  ]

  /// The run without the changes of a what-if.
  private static let whatIf: [Column<ResultRow>] = [
    .number("cost_before_usd", unit: "USD") { $0.before.flatMap(Stake.cost.figure(of:)) },
    .number("wall_time_before_s", unit: "s") { $0.before.flatMap(Stake.time.figure(of:)) },
  ]

  /// What was asked around the row, and what of its bill no factor above shows.
  private static let asked: [Column<ResultRow>] = [
    .number("billed_instance_hours", unit: "h") { $0.billedHours },
    .number("unused_instance_hours", unit: "h") { $0.unusedHours },
    .number("deadline_s", unit: "s") { $0.setting.deadline?.value },
    .number("budget_usd", unit: "USD") { $0.setting.budget?.value },
    .text("reference") { $0.setting.reference?.instance.name },
    .number("cost_vs_reference") { $0.ratio(.cost) },
    .number("time_vs_reference") { $0.ratio(.time) },
    .text("tags") { $0.setting.tags.isEmpty ? nil : $0.setting.tags.text },
    .text("train") { $0.job.training?.rawValue },
    .number("trained_parameters") { $0.job.trainedParameters },
    .text("documents") { $0.job.documents?.rawValue },
    .number("useful_share") { row in row.job.documents.map { _ in row.job.usefulShare } },
    .text("plan_ends") { $0.estimate?.plan.ends?.rawValue },
    .integer("plan_etp") { $0.estimate?.plan.expertTensor },
    .text("mfu_type") { $0.run?.productType.rawValue },
  ]

  /// What the sentences of `why_not`, `assumptions` and `warnings` say, for programs.
  private static let notes: [Column<ResultRow>] = [
    .text("note_codes") { $0.wordings.codes },
    .json("notes") { $0.wordings.json },
  ]

  private static func joined(_ sentences: [String]) -> String? {
    sentences.isEmpty ? nil : sentences.joined(separator: "; ")
  }
}

extension CostFactor {
  /// The column that has it. That of the price is of an hour, not of a second.
  var column: String {
    switch self {
    case .steps: "steps"
    case .step: "bare_step_s"
    case .instances: "instances"
    case .price: "price_usd_per_instance_hour"
    case .input, .checkpoint, .goodput, .start, .practice, .spares, .billing: "\(rawValue)_factor"
    }
  }

  /// Those whose columns were added for them, after files without them had been written.
  static let ofOwnColumns = allCases.filter { ![.instances, .price, .practice].contains($0) }
}

extension ResultRow {
  /// Why nothing runs, and what other software could do, where nobody named any.
  var whyNot: String? {
    guard let refusal = result.refusal else { return nil }
    let stack = result.efficiency.stack
    let isMemory =
      switch refusal.reason {
      case .leastMemory, .nothingFits: true
      default: false
      }
    guard isMemory, job.stack == nil, !stack.tensorParallel, result.instance.chip.chipClass == .accelerator,
      job.model.recommender == nil
    else { return refusal.reason.text }
    return refusal.reason.text
      + "; \(stack.name), the software that is taken, splits no layers, others do (--stack megatron-core)"
  }
}

import Planning
import Quantities

extension RefusalReason {
  /// Why, in a sentence without its period.
  public var text: String { wordings.map(\.text).joined(separator: "; ") }

  /// One for a reason, and for a plan one for each of its problems.
  var wordings: [Wording] {
    func no(
      _ code: String, _ figures: @autoclosure @escaping @Sendable () -> Wording.Figures,
      _ text: @autoclosure @escaping @Sendable () -> String
    ) -> [Wording] {
      [Wording(code, .refusal, figures(), text())]
    }
    return switch self {
    case .unsupported(let reason): [reason.wording]
    case .surroundings(let problem): [problem.wording]
    case .plan(let problems): problems.map(\.wording)
    case .noLegalPlan: no("no-legal-plan", [:], "no legal plan")
    case .noLegalSize(let most):
      no("no-legal-size", ["most": .integer(most)], "no size up to \(most) units has a legal plan")
    case .noPublishedPlan(let chip):
      no(
        "no-published-plan", ["chip": .text(chip)],
        "no plan of a measured run on \(chip) suits this job; leave out '--plan published'")
    case .noLegalPlanOfSize(let size): [size.wording]
    case .chipsNotWhole(let chips, let each):
      no(
        "chips-not-whole-instances", ["chips": .integer(chips), "each": .integer(each)],
        "\(chips) chips are not whole instances of \(each); nearest: \(RefusalReason.nearest(chips, each))")
    case .devicesNotWhole(let devices, let each):
      no(
        "devices-not-whole-instances", ["devices": .integer(devices), "each": .integer(each)],
        "\(devices) devices are not whole instances of \(each)")
    case .batchDoesNotGrow(let batch, let devices):
      no(
        "batch-does-not-grow", ["batch": .integer(batch), "devices": .integer(devices)],
        "a batch of \(batch) does not grow to a whole number on \(devices) devices")
    case .neverEnds(let units, let instance):
      no(
        "never-ends", ["units": .integer(units), "instance": .text(instance)],
        "never ends: \(units) × \(instance) fail faster than the run gets from one checkpoint to the next")
    case .planNeverEnds: no("plan-never-ends", [:], "never ends: its machines fail faster than it gets on")
    case .leastMemory(let needed, let there):
      no(
        "memory-at-least", ["needed_bytes": .amount(needed), "there_bytes": .amount(there)],
        "needs \(needed.formatted) per device at least, \(there.formatted) are there"
          + RefusalReason.tight(needed, there))
    case .memory(let needed, let there):
      no(
        "memory", ["needed_bytes": .amount(needed), "there_bytes": .amount(there)],
        "needs \(needed.formatted) per device, \(there.formatted) are there" + RefusalReason.tight(needed, there))
    case .overMemoryLimit(let needed, let limit):
      no(
        "over-memory-limit", ["needed_bytes": .amount(needed), "limit_bytes": .amount(limit)],
        "needs \(needed.formatted) per device, over the limit of \(limit.formatted)")
    case .hostMemory(let needed, let there):
      no(
        "host-memory", ["needed_bytes": .amount(needed), "there_bytes": .amount(there)],
        "needs \(needed.formatted) of each host's memory for what is offloaded, \(there.formatted) are there")
    case .deadline(let missed): [missed.wording]
    case .notSure(let size): [size.wording]
    case .fastestIsLate(let time, let deadline):
      no(
        "fastest-plan-late", ["time_s": .amount(time), "deadline_s": .amount(deadline)],
        "misses the deadline: the fastest plan takes \(time.formatted) of \(deadline.formatted)")
    case .late(let time, let deadline):
      no(
        "plan-late", ["time_s": .amount(time), "deadline_s": .amount(deadline)],
        "takes \(time.formatted), and the deadline is \(deadline.formatted)")
    case .budgetNeedsPrice(let unpriced):
      no(
        "budget-needs-price", ["wanted": .texts(unpriced.wanted.map(\.rawValue))],
        "a budget needs a price: \(unpriced.reason)")
    case .nothingFits: no("nothing-fits", [:], "no plan fits at any size")
    case .budget(let least, let units, let instance, let share):
      no(
        "misses-budget",
        [
          "least_usd": .amount(least), "units": .integer(units), "instance": .text(instance), "share": .number(share),
        ],
        "costs at least \(least.formatted) (on \(units) × \(instance)); the budget pays for \(Int(share * 100))% of the "
          + "tokens")
    case .cheapestIsOver(let cost):
      no("cheapest-plan-over-budget", ["cost_usd": .amount(cost)], "costs at least \(cost.formatted)")
    case .overBudget(let cost, let budget):
      no(
        "plan-over-budget", ["cost_usd": .amount(cost), "budget_usd": .amount(budget)],
        "costs \(cost.formatted), and the budget is \(budget.formatted)")
    }
  }

  private static func nearest(_ chips: Int, _ each: Int) -> String {
    let below = chips / each * each, above = below + each
    return below > 0 ? "\(below) or \(above)" : "\(above)"
  }
}

extension NoPlanOfSize: Worded {
  public var wording: Wording {
    Wording(
      "no-legal-plan-of-size", .refusal,
      [
        "units": .integer(units), "devices": .integer(devices), "obstacles": .texts(obstacles.map(\.obstacle.words)),
        "plans": .integers(obstacles.map(\.plans)), "nearest_units": .integers(nearest),
      ],
      "no legal plan on \(counted(units, "unit")) (\(counted(devices, "device")))\(isAsked ? " with the degrees asked for" : ""): "
        + why
        + near)
  }

  private var why: String {
    obstacles.isEmpty
      ? "no degrees multiply to \(devices)"
      : obstacles.map { "\($0.plans) \($0.obstacle.words)" }.joined(separator: ", ")
  }

  private var near: String {
    nearest.isEmpty
      ? "" : "; nearest sizes with one: \(nearest.map(String.init).joined(separator: " or "))"
  }
}

extension MissedDeadline: Worded {
  public var wording: Wording {
    Wording(
      "misses-deadline", .refusal,
      [
        "deadline_s": .amount(deadline), "global_batch": .integer(globalBatch), "units": .integer(units),
        "instance": .text(instance), "time_s": .amount(time), "needed_units": .number(needed),
      ],
      "misses the deadline: "
        + (most.map { "at most \($0) × \(instance) are available, and the best of them, \(units), take " }
          ?? "global batch \(globalBatch) spreads over \(units) × \(instance) at best, which take ")
        + "\(time.formatted); at their rate \(deadline.formatted) needs about \(Count(needed).formatted)")
  }
}

extension UnsureSize: Worded {
  public var wording: Wording {
    let risks = [
      late.map { "late with a probability of \(Figures.percent($0))" },
      over.map { "over the budget with a probability of \(Figures.percent($0))" },
    ].compactMap { $0 }
    let least = max(late ?? 0, over ?? 0)
    return Wording(
      "not-sure", .refusal,
      [
        "confidence": .number(confidence), "units": .integer(units), "instance": .text(instance),
        "probability_late": .number(late ?? 0), "probability_over": .number(over ?? 0),
      ],
      "no number of instances is \(Figures.whole(confidence)) sure; the surest, \(units) × \(instance), is "
        + listed(risks)
        + (least <= 0.5
          ? "; --confidence \(Figures.whole(((1 - least) * 100).rounded(.down) / 100)) accepts it" : ""))
  }
}

extension PlanObstacle {
  /// As it follows a number of plans.
  var words: String {
    switch self {
    case .stagesDoNotSpread: "whose layers do not spread over the stages"
    case .sequenceDoesNotSplit: "whose sequence does not split over tensor ranks"
    case .batchDoesNotSplit: "whose micro-batch × data degree does not divide the batch"
    case .interleaveNeedsMicroBatches: "whose micro-batches are too few to interleave"
    case .dualPipeNeedsPairs: "whose micro-batches are too few, or odd, for both ends of the pipeline"
    case .zeroNeedsRanks: "with nothing to shard over"
    case .zeroNeedsWholeModel: "that shard gradients under a pipeline"
    case .expertsDoNotSpread: "whose experts do not spread over the ranks of a stage"
    case .doesNotFit: "that do not fit in memory"
    case .overMemoryLimit: "over --max-memory"
    case .neverEnds: "that never end, so much fails"
    case .noPrice: "without a price"
    case .missesDeadline: "that miss the deadline"
    case .overBudget: "over the budget"
    }
  }
}

extension RefusalReason {
  /// What is said besides where there is enough as counted.
  fileprivate static func tight(_ needed: Bytes, _ there: Bytes) -> String {
    needed > there ? "" : ": too little to be sure that it fits (with --plan you decide)"
  }
}

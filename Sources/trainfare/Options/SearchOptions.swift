import ArgumentParser
import Planning
import Quantities
import Scenarios

/// What a search looks for, and within which limits.
struct SearchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What makes a plan the best: the least of \(SearchObjective.allCases.map(\.rawValue).joined(separator: ", ")).",
      discussion: """
        Default: cost-by-deadline with --deadline, cost with --any-count, else time. tokens-per-dollar takes the most.
        Example: --objective memory
        """, valueName: "name"),
    completion: .list(SearchObjective.allCases.map(\.rawValue)))
  var objective: String?

  @Option(help: ArgumentHelp("How many of the best to show. Example: --top 3", valueName: "n"))
  var top: String = "10"

  @Option(
    help: ArgumentHelp(
      "Also the plans that no other plan beats on all of these: \(ParetoAxis.allCases.map(\.rawValue).joined(separator: ", ")).",
      discussion: "Default: time,cost with --any-count. Example: --pareto time,memory", valueName: "axes"))
  var pareto: String?

  @Flag(help: "Any number of instances, rather than those of the job.")
  var anyCount = false

  @Flag(
    help: "Write every legal plan as CSV, also those that do not fit. Memory does not grow with the plans.")
  var all = false

  @Option(
    help: ArgumentHelp("Tensor groups of at most this many devices. Example: --max-tp 8", valueName: "n"))
  var maxTp: String?

  @Option(
    help: ArgumentHelp(
      "Degrees that are fixed, written as for --plan; may be repeated.",
      discussion: "Example: --fix pp=8 --fix recompute=none", valueName: "key=value"))
  var fix: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only plans that need at most this per device. Example: --max-memory '70 GiB'", valueName: "size"))
  var maxMemory: String?

  func read(_ reader: inout OptionReader) -> SearchSettings {
    var axes: [ParetoAxis]?
    if let pareto {
      axes = pareto.split(separator: ",", omittingEmptySubsequences: false).compactMap {
        reader.choice(String($0), "--pareto", among: ParetoAxis.allCases)
      }
      if let axes, Set(axes).count < axes.count {
        reader.problem("an axis is named twice", help: "name it once", option: "--pareto", text: pareto)
      }
    }
    var fixed: PlanRequest?
    if !fix.isEmpty {
      let text = fix.joined(separator: ",")
      fixed = reader.attempt { () throws(Diagnostics) in try PlanRequest(parsing: text, option: "--fix") }
    }
    return SearchSettings(
      objective: reader.choice(objective, "--objective", among: SearchObjective.allCases),
      top: reader.int(top, "--top", atMost: 100_000) ?? 10, pareto: axes,
      maxTensor: reader.int(maxTp, "--max-tp"), fixed: fixed,
      maxMemory: reader.quantity(maxMemory, "--max-memory"), anyCount: anyCount)
  }
}

/// `SearchOptions`, understood.
struct SearchSettings {
  var objective: SearchObjective?
  var top: Int
  var pareto: [ParetoAxis]?
  var maxTensor: Int?
  var fixed: PlanRequest?
  var maxMemory: Bytes?
  var anyCount: Bool

  /// The request, with the defaults that the size suggests.
  func request(_ asked: Question, size given: JobSize?) throws(Stop) -> SearchRequest {
    let size: SearchSize
    switch anyCount ? given : asked.size {
    case .instances(let count):
      if anyCount { throw SearchSettings.tooMany }
      size = .instances(count)
    case .chips(let count):
      if anyCount { throw SearchSettings.tooMany }
      size = .chips(count)
    case .deadline(let limit): size = .any(deadline: limit)
    case .budget(let limit): size = .any(budget: limit)
    case .within(let deadline, let budget): size = .any(deadline: deadline, budget: budget)
    case nil where anyCount: size = .any()
    case nil:
      throw .usage(
        "how many machines?", help: "add one of --instances, --chips, --deadline, --budget or --any-count")
    }
    let usual: SearchObjective
    switch size {
    case .any(deadline: .some, _): usual = .costByDeadline
    case .any(_, budget: .some): usual = .time
    case .any: usual = .cost
    case .instances, .chips: usual = .time
    }
    let objective = objective ?? usual
    if objective == .costByDeadline {
      guard case .any(deadline: .some, _) = size else {
        throw .usage(
          "cost-by-deadline needs a deadline", help: "add --deadline '30 d', or use --objective cost")
      }
    }
    try asked.refuseSeveralWays()
    var request = SearchRequest(
      job: asked.job, options: asked.options, size: size, pricing: asked.pricing, region: asked.region,
      plan: fixed ?? asked.plan, objective: objective, top: top,
      pareto: pareto ?? (anyCount ? [.time, .cost] : []), maxTensor: maxTensor, maxMemory: maxMemory,
      facts: asked.facts, experience: asked.knowledge?.experience)
    request.maxInstances = asked.maxInstances
    return request
  }

  private static let tooMany = Stop.usage(
    "--any-count and a number of machines are both given", help: "keep one of them")
}

import Quantities
import Scenarios
import Simulation

// The step's branch of an explanation: parts, then what is inside each, down to single operators.

extension Explanation {
  func step() -> TreeNode {
    let e = run.estimate
    let detail = simulator.table([BlockShape(plan)], keepDetails: true).details.first
    let nodes = StepParts.Part.allCases.map { part in
      TreeNode(
        "\(part.label): \(e.step[part].formatted), \(Figures.percent(e.step[part] / e.stepTime))",
        children: e.step[part] > .zero ? [TreeNode(part.formula)] + legend(part) + inside(part, detail) : [])
    }
    return TreeNode(
      "One step: \(e.stepTime.formatted) on the slowest stage, m = \(counted(e.microBatches, "micro-batch", "micro-batches"))",
      children: nodes)
  }

  private func legend(_ part: StepParts.Part) -> [TreeNode] {
    switch part {
    case .compute:
      let stages = plan.pipeline * plan.interleave
      if row.job.model.recommender != nil {
        return [
          TreeNode("nets count as one layer, tables as the embedding; below: operator, kind, shape, FLOP, bytes, …")
        ]
      }
      let layers = (row.job.model.layers + stages - 1) / stages * plan.interleave
      return [
        TreeNode("\(row.job.model.layers) layers, at most \(layers) on a stage"),
        TreeNode(
          "below: operator, kind, shape, FLOP, bytes, what bounds it and the share granted, time with launch"),
      ]
    case .tensor, .context:
      return [TreeNode("below, whole: collective, buffer and group, tiers with bandwidth of a device, time × count")]
    default: return []
    }
  }

  private func inside(_ part: StepParts.Part, _ detail: BlockTable.Detail?) -> [TreeNode] {
    guard let detail else { return [] }
    let groups: [(String, Component)] =
      switch part {
      case .compute:
        [
          ("one layer forward", .layerForward), ("one layer backward", .layerBackward),
          ("embedding forward", .embeddingForward), ("embedding backward", .embeddingBackward),
          ("head forward", .headForward), ("head backward", .headBackward),
        ]
      case .recompute: []
      case .tensor:
        [
          ("one layer forward", .tensorForward), ("one layer backward", .tensorBackward),
          ("one layer backward, beside gradients", .tensorColumn),
          ("one layer gathered again", .tensorRegather),
          ("embedding", .embeddingTensor),
          ("head", .headTensor),
        ]
      case .context: [("one layer forward", .contextForward), ("one layer backward", .contextBackward)]
      case .pipeline: [("gather after receipt", .boundaryGather)]
      case .data: []
      case .bubble, .optimizer, .host, .straggling, .input, .checkpoint: []
      }
    let nodes = groups.compactMap { name, component in group(name, component, detail) }
    return part == .data ? nodes + dataGroup() : nodes
  }

  private func group(_ name: String, _ component: Component, _ detail: BlockTable.Detail) -> TreeNode? {
    let rows = zip(detail.operators, detail.times).compactMap { one, time -> TreeNode? in
      guard time > 0, one.components.contains(component) else { return nil }
      return self.operation(one, Seconds(time), one.repeats)
    }
    guard !rows.isEmpty else { return nil }
    return TreeNode("\(name): \(Seconds(detail.time(component)).formatted) a micro-batch", children: rows)
  }

  private func operation(_ one: Operator, _ time: Seconds, _ count: Double) -> TreeNode {
    if let collective = one.collective {
      // The table's time holds all repetitions of a collective already.
      let each = count > 0 ? time / count : time
      return TreeNode(
        one.name,
        cells: [
          collective.kind.label, "\(Bytes(collective.bytes).formatted) over \(collective.group) ranks",
          tiers(collective), "\(each.formatted) × \(Figures.significant(count))",
        ])
    }
    return TreeNode(
      one.name,
      cells: [
        one.kind.label, shape(one), one.flops > 0 ? FLOPs(one.flops).formatted : "–",
        Bytes(one.bytes).formatted,
        reached(one, time), time.formatted,
      ])
  }

  private func shape(_ one: Operator) -> String {
    guard [.gemm, .batched, .misaligned].contains(one.kind) else { return "–" }
    let (m, n, k) = (Figures.grouped(one.m), Figures.grouped(one.n), Figures.grouped(one.k))
    return (one.batch > 1 ? "\(Figures.grouped(one.batch)) × " : "") + "[\(m) × \(k)]·[\(k) × \(n)]"
  }

  /// Which side of the roofline decided, and how much of it the profile grants at this shape.
  private func reached(_ one: Operator, _ time: Seconds) -> String {
    let profile = machine.efficiency
    let busy = time.value - profile[.launchTime]
    let granted: Double =
      switch one.kind {
      case .normalization: profile[.normalization]
      case .softmax: profile[.softmax]
      case .softmaxPasses: profile[.softmax] / max(profile[.softmaxPasses], 1e-12)
      case .cast: profile[.elementwise] / max(profile[.castPasses], 1e-12)
      default: profile[.elementwise]
      }
    let memory = one.bytes / (machine.memoryRate.value * granted)
    if one.flops == 0 || memory >= busy * (1 - 1e-9) { return "\(Figures.percent(granted)) of bandwidth" }
    let isAttention = one.kind != .gemm
    let rate = (isAttention ? machine.attentionRate : machine.matrixRate).value
    return busy > 0 ? "\(Figures.percent(one.flops / (rate * busy))) of FLOP rate" : "–"
  }

  /// The tiers that a group of ranks reaches across, innermost first.
  private func tiers(_ collective: Collective) -> String {
    path(extent: collective.group * collective.stride, stride: collective.stride)
  }

  private func path(extent: Int, stride: Int) -> String {
    var names: [String] = []
    for tier in machine.tiers {
      if tier.span.map({ $0 / stride > 1 }) ?? true {
        names.append("\(tier.name) \(tier.bandwidth.formatted)")
      }
      if let span = tier.span, span >= extent { break }
    }
    return "by " + (names.isEmpty ? "–" : names.joined(separator: ", "))
  }

  private func dataGroup() -> [TreeNode] {
    let ranks = plan.data * plan.context
    guard ranks > 1 else { return [] }
    let stride = plan.tensor
    let gradients = run.estimate.memory.gradients
    let buffer = plan.zero < 2 ? "; the fullest device holds \(gradients.formatted) of gradients" : ""
    let exchange = row.job.model.recommender.map { _ in
      TreeNode(
        "looked-up rows to the ranks of their samples and gradients back, m × 2 × an exchange all to all, not hidden")
    }
    return (exchange.map { [$0] } ?? []) + [
      TreeNode("\(ranks) ranks, \(path(extent: ranks * stride, stride: stride)) a device\(buffer)"),
      TreeNode(
        "hidden behind \(Figures.percent(machine.efficiency[.dataOverlap])) of the last micro-batch's compute, which "
          + "slows by \(Figures.percent(machine.efficiency[.contention])) meanwhile"),
    ]
  }
}

extension StepParts.Part {
  /// How the part is put together, in words (docs/Model.md §5).
  var formula: String {
    switch self {
    case .compute: "m × (layers of the stage × (forward + backward) + its embedding or head)"
    case .recompute: "m × layers of the stage × what is computed again"
    case .tensor: "m × (layers × what of its collectives is not hidden behind products + those of embedding or head)"
    case .context: "m × layers × exposed exchange of keys and values"
    case .pipeline:
      "m × 2 × vpp × (latency + boundary bytes ÷ bandwidth + gather) × (1 − overlap) + fixed, each message"
    case .data:
      "gradients and weights of the fullest stage over the data ranks, less what hides behind compute"
    case .bubble: "(time of all stages − the slowest one's) ÷ vpp: filling and draining the pipeline"
    case .optimizer:
      "parameters on the device × bytes read and written each ÷ memory bandwidth reached"
    case .host:
      "m × (layers × what launching takes longer than running + fixed) + fixed, each step"
    case .straggling: "doublings of the machines × the profile's slow-down × all micro-batches"
    case .input: "what preparing or reading samples takes longer than all else"
    case .checkpoint: "what a checkpoint delays steps ÷ steps between two"
    }
  }
}

extension OperatorKind {
  var label: String {
    switch self {
    case .gemm: "2·m·n·k"
    case .batched: "batched 2·m·n·k"
    case .misaligned: "misaligned 2·m·n·k"
    case .softmaxPasses: "softmax passes"
    case .cast: "cast"
    case .attentionForward: "attention"
    case .attentionBackward: "attention grad"
    case .elementwise: "elementwise"
    case .normalization: "normalization"
    case .softmax: "softmax"
    case .collective: "collective"
    }
  }
}

extension Collective.Kind {
  var label: String {
    switch self {
    case .reduceScatter: "gather or scatter"
    case .allReduce: "all-reduce"
    case .send: "send"
    }
  }
}

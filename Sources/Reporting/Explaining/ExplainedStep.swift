import Quantities
import Scenarios
import Simulation

// The step's branch of an explanation: its parts, the terms of each, and what is inside a term, down to single operators.
// It prints what `Trace` says and works nothing out.

extension Explanation {
  func step() -> TreeNode {
    let e = run.estimate
    let nodes = StepParts.Part.allCases.map { part in
      TreeNode(
        "\(part.words): \(e.step[part].formatted), \(Figures.percent(e.step[part] / e.stepTime))",
        children: e.step[part] > .zero ? around(part) + terms(part) : [])
    }
    return TreeNode(
      "One step: \(e.stepTime.formatted) on the slowest stage (docs/Model.md, The step), m = \(counted(e.microBatches, "micro-batch", "micro-batches"))",
      children: nodes)
  }

  /// What stands around a step is no term of it.
  private func around(_ part: StepParts.Part) -> [TreeNode] {
    switch part {
    case .input: [TreeNode("how much longer preparing or reading samples takes than the rest of the step")]
    case .checkpoint: [TreeNode("the delay by a checkpoint ÷ steps between two")]
    default: []
    }
  }

  private func terms(_ part: StepParts.Part) -> [TreeNode] {
    trace.step.filter { $0.part == part && $0.amount > .zero }.map { term in
      TreeNode(
        term.what, cells: cells(term), children: path(term.path).map { [TreeNode($0)] } ?? inside(term))
    }
  }

  /// `2.4 ms × 512 = 1.23 s`, what was hidden of it, and the formula.
  private func cells(_ term: Trace.Term) -> [String] {
    let times = term.times == term.times.rounded() ? Figures.grouped(term.times) : Figures.significant(term.times)
    let product = "\(term.raw.formatted) × \(times) = \((term.raw * term.times).formatted)"
    guard term.window > .zero else { return [product, "", term.formula] }
    let part = term.raw > .zero ? term.hidden / term.raw : 0
    let slowed = term.contention > 0 ? ", \(Figures.percent(term.contention)) of that slows other work" : ""
    return [
      product,
      "\(Figures.percent(part)) hidden in \(term.window.formatted)\(slowed), costs \(term.amount.formatted)",
      term.formula,
    ]
  }

  /// `64 MiB over 8 ranks, by nvlink 450 GB/s: 0.3 ms; efa 50 GB/s: 2 ms`
  private func path(_ path: Trace.Path?) -> String? {
    guard let path else { return nil }
    let apart = path.stride == 1 ? "" : ", every \(counted(path.stride, "rank", "ranks"))"
    let used = zip(machine.tiers, path.tiers).filter { $0.1 > .zero }.map { tier, time in
      "\(tier.name) \(tier.bandwidth.formatted) \(time.formatted)"
    }
    let calls = path.calls > 1 ? " in \(Figures.significant(path.calls, 2)) calls" : ""
    return "\(path.bytes.formatted)\(calls) over \(counted(path.group, "rank", "ranks"))\(apart): "
      + (used.isEmpty ? "–" : used.joined(separator: ", "))
  }

  // MARK: Inside a layer, the embedding and the head

  private func inside(_ term: Trace.Term) -> [TreeNode] {
    if term.isOfLayers, term.components.isEmpty {
      return trace.layers[term.kind].filter { $0.part == term.part }.map { own in
        TreeNode(own.what, cells: cells(own), children: own.components.flatMap { operations($0, term.kind) })
      }
    }
    return term.components.compactMap { group($0, term.kind) }
  }

  private func group(_ component: Component, _ kind: Int) -> TreeNode? {
    let rows = operations(component, kind)
    guard !rows.isEmpty else { return nil }
    return TreeNode(
      "\(component.label): \(Seconds(trace.details[kind].time(component)).formatted) a micro-batch", children: rows)
  }

  private func operations(_ component: Component, _ kind: Int) -> [TreeNode] {
    let detail = trace.details[kind]
    return detail.operators.indices.compactMap { i in
      let one = detail.operators[i], time = detail.times[i]
      guard time > 0, one.components.contains(component) else { return nil }
      return operation(one, trace.paths[kind][i], detail.sides[i], Seconds(time))
    }
  }

  private func operation(
    _ one: Operator, _ way: Trace.Path?, _ sides: (compute: Double, memory: Double), _ time: Seconds
  ) -> TreeNode {
    if let collective = one.collective {
      // The table's time holds all repetitions of a collective already.
      let each = one.repeats > 0 ? time / one.repeats : time
      return TreeNode(
        one.name,
        cells: [
          collective.kind.label, path(way) ?? "–",
          "\(each.formatted) × \(Figures.significant(one.repeats))",
        ])
    }
    return TreeNode(
      one.name,
      cells: [
        one.kind.label, shape(one), one.flops > 0 ? FLOPs(one.flops).formatted : "–",
        Bytes(one.bytes).formatted, bound(one, sides), time.formatted,
      ])
  }

  private func shape(_ one: Operator) -> String {
    guard [.gemm, .batched, .misaligned, .grouped, .wide, .wideGrouped, .scan].contains(one.kind), one.m > 0 else {
      return "–"
    }
    let (m, n, k) = (Figures.grouped(one.m), Figures.grouped(one.n), Figures.grouped(one.k))
    return (one.batch > 1 ? "\(Figures.grouped(one.batch)) × " : "") + "[\(m) × \(k)]·[\(k) × \(n)]"
  }

  /// Which side of the roofline decided, and how much of the device's rate it reached.
  private func bound(_ one: Operator, _ sides: (compute: Double, memory: Double)) -> String {
    if sides.memory >= sides.compute {
      return "\(Figures.percent(one.bytes / (machine.memoryRate.value * sides.memory))) of bandwidth"
    }
    let rate = [.gemm, .grouped].contains(one.kind) ? machine.matrixRate : machine.attentionRate
    return "\(Figures.percent(one.flops / (rate.value * sides.compute))) of FLOP rate"
  }
}

extension Component {
  /// Of those that terms are made of.
  var label: String {
    switch self {
    case .layerForward: "one layer forward"
    case .layerBackward: "one layer backward"
    case .embeddingForward, .headForward: "forward"
    case .embeddingBackward, .headBackward: "backward"
    case .boundaryGather: "gather after receipt"
    default: "collectives"
    }
  }
}

extension OperatorKind {
  var label: String {
    switch self {
    case .gemm: "2·m·n·k"
    case .batched: "batched 2·m·n·k"
    case .misaligned: "misaligned 2·m·n·k"
    case .grouped: "grouped 2·m·n·k"
    case .wide: "2·m·n·k in 16 bits"
    case .wideGrouped: "grouped 2·m·n·k in 16 bits"
    case .scan: "scan"
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
    case .allToAll: "all-to-all"
    }
  }
}

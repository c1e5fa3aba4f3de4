import CKernels
import Quantities
import Scenarios

/// How a step and its memory came about, term by term, as the kernel's naive twin worked them out.
public struct Trace: Sendable {
  /// An exchange between ranks: how many, how far apart, the bytes of each, and the seconds in each tier of links.
  public struct Path: Sendable, Equatable {
    public var group: Int
    public var stride: Int
    public var bytes: Bytes
    /// In which it goes, each with all latencies.
    public var calls = 1.0
    /// Of `Machine.tiers`, innermost first.
    public var tiers: [Seconds]
  }

  /// amount = times × (raw − hidden + contention × hidden)
  public struct Term: Sendable, Equatable {
    public var part: StepParts.Part
    /// What its operators are counted in, for those that look inside; none where it is worked out whole.
    public var components: [Component]
    /// Whether it stands for layers of the stage, whose own terms are `layers`, and which kind of layer.
    public var isOfLayers = false
    public var kind = 0
    public var what: String
    /// Of one, in the symbols of docs/Model.md, "The step".
    public var formula: String
    public var times: Double
    /// Of one by itself.
    public var raw: Seconds
    /// Of other work that one can hide behind; zero where it cannot.
    public var window = Seconds.zero
    public var hidden = Seconds.zero
    public var contention = 0.0
    /// What all of them add to the part.
    public var amount: Seconds
    public var path: Path?
  }

  public struct MemoryTerm: Sendable, Equatable {
    public var part: MemoryParts.Part
    public var formula: String
    public var amount: Bytes
  }

  /// The parts of the step.
  public var step: [Term]
  /// Of one layer of each kind and a micro-batch: what its communication and its launches cost beside compute.
  public var layers: [[Term]]
  public var memory: [MemoryTerm]
  /// Of each kind of layer; the ends' operators stand in the first.
  public var details: [LoweredShape.Detail]
  /// Of the operators that are collectives, one repetition each; nil for the others.
  public var paths: [[Path?]]
}

extension PlanCase {
  /// What was done for this plan.
  public func trace() -> Trace {
    let machine = simulator.machine, values = lowered.values
    var details = lowered.tables.indices.map { lowered.detail($0) }, paths = lowered.tables.map(lowered.paths)
    var block = lowered.facts.constants(lowered.shape)
    // Layers in which nothing is done again are kinds of their own with the same operators.
    let all = block.recomputed == nil ? details.count : 2 * details.count
    var layers = [[Trace.Term]](repeating: [], count: all)
    lowered.facts.fill(&block, lowered.shape, details.map(\.components), lowered.bytesSent, values) {
      layers[$0.kind].append($0)
    }
    if all > details.count { (details, paths) = (details + details, paths + paths) }
    var constants = machine.kernelMachine(simulator.each, values)

    var plans = PlanBatch()
    plans.append(plan)
    var terms = [tf_term](repeating: tf_term(), count: 64 + 8 * details.count), count = 0
    terms.withUnsafeMutableBufferPointer { buffer in
      plans.withKernelPlans(from: 0) { columns in
        var columns = columns
        var trace = tf_trace(terms: buffer.baseAddress, capacity: buffer.count, count: 0)
        block.withKernelBlock { tf_trace_plan(&trace, &columns, $0, &constants) }
        count = trace.count
      }
    }
    precondition(count <= terms.count, "a plan has fewer terms than there is room for")
    let told = terms.prefix(count)
    return Trace(
      step: told.filter { $0.is_memory == 0 }.map { Trace.Term($0, machine) }, layers: layers,
      memory: told.filter { $0.is_memory != 0 }.map {
        Trace.MemoryTerm(
          part: MemoryParts.Part(index: Int($0.part)), formula: String(cString: $0.formula), amount: Bytes($0.amount))
      }, details: details, paths: paths)
  }
}

extension LoweredShape {
  /// Of each collective, what one repetition spends in every tier.
  func paths(_ operators: [Operator]) -> [Trace.Path?] {
    let tiers = simulator.machine.kernelTiers(values)
    return operators.map { one in
      guard let collective = one.collective, one.repeats > 0 else { return nil }
      return simulator.machine.path(collective, tiers)
    }
  }
}

extension Machine {
  /// What one collective spends in every tier; nil where nothing is exchanged.
  func path(_ collective: Collective, _ tiers: (tf_tier, tf_tier, tf_tier, tf_tier)) -> Trace.Path? {
    var path = tf_path(
      group: Double(collective.group), stride: Double(collective.stride), bytes: collective.bytes, calls: 1,
      copies: collective.copies, within: collective.within, tier: (0, 0, 0, 0))
    var kind = collective.kind.rawValue
    withUnsafeBytes(of: tiers) { tiers in
      tf_trace_collectives(&path, &kind, 1, tiers.bindMemory(to: tf_tier.self).baseAddress)
    }
    return Trace.Path(path, self)
  }
}

extension Trace {
  /// Those of a term of a plan. Communication and waiting inside a layer have terms of their own.
  fileprivate static func components(_ term: tf_term) -> [Component] {
    let part = StepParts.Part(index: Int(term.part))
    return switch Int(term.of) {
    case Int(TF_OF_LAYERS): part == .compute ? [.layerForward, .layerBackward] : []
    case Int(TF_OF_EMBEDDING): part == .compute ? [.embeddingForward, .embeddingBackward] : [.embeddingTensor]
    case Int(TF_OF_HEAD): part == .compute ? [.headForward, .headBackward] : [.headTensor]
    case Int(TF_OF_BOUNDARY): [.boundaryGather]
    default: []
    }
  }
}

extension Trace.Path {
  /// Nil where nothing is exchanged.
  init?(_ path: tf_path, _ machine: Machine) {
    guard path.group > 1 else { return nil }
    let all = [path.tier.0, path.tier.1, path.tier.2, path.tier.3]
    self.init(
      group: Int(path.group), stride: Int(path.stride), bytes: Bytes(path.bytes),
      calls: max(1, path.calls), tiers: all.suffix(machine.tiers.count).map { Seconds($0) })
  }
}

extension Trace.Term {
  init(_ term: tf_term, _ machine: Machine) {
    self.init(
      part: StepParts.Part(index: Int(term.part)), components: Trace.components(term),
      isOfLayers: Int(term.of) == Int(TF_OF_LAYERS), kind: Int(term.kind), what: String(cString: term.what),
      formula: String(cString: term.formula), times: term.times, raw: Seconds(term.raw), window: Seconds(term.window),
      hidden: Seconds(term.hidden), contention: term.contention, amount: Seconds(term.amount),
      path: Trace.Path(term.path, machine))
  }
}

import CKernels
import Scenarios

/// One block shape of one job on one machine, lowered once: its operators, and what of it no efficiency changes. All plans
/// of the shape share it.
public struct LoweredShape: Sendable {
  public let simulator: Simulator
  public let shape: BlockShape
  /// Of each kind of layer; the ends' stand in the first list.
  public let tables: [[Operator]]
  /// Bytes that the collectives of each of them send, by component.
  let bytesSent: [[Double]]
  let facts: BlockFacts

  init(_ simulator: Simulator, _ shape: BlockShape) {
    self.simulator = simulator
    self.shape = shape
    let lowering = Lowering(job: simulator.job, stack: simulator.machine.efficiency.stack)
    tables = lowering.operators(shape.operatorShape)
    bytesSent = tables.map(\.bytesSent)
    facts = BlockFacts(lowering, simulator.job, simulator.machine)
  }

  var values: EfficiencyValues { simulator.machine.efficiency.values }

  /// The block under each set of efficiency values, one after the other.
  func forEachBlock(_ samples: [EfficiencyValues], _ body: (_ sample: Int, KernelBlock) -> Void) {
    let count = samples.count
    guard count > 0 else { return }
    let components = tables.map { FlatBatch([$0], simulator.machine, samples: samples).components() }
    let kinds = Component.allCases.count
    var columns = [[Double]](repeating: [Double](repeating: 0, count: kinds), count: tables.count)
    var block = facts.constants(shape)
    for j in samples.indices {
      for table in tables.indices {
        for c in 0..<kinds { columns[table][c] = components[table][c * count + j] }
      }
      facts.fill(&block, shape, columns, bytesSent, samples[j])
      body(j, block)
    }
  }

  /// Times of the operators of one kind of layer, and of the components that they add up to, under the machine's own profile.
  public struct Detail: Sendable {
    public var operators: [Operator]
    /// Seconds, of a collective all its repetitions.
    public var times: [Double]
    public var components: [Double]
    /// The two sides of each roofline, in seconds: compute and memory traffic.
    public var sides: [(compute: Double, memory: Double)]
    public func time(_ component: Component) -> Double { components[component.rawValue] }
  }

  /// Of one kind of layer; the first has the ends.
  public func detail(_ kind: Int = 0) -> Detail {
    let operators = tables[kind]
    let batch = FlatBatch([operators], simulator.machine, samples: [values])
    return Detail(operators: operators, times: batch.times, components: batch.components(), sides: batch.sides)
  }

  /// How many layers are of each kind.
  var counts: [Int] { simulator.job.model.layout.counts }

  /// Share of a layer's compute time, and of that of a recommender's tables, spent in operators that memory bandwidth
  /// limits.
  public var memoryBoundShare: Double {
    let embeddings: ComponentSet =
      simulator.job.model.recommender == nil ? [] : [.embeddingForward, .embeddingBackward]
    let counted = embeddings.union([.layerForward, .layerBackward])
    var bound = 0.0, all = 0.0
    for (kind, count) in counts.enumerated() {
      let detail = detail(kind)
      for (i, one) in detail.operators.enumerated() where !one.components.isDisjoint(with: counted) {
        all += detail.times[i] * Double(count)
        if detail.sides[i].memory > detail.sides[i].compute { bound += detail.times[i] * Double(count) }
      }
    }
    return all > 0 ? bound / all : 0
  }
}

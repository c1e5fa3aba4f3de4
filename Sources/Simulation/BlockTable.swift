import CKernels
import Scenarios

/// Operator times of many block shapes at once, composed into what plans need of each.
///
/// Names and unit types are left behind here, once: shapes become columns of [operators][shapes] arrays, the kernels
/// fill them, and each shape comes back as a `tf_block`.
public struct BlockTable: Sendable {
  public let shapes: [BlockShape]
  let blocks: [tf_block]
  /// The operators of each shape and their times, kept only where asked for.
  public struct Detail: Sendable {
    public var operators: [Operator]
    public var times: [Double]
    public var components: [Double]
    public func time(_ component: Component) -> Double { components[component.rawValue] }
  }
  public private(set) var details: [Detail] = []

  public init(
    shapes: [BlockShape], job: Job, machine: Machine, keepDetails: Bool = false
  ) {
    self.shapes = shapes
    let lowering = Lowering(job: job, stack: machine.efficiency.stack)
    // Many shapes run the same operators: those are lowered and timed once.
    var columns: [BlockShape: Int] = [:]
    var distinct: [BlockShape] = []
    let columnOf = shapes.map { shape in
      let key = shape.operatorShape
      if let known = columns[key] { return known }
      columns[key] = distinct.count
      distinct.append(key)
      return distinct.count - 1
    }
    let lowered = distinct.map(lowering.operators)
    let values = machine.efficiency.values
    let batch = FlatBatch(lowered, machine, samples: [values])
    let components = batch.components()
    func column(_ j: Int) -> [Double] {
      (0..<Component.allCases.count).map { components[$0 * distinct.count + columnOf[j]] }
    }
    let facts = BlockFacts(lowering, job, machine)
    blocks = shapes.indices.map { j in facts.block(shapes[j], column(j), values) }
    if keepDetails {
      details = shapes.indices.map { j in
        let operators = lowered[columnOf[j]]
        return Detail(
          operators: operators,
          times: operators.indices.map { batch.times[$0 * distinct.count + columnOf[j]] }, components: column(j))
      }
    }
  }
}

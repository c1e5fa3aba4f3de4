import CKernels
import Scenarios

/// Operator times of many block shapes at once, composed into what plans need of each.
///
/// Names and unit types are left behind here, once: shapes become columns of [operators][shapes] arrays, the kernels
/// fill them, and each shape comes back as a `KernelBlock`.
public struct BlockTable: Sendable {
  public let shapes: [BlockShape]
  let blocks: [KernelBlock]
  public init(shapes: [BlockShape], job: Job, machine: Machine) {
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
    // One table of operators for each kind of layer.
    let kinds = lowered.first?.count ?? 0
    let components = (0..<kinds).map { kind in
      FlatBatch(lowered.map { $0[kind] }, machine, samples: [values]).components()
    }
    func times(_ j: Int) -> [[Double]] {
      components.map { all in
        (0..<Component.allCases.count).map { all[$0 * distinct.count + columnOf[j]] }
      }
    }
    let facts = BlockFacts(lowering, job, machine)
    let sent = lowered.map { $0.map(\.bytesSent) }
    blocks = shapes.indices.map { j in facts.block(shapes[j], times(j), sent[columnOf[j]], values) }
  }
}

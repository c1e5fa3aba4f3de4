import CKernels
import Scenarios

/// Plans of one block shape as columns, and the results of evaluating them. Everything is [count].
public struct PlanBatch: Sendable {
  public private(set) var pipeline: [Double] = []
  public private(set) var interleave: [Double] = []
  public private(set) var data: [Double] = []
  public private(set) var zero: [Double] = []
  /// Ranks that share one sharded copy, in every plan of the batch that shards; nil: all.
  public let shard: Int?
  public var count: Int { pipeline.count }

  public init(shard: Int? = nil) { self.shard = shard }

  public mutating func append(pipeline: Int, interleave: Int, data: Int, zero: Int) {
    self.pipeline.append(Double(pipeline))
    self.interleave.append(Double(interleave))
    self.data.append(Double(data))
    self.zero.append(Double(zero))
  }

  public mutating func append(_ plan: Plan) {
    append(pipeline: plan.pipeline, interleave: plan.interleave, data: plan.data, zero: plan.zero)
  }

  public mutating func removeAll() {
    pipeline.removeAll(keepingCapacity: true)
    interleave.removeAll(keepingCapacity: true)
    data.removeAll(keepingCapacity: true)
    zero.removeAll(keepingCapacity: true)
  }

  /// The i-th plan of a batch that was evaluated for `shape`.
  public func plan(_ i: Int, _ shape: BlockShape) -> Plan {
    Plan(
      tensor: shape.tensor, pipeline: Int(pipeline[i]), interleave: Int(interleave[i]), data: Int(data[i]),
      context: shape.context, zero: Int(zero[i]), shard: zero[i] > 0 ? shard : nil, microBatch: shape.microBatch,
      recompute: shape.recompute,
      sequenceParallel: shape.sequenceParallel)
  }
}

/// Result columns of a `PlanBatch`, reused from batch to batch.
public struct PlanResults: Sendable {
  /// Column-major: one column of `capacity` per part, in the order of `tf_results`.
  private var storage: [Double] = []
  private var capacity = 0
  static let columns = 18

  public init() {}

  mutating func reserve(_ count: Int) {
    guard count > capacity else { return }
    capacity = count
    storage = [Double](repeating: 0, count: capacity * PlanResults.columns)
  }

  mutating func withKernelResults(_ body: (tf_results) -> Void) {
    let capacity = capacity
    storage.withUnsafeMutableBufferPointer { buffer in
      func column(_ i: Int) -> UnsafeMutablePointer<Double>? { buffer.baseAddress.map { $0 + i * capacity } }
      body(
        tf_results(
          step: column(0), compute: column(1), recompute: column(2), tensor: column(3), context: column(4),
          pipeline: column(5), data: column(6), bubble: column(7), optimizer: column(8), host: column(9),
          straggling: column(10), memory: column(11), weights: column(12), gradients: column(13), states: column(14),
          activations: column(15), logits: column(16), workspace: column(17)))
    }
  }

  private func value(_ column: Int, _ i: Int) -> Double { storage[column * capacity + i] }
  /// Step times and memory of all plans at once, for those that look at every one.
  public func withTimesAndMemory<T>(_ body: (UnsafePointer<Double>, UnsafePointer<Double>) -> T) -> T? {
    let capacity = capacity
    return storage.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { body($0, $0 + 11 * capacity) }
    }
  }

  public func step(_ i: Int) -> Double { value(0, i) }
  public func memory(_ i: Int) -> Double { value(11, i) }

  func stepParts(_ i: Int) -> [Double] { (1...10).map { value($0, i) } }
  func memoryParts(_ i: Int) -> [Double] { (12...17).map { value($0, i) } }
}

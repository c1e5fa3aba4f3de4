import CKernels
import Scenarios

/// Plans of one block shape as columns, everything of a plan that its shape does not fix.
public struct PlanBatch: Sendable {
  /// Column-major: one column of `capacity` for each of `TF_PLAN_COLUMNS`, in their order.
  private var storage: [Double] = []
  private var capacity = 0
  public private(set) var count = 0

  private enum Column: Int { case pipeline, interleave, data, zero, shard, schedule }
  private static let columns = Int(TF_PLAN_COLUMN_COUNT)

  public init() {}

  /// - Parameter shard: ranks that share one sharded copy; nil: all. Where nothing is sharded it plays no part.
  public mutating func append(pipeline: Int, interleave: Int, data: Int, zero: Int, shard: Int? = nil) {
    if count == capacity { grow() }
    let at = count
    count += 1
    put(.pipeline, at, Double(pipeline))
    put(.interleave, at, Double(interleave))
    put(.data, at, Double(data))
    put(.zero, at, Double(zero))
    put(.shard, at, shard.map(Double.init) ?? TF_ALL_RANKS)
    put(.schedule, at, Double(interleave > 1 ? TF_INTERLEAVED : TF_ONE_FORWARD_ONE_BACKWARD))
  }

  public mutating func append(_ plan: Plan) {
    append(
      pipeline: plan.pipeline, interleave: plan.interleave, data: plan.data, zero: plan.zero, shard: plan.shard)
  }

  public mutating func removeAll() { count = 0 }

  /// The i-th plan of a batch that was evaluated for `shape`.
  public func plan(_ i: Int, _ shape: BlockShape) -> Plan {
    let zero = Int(value(.zero, i)), shard = value(.shard, i)
    return Plan(
      tensor: shape.tensor, pipeline: pipeline(i), interleave: Int(value(.interleave, i)), data: data(i),
      context: shape.context, expert: shape.expert, expertTensor: shape.expertTensor, zero: zero,
      shard: zero > 0 && shard < TF_ALL_RANKS ? Int(shard) : nil,
      microBatch: shape.microBatch, recompute: shape.recompute, sequenceParallel: shape.sequenceParallel,
      ends: shape.ends)
  }

  public func pipeline(_ i: Int) -> Int { Int(value(.pipeline, i)) }
  public func data(_ i: Int) -> Int { Int(value(.data, i)) }

  /// The plans from `start` on, as the kernel takes them.
  func withKernelPlans(from start: Int, _ body: (tf_plans) -> Void) {
    storage.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { body(tf_plans_at(base + start, capacity)) }
    }
  }

  private func value(_ column: Column, _ i: Int) -> Double { storage[column.rawValue * capacity + i] }
  @inline(__always)
  private mutating func put(_ column: Column, _ i: Int, _ value: Double) {
    storage[column.rawValue * capacity + i] = value
  }

  private mutating func grow() {
    let wider = max(64, 2 * capacity)
    var other = [Double](repeating: 0, count: wider * PlanBatch.columns)
    for column in 0..<PlanBatch.columns {
      for i in 0..<count { other[column * wider + i] = storage[column * capacity + i] }
    }
    (storage, capacity) = (other, wider)
  }
}

/// Result columns of a `PlanBatch`, reused from batch to batch.
public struct PlanResults: Sendable {
  /// Column-major: one column of `capacity` for each of `tf_results`.
  private var storage: [Double] = []
  private var capacity = 0

  public init() {}

  mutating func withKernelResults(_ count: Int, _ body: (tf_results) -> Void) {
    if count > capacity {
      capacity = count
      storage = [Double](repeating: 0, count: capacity * Int(TF_RESULT_COLUMNS))
    }
    let capacity = capacity
    storage.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { body(tf_results_at(base, capacity)) }
    }
  }

  private func value(_ column: Int, _ i: Int) -> Double { storage[column * capacity + i] }
  /// Step times and memory of all plans at once, for those that look at every one.
  public func withTimesAndMemory<T>(_ body: (UnsafePointer<Double>, UnsafePointer<Double>) -> T) -> T? {
    let capacity = capacity
    return storage.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { body($0 + Int(TF_COLUMN_STEP) * capacity, $0 + Int(TF_COLUMN_MEMORY) * capacity) }
    }
  }

  public func step(_ i: Int) -> Double { value(Int(TF_COLUMN_STEP), i) }
  public func memory(_ i: Int) -> Double { value(Int(TF_COLUMN_MEMORY), i) }

  public func stepParts(_ i: Int) -> StepParts {
    StepParts { value(Int(TF_COLUMN_STEP_PARTS) + $0, i) }
  }
  func memoryParts(_ i: Int) -> MemoryParts {
    MemoryParts { value(Int(TF_COLUMN_MEMORY_PARTS) + $0, i) }
  }
}

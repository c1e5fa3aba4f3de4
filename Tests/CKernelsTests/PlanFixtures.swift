import CKernels
import TestSupport

/// A list of parts.h as names.
private func names(_ parts: UnsafeRawBufferPointer) -> [String] {
  parts.bindMemory(to: tf_part.self).map { String(cString: $0.name) }
}
let stepNames = Array(withUnsafeBytes(of: tf_step_parts, names).prefix(Int(TF_STEP_PART_COUNT)))
let memoryNames = withUnsafeBytes(of: tf_memory_parts, names).map { "held \($0)" }
/// The columns of results, in their order.
let resultNames = ["step", "memory"] + stepNames + memoryNames
/// Where the parts of `step` and `memory` are among them.
let memoryRow = Int(TF_COLUMN_MEMORY)
let stepParts = Int(TF_COLUMN_STEP_PARTS)..<Int(TF_COLUMN_MEMORY_PARTS)
let memoryParts = Int(TF_COLUMN_MEMORY_PARTS)..<Int(TF_RESULT_COLUMNS)

func row(_ name: String) -> Int { resultNames.firstIndex(of: name) ?? -1 }

/// Plans of one block shape as columns at fixed addresses.
final class Plans: @unchecked Sendable {
  let count: Int
  private let columns: Rows

  /// Each plan: p, v, D, z and, where copies are not shared by all ranks, how many share one.
  init(_ plans: [[Double]]) {
    count = plans.count
    columns = Rows(Int(TF_PLAN_COLUMN_COUNT), width: plans.count)
    for (i, plan) in plans.enumerated() {
      for (row, value) in plan.prefix(4).enumerated() { columns[row][i] = value }
      columns[4][i] = plan.count > 4 ? plan[4] : TF_ALL_RANKS
      columns[5][i] = Double(plan[1] > 1 ? TF_INTERLEAVED : TF_ONE_FORWARD_ONE_BACKWARD)
    }
  }

  func plan(_ i: Int) -> [Double] { (0..<5).map { columns[$0][i] } }

  /// Evaluates a range of plans into the same places of `results`.
  func evaluate(
    _ range: Range<Int>, into results: Rows, _ block: tf_block, _ machine: tf_machine, naive: Bool = false,
    level: tf_level? = nil
  ) {
    let at = range.lowerBound
    var block = block, machine = machine
    var plans = tf_plans_at(columns[0] + at, columns[1] - columns[0])
    var out = tf_results_at(results[0] + at, results[1] - results[0])
    if naive {
      tf_evaluate_plans_naive(&out, &plans, range.count, &block, &machine)
    } else if let level {
      tf_evaluate_plans_at(level, &out, &plans, range.count, &block, &machine)
    } else {
      tf_evaluate_plans(&out, &plans, range.count, &block, &machine)
    }
  }

  /// What the twin did for the first plan.
  func trace(_ block: tf_block, _ machine: tf_machine) -> [tf_term] {
    var block = block, machine = machine
    var plans = tf_plans_at(columns[0], columns[1] - columns[0])
    var terms = [tf_term](repeating: tf_term(), count: 64), count = 0
    terms.withUnsafeMutableBufferPointer { buffer in
      var trace = tf_trace(terms: buffer.baseAddress, capacity: buffer.count, count: 0)
      tf_trace_plan(&trace, &plans, &block, &machine)
      count = trace.count
    }
    return Array(terms.prefix(count))
  }

  func evaluate(_ block: tf_block, _ machine: tf_machine, naive: Bool = false) -> Rows {
    let results = Rows(resultNames.count, width: count)
    evaluate(0..<count, into: results, block, machine, naive: naive)
    return results
  }
}

/// A block with times, sizes and ends of random proportions; `layers` rarely divides anything.
func randomBlock(_ random: inout SplitMix64) -> tf_block {
  var b = tf_block()
  b.layers = Double(Int.random(in: 1...130, using: &random))
  b.tensor = random.pick([1, 2, 4, 8, 16])
  b.context = random.pick([1, 1, 1, 2, 4])
  b.micro_batch = random.pick([1, 2, 3, 8])
  b.global_batch = b.micro_batch * random.pick([1, 12, 64, 120, 720, 1024])
  b.layer.forward = random.between(1e-5, 1e-2)
  b.layer.backward = b.layer.forward * random.between(1, 3)
  b.layer.recompute = random.pick([0, 0.3, 1]) * b.layer.forward
  b.layer.tensor = b.tensor > 1 ? random.between(0, 1e-2) : 0
  b.layer.context = b.context > 1 ? random.between(0, 1e-3) : 0
  b.layer.wait_forward = random.fraction() * (b.layer.tensor + b.layer.context)
  b.layer.host_forward = random.pick([0, random.between(0, 1e-3)])
  b.layer.host_backward = random.pick([0, random.between(0, 2e-3)])
  b.embedding_forward = random.between(0, 1e-3)
  b.embedding_backward = random.between(0, 1e-3)
  b.embedding_tensor = b.tensor > 1 ? random.between(0, 1e-3) : 0
  b.head_forward = random.between(0, 3) * b.layer.forward
  b.head_backward = 2 * b.head_forward
  b.head_tensor = b.tensor > 1 ? random.between(0, 1e-3) : 0
  b.boundary_bytes = random.between(1e3, 1e9)
  b.boundary_gather = random.pick([0, 1e-5])
  b.layer.parameters = random.between(1e5, 1e9)
  b.embedding_parameters = random.between(1e4, 1e9)
  let tied = random.chance(0.5)
  b.head_parameters = tied ? 1e4 : b.embedding_parameters
  b.tied_parameters = tied ? b.embedding_parameters : 0
  b.trained = random.pick([1, 1, random.between(0, 0.02)])
  b.layer.activation = random.between(1e5, 1e9)
  b.embedding_activation = random.pick([0, 1e6, 1e8])
  b.head_logits = random.between(1e6, 1e10)
  b.workspace = random.pick([0, 1e7, 1e9])
  if random.chance(0.3) {
    b.table_weights = random.between(1e6, 1e12)
    b.table_states = b.table_weights * random.pick([0.01, 0.1])
    b.exchange_pooled = random.between(1e4, 1e9)
    b.exchange_rows = b.exchange_pooled * random.pick([1, 8, 100])
  }
  return b
}

func randomMachine(_ random: inout SplitMix64) -> tf_machine {
  var g = tf_machine()
  let network = randomTiers(&random)
  g.tiers = (network[0], network[1], network[2], network[3])
  g.gradient_bytes = random.pick([2, 4])
  g.weight_bytes = random.pick([2, 4])
  g.held_weight_bytes = random.pick([0.5, 2, 4])
  g.sharded_weight_bytes = random.pick([0, g.held_weight_bytes])
  g.by_moment = random.pick([0, 1])
  g.counts_whole = random.pick([0, 1])
  g.gathered_weight_bytes = random.pick([0.5, 2, 3])
  g.update_time = random.pick([0, 0, random.between(0, 1e-10)])
  g.reduce_bytes = random.pick([2, 4])
  g.sharded_reduce_bytes = random.pick([2, 4])
  g.optimizer_state_bytes = random.pick([4, 8, 12])
  g.optimizer_traffic_bytes = random.between(10, 50)
  g.optimizer_rate = random.between(1e11, 8e12)
  g.step_time = random.pick([0, random.between(0, 0.1)])
  g.step_growth = random.pick([0, random.between(0, 2)])
  g.micro_batch_time = random.pick([0, random.between(0, 1e-2)])
  g.send_time = random.pick([0, random.between(0, 1e-4)])
  g.data_overlap = random.pick([0, 0.5, 0.8, 1])
  g.gather_overlap = random.pick([0, g.data_overlap])
  g.shard_overlap = random.pick([0, 0.3, 0.9, 1])
  g.pipeline_overlap = random.pick([0, 0.5, 1])
  g.contention = random.pick([0, 0.05, 0.3])
  g.fastest_byte = random.pick([0, random.between(1e-12, 1e-9)])
  g.dual = random.pick([0, 0, 1])
  g.idling = random.pick([0, random.between(0, 0.2)])
  g.straggling = random.pick([0, random.between(0, 0.02)])
  g.unit_devices = random.pick([1, 4, 8, 9, 64, 72])
  g.memory_reserve = random.pick([0, 4e9])
  return g
}

/// Whether layers can be dealt to p stages of v chunks, as the kernel's callers promise.
func spreads(_ layers: Int, _ p: Int, _ v: Int) -> Bool {
  guard p * v <= layers else { return false }
  let missing = (layers + p * v - 1) / (p * v) * p * v - layers
  return v == 1 ? missing < p : missing <= 2
}

/// Legal plans of a block: p up to 64, every v that its layers allow, D that divides the batch, every z that
/// its ranks allow.
func randomPlans(_ count: Int, _ block: tf_block, _ random: inout SplitMix64) -> Plans {
  let layers = Int(block.layers), shares = Int(block.global_batch / block.micro_batch)
  let data = (1...shares).filter { shares % $0 == 0 }
  return Plans(
    (0..<count).map { _ in
      var p = Int.random(in: 1...min(64, layers), using: &random)
      while !spreads(layers, p, 1) { p = Int.random(in: 1...min(64, layers), using: &random) }
      let d = random.pick(data)
      let chunks = (1...layers).filter { v in
        v == 1 || (p > 1 && spreads(layers, p, v) && shares / d % p == 0)
      }
      let z = Double(d) * block.context > 1 ? random.pick([0.0, 1, 2, 3]) : 0
      return [Double(p), Double(random.pick(chunks)), Double(d), z, random.pick([TF_ALL_RANKS, 1, 2, 3, 8, 64])]
    })
}

/// Two or three kinds of layers in random order, some with experts, at fixed addresses; `block` points to them.
final class Mixture {
  private let kinds: UnsafeMutableBufferPointer<tf_layer>
  private let order: UnsafeMutableBufferPointer<Int32>
  private let mixture = UnsafeMutablePointer<tf_mixture>.allocate(capacity: 1)
  private(set) var block: tf_block

  /// - Parameter recomputed: where only some layers recompute, of how many in each chunk; the others are then kinds of their own.
  init(_ random: inout SplitMix64, recomputed: Int? = nil, ends: tf_ends? = nil, layers: Int? = nil) {
    block = randomBlock(&random)
    if let layers { block.layers = Double(layers) }
    (block.table_weights, block.table_states, block.exchange_pooled, block.exchange_rows) = (0, 0, 0, 0)
    let layers = Int(block.layers), count = Int.random(in: 1...3, using: &random)
    let all = recomputed == nil ? count : 2 * count
    kinds = .allocate(capacity: all)
    order = .allocate(capacity: layers)
    for k in 0..<all {
      var layer = randomBlock(&random).layer
      let hasExperts = random.chance(0.7)
      layer.exchange = hasExperts ? random.between(0, 1e-2) : 0
      layer.exchange_alone = hasExperts ? random.pick([0, random.between(0, 1e-2)]) : 0
      layer.wait_forward = random.fraction() * (layer.tensor + layer.context + layer.exchange)
      layer.expert_parameters = hasExperts ? random.between(1e6, 1e10) : 0
      kinds[k] = layer
    }
    for i in 0..<layers { order[i] = Int32.random(in: 0..<Int32(count), using: &random) }
    mixture.initialize(
      to: tf_mixture(
        kind_count: all, kinds: UnsafePointer(kinds.baseAddress), order: UnsafePointer(order.baseAddress),
        // Experts spread over tensor and context ranks, and each cut over two or three of them.
        expert_ranks: random.pick([1, block.tensor, block.tensor * block.context]) * random.pick([1, 1, 2, 3]),
        expert_trained: block.trained == 1 ? 1 : 0, recomputed: recomputed ?? 0, spared: Int32(all - count),
        ends: ends ?? tf_ends(first: Int(TF_EVEN), last: Int(TF_EVEN))))
    block.mixture = UnsafePointer(mixture)
  }

  /// The same with all layers of the kinds that recompute, or of the others.
  func whole(recomputing: Bool) {
    let count = Int(mixture.pointee.spared)
    mixture.pointee.kind_count = count
    mixture.pointee.kinds = UnsafePointer(kinds.baseAddress).map { recomputing ? $0 : $0 + count }
    mixture.pointee.spared = 0
  }

  deinit {
    kinds.deallocate()
    order.deallocate()
    mixture.deallocate()
  }

  /// Layers that are the block's own dense ones, told as a mixture of equal kinds.
  init(like dense: tf_block) {
    block = dense
    let layers = Int(block.layers)
    kinds = .allocate(capacity: 2)
    order = .allocate(capacity: layers)
    kinds.initialize(repeating: block.layer)
    for i in 0..<layers { order[i] = Int32(i % 2) }
    mixture.initialize(
      to: tf_mixture(
        kind_count: 2, kinds: UnsafePointer(kinds.baseAddress), order: UnsafePointer(order.baseAddress),
        expert_ranks: 1, expert_trained: 1, recomputed: 0, spared: 0,
        ends: tf_ends(first: Int(TF_EVEN), last: Int(TF_EVEN))))
    block.mixture = UnsafePointer(mixture)
  }
}

import Benchmark
import CKernels

/// Random but repeatable inputs of the two hot kernels, sized like a search.
struct OperatorBatch: @unchecked Sendable {
  let operators = 56, cases = 512
  /// m, n, k, batch, flops, bytes, fixed, each [operators][cases]; and twenty device figures, each [cases].
  let columns: [Double]
  let devices: [Double]
  let kinds: [UInt8]

  init() {
    var state: UInt64 = 7
    func random(_ low: Double, _ high: Double) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return low + (high - low) * Double(state >> 11) / Double(UInt64(1) << 53)
    }
    let count = operators * cases
    let m = (0..<count).map { _ in random(256, 16384).rounded() }
    let n = (0..<count).map { _ in random(256, 16384).rounded() }
    let k = (0..<count).map { _ in random(64, 16384).rounded() }
    var flops: [Double] = [], bytes: [Double] = []
    for i in 0..<count {
      let operands: Double = m[i] * k[i] + k[i] * n[i]
      flops.append(2 * m[i] * n[i] * k[i])
      bytes.append(2 * (operands + m[i] * n[i]))
    }
    let ones = [Double](repeating: 1, count: count)
    columns = [m, n, k, ones, flops, bytes, ones].flatMap { $0 }
    let mix = [
      TF_KIND_GEMM, TF_KIND_GEMM, TF_KIND_GEMM, TF_KIND_ELEMENTWISE, TF_KIND_NORMALIZATION, TF_KIND_SOFTMAX,
      TF_KIND_ATTENTION_FORWARD, TF_KIND_ATTENTION_BACKWARD,
    ]
    kinds = (0..<operators).map { UInt8(mix[$0 % 8]) }
    let values = [
      3e14, 3e14, 2e12, 128, 256, 108, 0.8, 128, 0.6, 0.3, 0.7, 0.6, 0.5, 500, 0.85, 0.6, 0.6, 0.2, 0.6, 4e-6, 0.75,
      0.3, 0.8,
    ]
    devices = values.flatMap { [Double](repeating: $0, count: 512) }
  }

  /// Runs one of the twins over the whole batch.
  func run(
    _ kernel: (UnsafeMutablePointer<Double>?, UnsafePointer<tf_operators>?, UnsafePointer<tf_devices>?) -> Void,
    into times: inout [Double]
  ) {
    let count = operators * cases
    columns.withUnsafeBufferPointer { flat in
      devices.withUnsafeBufferPointer { table in
        kinds.withUnsafeBufferPointer { kinds in
          func column(_ i: Int) -> UnsafePointer<Double>? { flat.baseAddress.map { $0 + i * count } }
          func row(_ i: Int) -> UnsafePointer<Double>? { table.baseAddress.map { $0 + i * cases } }
          var work = tf_operators(
            operators: operators, cases: cases, kind: kinds.baseAddress, m: column(0), n: column(1), k: column(2),
            batch: column(3), flops: column(4), bytes: column(5), fixed: column(6))
          var devices = tf_devices(
            matrix_rate: row(0), attention_rate: row(1), memory_rate: row(2), tile_rows: row(3), tile_columns: row(4),
            units: row(5), gemm_fraction: row(6), depth_half: row(7), wide_fraction: row(22), batched: row(8),
            misaligned: row(9), tile_loss: row(10), attention_forward: row(11), attention_backward: row(12),
            attention_half: row(13),
            elementwise: row(14), normalization: row(15), softmax: row(16), softmax_passes: row(17), cast: row(18),
            grouped: row(20), scan: row(21), launch: row(19))
          times.withUnsafeMutableBufferPointer { kernel($0.baseAddress, &work, &devices) }
        }
      }
    }
  }
}

/// Plans of one block shape, as a search hands them over.
struct PlanColumns: @unchecked Sendable {
  let count = 65536
  static let results = Int(TF_RESULT_COLUMNS)
  /// Those of `tf_plans`, one after another.
  let columns: [Double]
  var block = tf_block()
  var machine = tf_machine()

  init() {
    let degrees = [1.0, 2, 4, 8, 16]
    let pipeline = (0..<65536).map { degrees[$0 % 5] }
    let interleave: [Double] = (0..<65536).map { $0 % 5 == 0 ? 1 : [1.0, 2, 3, 6][($0 / 5) % 4] }
    let data = (0..<65536).map { [1.0, 2, 4, 8, 16, 32, 64][($0 / 20) % 7] }
    let zero = (0..<65536).map { Double(($0 / 140) % 2) }
    let all = [Double](repeating: TF_ALL_RANKS, count: 65536)
    columns = pipeline + interleave + data + zero + all + interleave.map { $0 > 1 ? Double(TF_INTERLEAVED) : 0 }
    block.layers = 96
    block.tensor = 8
    block.context = 1
    block.micro_batch = 1
    block.global_batch = 4096
    block.layer.forward = 4e-3
    block.layer.backward = 8e-3
    block.layer.tensor = 2e-3
    block.layer.wait_forward = 1e-3
    block.layer.host_forward = 1e-4
    block.layer.host_backward = 1e-4
    block.trained = 1
    block.head_forward = 1e-3
    block.head_backward = 2e-3
    block.embedding_forward = 1e-4
    block.embedding_backward = 2e-4
    block.boundary_bytes = 6.3e6
    block.layer.parameters = 2.2e8
    block.embedding_parameters = 1e8
    block.tied_parameters = 1e8
    block.layer.activation = 1.1e8
    block.head_logits = 1e8
    let inner = tf_tier(
      span: 8, rate: 2.3e11, latency: 3e-6, wait: 3e-5, logarithmic: 1, row: 0, row_share: 1, plane: 0, plane_share: 1,
      exchange: 1)
    let outer = tf_tier(
      span: 1e18, rate: 2e10, latency: 1e-5, wait: 1e-4, logarithmic: 0, row: 0, row_share: 1, plane: 0, plane_share: 1,
      exchange: 1
    )
    let unused = tf_tier(
      span: 0, rate: 1, latency: 0, wait: 0, logarithmic: 0, row: 0, row_share: 1, plane: 0, plane_share: 1, exchange: 1
    )
    machine.tiers = (unused, unused, inner, outer)
    machine.gradient_bytes = 4
    machine.reduce_bytes = 4
    machine.sharded_reduce_bytes = 4
    machine.weight_bytes = 2
    machine.held_weight_bytes = 2
    machine.sharded_weight_bytes = 2
    machine.gathered_weight_bytes = 2
    machine.optimizer_state_bytes = 12
    machine.optimizer_traffic_bytes = 34
    machine.optimizer_rate = 1.6e12
    machine.step_time = 1e-2
    machine.micro_batch_time = 1e-3
    machine.send_time = 1e-5
    machine.data_overlap = 0.8
    machine.gather_overlap = 0.8
    machine.shard_overlap = 0.8
    machine.fastest_byte = 1 / 3e11
    machine.straggling = 0.01
    machine.unit_devices = 8
    machine.contention = 0.05
  }

  func run(
    _ kernel: (
      UnsafePointer<tf_results>?, UnsafePointer<tf_plans>?, Int, UnsafePointer<tf_block>?, UnsafePointer<tf_machine>?
    ) -> Void, into storage: inout [Double]
  ) {
    var block = block, machine = machine
    columns.withUnsafeBufferPointer { columns in
      storage.withUnsafeMutableBufferPointer { out in
        guard let from = columns.baseAddress, let to = out.baseAddress else { return }
        var plans = tf_plans_at(from, count), results = tf_results_at(to, count)
        kernel(&results, &plans, count, &block, &machine)
      }
    }
  }
}

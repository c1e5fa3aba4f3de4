import CKernels

/// The operator model of docs/Model.md, "Time of an operator" with the few parameters that one family of work has, evaluated by the very
/// kernel that estimates are made with.
struct OperatorModel: Sendable {
  /// FLOP/s and bytes/s that the fractions below are of.
  var peak: Double
  var bandwidth: Double
  /// Threads that share a product's tiles.
  var units: Int
  var isProduct: Bool

  /// Block of outputs that a core holds in registers in OpenBLAS's fp32 kernels for AVX-512 (SGEMM_DEFAULT_UNROLL_M and
  /// _N of SKYLAKEX in its param.h, 0.3.21); other processors' blocks are smaller.
  static let tileRows = 16, tileColumns = 4

  enum Parameter: String, Codable, CaseIterable, Sendable {
    case gemmFraction = "gemm_fraction"
    case gemmDepthHalf = "gemm_depth_half"
    case launch = "launch_s"
    /// Of bandwidth: what the operands of products, or the elements of a pass, are moved at.
    case memoryFraction = "memory_fraction"
  }
  var parameters: [Parameter] {
    isProduct ? [.gemmFraction, .gemmDepthHalf, .launch, .memoryFraction] : [.memoryFraction, .launch]
  }

  /// Where a fit begins and what it is drawn to where times say nothing: logarithms, and how far from them is usual.
  var prior: [(mean: Double, spread: Double)] {
    parameters.map { parameter in
      switch parameter {
      case .gemmFraction: (logarithm(0.8), 0.5)
      case .gemmDepthHalf: (logarithm(10), 1.5)
      case .launch: (logarithm(1e-6), 2)
      case .memoryFraction: (logarithm(0.5), 1.5)
      }
    }
  }

  /// Seconds of each work at parameters given as logarithms in the order of `parameters`.
  func times(_ works: [Work], _ logs: [Double]) -> [Double] {
    var value: [Parameter: Double] = [:]
    for (parameter, log) in zip(parameters, logs) { value[parameter] = exponential(log) }
    let count = works.count
    let kinds = works.map { UInt8($0.routine.isProduct ? TF_KIND_GEMM : TF_KIND_ELEMENTWISE) }
    let columns: [Double] =
      works.map { Double($0.rows) } + works.map { Double($0.columns) } + works.map { Double($0.depth) }
      + [Double](repeating: 1, count: count) + works.map(\.flops) + works.map(\.bytes)
      + [Double](repeating: 0, count: count)
    let memory = value[.memoryFraction] ?? 1
    // One case: a single device and a single sample of its parameters. Those of work that is not here are neutral.
    let device: [Double] = [
      peak, bandwidth, Double(OperatorModel.tileRows), Double(OperatorModel.tileColumns), Double(units),
      value[.gemmFraction] ?? 1, value[.gemmDepthHalf] ?? 1, memory, value[.launch] ?? 0, 1,
    ]
    var times = [Double](repeating: 0, count: count)
    kinds.withUnsafeBufferPointer { kinds in
      columns.withUnsafeBufferPointer { columns in
        device.withUnsafeBufferPointer { device in
          func column(_ i: Int) -> UnsafePointer<Double>? { columns.baseAddress.map { $0 + i * count } }
          func one(_ i: Int) -> UnsafePointer<Double>? { device.baseAddress.map { $0 + i } }
          var work = tf_operators(
            operators: count, cases: 1, kind: kinds.baseAddress, m: column(0), n: column(1), k: column(2),
            batch: column(3), flops: column(4), bytes: column(5), fixed: column(6))
          let neutral = one(9)
          var devices = tf_devices(
            matrix_rate: one(0), attention_rate: one(0), memory_rate: one(1), tile_rows: one(2), tile_columns: one(3),
            units: one(4), gemm_fraction: one(5), depth_half: one(6), wide_fraction: neutral, batched: neutral,
            misaligned: neutral,
            tile_loss: neutral, attention_forward: neutral, attention_backward: neutral, attention_half: neutral,
            elementwise: one(7), normalization: one(7), softmax: one(7), softmax_passes: neutral, cast: neutral,
            grouped: neutral, scan: neutral, launch: one(8))
          tf_operator_times(&times, &work, &devices)
        }
      }
    }
    return times
  }

  /// [works][parameters]: by what share a time changes per share of a parameter.
  func sensitivities(_ works: [Work], _ logs: [Double]) -> [Double] {
    let base = times(works, logs), width = parameters.count, step = 1e-4
    var jacobian = [Double](repeating: 0, count: works.count * width)
    for p in 0..<width {
      var moved = logs
      moved[p] += step
      for (i, time) in times(works, moved).enumerated() {
        jacobian[i * width + p] = logarithm(time / base[i]) / step
      }
    }
    return jacobian
  }
}

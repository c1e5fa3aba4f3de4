import CKernels
import TestSupport

/// Operators × cases with every pointer that the kernel reads, random within the ranges a lowering
/// can produce.
final class OperatorBatch: @unchecked Sendable {
  let operators: Int
  let cases: Int
  private var kinds: [UInt8]
  private let work: Rows
  private let devices: Rows
  private static let workRows = 7, deviceRows = 23

  init(operators: Int, cases: Int, _ random: inout SplitMix64, absent: Double = 0.2) {
    self.operators = operators
    self.cases = cases
    // One of each kind, where there is room for it, and others at random.
    let one = operators >= TF_KINDS ? TF_KINDS : 0
    kinds = (0..<operators).map { $0 < one ? UInt8($0) : UInt8.random(in: 0..<UInt8(TF_KINDS), using: &random) }
    kinds.shuffle(using: &random)
    work = Rows(OperatorBatch.workRows, width: operators * cases)
    devices = Rows(OperatorBatch.deviceRows, width: cases)
    for i in 0..<(operators * cases) {
      let kind = Int(kinds[i / cases])
      let values = OperatorBatch.operation(kind, gone: random.chance(absent), &random)
      for (row, value) in values.enumerated() { work[row][i] = value }
    }
    for j in 0..<cases {
      let device: [Double] = [
        random.between(1e13, 2e15), random.between(1e13, 1e15), random.between(1e11, 8e12),
        random.pick([8, 64, 128]), random.pick([12, 128, 256, 512]), random.pick([1, 2, 64, 108, 132]),
        random.between(0.3, 1), random.pick([0, 128, 256]), random.between(0.1, 1), random.between(0.1, 1),
        random.pick([0, 1, random.fraction()]), random.between(0.1, 1), random.between(0.1, 1),
        random.pick([0, 500, 2000]), random.between(0.1, 1), random.between(0.1, 1), random.between(0.1, 1),
        random.pick([random.between(0.01, 1), 1e12]), random.between(0.01, 1), random.pick([0, 4e-6]),
        random.between(0.1, 1), random.between(0.05, 1), random.between(0.3, 1),
      ]
      for (row, value) in device.enumerated() { devices[row][j] = value }
    }
  }

  private init(_ whole: OperatorBatch, _ range: Range<Int>) {
    operators = whole.operators
    cases = range.count
    kinds = whole.kinds
    work = Rows(OperatorBatch.workRows, width: whole.operators * range.count)
    devices = Rows(OperatorBatch.deviceRows, width: range.count)
    for row in 0..<OperatorBatch.workRows {
      for o in 0..<operators {
        for (j, from) in range.enumerated() {
          work[row][o * cases + j] = whole.work[row][o * whole.cases + from]
        }
      }
    }
    for row in 0..<OperatorBatch.deviceRows {
      for (j, from) in range.enumerated() { devices[row][j] = whole.devices[row][from] }
    }
  }

  /// m, n, k, batch, flops, bytes, fixed of one operator in one case.
  private static func operation(_ kind: Int, gone: Bool, _ random: inout SplitMix64) -> [Double] {
    if kind == TF_KIND_FIXED { return [0, 0, 0, 0, 0, 0, gone ? 0 : random.between(0, 1e-2)] }
    if gone { return [0, 0, 0, 0, 0, 0, 0] }
    let bytes = random.chance(0.1) ? 0 : random.between(1, 1e9).rounded()
    switch kind {
    case TF_KIND_GEMM, TF_KIND_BATCHED, TF_KIND_MISALIGNED, TF_KIND_GROUPED, TF_KIND_WIDE, TF_KIND_WIDE_GROUPED:
      let m = Double.random(in: 1...9000, using: &random).rounded(.up)
      let n = Double.random(in: 1...9000, using: &random).rounded(.up)
      let k = Double.random(in: 1...9000, using: &random).rounded(.up)
      let batch = random.pick([1.0, 1, 12, 96])
      return [m, n, k, batch, 2 * m * n * k * batch, bytes, 0]
    case TF_KIND_ATTENTION_FORWARD, TF_KIND_ATTENTION_BACKWARD, TF_KIND_SCAN:
      return [0, 0, random.between(1, 32_768).rounded(), 0, random.between(1, 1e13), bytes, 0]
    default: return [0, 0, 0, 0, 0, bytes, 0]
    }
  }

  /// The cases of a range alone.
  func cut(_ range: Range<Int>) -> OperatorBatch { OperatorBatch(self, range) }

  /// Times of [operators][cases].
  func times(naive: Bool = false, level: tf_level = TF_AVX512) -> [Double] {
    var times = [Double](repeating: .nan, count: operators * cases)
    kinds.withUnsafeBufferPointer { kinds in
      var batch = tf_operators(
        operators: operators, cases: cases, kind: kinds.baseAddress, m: work[0], n: work[1], k: work[2],
        batch: work[3], flops: work[4], bytes: work[5], fixed: work[6])
      var offered = tf_devices(
        matrix_rate: devices[0], attention_rate: devices[1], memory_rate: devices[2], tile_rows: devices[3],
        tile_columns: devices[4], units: devices[5], gemm_fraction: devices[6], depth_half: devices[7],
        wide_fraction: devices[22], batched: devices[8], misaligned: devices[9], tile_loss: devices[10],
        attention_forward: devices[11], attention_backward: devices[12], attention_half: devices[13],
        elementwise: devices[14],
        normalization: devices[15], softmax: devices[16], softmax_passes: devices[17], cast: devices[18],
        grouped: devices[20], scan: devices[21], launch: devices[19])
      if naive {
        tf_operator_times_naive(&times, &batch, &offered)
      } else {
        tf_operator_times_at(level, &times, &batch, &offered)
      }
    }
    return times
  }

  /// Replaces one operator in one case, device included: [m, n, k, batch, flops, bytes, fixed] and [23].
  func set(_ o: Int, _ j: Int, kind: Int, _ operation: [Double], device: [Double]) {
    kinds[o] = UInt8(kind)
    for (row, value) in operation.enumerated() { work[row][o * cases + j] = value }
    for (row, value) in device.enumerated() { devices[row][j] = value }
  }
}

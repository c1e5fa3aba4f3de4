import CKernels
import Scenarios

/// Operators of many shapes as flat arrays of [operators][shapes], and the kernels' answers.
struct FlatBatch {
  let operators: Int
  let cases: Int
  private(set) var times: [Double]
  private let incidence: [Double]

  /// All shapes must be lowered from one job and stack, so that row o means the same operator in each.
  init(_ lowered: [[Operator]], _ machine: Machine) {
    let cases = lowered.count
    let operators = lowered.first?.count ?? 0
    self.cases = cases
    self.operators = operators
    let first = lowered.first ?? []
    incidence = FlatBatch.incidence(first)
    times = [Double](repeating: 0, count: operators * cases)
    guard operators > 0 else { return }

    // One pass over the operators fills every column of the kernel's input.
    let size = operators * cases
    var columns = [Double](repeating: 0, count: 7 * size)
    columns.withUnsafeMutableBufferPointer { flat in
      for (j, list) in lowered.enumerated() {
        for (o, one) in list.enumerated() {
          let at = o * cases + j
          flat[at] = one.m
          flat[size + at] = one.n
          flat[2 * size + at] = one.k
          flat[3 * size + at] = one.batch
          flat[4 * size + at] = one.flops
          flat[5 * size + at] = one.bytes
        }
      }
      FlatBatch.collectiveTimes(lowered, machine) { row, time in flat[6 * size + row] = time }
    }
    FlatBatch.operatorTimes(
      &times, kinds: first.map { UInt8($0.kind.rawValue) }, columns: columns, machine: machine, cases: cases)
  }

  /// [components][shapes]: the step's parts per micro-batch.
  func components() -> [Double] {
    let count = Component.allCases.count
    var result = [Double](repeating: 0, count: count * cases)
    tf_compose(&result, incidence, times, count, operators, cases)
    precondition(
      tf_first_unsound(result, result.count) == result.count, "a component time is negative or not finite")
    return result
  }

  /// [components][operators]. A collective's repetitions differ between shapes, so they are in its time instead.
  private static func incidence(_ operators: [Operator]) -> [Double] {
    var matrix = [Double](repeating: 0, count: Component.allCases.count * operators.count)
    for (o, one) in operators.enumerated() {
      for component in Component.allCases where one.components.contains(component) {
        matrix[component.rawValue * operators.count + o] = 1
      }
    }
    return matrix
  }

  private static func collectiveTimes(
    _ lowered: [[Operator]], _ machine: Machine, found: (_ row: Int, _ time: Double) -> Void
  ) {
    let cases = lowered.count
    var rows: [Int] = [], kinds: [Int32] = [], groups: [Double] = [], strides: [Double] = [], bytes: [Double] = []
    var repeats: [Double] = []
    for (j, list) in lowered.enumerated() {
      for (o, one) in list.enumerated() {
        guard let collective = one.collective else { continue }
        rows.append(o * cases + j)
        kinds.append(collective.kind.rawValue)
        groups.append(Double(collective.group))
        strides.append(Double(collective.stride))
        bytes.append(collective.bytes)
        repeats.append(one.repeats)
      }
    }
    var times = [Double](repeating: 0, count: rows.count)
    let tiers = machine.kernelTiers
    tf_collective_times(&times, kinds, groups, strides, bytes, rows.count, [tiers.0, tiers.1, tiers.2, tiers.3])
    for (i, row) in rows.enumerated() { found(row, times[i] * repeats[i]) }
  }

  /// - Parameter columns: m, n, k, batch, flops, bytes, fixed, each [operators][cases].
  private static func operatorTimes(
    _ times: inout [Double], kinds: [UInt8], columns: [Double], machine: Machine, cases: Int
  ) {
    let e = machine.efficiency, unit = machine.instance.chip.matrixUnit
    // One chip and one sample here, so every column of the device table repeats one value.
    let values: [Double] = [
      machine.matrixRate.value, machine.attentionRate.value, machine.memoryRate.value,
      Double(unit.rows), Double(unit.columns), Double(unit.units) / Double(machine.instance.chip.devicesPerChip),
      machine.gemmFraction, e.gemmDepthHalf, e.attentionForward, e.attentionBackward,
      e.elementwise, e.normalization, e.softmax, e.launchTime.value,
    ]
    let table = values.flatMap { [Double](repeating: $0, count: cases) }
    let size = kinds.count * cases
    kinds.withUnsafeBufferPointer { kinds in
      table.withUnsafeBufferPointer { table in
        columns.withUnsafeBufferPointer { columns in
          func row(_ i: Int) -> UnsafePointer<Double>? { table.baseAddress.map { $0 + i * cases } }
          func column(_ i: Int) -> UnsafePointer<Double>? { columns.baseAddress.map { $0 + i * size } }
          var work = tf_operators(
            operators: kinds.count, cases: cases, kind: kinds.baseAddress, m: column(0), n: column(1), k: column(2),
            batch: column(3), flops: column(4), bytes: column(5), fixed: column(6))
          var devices = tf_devices(
            matrix_rate: row(0), attention_rate: row(1), memory_rate: row(2), tile_rows: row(3), tile_columns: row(4),
            units: row(5), gemm_fraction: row(6), depth_half: row(7), attention_forward: row(8),
            attention_backward: row(9), elementwise: row(10), normalization: row(11), softmax: row(12),
            launch: row(13))
          tf_operator_times(&times, &work, &devices)
        }
      }
    }
  }
}

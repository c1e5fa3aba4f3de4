import CKernels
import Scenarios

/// Operators of many shapes under one or many samples of the efficiency values, as flat arrays of [operators][cases], and
/// the kernels' answers. The case of shape j under sample k is j · samples + k.
struct FlatBatch {
  let operators: Int
  let cases: Int
  private(set) var times: [Double]
  private let kinds: [UInt8]
  /// m, n, k, batch, flops, bytes, fixed, each [operators][cases].
  private var columns: [Double]
  private let table: DeviceTable
  private let incidence: [Double]

  /// All shapes must be lowered from one job and stack, so that row o means the same operator in each.
  init(_ lowered: [[Operator]], _ machine: Machine, samples: [EfficiencyValues]) {
    let count = samples.count
    cases = lowered.count * count
    let operators = lowered.first?.count ?? 0
    self.operators = operators
    let first = lowered.first ?? []
    incidence = FlatBatch.incidence(first)
    kinds = first.map { UInt8($0.kind.rawValue) }
    table = DeviceTable(machine, samples: samples).tiled(lowered.count)
    times = [Double](repeating: 0, count: operators * cases)
    columns = []
    guard operators > 0, cases > 0 else { return }

    // One pass over the operators fills every column of the kernel's input.
    let cases = cases, size = operators * cases
    var columns = [Double](repeating: 0, count: 7 * size)
    columns.withUnsafeMutableBufferPointer { flat in
      for (j, list) in lowered.enumerated() {
        for (o, one) in list.enumerated() {
          for at in (o * cases + j * count)..<(o * cases + j * count + count) {
            flat[at] = one.m
            flat[size + at] = one.n
            flat[2 * size + at] = one.k
            flat[3 * size + at] = one.batch
            flat[4 * size + at] = one.flops
            flat[5 * size + at] = one.bytes
          }
        }
      }
      FlatBatch.collectiveTimes(lowered, machine, samples) { j, o, time in
        flat[6 * size + o * cases + j] = time
      }
    }
    self.columns = columns
    withWork { work, devices in
      var work = work, devices = devices
      tf_operator_times(&times, &work, &devices)
    }
  }

  /// The two sides of each operator's roofline in seconds, [operators][cases]: for those that ask why.
  var sides: [(compute: Double, memory: Double)] {
    var compute = times, memory = times
    withWork { work, devices in
      var work = work, devices = devices
      tf_operator_sides(&compute, &memory, &work, &devices)
    }
    return Array(zip(compute, memory))
  }

  /// [components][cases]: the step's parts per micro-batch.
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
    _ lowered: [[Operator]], _ machine: Machine, _ samples: [EfficiencyValues],
    found: (_ case: Int, _ operator: Int, _ time: Double) -> Void
  ) {
    var places: [(shape: Int, operator: Int)] = [], repeats: [Double] = []
    var kinds: [Int32] = [], groups: [Double] = [], strides: [Double] = [], bytes: [Double] = []
    var copies: [Double] = [], within: [Double] = []
    for (j, list) in lowered.enumerated() {
      for (o, one) in list.enumerated() {
        guard let collective = one.collective else { continue }
        places.append((j, o))
        kinds.append(collective.kind.rawValue)
        groups.append(Double(collective.group))
        strides.append(Double(collective.stride))
        bytes.append(collective.bytes)
        copies.append(collective.copies)
        within.append(collective.within)
        repeats.append(one.repeats)
      }
    }
    var times = [Double](repeating: 0, count: places.count)
    for (k, sample) in samples.enumerated() {
      var tiers = machine.kernelTiers(sample)
      withUnsafePointer(to: &tiers) { pointer in
        pointer.withMemoryRebound(to: tf_tier.self, capacity: Int(TF_TIERS)) {
          tf_collective_times(&times, kinds, groups, strides, bytes, copies, within, places.count, $0)
        }
      }
      for (i, place) in places.enumerated() {
        found(place.shape * samples.count + k, place.operator, times[i] * repeats[i])
      }
    }
  }

  private func withWork(_ body: (tf_operators, tf_devices) -> Void) {
    let size = operators * cases
    kinds.withUnsafeBufferPointer { kinds in
      table.withKernelDevices { devices in
        columns.withUnsafeBufferPointer { columns in
          func column(_ i: Int) -> UnsafePointer<Double>? { columns.baseAddress.map { $0 + i * size } }
          body(
            tf_operators(
              operators: kinds.count, cases: cases, kind: kinds.baseAddress, m: column(0), n: column(1), k: column(2),
              batch: column(3), flops: column(4), bytes: column(5), fixed: column(6)), devices)
        }
      }
    }
  }
}

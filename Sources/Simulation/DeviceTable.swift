import CKernels
import Scenarios

/// What a device offers operators under one or many samples of the efficiency parameters: [rows][columns] of doubles,
/// one column for each sample.
struct DeviceTable {
  private var values: [Double]
  private let columns: Int
  private static let rows = 23

  init(_ machine: Machine, samples: [EfficiencyValues]) {
    columns = samples.count
    values = [Double](repeating: 0, count: DeviceTable.rows * columns)
    let chip = machine.instance.chip, unit = chip.matrixUnit
    let facts: [Double] = [
      machine.matrixRate.value, machine.attentionRate.value, machine.memoryRate.value, Double(unit.rows),
      Double(unit.columns), Double(unit.units) / Double(chip.devicesPerChip),
    ]
    let gemm = EfficiencyParameter.gemm(machine.productType)
    let fitted: [EfficiencyParameter] = [
      gemm, .gemmDepthHalf, .gemmBatched, .misaligned, .tileLoss, .attentionForward, .attentionBackward,
      .attentionLengthHalf, .elementwise, .normalization, .softmax,
    ]
    for (j, sample) in samples.enumerated() {
      var row = 0
      func put(_ value: Double) {
        values[row * columns + j] = value
        row += 1
      }
      facts.forEach(put)
      let part = machine.attentionPart(sample)
      for parameter in fitted {
        let isAttention = parameter == .attentionForward || parameter == .attentionBackward
        put(sample[parameter] * (isAttention ? part : 1))
      }
      // As fractions of bandwidth: passes divide it. Next to none at all is next to no time.
      put(sample[.softmax] / max(sample[.softmaxPasses], 1e-12))
      put(sample[.elementwise] / max(sample[.castPasses], 1e-12))
      put(sample[.launchTime])
      put(sample[.gemmGrouped])
      put(sample[.scan])
      put(sample[.gemm16bit])
    }
  }

  private init(_ values: [Double], _ columns: Int) {
    self.values = values
    self.columns = columns
  }

  /// All columns `times` over, one set after the other.
  func tiled(_ times: Int) -> DeviceTable {
    guard times != 1 else { return self }
    var all: [Double] = []
    all.reserveCapacity(values.count * times)
    for row in 0..<DeviceTable.rows {
      for _ in 0..<times { all += values[(row * columns)..<((row + 1) * columns)] }
    }
    return DeviceTable(all, columns * times)
  }

  func withKernelDevices<T>(_ body: (tf_devices) -> T) -> T {
    values.withUnsafeBufferPointer { buffer in
      func row(_ i: Int) -> UnsafePointer<Double>? { buffer.baseAddress.map { $0 + i * columns } }
      return body(
        tf_devices(
          matrix_rate: row(0), attention_rate: row(1), memory_rate: row(2), tile_rows: row(3), tile_columns: row(4),
          units: row(5), gemm_fraction: row(6), depth_half: row(7), wide_fraction: row(22), batched: row(8),
          misaligned: row(9),
          tile_loss: row(10), attention_forward: row(11), attention_backward: row(12), attention_half: row(13),
          elementwise: row(14), normalization: row(15), softmax: row(16), softmax_passes: row(17), cast: row(18),
          grouped: row(20), scan: row(21), launch: row(19)))
    }
  }
}

import Quantities

@testable import Scenarios

/// SplitMix64 (Steele, Lea and Flood 2014): one seed gives one sequence on every machine.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}

let nowhere = Origin(source: "test", retrieved: "2026-01-01", location: "")

extension Instance {
  /// Costing looks at the name and at how it is sold; everything else stands in.
  static func named(_ name: String, soldIn: String? = nil) -> Instance {
    let chip = Chip(
      name: "chip", vendor: "test", summary: "", chipClass: .accelerator, released: 2026, devicesPerChip: 1,
      peak: [:], ceiling: [:], memoryCapacity: Sourced(Bytes(1e9), origin: nowhere),
      memoryBandwidth: Sourced(ByteRate(1e9), origin: nowhere), onChipMemory: nil,
      matrixUnit: MatrixUnit(rows: 1, columns: 1, units: 1), link: nil, deviceLink: nil, powerMax: nil,
      powerIdle: nil, disputed: [], origin: nowhere)
    return Instance(
      name: name, provider: "aws", summary: "", released: nil, chip: chip, chips: 8, host: Host(), nitro: nil,
      scaleUp: [], network: nil, ebs: nil, localStorage: nil, powerMax: nil, members: nil, soldIn: soldIn,
      disputed: [],
      origin: nowhere)
  }
}

extension Price {
  static func of(
    _ instance: String, _ model: PricingModel = .onDemand, perHour: Double = 10, region: String = "us-east-1",
    date: String = "2026-07-01", atSpotFloor: Bool = false
  ) -> Price {
    Price(
      provider: "aws", instance: instance, region: region, model: model, rate: DollarRate(perHour: perHour),
      date: date, source: "test", atSpotFloor: atSpotFloor)
  }
}

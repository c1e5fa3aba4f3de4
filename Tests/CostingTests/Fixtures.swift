import Quantities

@testable import Scenarios

func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}

let nowhere = Origin(source: "test", retrieved: "2026-01-01", location: "")

let day = 86_400.0

extension Provider {
  /// AWS, as far as a bill goes.
  static let aws: Provider = {
    let billing: [PricingModel: Billing] = [
      .onDemand: Billing(shortest: Seconds(60)), .spot: Billing(shortest: Seconds(60)), .reserved1y: Billing(),
      .reserved3y: Billing(), .savingsPlan: Billing(),
      .capacityBlock: Billing(
        portion: .init(size: Seconds(day), limit: Seconds(14 * day)),
        largerPortion: .init(size: Seconds(7 * day), limit: Seconds(182 * day)), mostInstances: 64),
    ]
    return Provider(
      name: "aws", title: "AWS", summary: "", isCloud: true, hasGrids: true, homeRegion: "us-east-1",
      nearRegions: ["us-east-2", "us-west-2"], list: [.onDemand, .capacityBlock],
      ways: billing.mapValues { Way(billing: $0, origin: nowhere) }, dataStorage: [], checkpointStorage: "s3",
      slowNetwork: nil, disputed: [], origin: nowhere)
  }()
}

extension Instance {
  /// Costing looks at the name and at how it is sold; everything else stands in.
  static func named(_ name: String, soldIn: String? = nil, provider: Provider = .aws) -> Instance {
    let chip = Chip(
      name: "chip", vendor: "test", summary: "", chipClass: .accelerator, released: 2026, devicesPerChip: 1,
      peak: [:], ceiling: [:], memoryCapacity: Sourced(Bytes(1e9), origin: nowhere),
      memoryBandwidth: Sourced(ByteRate(1e9), origin: nowhere), onChipMemory: nil,
      matrixUnit: MatrixUnit(rows: 1, columns: 1, units: 1), link: nil, deviceLink: nil, powerMax: nil,
      powerIdle: nil, disputed: [], origin: nowhere)
    return Instance(
      name: name, provider: provider, summary: "", released: nil, chip: chip, chips: 8, host: Host(), nitro: nil,
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
      provider: "aws", instance: instance, region: PriceRegion(listed: region), model: model,
      rate: DollarRate(perHour: perHour), billing: Provider.aws.billing(of: model) ?? .asItPasses, date: date,
      source: "test", atSpotFloor: atSpotFloor)
  }
}

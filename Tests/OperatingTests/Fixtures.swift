import Quantities
import Scenarios

@testable import Operating

let origin = Origin(source: "test", retrieved: "2026-01-01", location: "test")

func sourced<U>(_ value: Quantity<U>) -> Sourced<Quantity<U>> { Sourced(value, origin: origin) }

func chip(_ name: String, _ kind: Chip.Class = .accelerator) -> Chip {
  Chip(
    name: name, vendor: "", summary: "", chipClass: kind, released: 2024, devicesPerChip: 1, peak: [:], ceiling: [:],
    memoryCapacity: sourced(Bytes(80e9)), memoryBandwidth: sourced(ByteRate(3e12)), onChipMemory: nil,
    matrixUnit: MatrixUnit(rows: 128, columns: 256, units: 132), link: nil, deviceLink: nil, powerMax: nil,
    powerIdle: nil, disputed: [], origin: origin)
}

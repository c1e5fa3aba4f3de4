import Quantities

@testable import Operating
@testable import Scenarios

let origin = Origin(source: "test", retrieved: "2026-01-01", location: "test")

func sourced<U>(_ value: Quantity<U>) -> Sourced<Quantity<U>> { Sourced(value, origin: origin) }

func chip(_ name: String, _ kind: Chip.Class = .accelerator) -> Chip {
  Chip(
    name: name, vendor: "", summary: "", chipClass: kind, released: 2024, devicesPerChip: 1, peak: [:], ceiling: [:],
    memoryCapacity: sourced(Bytes(80e9)), memoryBandwidth: sourced(ByteRate(3e12)), onChipMemory: nil,
    matrixUnit: MatrixUnit(rows: 128, columns: 256, units: 132), link: nil, deviceLink: nil, powerMax: nil,
    powerIdle: nil, disputed: [], origin: origin)
}

let hour = 3600.0

func host(cores: Int?, speed: Double? = nil) -> Host {
  Host(cores: cores, memory: sourced(Bytes(2e12)), coreSpeed: speed.map { sourced(CountRate($0)) })
}

extension Provider {
  static let cloud = {
    var cloud = Provider.unread
    (cloud.dataStorage, cloud.checkpointStorage) = (["nvme", "ebs", "s3"], "s3")
    return cloud
  }()
  /// Of one's own.
  static let own = {
    var own = Provider.unread
    (own.isCloud, own.dataStorage, own.checkpointStorage) = (false, ["nvme", "shared"], "shared")
    return own
  }()
}

func instance(
  _ chip: Chip = chip("h100"), chips: Int = 8, cores: Int? = 96, speed: Double? = nil, network: Double = 4e11,
  drives: (read: Double, write: Double)? = (16e9, 8e9), ebs: (rate: Double, burst: Double?)? = (1e10, nil),
  provider: Provider = .cloud
) -> Instance {
  Instance(
    name: "i1", provider: provider, summary: "", released: nil, chip: chip, chips: chips,
    host: host(cores: cores, speed: speed), nitro: nil, scaleUp: [],
    network: Network(kind: .efa, bandwidth: sourced(ByteRate(network)), latency: sourced(Seconds(2e-5))),
    ebs: ebs.map {
      EBS(bandwidth: sourced(ByteRate($0.rate)), burst: $0.burst.map { sourced(ByteRate($0)) })
    },
    localStorage: drives.map {
      LocalStorage(
        drives: 8, capacity: sourced(Bytes(3.8e12)), readBandwidth: sourced(ByteRate($0.read)),
        writeBandwidth: sourced(ByteRate($0.write)))
    }, powerMax: nil, members: nil, soldIn: nil, disputed: [], origin: origin)
}

/// 64 samples of 1,000 tokens a step, a million steps.
func job(_ change: (inout Job) -> Void = { _ in }) -> Job {
  let model = Model.unread
  var job = Job(name: "j", model: model, tokens: Count(64e9), sequenceLength: 1000, globalBatch: 64)
  change(&job)
  return job
}

func storage(
  _ name: String, _ reach: Storage.Reach, read: Double? = nil, write: Double? = nil, all: Double? = nil,
  durable: Bool = true
) -> Storage {
  Storage(
    name: name, summary: "", reach: reach, readBandwidth: read.map { sourced(ByteRate($0)) },
    writeBandwidth: write.map { sourced(ByteRate($0)) }, systemBandwidth: all.map { sourced(ByteRate($0)) },
    isDurable: durable, disputed: [], origin: origin)
}

func data(_ name: String, bytes: Double, core: Double?, speed: Double? = nil) -> InputData {
  InputData(
    name: name, summary: "", bytesPerToken: nil, bytesPerSample: sourced(Bytes(bytes)), corePerToken: nil,
    corePerSample: core.map { sourced(Seconds($0)) }, coreSpeed: speed.map { sourced(CountRate($0)) }, disputed: [],
    origin: origin)
}

/// Failures of a chip once in `hours`, or what is given; recovery 100 + 500 s and loading.
func facts(failureEvery hours: Double? = 1e5) -> OperatingFacts {
  var all = OperatingFacts()
  for one in [
    storage("nvme", .drives, durable: false), storage("ebs", .ebs), storage("s3", .network, read: 8e9, write: 4e9),
    storage("shared", .network, read: 1e9, write: 1e9, all: 1e10),
  ] { all.storages[one.name] = one }
  for one in [
    data("tokens", bytes: 4000, core: 1e-6), data("jpeg", bytes: 1e5, core: 2e-3, speed: 30_000),
    data("tabular", bytes: 160, core: nil),
  ] { all.data[one.name] = one }
  all.recovery = Recovery(
    detection: sourced(Seconds(100)), restart: sourced(Seconds(500)), replacement: sourced(Seconds(1800)),
    hardShare: 0.8, snapshotBandwidth: sourced(ByteRate(1e10)), checkpointOverhead: sourced(Seconds(0.5)),
    writeSlowdown: 0.02, disputed: [], origin: origin)
  if let hours {
    all.logs = [
      FailureLog(
        id: "log", source: "", architecture: "h100", unit: .chip, units: 1, hours: hours * 1e6, failures: 1e6,
        leftOut: nil, note: nil)
    ]
  }
  return all
}

let stack = Stack(
  name: "s", summary: "", family: "s", attention: .fused, gradientType: .fp32, reduceType: .fp32,
  sequenceParallel: false, contextParallel: false, pipeline: false, interleaving: false, zeroStages: [0],
  recompute: [.none], origin: origin)

func operation(
  _ job: Job = job(), on one: Instance = instance(), units: Int = 16, state: Double = 1e12,
  facts: OperatingFacts = facts(), spot: Bool = false, stack: Stack = stack
) throws -> Operation {
  Operation(
    job, try OperatingSetup(job.operating, on: one, facts), on: one, stack: stack, units: units, state: Bytes(state),
    spot: spot
  )
}

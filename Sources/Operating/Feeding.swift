import Quantities
import Scenarios

/// The input of a step: what hosts can prepare and storage can deliver, all instances together.
public struct Feeding: Sendable {
  public let data: InputData
  public let storage: Storage
  /// Time that the hosts' cores take for the samples of a step; nil where a core's time is not known.
  public let host: Seconds?
  /// Time that storage takes; nil where its rate is not known.
  public let delivery: Seconds?
  /// Read in a step.
  public let bytes: Bytes
  /// Core time in a step.
  public let coreTime: Seconds?
  /// Cores of an instance that are free for it.
  public let cores: Double?
  /// Speed of a core over that of the one that was measured; 1 where either is not known.
  public let coreFactor: Double
  /// At which one instance reads, with the source of what bounds it.
  public let rate: Sourced<ByteRate>?
  /// The two times, and how they stand to a step.
  public let times: InputTimes
  /// Whether the job says what it reads.
  private let isAsked: Bool

  public init?(_ job: Job, _ setup: OperatingSetup, on instance: Instance, units: Int) {
    guard let data = setup.data, let storage = setup.dataStorage else { return nil }
    self.data = data
    self.storage = storage
    isAsked = setup.operating.input.data != nil
    let trains = instance.chip.chipClass == .cpu
    /// Of all samples of a step, from what a token and what a sample takes.
    func whole<U>(_ token: Sourced<Quantity<U>>?, _ sample: Sourced<Quantity<U>>?) -> Quantity<U> {
      (token?.value ?? .zero) * job.tokensPerStep + (sample?.value ?? .zero) * Double(job.globalBatch)
    }
    bytes = whole(data.bytesPerToken, data.bytesPerSample)
    rate = storage.rate(of: instance, units: units, writing: false)
    if let rate { delivery = bytes.time(at: rate.value) / Double(units) } else { delivery = nil }

    let isKnown = data.corePerToken != nil || data.corePerSample != nil
    let work = whole(data.corePerToken, data.corePerSample)
    coreTime = isKnown ? work : nil
    let free = instance.host.cores.map { all in
      let own = Double(all) * instance.hostShare
      // Each device of an accelerator has a process that keeps a core busy with launching.
      return trains ? own : max(1, own - Double(instance.devices))
    }
    cores = free
    let speeds = [instance.host.coreSpeed, data.coreSpeed].compactMap { $0?.value.value }
    let factor = speeds.count == 2 ? speeds[0] / speeds[1] : 1
    coreFactor = factor
    if isKnown, let free { host = work / (free * Double(units) * factor) } else { host = nil }
    times = InputTimes(
      preparing: host?.value ?? 0, reading: delivery?.value ?? 0, prefetches: setup.operating.input.prefetch ?? true,
      sharesCores: trains)
  }

  /// What is not known of it.
  public var gaps: [OperatingNote] {
    var list: [OperatingNote] = []
    if coreTime == nil { list.append(.inputCostUnknown(data: data.name)) }
    if coreTime != nil, cores == nil { list.append(.hostCoresUnknown) }
    if isAsked, coreTime != nil, data.coreSpeed == nil { list.append(.coreAsMeasured(data: data.name)) }
    if rate == nil { list.append(.readRateUnknown(storage: storage.name)) }
    return list
  }
}

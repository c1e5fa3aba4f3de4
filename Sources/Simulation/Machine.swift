import CKernels
import Quantities
import Scenarios

/// A reason why a job cannot run somewhere at all: an honest no, not an error.
public enum Unsupported: Error, Hashable, Sendable {
  /// The chip has no matrix rate in a format; it has those that are `known`.
  case format(DataType, chip: String, known: [DataType])
  /// How fast the chip's link to its host is, is not known, and what is offloaded goes over it.
  case hostLinkUnknown(chip: String)
}

/// What was taken for granted of a machine.
public enum MachineNote: Hashable, Sendable {
  case part(PartNote)
  /// No link between chips is published, and the network's rate is used.
  case chipLinkUnpublished(instance: String)
}

/// One device of an instance under an efficiency profile, and the tiers of links around it: the numbers kernels take.
public struct Machine: Sendable {
  public let instance: Instance
  public let efficiency: Efficiency
  public let precision: DataType

  /// FLOP/s per device in the job's type, clock-limited, before efficiency.
  public let matrixRate: FLOPRate
  /// The same for attention, which runs in 16 bits even where products run in 8.
  public let attentionRate: FLOPRate
  /// The headline peak per device of the type that products are computed in: the denominator of MFU.
  public let peak: FLOPRate
  public let memoryRate: ByteRate
  public let memoryCapacity: Bytes
  public let tiers: [Tier]
  /// The type products are computed in: the job's, unless the stack's compiler casts it.
  public let productType: DataType
  public let assumptions: [MachineNote]

  /// One tier of links as a device sees it.
  public struct Tier: Sendable {
    public var name: String
    /// Devices reached; nil for the network, which reaches all.
    public var span: Int?
    /// One way, per device, when all devices use it at once; efficiency not applied.
    public var bandwidth: ByteRate
    /// The parameter that says how much of `bandwidth` collectives reach.
    public var fraction: EfficiencyParameter
    /// As published; collectives take a fitted multiple of it for each step.
    public var latency: Seconds
    /// The parameter of that multiple; nil where the published figure holds.
    public var latencyFactor: EfficiencyParameter?
    /// The parameter of what ranks wait for each other, for each doubling of them, before a call that goes no further than this tier.
    public var wait: EfficiencyParameter
    public var topology: Topology?
    /// The parameter that says how much of that all-to-all reaches; nil where it is as fast as a ring.
    public var exchange: EfficiencyParameter?
    public var origin: Origin
  }

  public init(instance: Instance, efficiency: Efficiency, precision: DataType) throws(Unsupported) {
    let chip = instance.chip
    let products = precision.isWide ? efficiency.stack.wideProducts ?? precision : precision
    guard let rate = chip.attainable(products), let peak = chip.peak[products] else {
      throw .format(precision, chip: chip.name, known: DataType.allCases.filter { chip.peak[$0] != nil })
    }
    let attentionType: DataType = products.isNarrow ? .bf16 : products
    let perChip = Double(chip.devicesPerChip)
    self.instance = instance
    self.efficiency = efficiency
    self.precision = precision
    // Where the host's cores are what computes, it computes with those that virtualization leaves.
    let left = chip.chipClass == .cpu ? instance.hostShare : 1
    matrixRate = rate.value / perChip * left
    attentionRate = (chip.attainable(attentionType) ?? rate).value / perChip * left
    self.peak = peak.value / perChip
    memoryRate = chip.memoryBandwidth.value / perChip
    var capacity = chip.memoryCapacity.value / perChip
    if chip.chipClass == .cpu, let host = instance.host.memory {
      // A CPU's memory is the instance's, not a property of the socket.
      capacity = min(capacity, host.value / Double(instance.devices))
    }
    memoryCapacity = capacity
    productType = products
    var notes = instance.assumed.map(MachineNote.part)
    tiers = Machine.tiers(of: instance, notes: &notes)
    assumptions = notes
  }

  /// Between a device and its host, one way; nil where nobody publishes it.
  public var hostRate: ByteRate? {
    instance.chip.hostLink.map { $0.bandwidth.value / Double(instance.chip.devicesPerChip) }
  }

  /// Whether more than one unit can work together.
  public var clusters: Bool { instance.network != nil }

  private static func tiers(of instance: Instance, notes: inout [MachineNote]) -> [Tier] {
    let chip = instance.chip, perChip = Double(chip.devicesPerChip)
    var tiers: [Tier] = []
    if let link = chip.deviceLink, chip.devicesPerChip > 1 {
      tiers.append(
        Tier(
          name: link.name, span: chip.devicesPerChip, bandwidth: link.bandwidth.value,
          fraction: .deviceLink, latency: link.latency?.value ?? .zero, latencyFactor: .scaleUpLatency,
          wait: .scaleUpWait, topology: .mesh,
          origin: link.bandwidth.origin))
    }
    for tier in instance.scaleUp.prefix(Int(TF_TIERS) - 2) {
      tiers.append(
        Tier(
          name: tier.name, span: min(tier.chips * chip.devicesPerChip, instance.devices),
          bandwidth: tier.bandwidth.value / perChip,
          fraction: .scaleUp, latency: tier.latency.value, latencyFactor: .scaleUpLatency,
          wait: .scaleUpWait, topology: tier.topology, exchange: .linkExchange, origin: tier.bandwidth.origin))
    }
    if let network = instance.network {
      if instance.chips > 1, instance.scaleUp.isEmpty {
        notes.append(.chipLinkUnpublished(instance: instance.name))
      }
      tiers.append(
        Tier(
          name: network.kind.rawValue, span: nil, bandwidth: network.bandwidth.value / Double(instance.devices),
          fraction: .scaleOut, latency: network.latency.value, latencyFactor: .scaleOutLatency,
          wait: .scaleOutWait, topology: nil,
          exchange: network.kind == .efa ? .efaExchange : nil,
          origin: network.bandwidth.origin))
    }
    return tiers
  }
}

extension Machine {
  /// What fused attention reaches of the rate that the newest kernels for the chip have.
  public func attentionPart(_ e: EfficiencyValues) -> Double {
    (0..<efficiency.stack.attentionAge(on: instance.chip)).reduce(1) { part, _ in part * e[.attentionOlder] }
  }

  /// Of large products that are never in 8 or 4 bits, in FLOP/s.
  private func wideRate(_ e: EfficiencyValues) -> Double {
    productType.isNarrow ? attentionRate.value * e[.gemm16bit] : matrixRate.value * e[.gemm(productType)]
  }

  /// Seconds per byte of a device's fastest links; 0 without any.
  func fastestByte(_ e: EfficiencyValues) -> Double {
    tiers.lazy.map { 1 / ($0.bandwidth.value * e[$0.fraction]) }.min() ?? 0
  }

  /// The constants of the plan kernel under one set of efficiency values.
  func kernelMachine(_ each: ParameterBytes, _ values: EfficiencyValues) -> tf_machine {
    let e = values.asRun(by: efficiency.stack)
    var machine = tf_machine()
    machine.tiers = kernelTiers(e)
    machine.gradient_bytes = each.gradient
    machine.reduce_bytes = each.reduced
    machine.sharded_reduce_bytes = each.shardedReduced
    machine.weight_bytes = each.weight
    machine.held_weight_bytes = each.held
    machine.gathered_weight_bytes = each.gathered
    machine.optimizer_state_bytes = each.state
    machine.optimizer_traffic_bytes = each.traffic
    machine.optimizer_rate = memoryRate.value * e[.optimizer]
    // Products run at the rate of large ones; what waits with the host comes and goes, one after the other. Where the host
    // updates, gradients go and weights come, and all devices of a machine wait for the same processors.
    machine.update_time = each.updateFLOPs > 0 ? each.updateFLOPs / wideRate(e) : 0
    if each.waiting > 0, let link = hostRate {
      let isUpdated = each.hostUpdate > 0
      machine.update_time += (isUpdated ? each.gradient + each.weight : 2 * each.waiting) / link.value
      machine.update_time += each.hostUpdate * Double(instance.devices)
    }
    machine.step_time = e[.stepTime]
    machine.step_growth = e[.stepGrowth]
    machine.micro_batch_time = e[.microBatchTime]
    machine.send_time = e[.sendTime]
    machine.data_overlap = e[.dataOverlap]
    machine.gather_overlap = efficiency.stack.waitedFor.contains(.weights) ? 0 : e[.dataOverlap]
    machine.shard_overlap = e[.shardOverlap]
    machine.pipeline_overlap = e[.pipelineOverlap]
    machine.contention = e[.contention]
    machine.fastest_byte = fastestByte(e)
    machine.idling = e[.idling]
    machine.straggling = e[.straggling]
    machine.unit_devices = Double(tiers.compactMap(\.span).max() ?? 1)
    machine.memory_reserve = efficiency.memoryReserve.value
    machine.by_moment = efficiency.stack.peak == .moment ? 1 : 0
    machine.counts_whole = efficiency.stack.peak == .sum ? 0 : 1
    machine.sharded_weight_bytes = each.sharded
    machine.dual = efficiency.stack.dualPipe ? 1 : 0
    return machine
  }

  func kernelTiers(_ e: EfficiencyValues) -> (tf_tier, tf_tier, tf_tier, tf_tier) {
    let unused = tf_tier(
      span: 0, rate: 1, latency: 0, wait: 0, logarithmic: 0, row: 0, row_share: 1, plane: 0, plane_share: 1, exchange: 1
    )
    var all = (unused, unused, unused, unused)
    // Filled from the outermost inwards.
    let used = tiers.count
    if used > 0 { all.3 = kernelTier(tiers[used - 1], e) }
    if used > 1 { all.2 = kernelTier(tiers[used - 2], e) }
    if used > 2 { all.1 = kernelTier(tiers[used - 3], e) }
    if used > 3 { all.0 = kernelTier(tiers[used - 4], e) }
    // The outermost tier holds every group; a machine that cannot cluster is never given one that leaves it.
    all.3.span = 1e18
    return all
  }

  private func kernelTier(_ tier: Tier, _ e: EfficiencyValues) -> tf_tier {
    let span = Double(tier.span ?? 0)
    let perChip = Double(instance.chip.devicesPerChip)
    let dimensions = tier.topology?.dimensions ?? 1
    // A group along one side of a torus has only that side's links.
    let side = dimensions > 1 ? root(span / perChip, dimensions) * perChip : 0
    let logarithmic = tier.topology.map { $0 == .ring ? 0.0 : 1.0 } ?? 0
    return tf_tier(
      span: span, rate: tier.bandwidth.value * e[tier.fraction],
      latency: tier.latency.value * (tier.latencyFactor.map { e[$0] } ?? 1), wait: e[tier.wait],
      logarithmic: logarithmic,
      row: side, row_share: 1 / Double(dimensions),
      plane: dimensions > 2 ? side * side / perChip : 0, plane_share: 2 / Double(dimensions),
      exchange: tier.exchange.map { e[$0] } ?? 1)
  }

  private func root(_ chips: Double, _ dimensions: Int) -> Double {
    var side = 1.0
    while power(side + 1, dimensions) <= chips { side += 1 }
    return side
  }

  private func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1.0) { product, _ in product * x } }
}

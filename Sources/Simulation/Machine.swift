import CKernels
import Quantities
import Scenarios

/// A reason why a job cannot run somewhere at all: an honest no, not an error.
public struct Unsupported: Error, Hashable, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
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
  /// The headline peak per device: the denominator of MFU.
  public let peak: FLOPRate
  public let memoryRate: ByteRate
  public let memoryCapacity: Bytes
  public let tiers: [Tier]
  public let gemmFraction: Double
  public let assumptions: [String]

  /// One tier of links as a device sees it.
  public struct Tier: Sendable {
    public var name: String
    /// Devices reached; nil for the network, which reaches all.
    public var span: Int?
    /// One way, per device, when all devices use it at once; efficiency not applied.
    public var bandwidth: ByteRate
    public var fraction: Double
    public var latency: Seconds
    public var topology: Topology?
    public var origin: Origin
  }

  public init(instance: Instance, efficiency: Efficiency, precision: DataType) throws(Unsupported) {
    let chip = instance.chip
    guard let rate = chip.attainable(precision), let peak = chip.peak[precision] else {
      let known = DataType.allCases.filter { chip.peak[$0] != nil }.map(\.rawValue).joined(separator: ", ")
      throw Unsupported("\(chip.name) has no \(precision.rawValue) matrix rate; it has \(known)")
    }
    guard let fraction = efficiency.gemmFraction[precision] else {
      throw Unsupported("profile \(efficiency.name) has no gemm_fraction for \(precision.rawValue)")
    }
    let attentionType: DataType = precision.bytes < 2 ? .bf16 : precision
    let perChip = Double(chip.devicesPerChip)
    self.instance = instance
    self.efficiency = efficiency
    self.precision = precision
    matrixRate = rate.value / perChip
    attentionRate = (chip.attainable(attentionType) ?? rate).value / perChip
    self.peak = peak.value / perChip
    memoryRate = chip.memoryBandwidth.value / perChip
    var capacity = chip.memoryCapacity.value / perChip
    if chip.chipClass == .cpu, let host = instance.host.memory {
      // A CPU's memory is the instance's, not a property of the socket.
      capacity = min(capacity, host.value / Double(instance.devices))
    }
    memoryCapacity = capacity
    gemmFraction = fraction
    var notes: [String] = []
    tiers = Machine.tiers(of: instance, efficiency, notes: &notes)
    assumptions = notes
  }

  /// Whether more than one unit can work together.
  public var clusters: Bool { instance.network != nil }

  private static func tiers(of instance: Instance, _ profile: Efficiency, notes: inout [String]) -> [Tier] {
    let chip = instance.chip, perChip = Double(chip.devicesPerChip)
    var tiers: [Tier] = []
    if let link = chip.deviceLink, chip.devicesPerChip > 1 {
      tiers.append(
        Tier(
          name: link.name, span: chip.devicesPerChip, bandwidth: link.bandwidth.value,
          fraction: profile.deviceLinkFraction, latency: link.latency?.value ?? .zero, topology: .mesh,
          origin: link.bandwidth.origin))
    }
    for tier in instance.scaleUp.prefix(Int(TF_TIERS) - 2) {
      tiers.append(
        Tier(
          name: tier.name, span: tier.chips * chip.devicesPerChip, bandwidth: tier.bandwidth.value / perChip,
          fraction: profile.scaleUpFraction, latency: tier.latency.value, topology: tier.topology,
          origin: tier.bandwidth.origin))
    }
    if let network = instance.network {
      if instance.chips > 1, instance.scaleUp.isEmpty {
        notes.append("\(instance.name): chip-to-chip bandwidth unpublished, the network's is used")
      }
      tiers.append(
        Tier(
          name: network.kind.rawValue, span: nil, bandwidth: network.bandwidth.value / Double(instance.devices),
          fraction: profile.scaleOutFraction, latency: network.latency.value, topology: nil,
          origin: network.bandwidth.origin))
    }
    return tiers
  }
}

extension Machine {
  /// The constants of the plan kernel.
  func kernelMachine(optimizer: Optimizer) -> tf_machine {
    let e = efficiency
    let wide = precision.isWide
    let gradient = e.stack.gradientType.bytes
    let weight = wide ? 4.0 : 2.0
    // 16-bit weights keep an fp32 master copy; fp32 weights are their own.
    let master = wide ? 0.0 : 4.0
    var machine = tf_machine()
    machine.tiers = kernelTiers
    machine.gradient_bytes = wide ? 4 : gradient
    machine.weight_bytes = weight
    machine.optimizer_state_bytes = master + optimizer.momentBytes
    // Gradient norm reads gradients once; the update reads them again, reads and writes master and moments, and writes
    // the weights.
    machine.optimizer_traffic_bytes =
      2 * machine.gradient_bytes + 2 * (master + optimizer.momentBytes) + (wide ? 2 : 1) * weight
    machine.optimizer_rate = memoryRate.value * e.optimizer
    machine.launch = e.launchTime.value
    machine.data_overlap = e.dataOverlap
    machine.pipeline_overlap = e.pipelineOverlap
    machine.contention = e.contention
    machine.memory_reserve = e.memoryReserve.value
    return machine
  }

  var kernelTiers: (tf_tier, tf_tier, tf_tier, tf_tier) {
    var all = tiers.map(kernelTier)
    let unused = tf_tier(
      span: 0, rate: 1, latency: 0, logarithmic: 0, row: 0, row_share: 1, plane: 0, plane_share: 1)
    all = Array(repeating: unused, count: max(0, Int(TF_TIERS) - all.count)) + all
    // The outermost tier holds every group; a machine that cannot cluster is never given one that leaves it.
    all[3].span = 1e18
    return (all[0], all[1], all[2], all[3])
  }

  private func kernelTier(_ tier: Tier) -> tf_tier {
    let span = Double(tier.span ?? 0)
    let perChip = Double(instance.chip.devicesPerChip)
    let dimensions = tier.topology?.dimensions ?? 1
    // A group along one side of a torus has only that side's links.
    let side = dimensions > 1 ? root(span / perChip, dimensions) * perChip : 0
    let logarithmic = tier.topology.map { $0 == .ring ? 0.0 : 1.0 } ?? 0
    return tf_tier(
      span: span, rate: tier.bandwidth.value * tier.fraction, latency: tier.latency.value, logarithmic: logarithmic,
      row: side, row_share: 1 / Double(dimensions),
      plane: dimensions > 2 ? side * side / perChip : 0, plane_share: 2 / Double(dimensions))
  }

  private func root(_ chips: Double, _ dimensions: Int) -> Double {
    var side = 1.0
    while power(side + 1, dimensions) <= chips { side += 1 }
    return side
  }

  private func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1.0) { product, _ in product * x } }
}

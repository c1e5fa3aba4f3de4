import Quantities

/// What a cloud rents: chips, a host, Nitro cards, networks and storage, billed as one unit.
///
/// An UltraServer or NVL72 rack is an `Instance` too: `members` says how many EC2 instances it bills at once,
/// and its chips, host and network are those of all members together.
public struct Instance: Sendable {
  public var name: String
  public var provider: Provider
  public var summary: String
  public var released: Int?
  public var chip: Chip
  /// Chips in the billed unit (a CPU instance counts sockets).
  public var chips: Int
  public var host: Host
  public var nitro: NitroCard?
  /// Links between chips inside the unit, innermost first.
  public var scaleUp: [ScaleUp]
  /// The network between units; nil when the type cannot be clustered.
  public var network: Network?
  public var ebs: EBS?
  public var localStorage: LocalStorage?
  public var powerMax: Sourced<Watts>?
  /// EC2 instances billed as one unit, and their type, when more than one.
  public var members: (instance: String, count: Int)?
  /// The unit one must rent to get this type (trn2u.48xlarge → its UltraServer).
  public var soldIn: String?
  public var disputed: [String]
  public var origin: Origin
  /// Drawn by the whole unit while it trains, and while it waits; nil where nobody says.
  public var powerLoad: Sourced<Watts>? = nil
  public var powerIdle: Sourced<Watts>? = nil
  /// How `powerLoad` is known.
  public var powerGrade: PowerGrade? = nil
  /// Cards or host put in place of its own (`p5.48xlarge+nitro-v6`); empty for what a cloud rents.
  public var parts: [String] = []
  /// How much longer this host takes to launch work than the hosts that profiles of the chip were fitted on.
  public var launchFactor = 1.0
  /// Cores that cards put in place leave to the guest, over those that its own leave.
  public var hostShare = 1.0
  /// Chips of each unit that are paid for and do nothing, since a job does not split over all of them.
  public var idleChips = 0
  /// What was taken for granted when parts were put in place.
  public var assumed: [PartNote] = []

  /// EC2 instances in the billed unit.
  public var memberCount: Int { members?.count ?? 1 }

  /// Ranks in the billed unit.
  public var devices: Int { (chips - idleChips) * chip.devicesPerChip }

  /// What a name ends with that asks for fewer chips than there are: `p5.48xlarge:4`.
  var partSuffix: String { ":\(chips - idleChips)" }

  /// The type that is rented, whose price applies: the name without the parts that were put in place, or how much of it is used.
  public var soldAs: String {
    let whole = idleChips > 0 && name.hasSuffix(partSuffix) ? String(name.dropLast(partSuffix.count)) : name
    return parts.reversed().reduce(whole) { $0.hasSuffix("+\($1)") ? String($0.dropLast($1.count + 1)) : $0 }
  }
}

public struct Host: Sendable {
  public var cpu: String?
  public var vcpus: Int?
  public var cores: Int?
  public var memory: Sourced<Bytes>?
  /// CoreMark iterations a second of one core with all cores busy: how fast it prepares input. Nil where unmeasured.
  public var coreSpeed: Sourced<CountRate>?
  public init(
    cpu: String? = nil, vcpus: Int? = nil, cores: Int? = nil, memory: Sourced<Bytes>? = nil,
    coreSpeed: Sourced<CountRate>? = nil
  ) {
    self.cpu = cpu
    self.vcpus = vcpus
    self.cores = cores
    self.memory = memory
    self.coreSpeed = coreSpeed
  }
}

/// How chips are wired inside a scale-up domain.
public enum Topology: String, CaseIterable, Sendable {
  case switched = "switch"
  case ring
  case mesh = "full-mesh"
  case torus2D = "torus-2d"
  case torus3D = "torus-3d"

  /// Independent ring dimensions: a group along one side of a torus reaches only its share of the links.
  public var dimensions: Int {
    switch self {
    case .switched, .ring, .mesh: 1
    case .torus2D: 2
    case .torus3D: 3
    }
  }
}

/// One tier of links between chips of a unit.
public struct ScaleUp: Sendable {
  public var name: String
  public var topology: Topology
  /// Chips this tier connects.
  public var chips: Int
  /// One direction, per chip, all links of the tier together.
  public var bandwidth: Sourced<ByteRate>
  public var latency: Sourced<Seconds>
  public init(
    name: String, topology: Topology, chips: Int, bandwidth: Sourced<ByteRate>, latency: Sourced<Seconds>
  ) {
    self.name = name
    self.topology = topology
    self.chips = chips
    self.bandwidth = bandwidth
    self.latency = latency
  }
}

/// The network between units, one direction, all cards of the unit together.
public struct Network: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case efa, ena, infiniband, roce, omniPath = "omni-path", ethernet
  }
  public var kind: Kind
  public var efaVersion: String?
  public var cards: Int?
  public var bandwidth: Sourced<ByteRate>
  public var latency: Sourced<Seconds>
  /// What small sizes reach for minutes; `bandwidth` is what lasts.
  public var burst: Sourced<ByteRate>?
  public init(
    kind: Kind, efaVersion: String? = nil, cards: Int? = nil, bandwidth: Sourced<ByteRate>,
    latency: Sourced<Seconds>, burst: Sourced<ByteRate>? = nil
  ) {
    self.kind = kind
    self.efaVersion = efaVersion
    self.cards = cards
    self.bandwidth = bandwidth
    self.latency = latency
    self.burst = burst
  }
}

public struct EBS: Sendable {
  public var bandwidth: Sourced<ByteRate>
  public var iops: Double?
  /// What small sizes reach for half an hour a day; `bandwidth` is what lasts.
  public var burst: Sourced<ByteRate>?
  public init(bandwidth: Sourced<ByteRate>, iops: Double? = nil, burst: Sourced<ByteRate>? = nil) {
    self.bandwidth = bandwidth
    self.iops = iops
    self.burst = burst
  }
}

public struct LocalStorage: Sendable {
  public var drives: Int
  /// Of one drive.
  public var capacity: Sourced<Bytes>
  public var readIOPS: Double?
  public var writeIOPS: Double?
  /// Of all drives together; nil where unpublished.
  public var readBandwidth: Sourced<ByteRate>?
  public var writeBandwidth: Sourced<ByteRate>?
  public init(
    drives: Int, capacity: Sourced<Bytes>, readIOPS: Double? = nil, writeIOPS: Double? = nil,
    readBandwidth: Sourced<ByteRate>? = nil, writeBandwidth: Sourced<ByteRate>? = nil
  ) {
    self.drives = drives
    self.capacity = capacity
    self.readIOPS = readIOPS
    self.writeIOPS = writeIOPS
    self.readBandwidth = readBandwidth
    self.writeBandwidth = writeBandwidth
  }
}

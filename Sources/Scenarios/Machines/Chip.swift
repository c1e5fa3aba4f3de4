import Quantities

/// Number formats a matrix unit can multiply. Raw values are the names files use.
public enum DataType: String, CaseIterable, Sendable {
  case fp64, fp32, tf32, bf16, fp16, fp8, mxfp8, fp4

  /// Trained in 32 bits throughout: activations, weights and their gradients; no wider master copy of weights.
  public var isWide: Bool { self == .fp32 || self == .tf32 }

  /// Bytes of an activation kept between operators: below 16 bits only matrix operands shrink.
  public var activationBytes: Double { isWide ? 4 : 2 }

  /// Narrower than activations: operands are cast, and some products stay in 16 bits.
  public var isNarrow: Bool { bytes < 2 }

  /// Bytes per element as stored in memory (block-scaled types without their scales).
  public var bytes: Double {
    switch self {
    case .fp64: 8
    case .fp32, .tf32: 4
    case .bf16, .fp16: 2
    case .fp8, .mxfp8: 1
    case .fp4: 0.5
    }
  }

  /// Bytes read and written for each number of an operand that is cast from 16 bits: it is read, and written once for each layout
  /// that products want it in, with its scales. One scale for a whole tensor follows from steps before, and costs nothing
  /// (Micikevicius and others 2022, arXiv:2209.05433); MX has a byte for 32 numbers (OCP Microscaling formats 1.0 §5.2); NVFP4 a byte
  /// for 16 and one scale of the tensor, for which it is read once before (NVIDIA 2025, arXiv:2509.25149 §2).
  ///
  /// - Parameter layouts: rows alone, or columns too, where gradients of weights are made of it.
  public func castBytes(layouts: Double) -> Double {
    switch self {
    case .fp64, .fp32, .tf32, .bf16, .fp16: 0
    case .fp8: 2 + layouts
    case .mxfp8: 2 + layouts * (1 + 1.0 / 32)
    case .fp4: 2 + 2 + layouts * (0.5 + 1.0 / 16)
    }
  }
}

/// An accelerator or a CPU socket: datasheet facts only. What software reaches of them is an `Efficiency`.
public struct Chip: Sendable {
  public enum Class: String, CaseIterable, Sendable { case accelerator, cpu }

  public var name: String
  public var vendor: String
  public var summary: String
  public var chipClass: Class
  /// Chips that share it share how software reaches their datasheet: `gpu`, `trainium`, `cpu`, or a word of one's own.
  public var architecture = ""
  /// Chips that share it are of one design, with other memory, power or links: `hopper`; a chip's own name where it is alone.
  public var generation = ""
  /// The generation of FlashAttention that was written for it: 2 for Ampere, 3 for Hopper. Nil: stacks take the newest kernel there is.
  public var flashAttention: Int?
  /// A chip that stands for what the file leaves out, and whose profiles this one's begin with.
  public var like: String?
  public var released: Int
  /// Ranks per chip: logical NeuronCores, 1 for a GPU, 1 for a CPU socket.
  public var devicesPerChip: Int
  /// Dense peak per chip, as published: the denominator of MFU.
  public var peak: [DataType: Sourced<FLOPRate>]
  /// What the matrix units can reach at their published clock, where that is below the headline peak.
  public var ceiling: [DataType: Sourced<FLOPRate>]
  public var memoryCapacity: Sourced<Bytes>
  public var memoryBandwidth: Sourced<ByteRate>
  public var onChipMemory: Sourced<Bytes>?
  public var matrixUnit: MatrixUnit
  /// Chip-to-chip link, one direction, all links of a chip together.
  public var link: Link?
  /// Between the logical devices of one chip, one direction, per device.
  public var deviceLink: Link?
  /// To the host and its network cards, one direction, per chip: no network gives a chip more. Nil where unpublished.
  public var hostLink: Link?
  public var powerMax: Sourced<Watts>?
  public var powerIdle: Sourced<Watts>?
  /// Figures on which sources disagree, in sentences; shown by `catalog show`.
  public var disputed: [String]
  public var origin: Origin

  /// The rate the clock allows: the ceiling where one is given, else the peak; nil where unsupported.
  public func attainable(_ type: DataType) -> Sourced<FLOPRate>? { ceiling[type] ?? peak[type] }
}

/// The shape of matrix work a chip takes at once: tiles of `rows` × `columns` outputs on `units` processors.
public struct MatrixUnit: Sendable {
  public var rows: Int
  public var columns: Int
  /// Processors per chip that each work on one tile.
  public var units: Int
  public init(rows: Int, columns: Int, units: Int) {
    self.rows = rows
    self.columns = columns
    self.units = units
  }
}

public struct Link: Sendable {
  public var name: String
  public var bandwidth: Sourced<ByteRate>
  public var latency: Sourced<Seconds>?
  public init(name: String, bandwidth: Sourced<ByteRate>, latency: Sourced<Seconds>? = nil) {
    self.name = name
    self.bandwidth = bandwidth
    self.latency = latency
  }
}

/// A generation of AWS Nitro cards: network, storage and virtualization offload.
public struct NitroCard: Sendable {
  public var name: String
  public var summary: String
  public var generation: Int
  /// Fastest rate of one card of this generation.
  public var cardBandwidth: Sourced<ByteRate>
  /// What a card runs at on GPU and Trainium instances, where that is less.
  public var cardBandwidthAccelerated: Sourced<ByteRate>?
  /// `none` or `v1` … `v4`.
  public var efa: String
  /// Smallest message between two instances, one way, software included.
  public var latency: Sourced<Seconds>?
  /// Fastest EBS rate of an instance type on this generation.
  public var ebsBandwidth: Sourced<ByteRate>?
  public var ebsIOPS: Double?
  /// Whether cards encrypt traffic between instances themselves; else the host's cores must.
  public var encryptsInLine = true
  /// Part of a server's cores that virtualization keeps from those who rent it, 0…1. A `Host.coreSpeed` was measured
  /// on rented machines, so it is without that part already. Nil where nobody published one.
  public var hypervisorShare: Double?
  public var features: [String]
  public var disputed: [String]
  public var origin: Origin

  /// What one card runs at in instances of a chip.
  func rate(beside chip: Chip) -> ByteRate {
    (chip.chipClass == .accelerator ? cardBandwidthAccelerated : nil)?.value ?? cardBandwidth.value
  }
}

import Quantities

/// Where data and checkpoints lie, and how fast an instance gets at them.
public struct Storage: Sendable {
  /// What of an instance leads there, and so bounds it.
  public enum Reach: String, CaseIterable, Sendable {
    /// Its own drives.
    case drives
    /// Its EBS bandwidth.
    case ebs
    /// Its network, cards without EFA counted too.
    case network
  }
  public var name: String
  public var summary: String
  public var reach: Reach
  /// Fastest for one instance, whatever its own bandwidth; nil: that decides alone.
  public var readBandwidth: Sourced<ByteRate>?
  public var writeBandwidth: Sourced<ByteRate>?
  /// Fastest for all instances together.
  public var systemBandwidth: Sourced<ByteRate>?
  /// Whether what is written outlives the instance.
  public var isDurable: Bool
  public var disputed: [String]
  public var origin: Origin
}

/// What a sample costs the host before it is trained on.
public struct InputData: Sendable {
  public var name: String
  public var summary: String
  /// Read from storage.
  public var bytesPerToken: Sourced<Bytes>?
  public var bytesPerSample: Sourced<Bytes>?
  /// Of one core.
  public var corePerToken: Sourced<Seconds>?
  public var corePerSample: Sourced<Seconds>?
  /// CoreMark iterations a second of the core that was measured; nil: it is not known.
  public var coreSpeed: Sourced<CountRate>?
  public var disputed: [String]
  public var origin: Origin
}

/// How long a run takes to go on after a failure, and what saving costs besides the bytes.
public struct Recovery: Sendable {
  /// From a failure until it is noticed.
  public var detection: Sourced<Seconds>
  /// From then until processes run again, without loading and compiling.
  public var restart: Sourced<Seconds>
  /// Until another instance is there, where none stands by.
  public var replacement: Sourced<Seconds>
  /// Part of failures after which an instance is replaced.
  public var hardShare: Double
  /// From a device's memory to the host's, each device.
  public var snapshotBandwidth: Sourced<ByteRate>
  /// What a checkpoint delays steps by besides its bytes: a barrier, planning, metadata. Not where it stays in memory.
  public var checkpointOverhead: Sourced<Seconds>
  /// By how much steps are slower while a checkpoint is written behind them.
  public var writeSlowdown: Double
  public var disputed: [String]
  public var origin: Origin
}

/// One published log of failures: so many on so many chips in so long.
public struct FailureLog: Sendable {
  public enum Unit: String, CaseIterable, Sendable { case chip, instance }
  public var id: String
  public var source: String
  /// Architecture of the chips, such as `a100`; of no chip where whole hosts were counted.
  public var architecture: String
  public var unit: Unit
  /// How many of them ran.
  public var units: Double
  public var hours: Double
  public var failures: Double
  /// Why it is not fitted, where it is not.
  public var leftOut: String?
  public var note: String?
}

/// The electricity of a place.
public struct Grid: Sendable {
  /// The cloud's name of it.
  public var region: String
  public var pue: Sourced<Quantity<CountUnit>>?
  public var intensity: Sourced<CarbonIntensity>?
  public var electricity: Sourced<EnergyPrice>?
}

/// What stands around chips and software, for every job alike.
public struct OperatingFacts: Sendable {
  public var storages: [String: Storage] = [:]
  public var data: [String: InputData] = [:]
  public var recovery: Recovery?
  public var logs: [FailureLog] = []
  /// Nil: a run takes what its machines do, and no longer.
  public var practice: Practice?
  public var grids: [String: Grid] = [:]
  public init() {}
}

import Quantities
import Scenarios

/// One checkpoint: its size, how long steps stand still for it, and when it is safe.
public struct Saving: Sendable {
  public let mode: CheckpointMode
  public let storage: Storage
  /// Weights, master copy and moments of what is trained.
  public let bytes: Bytes
  /// What one instance writes: replicas share the work, as torch.distributed.checkpoint and Megatron's parallel save do.
  public let bytesPerInstance: Bytes
  /// What one device copies to its host.
  public let bytesPerDevice: Bytes
  /// Of an instance, for the copy that outlives it.
  public let rate: ByteRate
  public let readRate: ByteRate
  /// Copy from devices to hosts.
  public let snapshot: Seconds
  /// Until all of it is written, or is with another instance.
  public let write: Seconds
  /// Steps stand still, by all that one checkpoint delays them.
  public let stall: Seconds
  /// From the end of the stall until the checkpoint is safe.
  public let lag: Seconds
  /// Reading it back.
  public let load: Seconds

  /// Nil where nothing is saved or a rate is not known.
  public init?(_ bytes: Bytes, _ practice: Practice, on instance: Instance, units: Int, bursting: Bool) {
    guard practice.mode != .none, let storage = practice.checkpointStorage, let recovery = practice.recovery,
      let slow = storage.rate(of: instance, units: units, writing: true, bursting: bursting),
      let read = storage.rate(of: instance, units: units, writing: false, bursting: bursting)
    else { return nil }
    mode = practice.mode
    self.storage = storage
    self.bytes = bytes
    bytesPerInstance = bytes / Double(units)
    bytesPerDevice = bytesPerInstance / Double(instance.devices)
    snapshot = bytesPerDevice.time(at: recovery.snapshotBandwidth.value)
    // Another instance's memory is as far as the network, storage as what leads there.
    let network = instance.network?.bandwidth.value
    let isCopied = practice.mode == .replicated
    rate = isCopied ? network ?? slow : slow
    readRate = isCopied ? network ?? read : read
    write = bytesPerInstance.time(at: rate)
    load = bytesPerInstance.time(at: readRate)
    let overhead = recovery.checkpointOverhead.value
    switch practice.mode {
    case .sync, .none: (stall, lag) = (overhead + snapshot + write, .zero)
    case .async: (stall, lag) = (overhead + snapshot + write * recovery.writeSlowdown, write)
    case .replicated: (stall, lag) = (snapshot + write * recovery.writeSlowdown, write)
    }
  }
}

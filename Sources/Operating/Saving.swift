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
  /// What one chip copies to its host.
  public let bytesPerChip: Bytes
  /// At which an instance puts it where it is safe, with the source of what bounds it.
  public let rate: Sourced<ByteRate>
  /// Copy from chips to hosts.
  public let snapshot: Seconds
  /// Until all of it is safe.
  public let write: Seconds
  /// Steps stand still, by all that one checkpoint delays them.
  public let stall: Seconds
  /// From the end of the stall until the checkpoint is safe.
  public let lag: Seconds
  /// Reading it back, with weights that are not in it since nothing trains them.
  public let load: Seconds
  /// The checkpoint at the end, which goes to storage whatever the others do.
  public let last: Seconds
  /// Whether the rate is a burst, which lasts half an hour a day.
  let isBurst: Bool
  let assumptions: [OperatingNote]

  /// Nil where nothing is saved or a rate is not known.
  ///
  /// - Parameter bursting: whether EBS gives what it gives for minutes.
  public init?(
    _ bytes: Bytes, frozen: Bytes, _ setup: OperatingSetup, on instance: Instance, units: Int, bursting: Bool
  ) {
    guard setup.mode != .none, let storage = setup.checkpointStorage, let recovery = setup.recovery,
      let stored = storage.rate(of: instance, units: units, writing: true, bursting: bursting),
      let read = storage.rate(of: instance, units: units, writing: false, bursting: bursting)
    else { return nil }
    let clients = units * instance.memberCount
    // Another host's memory is as far as the network.
    let other = clients > 1 ? instance.network?.bandwidth : nil
    let isCopied = setup.mode == .replicated && other != nil
    mode = setup.mode == .replicated && !isCopied ? .async : setup.mode
    assumptions = mode == setup.mode ? [] : [.noOtherHost(instance: instance.name)]
    self.storage = storage
    self.bytes = bytes
    bytesPerInstance = bytes / Double(units)
    bytesPerChip = bytesPerInstance / Double(instance.chips)
    let copied = [recovery.snapshotBandwidth.value, instance.chip.hostLink?.bandwidth.value].compactMap { $0 }.min()
    snapshot = bytesPerChip.time(at: copied ?? recovery.snapshotBandwidth.value)
    rate = isCopied ? other ?? stored : stored
    write = bytesPerInstance.time(at: rate.value)
    load = (bytesPerInstance + frozen / Double(units)).time(at: isCopied ? rate.value : read.value)
    last = snapshot + bytesPerInstance.time(at: stored.value)
    isBurst = bursting && storage.reach == .ebs && instance.ebs?.burst != nil
    let overhead = recovery.checkpointOverhead.value
    switch mode {
    case .sync, .none: (stall, lag) = (overhead + snapshot + write, .zero)
    case .async: (stall, lag) = (overhead + snapshot + write * recovery.writeSlowdown, write)
    case .replicated: (stall, lag) = (snapshot + write * recovery.writeSlowdown, write)
    }
  }
}

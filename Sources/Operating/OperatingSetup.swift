import Quantities
import Scenarios

/// What a job's upkeep comes to on one type of instance: names looked up, what was left open decided and told.
public struct OperatingSetup: Sendable {
  public let operating: OperatingRequest
  /// Nil where nothing is known of it.
  public let data: InputData?
  public let dataStorage: Storage?
  public let mode: CheckpointMode
  public let checkpointStorage: Storage?
  public let recovery: Recovery?
  /// Of one chip, or of one host for a CPU; nil where no log is known; zero where the job says that nothing fails.
  public let failures: FailureRates.Rate?
  /// Nil: a run takes what its machines do.
  public let practice: Practice?
  /// What was decided for the user.
  public let assumptions: [OperatingNote]

  /// A name that no file has, or a storage that the instance cannot use.
  public enum Problem: Error, Hashable, Sendable {
    /// Checkpoints and failures are asked for, and no file says what recovery takes.
    case noRecovery
    case unknownStorage(String, Use, known: [String])
    case unknownData(String, known: [String])
    case noDrives(storage: String, Use, instance: String)
    case noEBS(storage: String, Use, instance: String)
    case lostWithInstance(storage: String)
  }

  /// What a storage is for. Raw values are the keys of a job.
  public enum Use: String, Hashable, Sendable { case input, checkpoint }

  public init(_ operating: OperatingRequest, on instance: Instance, _ facts: OperatingFacts) throws(Problem) {
    self.operating = operating
    if facts.recovery == nil,
      operating.checkpoint != OperatingRequest.Checkpoint() || operating.failures != OperatingRequest.Failures()
    {
      throw .noRecovery
    }
    practice = facts.practice
    let provider = instance.provider
    var notes: [OperatingNote] = []
    data = try OperatingSetup.find(operating.input.data, usual: "tokens", in: facts.data) {
      .unknownData($0, known: $1)
    }
    let near = provider.dataStorage.first { facts.storages[$0]?.isReached(by: instance) == true }
    dataStorage = try OperatingSetup.find(operating.input.storage, usual: near, in: facts.storages) {
      .unknownStorage($0, .input, known: $1)
    }
    mode = facts.recovery == nil ? .none : operating.checkpoint.mode ?? .async
    checkpointStorage = try OperatingSetup.find(
      operating.checkpoint.storage, usual: provider.checkpointStorage, in: facts.storages
    ) { .unknownStorage($0, .checkpoint, known: $1) }
    recovery = facts.recovery
    if let rate = operating.failures.rate {
      failures = FailureRates.Rate(each: rate, spread: 0, logs: [])
    } else {
      failures = FailureRates(facts.logs).rate(of: instance.chip)
      if let failures, failures.logs.isEmpty {
        notes.append(
          .failuresOfOthers(
            instance.chip.chipClass == .cpu ? .instance : .chip, every: Seconds(1 / failures.each.value)))
      }
    }
    for (storage, use) in [(dataStorage, Use.input), (checkpointStorage, .checkpoint)] {
      guard let storage, mode != .none || use == .input else { continue }
      if storage.reach == .drives, instance.localStorage == nil {
        throw .noDrives(storage: storage.name, use, instance: instance.name)
      }
      if storage.reach == .ebs, instance.ebs == nil {
        throw .noEBS(storage: storage.name, use, instance: instance.name)
      }
    }
    if mode != .none, let storage = checkpointStorage, !storage.isDurable {
      throw .lostWithInstance(storage: storage.name)
    }
    assumptions = notes
  }

  private static func find<T>(
    _ name: String?, usual: String?, in all: [String: T], unknown: (String, [String]) -> Problem
  ) throws(Problem) -> T? {
    guard let name else { return usual.flatMap { all[$0] } }
    if let one = all[name] { return one }
    throw unknown(name, all.keys.sorted())
  }
}

extension Storage {
  /// What one of `units` instances gets of it, with the source of what bounds that; nil where the instance's own figure is
  /// not known.
  func rate(of instance: Instance, units: Int, writing: Bool, bursting: Bool = false) -> Sourced<ByteRate>? {
    let own: Sourced<ByteRate>? =
      switch reach {
      case .drives: writing ? instance.localStorage?.writeBandwidth : instance.localStorage?.readBandwidth
      case .ebs: (bursting ? instance.ebs?.burst : nil) ?? instance.ebs?.bandwidth
      case .network: instance.network?.bandwidth
      }
    guard let own else { return nil }
    // An UltraServer is several instances, each of them a client.
    let client = (writing ? writeBandwidth : readBandwidth).map {
      Sourced($0.value * Double(instance.memberCount), origin: $0.origin)
    }
    let share = systemBandwidth.map { Sourced($0.value / Double(units), origin: $0.origin) }
    return [own, client, share].compactMap { $0 }.min { $0.value < $1.value }
  }
}

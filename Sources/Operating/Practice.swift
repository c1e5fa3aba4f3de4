import Quantities
import Scenarios

/// What a job's upkeep comes to on one type of instance: names looked up, what was left open decided and told.
public struct Practice: Sendable {
  public let upkeep: Upkeep
  /// Nil where nothing is known of it.
  public let data: InputData?
  public let dataStorage: Storage?
  public let mode: CheckpointMode
  public let checkpointStorage: Storage?
  public let recovery: Recovery?
  /// Of one chip, or of one host for a CPU; nil where no log is known; zero where the job says that nothing fails.
  public let failures: FailureRates.Rate?
  /// What was decided for the user, in sentences.
  public let assumptions: [String]

  /// A name that no file has, or a storage that the instance cannot use.
  public struct Problem: Error, Hashable, Sendable {
    public var reason: String
  }

  public init(_ upkeep: Upkeep, on instance: Instance, _ around: Surroundings) throws(Problem) {
    self.upkeep = upkeep
    if around.recovery == nil, upkeep.checkpoint != Upkeep.Checkpoint() || upkeep.failures != Upkeep.Failures() {
      throw Problem(
        reason: "checkpoints and failures are asked for, and the configurations have no reliability/recovery.yaml")
    }
    let provider = instance.provider
    var notes: [String] = []
    data = try Practice.find(upkeep.input.data, usual: "tokens", in: around.data, "kind of data", "input")
    let near = provider.dataStorage.first { around.storages[$0]?.isReached(by: instance) == true }
    dataStorage = try Practice.find(upkeep.input.storage, usual: near, in: around.storages, "storage", "input")
    mode = around.recovery == nil ? .none : upkeep.checkpoint.mode ?? .async
    checkpointStorage = try Practice.find(
      upkeep.checkpoint.storage, usual: provider.checkpointStorage, in: around.storages, "storage", "checkpoint")
    recovery = around.recovery
    if let rate = upkeep.failures.rate {
      failures = FailureRates.Rate(each: rate, spread: 0, logs: [])
    } else {
      failures = FailureRates(around.logs).rate(of: instance.chip)
      if let failures, failures.logs.isEmpty {
        let kind = instance.chip.chipClass == .cpu ? "host" : "chip"
        notes.append(
          "where no log of a \(kind)'s failures is published, those of others are taken: one in "
            + "\(Seconds(1 / failures.each.value).formatted) a \(kind)")
      }
    }
    for (storage, key) in [(dataStorage, "input"), (checkpointStorage, "checkpoint")] {
      guard let storage, mode != .none || key == "input" else { continue }
      if storage.reach == .drives, instance.localStorage == nil {
        throw Problem(reason: "\(key) storage \(storage.name): \(instance.name) has no drives of its own")
      }
      if storage.reach == .ebs, instance.ebs == nil {
        throw Problem(reason: "\(key) storage \(storage.name): no EBS bandwidth of \(instance.name) is known")
      }
    }
    if mode != .none, let storage = checkpointStorage, !storage.isDurable {
      throw Problem(reason: "checkpoint storage \(storage.name) is lost with its instance; use another")
    }
    assumptions = notes
  }

  private static func find<T>(
    _ name: String?, usual: String?, in all: [String: T], _ what: String, _ key: String
  ) throws(Problem) -> T? {
    guard let name else { return usual.flatMap { all[$0] } }
    if let one = all[name] { return one }
    let known = all.keys.sorted()
    let near = Spelling.nearest(to: name, among: known).map { "did you mean '\($0)'? " } ?? ""
    throw Problem(reason: "\(key): no \(what) is called '\(name)'; \(near)known: \(known.joined(separator: ", "))")
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

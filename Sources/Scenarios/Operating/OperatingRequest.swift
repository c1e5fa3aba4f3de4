import Quantities

/// How a run saves what it has reached.
public enum CheckpointMode: String, CaseIterable, Sendable {
  /// Steps stand still until everything is written.
  case sync
  /// Steps stand still for a copy to the host's memory, which is written while they go on.
  case async
  /// The copy goes to the host's memory and to that of another instance.
  case replicated
  case none
}

/// What a job says of how it is fed, saved and kept going. What is nil is left to the facts in `configs/`.
public struct OperatingRequest: Hashable, Sendable {
  public var input = Input()
  public var checkpoint = Checkpoint()
  public var failures = Failures()
  /// Whose work is expected; nil: an experienced team's.
  public var practice: Practice.Team?
  public init() {}

  public struct Input: Hashable, Sendable {
    /// Name of a file in `configs/data`: what has to be done to a sample before it is trained on.
    public var data: String?
    /// Name of a file in `configs/storage`: where samples lie.
    public var storage: String?
    /// Whether samples are prepared while steps run.
    public var prefetch: Bool?
    public init() {}
  }

  public struct Checkpoint: Hashable, Sendable {
    public var mode: CheckpointMode?
    /// Name of a file in `configs/storage`.
    public var storage: String?
    /// Time between checkpoints; nil: the best one.
    public var interval: Seconds?
    public init() {}
  }

  public struct Failures: Hashable, Sendable {
    /// Per chip; 0: none.
    public var rate: EventRate?
    /// Instances standing by; nil: as many as pay.
    public var spares: Int?
    /// Mean time until a replaced instance is there.
    public var replacement: Seconds?
    /// Per instance bought as spot.
    public var spot: EventRate?
    /// Whether the compiler's results are kept over restarts.
    public var compiled: Bool?
    public init() {}
  }

  /// This, and where it says nothing, the other.
  public func over(_ other: OperatingRequest) -> OperatingRequest {
    var all = self
    all.input.data = input.data ?? other.input.data
    all.input.storage = input.storage ?? other.input.storage
    all.input.prefetch = input.prefetch ?? other.input.prefetch
    all.checkpoint.mode = checkpoint.mode ?? other.checkpoint.mode
    all.checkpoint.storage = checkpoint.storage ?? other.checkpoint.storage
    all.checkpoint.interval = checkpoint.interval ?? other.checkpoint.interval
    all.failures.rate = failures.rate ?? other.failures.rate
    all.failures.spares = failures.spares ?? other.failures.spares
    all.failures.replacement = failures.replacement ?? other.failures.replacement
    all.failures.spot = failures.spot ?? other.failures.spot
    all.failures.compiled = failures.compiled ?? other.failures.compiled
    all.practice = practice ?? other.practice
    return all
  }
}

extension OperatingRequest {
  /// The keys `input`, `checkpoint`, `failures` and `practice` of a job or a suite; `failures: none` is a rate of 0.
  init(_ fields: Fields) {
    self.init()
    if let part = fields.fields("input", Keys.input) { input = Input(part) }
    if let part = fields.fields("checkpoint", Keys.checkpoint) { checkpoint = Checkpoint(part) }
    if fields["failures"]?.word == "none" {
      failures.rate = EventRate(0)
    } else if let part = fields.fields("failures", Keys.failures) {
      failures = Failures(part)
    }
    practice = fields.choice("practice", Practice.Team.self)
  }

  /// The options `--input`, `--checkpoint` and `--failures`, each of the form `key=value,…`.
  ///
  /// - Parameter option: where they really stood, for diagnostics.
  public static func parse(
    input: String? = nil, checkpoint: String? = nil, failures: String? = nil, option: String? = nil
  ) throws(Diagnostics) -> OperatingRequest {
    var operating = OperatingRequest()
    var problems: [Diagnostic] = []
    func read<T>(_ text: String?, _ own: String, _ keys: [Key], _ example: String, _ build: (Fields) -> T) -> T? {
      guard let text else { return nil }
      do throws(Diagnostics) {
        return try Fields.read(pairs: text, option: option ?? own, keys: keys, example: example, build)
      } catch {
        problems += error.all
        return nil
      }
    }
    if let part = read(input, "--input", Keys.input, "data=text,storage=s3", Input.init) { operating.input = part }
    if let part = read(checkpoint, "--checkpoint", Keys.checkpoint, "mode=async,storage=fsx", Checkpoint.init) {
      operating.checkpoint = part
    }
    if failures == "none" {
      operating.failures.rate = EventRate(0)
    } else if let part = read(failures, "--failures", Keys.failures, "spares=2,replacement=10 min", Failures.init) {
      operating.failures = part
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return operating
  }
}

extension OperatingRequest.Input {
  fileprivate init(_ fields: Fields) {
    self.init()
    data = fields.name("data")?.text
    storage = fields.name("storage")?.text
    prefetch = fields.bool("prefetch")
  }
}

extension OperatingRequest.Checkpoint {
  fileprivate init(_ fields: Fields) {
    self.init()
    mode = fields.choice("mode", CheckpointMode.self)
    storage = fields.name("storage")?.text
    interval = fields.quantity("interval")
    if mode == CheckpointMode.none, storage != nil || interval != nil {
      fields.error("nothing is saved with 'mode: none'", help: "leave 'storage' and 'interval' out", at: "mode")
    }
  }
}

extension OperatingRequest.Failures {
  fileprivate init(_ fields: Fields) {
    self.init()
    rate = fields.quantity("rate", fromZero: true)
    spares = fields.int("spares", in: 0...100_000)
    replacement = fields.quantity("replacement", fromZero: true)
    spot = fields.quantity("spot", fromZero: true)
    compiled = fields.bool("compiled")
  }
}

import CKernels
import Quantities

/// A part of a step or of memory: a line of `parts.h`, from which its name, its column in files and its word come.
public protocol ListedPart: Hashable, Sendable, CaseIterable where AllCases == [Self] {
  /// Its place in the list.
  var index: Int { get }
  init(index: Int)
  static func line(_ index: Int) -> tf_part
}

extension ListedPart {
  /// Its name: `tensor`.
  public var name: String { String(cString: Self.line(index).name) }
  /// Its column in result files: `tp_comm_s`.
  public var column: String { String(cString: Self.line(index).column) }
  /// What it is called in words: `tensor communication`.
  public var words: String { String(cString: Self.line(index).words) }
}

/// Exposed time of one step, on the slowest stage. The parts add up to `total`.
@dynamicMemberLookup
public struct StepParts: Sendable, Equatable {
  public struct Part: ListedPart {
    public let index: Int
    public init(index: Int) { self.index = index }
    public static func line(_ index: Int) -> tf_part {
      withUnsafeBytes(of: tf_step_parts) { $0.bindMemory(to: tf_part.self)[index] }
    }
    public static let allCases = (0..<Int(TF_ALL_STEP_PARTS)).map(Part.init(index:))

    // Names for those that code speaks of.
    public static let compute = Part(index: Int(TF_STEP_compute))
    public static let recompute = Part(index: Int(TF_STEP_recompute))
    public static let tensor = Part(index: Int(TF_STEP_tensor))
    public static let context = Part(index: Int(TF_STEP_context))
    /// Tokens on their way to experts and back.
    public static let exchange = Part(index: Int(TF_STEP_exchange))
    public static let pipeline = Part(index: Int(TF_STEP_pipeline))
    public static let data = Part(index: Int(TF_STEP_data))
    public static let bubble = Part(index: Int(TF_STEP_bubble))
    public static let optimizer = Part(index: Int(TF_STEP_optimizer))
    /// Waiting for the host's launches, and what a micro-batch and a step cost besides what is counted.
    public static let host = Part(index: Int(TF_STEP_host))
    /// Waiting for the slowest machine.
    public static let straggling = Part(index: Int(TF_STEP_straggling))
    /// What logs of one's own say that steps take longer than predicted; below zero: less long. Zero in what a simulator
    /// returns, as are the next three.
    public static let own = Part(index: Int(TF_STEP_own))
    /// What a plan that nobody ran is expected to lose.
    public static let untried = Part(index: Int(TF_STEP_untried))
    /// What stands around the step: waiting for input, and its share of checkpoints.
    public static let input = Part(index: Int(TF_STEP_input))
    public static let checkpoint = Part(index: Int(TF_STEP_checkpoint))
  }

  private var seconds: [Double]

  /// - Parameter value: seconds of the part at a place; what stands around a step is zero.
  init(_ value: (Int) -> Double) {
    seconds = Part.allCases.map { $0.index < Int(TF_STEP_PART_COUNT) ? value($0.index) : 0 }
  }

  /// What is not named is zero.
  public init(_ parts: [Part: Seconds]) { seconds = Part.allCases.map { parts[$0]?.value ?? 0 } }

  public subscript(part: Part) -> Seconds {
    get { Seconds(seconds[part.index]) }
    set { seconds[part.index] = newValue.value }
  }

  public subscript(dynamicMember part: KeyPath<Part.Type, Part>) -> Seconds {
    get { self[Part.self[keyPath: part]] }
    set { self[Part.self[keyPath: part]] = newValue }
  }

  public var total: Seconds { Seconds(seconds.reduce(0, +)) }
}

/// Memory of the fullest device, by kind. The parts add up to `total`.
@dynamicMemberLookup
public struct MemoryParts: Sendable, Equatable {
  public struct Part: ListedPart {
    public let index: Int
    public init(index: Int) { self.index = index }
    public static func line(_ index: Int) -> tf_part {
      withUnsafeBytes(of: tf_memory_parts) { $0.bindMemory(to: tf_part.self)[index] }
    }
    public static let allCases = (0..<Int(TF_MEMORY_PART_COUNT)).map(Part.init(index:))

    public static let weights = Part(index: Int(TF_MEMORY_weights))
    public static let gradients = Part(index: Int(TF_MEMORY_gradients))
    public static let optimizer = Part(index: Int(TF_MEMORY_optimizer))
    public static let activations = Part(index: Int(TF_MEMORY_activations))
    public static let logits = Part(index: Int(TF_MEMORY_logits))
    public static let workspace = Part(index: Int(TF_MEMORY_workspace))
    public static let reserve = Part(index: Int(TF_MEMORY_reserve))
  }

  private var bytes: [Double]

  /// - Parameter value: bytes of the part at a place.
  init(_ value: (Int) -> Double) { bytes = Part.allCases.map { value($0.index) } }

  /// What is not named is zero.
  public init(_ parts: [Part: Bytes]) { bytes = Part.allCases.map { parts[$0]?.value ?? 0 } }

  public subscript(part: Part) -> Bytes {
    get { Bytes(bytes[part.index]) }
    set { bytes[part.index] = newValue.value }
  }

  public subscript(dynamicMember part: KeyPath<Part.Type, Part>) -> Bytes {
    get { self[Part.self[keyPath: part]] }
    set { self[Part.self[keyPath: part]] = newValue }
  }

  public var total: Bytes { Bytes(bytes.reduce(0, +)) }
}

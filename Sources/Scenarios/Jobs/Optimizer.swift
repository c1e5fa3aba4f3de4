import Quantities

/// How weights are updated, and what is kept of each for it: a word such as `adamw-8bit`, and behind it where something else is
/// kept than usual: `adamw-8bit,master=none,gradients=bf16,offload=states`.
public struct Optimizer: Hashable, Sendable {
  public enum Rule: String, CaseIterable, Sendable { case adamw, adafactor, lion, muon, sgd }
  /// The type of moments.
  public enum States: String, CaseIterable, Sendable {
    case fp32, bf16
    case eightBit = "8bit"

    /// Of one number. Blocks of 256 numbers of 8 bits share an fp32 maximum (Dettmers and others 2021, arXiv:2110.02861 §2;
    /// the block as bitsandbytes and torchao have it, where the paper's are of 2,048).
    public var bytes: Double {
      switch self {
      case .fp32: 4
      case .bf16: 2
      case .eightBit: 1 + 4.0 / 256
      }
    }
  }
  /// What waits in the host's memory between steps.
  public enum Offload: String, CaseIterable, Sendable { case none, states }
  enum Master: String, CaseIterable { case fp32, none }

  public var rule: Rule
  public var states: States
  /// Whether weights of 16 bits have an fp32 copy, which is what is updated.
  public var hasMaster = true
  /// The type in which gradients are kept and travel; nil: the stack's, or without a copy that of the weights.
  public var gradients: DataType?
  public var offload = Offload.none

  public init(_ rule: Rule, _ states: States = .fp32) {
    self.rule = rule
    self.states = states
  }

  public static let adamw = Optimizer(.adamw)
  public static let adamwBF16 = Optimizer(.adamw, .bf16)
  public static let sgd = Optimizer(.sgd)
}

extension Optimizer: PairsText, CaseIterable {
  public static let example = "adamw-8bit,master=none"

  /// Every word, with what is usual behind it.
  public static let allCases: [Optimizer] = Rule.allCases.flatMap { rule in
    rule == .adafactor ? [Optimizer(rule)] : States.allCases.map { Optimizer(rule, $0) }
  }

  private var word: String { states == .fp32 ? rule.rawValue : "\(rule.rawValue)-\(states.rawValue)" }

  public var rawValue: String {
    var parts = [word]
    if !hasMaster { parts.append("master=none") }
    if let gradients { parts.append("gradients=\(gradients.rawValue)") }
    if offload != .none { parts.append("offload=\(offload.rawValue)") }
    return parts.joined(separator: ",")
  }

  public init(parsing text: String, option: String = "--optimizer") throws(Diagnostics) {
    self = try Fields.read(
      pairs: text, option: option, keys: Keys.optimizer, example: Optimizer.example, first: "name"
    ) { fields in
      var found = fields.choice("name", Optimizer.self, called: "optimizer") ?? .adamw
      found.hasMaster = fields.choice("master", Master.self) != Optimizer.Master.none
      found.gradients = fields.choice("gradients", DataType.self, allowed: [.bf16, .fp32])
      found.offload = fields.choice("offload", Offload.self) ?? .none
      return found
    }
  }
}

extension Job {
  /// Gradients of 16-bit weights that have no fp32 copy are of the weights' own type, as PyTorch keeps them.
  public func gradientType(_ stack: Stack) -> DataType {
    if precision.isWide { return .fp32 }
    return optimizer.gradients ?? (optimizer.hasMaster ? stack.gradientType : .bf16)
  }

  /// The type in which they travel.
  public func reduceType(_ stack: Stack) -> DataType {
    if precision.isWide { return .fp32 }
    return optimizer.gradients ?? (optimizer.hasMaster ? stack.reduceType : .bf16)
  }

  /// The same where ranks share gradients.
  public func shardedReduceType(_ stack: Stack) -> DataType {
    guard optimizer.gradients == nil, optimizer.hasMaster, let own = stack.shardedReduceType else {
      return reduceType(stack)
    }
    return precision.isWide ? .fp32 : own
  }
}

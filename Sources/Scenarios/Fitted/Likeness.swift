import Quantities

/// How errors of predictions hang together that no parameter explains: a Gaussian process over what makes runs alike.
///
/// Spreads are standard deviations of the logarithm of a step time. Where a fit has not estimated them they are those of
/// `configs/calibration/priors.yaml`, which says where they come from.
public struct Likeness: Sendable, Hashable {
  /// What two runs can differ in. The first are counted in doublings; from `precision` on it is equal or not.
  public enum Feature: String, CaseIterable, Sendable {
    case parameters, sequence, devices
    case microBatchTokens = "micro_batch_tokens"
    case microBatches = "micro_batches"
    case tensor, pipeline, interleave, context, expert
    case precision, recompute, sharding, adapters, experts, stack, chip

    public static let ordered = 10
    /// What a plan decides; the rest is the job's, or the machine's.
    public var isPlan: Bool {
      switch self {
      case .microBatchTokens, .microBatches, .tensor, .pipeline, .interleave, .context, .expert, .recompute, .sharding:
        true
      case .parameters, .sequence, .devices, .precision, .adapters, .experts, .stack, .chip: false
      }
    }
  }

  /// A part of what is unexplained.
  public enum Part: String, CaseIterable, Sendable {
    /// What all runs of a team with one stack on one chip have in common.
    case team
    /// What like runs of a team have in common.
    case run
    /// What like runs have in common, whoever ran them.
    case across
    /// Of each run alone.
    case noise
    /// Besides, where no run of the chip with the stack, of the stack, of the chip was fitted.
    case newPair = "new_pair"
    case newStack = "new_stack"
    case newChip = "new_chip"
  }

  /// Differences that count as one, [features]: in doublings, or of what is not equal.
  public var lengths: [Double]
  /// [parts]
  public var spreads: [Double]

  /// A factor of 20,000: beyond it an interval says nothing.
  public static let widest = 10.0

  public init() {
    lengths = [0.8, 3.6, 6, 1.9, 2.5, 1.1, 2.4, 3, 1.6, 2.4, 1.3, 3, 1.8, 0.7, 0.7, 0.6, 0.4]
    spreads = [0.14, 0.14, 0.05, 0.06, 0.08, 0.09, 0.2]
  }

  public subscript(feature: Feature) -> Double {
    get { lengths[Likeness.place(feature)] }
    set { lengths[Likeness.place(feature)] = newValue }
  }

  public subscript(part: Part) -> Double {
    get { spreads[Likeness.place(part)] }
    set { spreads[Likeness.place(part)] = newValue }
  }

  public static func place(_ feature: Feature) -> Int { Feature.allCases.firstIndex(of: feature) ?? 0 }
  public static func place(_ part: Part) -> Int { Part.allCases.firstIndex(of: part) ?? 0 }

  /// One over the square of each length, [features].
  public var weights: [Double] { lengths.map { 1 / ($0 * $0) } }
}

extension Likeness {
  /// Those that a file states; the others are `usual`.
  init(_ fields: Fields?, usual: Likeness = Likeness()) {
    self = usual
    guard let fields else { return }
    let lengths = fields.fields("lengths", Keys.likenessLengths),
      spreads = fields.fields("spreads", Keys.likenessSpreads)
    for feature in Feature.allCases {
      self[feature] = lengths?.above(feature.rawValue) ?? self[feature]
    }
    for part in Part.allCases { self[part] = spreads?.above(part.rawValue) ?? self[part] }
    if let spreads, let part = Part.allCases.first(where: { self[$0] > Likeness.widest }) {
      spreads.error("'\(part.rawValue)' is above \(Likeness.widest)", help: "write it like 0.14", at: part.rawValue)
    }
    if fields.has("note") { _ = fields.text("note") }
  }
}

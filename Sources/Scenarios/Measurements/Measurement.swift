/// One published run: what was trained, on what, how the work was split, and the figure that was measured.
///
/// Degrees count devices as the source does: logical NeuronCores on Trainium, GPUs elsewhere. What a source does not say
/// is nil; whether a prediction can do without it is not decided here.
public struct Measurement: Sendable, Hashable {
  /// What `value` is. Raw values are those of the file, and name the unit.
  public enum Metric: String, CaseIterable, Sendable {
    case stepTime = "step_time_s"
    case tokenRate = "tokens_per_s_per_device"
    case flopRate = "tflops_per_device"
    case utilization = "mfu"
    case timeToTrain = "time_to_train_min"
    case sampleRate = "samples_per_s_total"

    /// Times are better small, rates are better large.
    public var isTime: Bool { self == .stepTime || self == .timeToTrain }
  }

  /// How far the figure is to be trusted: clean, usable with the caveat of its note, weak.
  public enum Grade: String, CaseIterable, Sendable {
    case clean = "A"
    case usable = "B"
    case weak = "C"
  }

  public var id: String
  public var source: String
  public var sourceLocation: String?
  public var year: Int?
  public var model: String
  public var billionParameters: Double?
  /// h, L, a, a_kv, f, V, s
  public var hiddenSize: Int?
  public var layers: Int?
  public var heads: Int?
  public var keyValueHeads: Int?
  public var feedForwardSize: Int?
  public var vocabularySize: Int?
  public var sequenceLength: Int?
  /// `experts/chosen` of a mixture; nil for a dense model.
  public var experts: String?
  public var accelerator: String
  public var instance: String?
  /// Chips, or sockets of a CPU; half a chip where one of two cores ran.
  public var accelerators: Double?
  public var precision: String?
  /// t, p, c, e, x, D, v
  public var tensor: Int?
  public var pipeline: Int?
  public var context: Int?
  public var expert: Int?
  public var expertTensor: Int?
  public var data: Int?
  public var interleave: Int?
  public var sharding: String?
  /// b and B, in sequences
  public var microBatch: Int?
  public var globalBatch: Int?
  public var recompute: String?
  public var sequenceParallel: String?
  public var metric: Metric
  /// In the metric's unit.
  public var value: Double
  /// Of all devices together, as derived by whoever wrote the row.
  public var derivedTokensPerSecond: Double?
  public var notes: String
  /// Where the row stands in its file.
  public var line: Int
  /// The software, by the name of its file; nil: as the row's source and its words have it.
  public var stack: String?
  /// What was trained and how, and by which optimizer; nil: as the row's words have it.
  public var training: Training?
  public var optimizer: Optimizer?
  /// How FLOP/s or a utilization was counted; nil: as its source does.
  public var counting: AssumedPlan.FLOPConvention?

  /// The letter that opens the notes: `[A]`.
  public var grade: Grade? {
    let start = notes.prefix(3)
    guard start.count == 3, start.hasPrefix("["), start.hasSuffix("]") else { return nil }
    return Grade(rawValue: String(start.dropFirst().prefix(1)))
  }

  /// What rows of one source share: the id without its number.
  public var series: String {
    var name = id[...]
    while let last = name.last, last.isASCII, last.isNumber { name = name.dropLast() }
    while name.last == "-" || name.last == "_" { name = name.dropLast() }
    return name.isEmpty ? id : String(name)
  }
}

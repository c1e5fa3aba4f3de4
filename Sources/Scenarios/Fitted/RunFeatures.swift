import Quantities

/// What makes two training runs alike: what their errors may have in common.
public struct RunFeatures: Sendable, Hashable {
  public var chip: String
  public var stack: String
  public var precision: String
  public var recompute: String
  /// Low-rank adapters alone are trained.
  public var adapters: Bool
  /// z
  public var zero: Int
  public var parameters: Double
  public var sequence: Double
  public var batch: Double
  public var devices: Double
  public var tensor: Double
  public var pipeline: Double
  public var interleave: Double
  public var context: Double
  /// e, ranks that experts are spread over; 0 where there are none.
  public var expert: Double
  /// b, sequences
  public var microBatch: Double

  public init(chip: String, stack: String, job: Job, plan: Plan) {
    self.init(
      texts: [chip, stack, job.precision.rawValue, plan.recompute.rawValue],
      numbers: [
        job.model.parameterCount.total, Double(job.sequenceLength), Double(job.globalBatch), Double(plan.devices),
        Double(plan.tensor), Double(plan.pipeline), Double(plan.interleave), Double(plan.context), Double(plan.zero),
        Double(plan.microBatch), job.loraRank == nil ? 0 : 1, job.model.hasExperts ? Double(plan.expert) : 0,
      ])
  }

  /// The same run with another plan.
  public func with(_ plan: Plan) -> RunFeatures {
    var other = self
    other.recompute = plan.recompute.rawValue
    (other.devices, other.tensor, other.pipeline) = (Double(plan.devices), Double(plan.tensor), Double(plan.pipeline))
    (other.interleave, other.context) = (Double(plan.interleave), Double(plan.context))
    if expert > 0 { other.expert = Double(plan.expert) }
    (other.zero, other.microBatch) = (plan.zero, Double(plan.microBatch))
    return other
  }

  init(texts: [String], numbers: [Double]) {
    precondition(texts.count == RunFeatures.texts.count && numbers.count == RunFeatures.numbers.count)
    (chip, stack, precision, recompute) = (texts[0], texts[1], texts[2], texts[3])
    (parameters, sequence, batch, devices) = (numbers[0], numbers[1], numbers[2], numbers[3])
    (tensor, pipeline, interleave, context) = (numbers[4], numbers[5], numbers[6], numbers[7])
    (zero, microBatch, adapters, expert) = (Int(numbers[8]), numbers[9], numbers[10] > 0, numbers[11])
  }

  /// As columns of calibration/runs.csv.
  public var cells: (texts: [String], numbers: [Double]) {
    (
      [chip, stack, precision, recompute],
      [
        parameters, sequence, batch, devices, tensor, pipeline, interleave, context, Double(zero), microBatch,
        adapters ? 1 : 0, expert,
      ]
    )
  }

  static let texts = ["chip", "stack", "precision", "plan_recompute"]
  static let numbers = [
    "parameters", "sequence_length", "global_batch_sequences", "devices", "plan_tp", "plan_pp", "plan_vpp", "plan_cp",
    "plan_zero", "plan_micro_batch", "adapters", "plan_ep",
  ]

  /// m
  public var microBatches: Double {
    max(1, batch * tensor * pipeline * context / max(devices * microBatch, 1))
  }

  /// In doublings, then as what is equal or not, in the order of `Likeness.Feature`.
  public var coordinates: [Double] {
    func word(_ text: String) -> Double { Double(Fingerprint(text).value >> 16) }
    // Recomputation in some layers is like that in all.
    let mode = Recompute(rawValue: recompute)?.whole.rawValue ?? recompute
    return [
      Logarithm.doublings(parameters), Logarithm.doublings(sequence), Logarithm.doublings(devices),
      Logarithm.doublings(microBatch * sequence),
      Logarithm.doublings(microBatches), Logarithm.doublings(tensor), Logarithm.doublings(pipeline),
      Logarithm.doublings(interleave), Logarithm.doublings(context), Logarithm.doublings(max(1, expert)),
      word(precision), word(mode), zero == 3 ? 1 : 0, adapters ? 1 : 0, expert > 0 ? 1 : 0, word(stack),
      word(chip),
    ]
  }
}

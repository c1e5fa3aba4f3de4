import Scenarios

/// What a run trained, in kinds that are hard in ways of their own. A calibration's report tells how well each is predicted.
public enum WorkKind: String, CaseIterable, Sendable {
  case experts = "mixtures of experts"
  case narrow = "dense models in 8 or 4 bits"
  case long = "sequences of 32,768 tokens or more"
  case adapters = "low-rank adapters"
  case stateSpace = "state-space layers"
  case encodersOnTrainium = "encoders on Trainium"

  /// Whether a job on a chip is of this kind.
  func holds(_ job: Job, _ chip: Chip) -> Bool {
    switch self {
    case .experts: job.model.hasExperts
    case .narrow: !job.model.hasExperts && job.precision.isNarrow
    case .long: job.sequenceLength >= 32_768
    case .adapters: job.loraRank != nil
    case .stateSpace: job.model.layout.kinds.contains { $0.mixer.isStateSpace }
    case .encodersOnTrainium: job.model.family == .encoder && chip.architecture == "trainium"
    }
  }
}

extension Mixer {
  fileprivate var isStateSpace: Bool {
    if case .stateSpace = self { true } else { false }
  }
}

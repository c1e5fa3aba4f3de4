/// What a cost is the product of: the one list for all who make these factors, write them or divide them.
///
/// The first seven multiply to the wall time in seconds, all eleven to the cost in US dollars. Each is a ratio of two amounts
/// that follow each other, so that the product leaves nothing over:
///
///     wall time = steps × step × (fed ÷ step) × (saving ÷ fed) × (running ÷ (steps × saving)) × (whole ÷ running) × (wall ÷ whole)
///     cost = wall time × instances × (all ÷ instances) × (billed ÷ wall) × price
///
/// where a step is `fed` with its waiting for input and `saving` with its share of checkpoints besides, the run is
/// `running` from its first step to its last and `whole` with its start, and `all` instances are those that work and those that stand by.
public enum CostFactor: String, CaseIterable, Sendable {
  /// How many steps.
  case steps
  /// Seconds of a step by itself.
  case step
  /// By how much waiting for input makes it longer: 1 or more, as are those without a unit below.
  case input
  /// By how much checkpoints make that longer.
  case checkpoint
  /// What failures, recoveries and waiting for instances add to the steps.
  case goodput
  /// What compiling and the last checkpoint add to that.
  case start
  /// By what a team takes longer than its machines.
  case practice
  /// How many instances work.
  case instances
  /// What those that stand by add.
  case spares
  /// What is billed beyond the work: the rest of a day, a week or a minute.
  case billing
  /// US dollars for one instance and second.
  case price

  /// Whether it has a part in the wall time.
  public var isOfTime: Bool {
    switch self {
    case .steps, .step, .input, .checkpoint, .goodput, .start, .practice: true
    case .instances, .spares, .billing, .price: false
    }
  }
}

extension [CostFactor: Double] {
  /// Of those that are there, always in the same order.
  public var product: Double { CostFactor.allCases.compactMap { self[$0] }.reduce(1, *) }
}

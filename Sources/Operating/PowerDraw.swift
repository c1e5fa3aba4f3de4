import Quantities
import Scenarios

/// What a machine draws while it trains, and how well that is known.
public struct PowerDraw: Sendable {
  public let load: Watts
  public let grade: PowerGrade
  /// The figure that `load` is, or is a share of.
  public let figure: Sourced<Watts>
  /// Of that figure; 1 but for a published maximum.
  public let share: Double
  /// Drawn while it waits; nil where nobody says, and the load is taken for it.
  public let idle: Sourced<Watts>?

  /// What of its published maximum a machine draws that trains.
  ///
  /// The median of what nodes of eight H100 drew of their 10.2 kW: 68% in immersion, one node (MLPerf Training 4.0,
  /// 2024, Llama 2 70B LoRA), 76% (arXiv:2506.14551, Jun 2025), 82% at most (arXiv:2412.08602, Dec 2024).
  public static let usualShare = 0.76

  /// Nil where neither a draw nor a maximum is known: no draw is made up from parts of which one has no source.
  public init?(of instance: Instance) {
    if let load = instance.powerLoad, instance.powerGrade == .measured {
      (figure, share, grade) = (load, 1, .measured)
    } else if let max = instance.powerMax {
      (figure, share, grade) = (max, PowerDraw.usualShare, .published)
    } else if let load = instance.powerLoad {
      (figure, share, grade) = (load, 1, .estimated)
    } else {
      return nil
    }
    load = figure.value * share
    idle = instance.powerIdle
  }

  /// Nothing draws more at rest than at work.
  public var resting: Watts { idle.map { min($0.value, load) } ?? load }
}

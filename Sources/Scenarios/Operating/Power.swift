/// How well it is known what a machine draws, best first. Raw values are those of files and results.
public enum PowerGrade: String, CaseIterable, Sendable {
  /// Measured in training, on this type or on a machine with the same board.
  case measured
  /// Its maximum is published, and the usual share of it is taken.
  case published
  /// Worked out by others, from what they know of its parts.
  case estimated
}

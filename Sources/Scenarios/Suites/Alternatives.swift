/// Whether two cases answer one question, so that it makes sense to ask which of them is better.
extension ResolvedCase {
  /// They train the same, with the same around the steps and within the same limits. They may differ in the machines, in how those are
  /// bought and how the work is split, and, where counts are given, in how many there are.
  public func isAlternative(to other: ResolvedCase) -> Bool {
    trainsTheSame(other.job) && job.operating == other.job.operating && size.isCount == other.size.isCount
      && size.deadline == other.size.deadline && size.budget == other.size.budget
  }

  private func trainsTheSame(_ other: Job) -> Bool {
    job.model.name == other.model.name && job.model.origin == other.model.origin && job.tokens == other.tokens
      && job.sequenceLength == other.sequenceLength && job.globalBatch == other.globalBatch
      && job.precision == other.precision && job.optimizer == other.optimizer && job.training == other.training
      && job.documents == other.documents
  }
}

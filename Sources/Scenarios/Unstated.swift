/// Efficiency parameters that a file leaves out, for it was written before there were any such: their neutral values are
/// taken, with which predictions are what they were then.
public struct Unstated: Sendable, Hashable {
  public var parameters: [EfficiencyParameter] = []

  public init() {}

  /// `straggling: 0, host_softmax: 0`; nil where all are stated.
  public var taken: String? {
    guard !parameters.isEmpty else { return nil }
    return parameters.map { "\($0.key): \($0.neutralText)" }.joined(separator: ", ")
  }

  /// What `catalog check` says of the file; nil where all are stated.
  func warning(at location: String) -> Diagnostic? {
    guard let taken else { return nil }
    let one = parameters.count == 1
    return Diagnostic(
      .warning, "not stated, so taken as if there were no such effect: \(taken)",
      help: "calibrate anew, or write the value\(one ? "" : "s") taken to say that \(one ? "it is" : "they are") meant",
      at: Place(file: location))
  }
}

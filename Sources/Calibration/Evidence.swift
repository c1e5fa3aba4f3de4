/// What stands behind a prediction.
public enum Evidence: String, Sendable {
  /// A published run of this chip and stack that is as like as can be asked of one is near; never with parts that nobody
  /// sells.
  case measured
  /// Runs of this chip were fitted.
  case calibrated
  /// No run of this chip was.
  case extrapolated

  /// - Parameters:
  ///   - nearest: of the fitted runs, where it was looked for.
  ///   - isChipFitted: whether runs of the chip are among them.
  ///   - isSold: whether the machine is as it is sold, without other parts put in.
  public init(_ nearest: Nearest?, isChipFitted: Bool, isSold: Bool) {
    self = nearest?.isNear == true && isSold ? .measured : isChipFitted ? .calibrated : .extrapolated
  }
}

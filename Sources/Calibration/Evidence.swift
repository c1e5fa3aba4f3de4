/// What stands behind a prediction: how far it may be off, and whether anybody measured what is like it.
public enum Evidence: String, Sendable {
  /// A published run of this chip and stack that is as like as can be asked of one is near, and little is left open; never
  /// with parts that nobody sells.
  case measured
  /// Runs of this chip were fitted, and not too much is left open.
  case calibrated
  /// No run of this chip was, or what the job needs of it is as open as if none had been.
  case extrapolated

  /// - Parameters:
  ///   - nearest: of the fitted runs, where it was looked for.
  ///   - isChipFitted: whether runs of the chip are among them.
  ///   - isSold: whether the machine is as it is sold, without other parts put in.
  ///   - steps: of the plan, as machines run it.
  public init(_ nearest: Nearest?, isChipFitted: Bool, isSold: Bool, steps: Interval) {
    let open = steps.high / steps.low
    if !isChipFitted || open > Evidence.widestCalibrated {
      self = .extrapolated
    } else {
      self = nearest?.isNear == true && isSold && open <= Evidence.widestMeasured ? .measured : .calibrated
    }
  }

  // Judgement. A stranger's step beside near runs of well-measured software has ends 1.6 apart: teams differ by as much.

  /// The longest step over the shortest of a 90% interval that still counts as measured.
  public static let widestMeasured = 1.75
  /// The same of calibrated.
  public static let widestCalibrated = 2.5
}

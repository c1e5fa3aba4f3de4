/// What a calibration left known of the parameters: means, spreads and how they hang together. Written by `calibrate`.
public struct Posterior: Sendable {
  /// One offset of one parameter.
  public struct Element: Hashable, Sendable {
    public var parameter: EfficiencyParameter
    public var scope: ParameterScope
    public init(_ parameter: EfficiencyParameter, _ scope: ParameterScope) {
      self.parameter = parameter
      self.scope = scope
    }
    /// `gemm_16bit chip:h100`
    public var text: String { "\(parameter.key) \(scope.text)" }
  }

  /// The first `correlated` of them move together; the rest each on its own.
  public var elements: [Element]
  /// On the fitted scale; the population's is the value itself.
  public var means: [Double]
  /// Standard deviations.
  public var spreads: [Double]
  public var correlated: Int
  /// Cholesky factor of the correlation of the first ones, [correlated][correlated], lower, row-major.
  public var factor: [Double]
  /// Standard deviation of what no parameter explains, of the logarithm of a step time, by `STACK@CHIP`; `*` is any.
  /// Runs on several machines, whose network nobody describes in full, have their own: `STACK@CHIP/many`.
  public var residuals: [String: Double]
  /// The same where no run of the chip was fitted.
  public var extrapolated: Double
  /// The least of it for whoever asks: the error on laboratories that the fit had not seen, of runs left out by series. Zero
  /// where none was left out.
  public var laboratory: Double
  /// The part of what is unexplained, of its variance, that runs of one source have in common: what a run of one's own
  /// tells of others on the same machines.
  public var shared: Double
  /// Measured runs it was fitted to, and the hash of the file they stood in.
  public var rows: Int
  public var data: String
  public var origin: Origin

  public init(
    elements: [Element], means: [Double], spreads: [Double], correlated: Int, factor: [Double],
    residuals: [String: Double], laboratory: Double, extrapolated: Double, shared: Double, rows: Int, data: String,
    origin: Origin
  ) {
    self.elements = elements
    self.means = means
    self.spreads = spreads
    self.correlated = correlated
    self.factor = factor
    self.residuals = residuals
    self.laboratory = laboratory
    self.extrapolated = extrapolated
    self.shared = shared
    self.rows = rows
    self.data = data
    self.origin = origin
  }
}

extension Posterior {
  /// The key of `residuals` for a stack on a chip, on one machine or on several; `*` stands for any.
  public static func residualKey(_ stack: String, _ chip: String, machines: Int) -> String {
    "\(stack)@\(chip)" + (machines > 1 ? "/many" : "")
  }

  /// The same for whoever has run the stack on the chip: no stranger to it any more.
  public static func ownKey(_ stack: String, _ chip: String, machines: Int) -> String {
    "own:" + residualKey(stack, chip, machines: machines)
  }

  /// What is left unexplained of runs of a stack on a chip, known to the calibration or not.
  public func residual(_ stack: String, _ chip: String, machines: Int) -> Double {
    for (one, other) in [(stack, chip), (stack, "*"), ("*", "*")] {
      if let spread = residuals[Posterior.residualKey(one, other, machines: machines)] { return spread }
    }
    return extrapolated
  }
}

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
  /// How what no parameter explains hangs together.
  public var likeness: Likeness
  /// Measured runs it was fitted to, and the hash of the file they stood in.
  public var rows: Int
  public var data: String
  public var origin: Origin

  public init(
    elements: [Element], means: [Double], spreads: [Double], correlated: Int, factor: [Double],
    likeness: Likeness, rows: Int, data: String, origin: Origin
  ) {
    self.elements = elements
    self.means = means
    self.spreads = spreads
    self.correlated = correlated
    self.factor = factor
    self.likeness = likeness
    self.rows = rows
    self.data = data
    self.origin = origin
  }
}

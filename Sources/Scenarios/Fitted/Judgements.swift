extension Priors {
  /// What is believed of errors that no parameter explains; spreads are of the logarithm of a step time.
  ///
  /// The values here are for files that do not state them; configs/calibration/priors.yaml says what stands behind each.
  public struct Unexplained: Sendable, Hashable {
    /// Spread of the bulk of runs, and the degrees of freedom of Student's t around it.
    public var core = 0.04
    public var freedom = 4.0
    /// Spread that layers add of which no run was fitted: states instead of attention.
    public var otherLayers = 0.26

    public init() {}
  }
}

extension Priors.Unexplained {
  init(_ fields: Fields?) {
    self.init()
    guard let fields else { return }
    core = fields.above("core") ?? core
    freedom = fields.above("freedom") ?? freedom
    otherLayers = fields.number("other_layers") ?? otherLayers
    if fields.has("note") { _ = fields.text("note") }
  }
}

extension Fields {
  /// A number above zero: what is divided by, or no spread at all.
  func above(_ key: String) -> Double? {
    guard let value = number(key) else { return nil }
    if value == 0 { error("'\(key)' is zero", help: "nothing is known so exactly", at: key) }
    return value
  }
}

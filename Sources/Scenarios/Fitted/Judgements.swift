extension Priors {
  /// What is believed of errors that no parameter explains; spreads are of the logarithm of a step time.
  ///
  /// The values here are for files that do not state them; configs/calibration/priors.yaml says what stands behind each.
  public struct Unexplained: Sendable, Hashable {
    /// Spread of the bulk of runs, and the degrees of freedom of Student's t around it.
    public var core = 0.04
    public var freedom = 4.0
    /// The least spread of any stack on any chip, and that of all where no run tells.
    public var least = 0.01
    public var unseen = 0.1
    /// Spread for a laboratory that no fit has seen, where none was left out to find it.
    public var laboratory = 0.237
    /// Spread on a chip without a run, where no chip was left out to find it.
    public var extrapolated = 0.3
    /// Runs that the spread of the level above counts as: of the stack on any chip, of any stack.
    public var runs = 10.0

    public init() {}
  }

  /// What a difference between a question and a measured run counts. Of the same files, and of the same standing.
  public struct Distance: Sendable, Hashable {
    /// For each doubling: of parameters; of devices; of tensor and of pipeline degree; of tokens in a sequence; of tokens
    /// per device and step.
    public var size = 1.0
    public var devices = 0.5
    public var degrees = 0.5
    public var sequence = 0.5
    public var tokens = 0.25
    /// For another number format, stack, chip.
    public var precision = 1.0
    public var stack = 2.0
    public var chip = 4.0
    /// At most this far, with chip and stack equal, a prediction is as good as measured.
    public var near = 3.0

    public init() {}
  }
}

extension Priors.Unexplained {
  init(_ fields: Fields?) {
    self.init()
    guard let fields else { return }
    func take(_ key: String, _ value: inout Double) { value = fields.above(key) ?? value }
    take("core", &core)
    take("freedom", &freedom)
    take("least", &least)
    take("unseen", &unseen)
    take("laboratory", &laboratory)
    take("extrapolated", &extrapolated)
    take("runs", &runs)
    if fields.has("note") { _ = fields.text("note") }
  }
}

extension Priors.Distance {
  init(_ fields: Fields?) {
    self.init()
    guard let fields else { return }
    func take(_ key: String, _ value: inout Double) { value = fields.number(key) ?? value }
    take("size", &size)
    take("devices", &devices)
    take("degrees", &degrees)
    take("sequence", &sequence)
    take("tokens", &tokens)
    take("precision", &precision)
    take("stack", &stack)
    take("chip", &chip)
    take("near", &near)
    if fields.has("note") { _ = fields.text("note") }
  }
}

extension Fields {
  /// A number above zero: what is divided by, or no spread at all.
  fileprivate func above(_ key: String) -> Double? {
    guard let value = number(key) else { return nil }
    if value == 0 { error("'\(key)' is zero", help: "nothing is known so exactly", at: key) }
    return value
  }
}

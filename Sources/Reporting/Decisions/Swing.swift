import Planning
import Quantities
import Scenarios

/// What one input or one unknown makes of a run between its two ends.
public struct Swing: Sendable {
  public enum Kind: String, Sendable {
    /// Stated by somebody; moved by a tenth, the plan searched anew.
    case input
    /// Known to calibration with a spread; moved from 5% to 95%, the plan as chosen.
    case uncertain
  }

  public struct End: Sendable {
    /// As people read it.
    public var value: String
    /// Nil where nothing runs, or no price is known.
    public var dollars: Double?
    public var seconds: Double?
    public init(value: String, dollars: Double?, seconds: Double?) {
      self.value = value
      self.dollars = dollars
      self.seconds = seconds
    }
  }

  var kind: Kind
  var name: String
  /// The type whose run it is.
  var option: String
  var costNow: Double?
  var timeNow: Double?
  var low: End
  var high: End

  /// - Parameters:
  ///   - option: the type; nil: filled in by whoever gathers them.
  ///   - now: dollars and seconds with nothing moved, of the kind that the ends are of.
  public init(kind: Kind, name: String, option: String?, now: (cost: Double?, time: Double?), low: End, high: End) {
    self.kind = kind
    self.name = name
    self.option = option ?? ""
    (costNow, timeNow) = now
    self.low = low
    self.high = high
  }

  /// Of a prediction: what is expected beyond it has the spreads of all unknowns in it.
  public init(_ one: Uncertainty, option: String, now: Run) {
    func end(_ end: Uncertainty.End) -> End {
      End(value: one.unknown.shown(end.value), dollars: end.dollars, seconds: end.seconds)
    }
    self.init(
      kind: .uncertain, name: one.unknown.words, option: option, now: (now.cost?.value, now.wallTime.value),
      low: end(one.low), high: end(one.high))
  }

  public func of(_ option: String) -> Swing {
    var own = self
    own.option = option
    return own
  }

  /// How far apart the figure is at the ends and as predicted, at most.
  func span(_ stake: Stake) -> Double? {
    let now = stake == .cost ? costNow : timeNow
    let ends = [low, high].compactMap { stake == .cost ? $0.dollars : $0.seconds }
    guard let now, ends.count == 2 else { return nil }
    return max(ends[0], ends[1], now) - min(ends[0], ends[1], now)
  }
}

extension Unknown {
  /// For tables: what it is.
  var words: String {
    switch self {
    case .parameter(let parameter): parameter.key
    case .unexplained: "unexplained part of the step"
    case .untried: "untried plan"
    case .failures: "failure rate"
    case .practice: "the team's practice"
    case .step: "the step"
    }
  }

  /// Parameters in their own unit; everything else as a factor.
  func shown(_ value: Double) -> String {
    guard case .parameter(let parameter) = self else { return Figures.ratio(value) }
    return switch parameter.scale {
    case .fraction, .overlap: Figures.percent(value)
    case .number: Figures.significant(value)
    case .seconds: Seconds(value).formatted
    }
  }
}

/// What a rule of billing is worked out with: numbers, or the formulas of a spreadsheet. So there is one statement of the rule.
/// Its operations are words: more meanings of `+` would make the compiler slow everywhere.
public protocol BillingNumber {
  init(_ number: Double)
  func plus(_ other: Self) -> Self
  func minus(_ other: Self) -> Self
  func times(_ other: Self) -> Self
  func over(_ other: Self) -> Self
  func orMore(_ least: Self) -> Self
  func orLess(_ most: Self) -> Self
  var roundedUp: Self { get }
  /// One of two, by whether it is above a limit.
  func above(_ limit: Self, _ yes: Self, else no: Self) -> Self
}

extension Double: BillingNumber {
  public func plus(_ other: Double) -> Double { self + other }
  public func minus(_ other: Double) -> Double { self - other }
  public func times(_ other: Double) -> Double { self * other }
  public func over(_ other: Double) -> Double { self / other }
  public func orMore(_ least: Double) -> Double { max(self, least) }
  public func orLess(_ most: Double) -> Double { min(self, most) }
  public var roundedUp: Double { rounded(.up) }
  public func above(_ limit: Double, _ yes: Double, else no: Double) -> Double { self > limit ? yes : no }
}

/// The numbers of `Billing` that make the time that is paid for, all in one unit of time.
public struct BillingTerms<Number: BillingNumber> {
  /// Nil: no time is too short.
  public var shortest: Number?
  public var portion: Number?
  public var limit: Number?
  public var largerPortion: Number?
  public var lead: Number?
  var day: Number

  public init(shortest: Number?, portion: Number?, limit: Number?, largerPortion: Number?, lead: Number?, day: Number) {
    (self.shortest, self.portion, self.limit) = (shortest, portion, limit)
    (self.largerPortion, self.lead, self.day) = (largerPortion, lead, day)
  }

  public func billed(_ time: Number) -> Number {
    let time = shortest.map(time.orMore) ?? time
    guard portion != nil, let lead else { return whole(time) }
    // Of the two lengths nearest to whole portions that end at the right time, the shorter one that is long enough.
    let before = lead.minus(day)
    let early = whole(time.minus(before)).plus(before), late = whole(time.minus(lead)).plus(lead)
    return early.above(Number(0), early.orLess(late), else: late)
  }

  /// In whole portions.
  private func whole(_ time: Number) -> Number {
    guard let portion else { return time }
    // A run that ends on the hour must not pay for another day because of rounding in the last bit.
    let whole = portion.times(time.over(portion).minus(Number(1e-9)).roundedUp.orMore(Number(1)))
    guard let limit, let largerPortion else { return whole }
    return whole.above(limit, largerPortion.times(whole.over(largerPortion).roundedUp), else: whole)
  }
}

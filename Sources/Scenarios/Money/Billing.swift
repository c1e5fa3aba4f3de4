import Quantities

/// How the time of a run becomes the time that is paid for, for one way of buying. Numbers alone, since a search asks for
/// the total of millions of plans.
public struct Billing: Hashable, Sendable {
  /// A whole number of these is sold.
  public struct Portion: Hashable, Sendable {
    public var size: Seconds
    /// Up to this much time in all; nil: without end.
    public var limit: Seconds?
    public init(size: Seconds, limit: Seconds? = nil) {
      self.size = size
      self.limit = limit
    }
  }

  /// Billed at least; zero where nothing is.
  public var shortest: Seconds
  /// What time is sold in; nil: it is billed as it passes.
  public var portion: Portion?
  /// What it is sold in beyond the limit of `portion`; a whole number of those.
  public var largerPortion: Portion?
  /// Instances that one purchase may have; nil: no limit is known.
  public var mostInstances: Int?
  /// For how long the buyer is bound; nil: not beyond the run.
  public var commitment: Seconds?
  /// Whether a purchase is paid when it is made; else time is paid as it passes.
  public var isPaidUpFront = false

  /// The time of the day, in UTC, at which every purchase ends; nil: whole portions after its start.
  public var endsAt: Seconds?
  /// How long before its start a purchase can be booked at most; nil: no limit is known.
  public var bookedAhead: Seconds?
  /// Of a purchase that starts at another time of the day than `endsAt`: from its start to the first such time.
  public var lead = Seconds.zero

  public init(
    shortest: Seconds = .zero, portion: Portion? = nil, largerPortion: Portion? = nil, mostInstances: Int? = nil,
    commitment: Seconds? = nil
  ) {
    self.shortest = shortest
    self.portion = portion
    self.largerPortion = largerPortion
    self.mostInstances = mostInstances
    self.commitment = commitment
  }

  /// Time is billed as it passes, with no least time: also what an owner's hour costs the owner.
  public static let asItPasses = Billing()

  /// Time that is billed for a run of `time`, never less than it but for the last bit. Beyond the last limit more of the
  /// last portion is counted; several purchases are needed then.
  public func billed(_ time: Seconds) -> Seconds { Seconds(terms.billed(time.value)) }

  /// The rule in seconds.
  public var terms: BillingTerms<Double> {
    BillingTerms(
      shortest: shortest > .zero ? shortest.value : nil, portion: portion?.size.value, limit: portion?.limit?.value,
      largerPortion: largerPortion?.size.value, lead: lead > .zero ? lead.value : nil, day: 86_400)
  }

  /// What a billed time was sold in; nil where time is billed as it passes.
  public func portion(of billed: Seconds) -> Portion? {
    guard let limit = portion?.limit, let largerPortion, billed - lead > limit else { return portion }
    return largerPortion
  }

  /// The longest purchase; nil: no limit is known.
  public var longest: Seconds? { (largerPortion ?? portion)?.limit.map { $0 + lead } }
}

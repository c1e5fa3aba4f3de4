import Quantities

/// Who a machine is had from: how that one bills, where its prices are looked for, what data lies on. Prices are a list of
/// their own; this is what holds for all of them.
public struct Provider: Sendable {
  /// One way of buying, and who says that it is billed so.
  public struct Way: Sendable {
    public var billing: Billing
    public var origin: Origin
    public init(billing: Billing, origin: Origin) {
      self.billing = billing
      self.origin = origin
    }
  }

  /// A kind of network on which collectives go over the kernel's TCP, and the words for it.
  public struct SlowNetwork: Sendable {
    public var kind: Network.Kind
    /// What it is called: `ENA`.
    public var called: String
    /// What it lacks: `EFA`.
    public var lacks: String
    public init(kind: Network.Kind, called: String, lacks: String) {
      self.kind = kind
      self.called = called
      self.lacks = lacks
    }
  }

  public var name: String
  /// As sentences call it.
  public var title: String
  public var summary: String
  /// Whether its machines are rented and stand in its regions; those of others stand with their owners.
  public var isCloud: Bool
  /// Whether the regions of `regions/grids.csv` are its own.
  public var hasGrids: Bool
  /// Where prices are looked for first when the user names no region.
  public var homeRegion: String
  /// Those that come next.
  public var nearRegions: [String]
  /// Ways of buying, those that a list price is looked for in first.
  public var list: [PricingModel]
  /// Never of owned machines: an owner's hour is billed as it passes.
  public var ways: [PricingModel: Way]
  /// What input lies on where the job does not say: the first of them that an instance reaches.
  public var dataStorage: [String]
  public var checkpointStorage: String
  public var slowNetwork: SlowNetwork?
  public var disputed: [String]
  public var origin: Origin

  /// How a way of buying is billed; nil where it is not sold.
  public func billing(of model: PricingModel) -> Billing? { model == .owned ? .asItPasses : ways[model]?.billing }

  /// The ways of buying, in the order of `PricingModel`.
  public var sold: [PricingModel] { PricingModel.allCases.filter { ways[$0] != nil } }
}

extension Storage {
  /// Whether an instance has what leads there.
  public func isReached(by instance: Instance) -> Bool {
    switch reach {
    case .drives: instance.localStorage != nil
    case .ebs: instance.ebs != nil
    case .network: true
    }
  }
}

import Quantities

/// What was taken for granted when parts were put in place of an instance's own, or not all of it was asked for.
public enum PartNote: Hashable, Sendable {
  /// Virtualization leaves another part of the host's cores than it does with its own cards: `share` of those.
  case hostShare(instance: String, share: Double)
  case cards(CardSwap)
  /// The EBS rate of one of the cards is not known, and the instance keeps its own.
  case ebsKept(instance: String, old: String, new: String)
  /// Launches scale with the speed of a core, of the old host (nil: one without a name) and of the new.
  case hostSpeed(instance: String, host: String, was: String?, before: CountRate, after: CountRate)
  /// The speed of a core of `unknown` (nil: the old host, which has no name) is not known, and launches keep theirs.
  case hostSpeedUnknown(instance: String, host: String, was: String?, unknown: String?)
  /// Only some of the chips are used, and the whole is paid for.
  case chipsAsked(instance: String, used: Int, of: Int)
}

/// Network cards of another generation, each with the share of its rate that the old one had.
public struct CardSwap: Hashable, Sendable {
  public enum Limit: Hashable, Sendable {
    /// The cards have `wanted`, and the chips take no more than their links to the host do.
    case link(String, chips: Int, chip: String, wanted: ByteRate)
    /// What the chip takes from its host is in no source.
    case unpublished(chip: String)
  }

  public var instance: String
  public var old: String
  public var new: String
  public var network: ByteRate
  /// Nil where the rate stays what it was.
  public var before: ByteRate?
  public var limit: Limit?
  /// The new card's latency is not known.
  public var keepsLatency: Bool

  public init(
    instance: String, old: String, new: String, network: ByteRate, before: ByteRate?, limit: Limit?, keepsLatency: Bool
  ) {
    self.instance = instance
    self.old = old
    self.new = new
    self.network = network
    self.before = before
    self.limit = limit
    self.keepsLatency = keepsLatency
  }
}

import Quantities
import Scenarios

/// What was taken for granted of what surrounds the steps of a run.
public enum OperatingNote: Hashable, Sendable {
  /// No log of this kind of machine is published: others' rate is taken, one failure of a chip or a host in so long.
  case failuresOfOthers(FailureLog.Unit, every: Seconds)
  /// By what a run is expected to take longer than its machines do.
  /// - Parameter software: of that factor the part for software that nobody named; 1 where somebody did.
  case practice(Practice.Team, factor: Double, software: Double)
  case inputCostUnknown(data: String)
  case hostCoresUnknown
  /// Every core counts as the one that prepared the data when it was measured.
  case coreAsMeasured(data: String)
  case readRateUnknown(storage: String)
  /// Checkpoints were to be kept by another host, and there is none.
  case noOtherHost(instance: String)
}

/// What is assumed, and what is not known, of the energy that a run draws.
public enum EnergyNote: Hashable, Sendable {
  /// The draw is a share of a published maximum.
  case shareOfPublished(instance: String, share: Double, most: Watts)
  case estimatedDraw(instance: String, draw: Watts)
  /// The draw at work is taken for that at rest.
  case restUnknown(instance: String)
  case drawUnknown(instance: String)
  /// Of a rented machine, and of an owned one.
  case placeUnknown
  case ownPlaceUnknown
  /// What the building adds: of a cloud's region, and of an owner's.
  case buildingUnpublished(region: String)
  case ownBuildingUnknown
  case gridUnknown(region: String)
}

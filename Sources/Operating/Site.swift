import Quantities
import Scenarios

/// Where machines stand: what the building adds to what they draw, and what their grid gives off.
public struct Site: Sendable {
  /// The cloud's name of it; nil: nobody said.
  public let region: String?
  /// Power usage effectiveness: the building's draw over the machines'.
  public let pue: Sourced<Count>?
  public let intensity: Sourced<CarbonIntensity>?
  public let electricity: Sourced<EnergyPrice>?
  /// Whether the owner pays for electricity, which then is in the bill.
  public let isOwned: Bool
  /// What is not known.
  public let gaps: [EnergyNote]

  /// A cloud's region; nil where the price is of none that is known. No region is taken for another.
  public init(rentedIn region: String?, _ grids: [String: Grid]) {
    let grid = region.flatMap { grids[$0] }
    (self.region, isOwned) = (region, false)
    (pue, intensity, electricity) = (grid?.pue, grid?.intensity, grid?.electricity)
    guard let region else {
      gaps = [.placeUnknown]
      return
    }
    var list: [EnergyNote] = []
    if pue == nil { list.append(.buildingUnpublished(region: region)) }
    if intensity == nil { list.append(.gridUnknown(region: region)) }
    gaps = list
  }

  /// The owner's building, and the grid of the region that was named. A cloud's building is not the owner's.
  public init(ownedBy owner: Ownership?, in region: String?, _ grids: [String: Grid]) {
    (self.region, isOwned) = (region, true)
    pue = owner.map { Sourced(Count($0.pue), origin: $0.origin) }
    electricity = owner?.electricity
    intensity = region.flatMap { grids[$0]?.intensity }
    var list: [EnergyNote] = []
    if pue == nil { list.append(.ownBuildingUnknown) }
    if let region {
      if intensity == nil { list.append(.gridUnknown(region: region)) }
    } else {
      list.append(.ownPlaceUnknown)
    }
    gaps = list
  }
}

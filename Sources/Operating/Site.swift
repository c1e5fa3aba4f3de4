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
  /// What is not known, in sentences.
  public let gaps: [String]

  /// A cloud's region; nil where the price is of none that is known. No region is taken for another.
  public init(rentedIn region: String?, _ grids: [String: Grid]) {
    let grid = region.flatMap { grids[$0] }
    (self.region, isOwned) = (region, false)
    (pue, intensity, electricity) = (grid?.pue, grid?.intensity, grid?.electricity)
    guard let region else {
      gaps = ["where it runs is not known, so neither its building nor its grid is; add --region"]
      return
    }
    var list: [String] = []
    if pue == nil { list.append("the power usage effectiveness of \(region) is not published") }
    if intensity == nil { list.append("what the grid of \(region) gives off is not known") }
    gaps = list
  }

  /// The owner's building, and the grid of the region that was named. A cloud's building is not the owner's.
  public init(ownedBy owner: Ownership?, in region: String?, _ grids: [String: Grid]) {
    (self.region, isOwned) = (region, true)
    pue = owner.map { Sourced(Count($0.pue), origin: $0.origin) }
    electricity = owner?.electricity
    intensity = region.flatMap { grids[$0]?.intensity }
    var list: [String] = []
    if pue == nil { list.append("what the building of an owned machine adds is not known; add a file to ownership/") }
    if region == nil {
      list.append("where an owned machine stands is not known, and so its grid; add --region")
    } else if intensity == nil {
      list.append("what the grid of \(region ?? "") gives off is not known")
    }
    gaps = list
  }
}

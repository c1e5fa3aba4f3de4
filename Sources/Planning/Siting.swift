import Costing
import Operating
import Scenarios

extension Site {
  /// Where an option runs: in the region of its price or the one asked for, or at its owner's.
  init(
    _ offer: Offer, _ pricing: PricingRequest, asked: String?, of instance: Instance, _ prices: PriceBook,
    _ around: Surroundings
  ) {
    if offer.price?.model == .owned || pricing == .model(.owned) || !instance.provider.isCloud {
      self.init(ownedBy: prices.ownership(of: instance), in: asked, around.grids)
      return
    }
    // A price given by hand has no region, nor has one whose source names none.
    let named = offer.price.flatMap { ["given", "unspecified"].contains($0.region) ? nil : $0.region }
    self.init(rentedIn: asked ?? named, instance.provider.hasGrids ? around.grids : [:])
  }
}

import Costing
import Operating
import Scenarios

extension Site {
  /// Where an option runs: in the region of its price or the one asked for, or at its owner's.
  init(
    _ offer: Offer, _ pricing: PricingRequest, asked: String?, of instance: Instance, _ prices: PriceBook,
    _ facts: OperatingFacts
  ) {
    if offer.price?.model == .owned || pricing == .model(.owned) || !instance.provider.isCloud {
      self.init(ownedBy: prices.ownership(of: instance), in: asked, facts.grids)
      return
    }
    self.init(
      rentedIn: asked ?? offer.price?.region.name, instance.provider.hasGrids ? facts.grids : [:])
  }
}

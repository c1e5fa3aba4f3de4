import Costing
import Quantities
import Scenarios
import Simulation

/// Turns an estimate on so many units into a run: its time, its bill, what binds it and what is assumed.
struct RunMaker {
  let simulator: Simulator
  let offer: Offer

  init(_ simulator: Simulator, offer: Offer) {
    self.simulator = simulator
    self.offer = offer
  }

  init(_ simulator: Simulator, _ pricing: PricingRequest, region: String?, _ prices: PriceBook) {
    self.simulator = simulator
    offer = prices.offer(for: simulator.machine.instance, pricing, region: region)
  }

  func wallTime(_ e: Estimate) -> Seconds { simulator.job.tokens.time(at: e.tokensPerSecond) }

  func run(_ e: Estimate, _ units: Int, bottleneck: Bottleneck? = nil) -> Run {
    let time = wallTime(e)
    let instance = simulator.machine.instance
    var warnings: [String] = []
    var bill: Bill?
    switch offer {
    case .price(let price, let notes):
      let found = Bill(units: units, wallTime: time, price: price)
      warnings += notes + found.warnings
      if found.billedTime > time * 1.01 {
        warnings.append(
          "\(instance.name): \(found.billedTime.formatted) are paid for \(time.formatted) of work, since capacity blocks are "
            + "sold in whole days up to 14 and whole weeks beyond")
      }
      bill = found
    case .unknown(let reason): warnings.append("\(instance.name): \(reason)")
    }
    if units > 1, let unit = instance.soldIn {
      warnings.append("\(instance.name) is only rented as part of \(unit)")
    }
    return Run(
      units: units, chips: units * instance.chips, devices: units * instance.devices, estimate: e,
      bottleneck: bottleneck ?? simulator.bottleneck(of: e), wallTime: time, offer: offer, bill: bill,
      assumptions: simulator.machine.assumptions + profileAssumptions, warnings: warnings)
  }

  private var profileAssumptions: [String] {
    let efficiency = simulator.machine.efficiency
    return efficiency.status == .notFitted
      ? ["profile \(efficiency.name) is not yet fitted to measured runs"] : []
  }
}

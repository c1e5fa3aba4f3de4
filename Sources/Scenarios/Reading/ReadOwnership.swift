import Quantities

extension Ownership {
  init(_ fields: Fields, name: String) {
    func figure<U: Unit>(_ key: String) -> Sourced<Quantity<U>> {
      fields.sourced(key) ?? Sourced(.zero, origin: fields.origin)
    }
    let pue = fields.quantity("pue", CountUnit.self)?.value ?? 1
    if !(1...3).contains(pue) {
      fields.error("'pue' is \(pue)", help: "power usage effectiveness is a number from 1 to 3", at: "pue")
    }
    self.init(
      instance: name, capital: figure("capital"), usefulLife: figure("useful_life"),
      utilization: fields.fraction("utilization") ?? 1, power: figure("power"), pue: pue,
      electricity: figure("electricity"), origin: fields.origin)
  }
}

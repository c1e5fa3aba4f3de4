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
    let earned: Sourced<Count>? = fields.sourced("rate_of_return")
    if let rate = earned?.value.value, !(0.001...1).contains(rate) {
      fields.error(
        "'rate_of_return' is \(rate)", help: "a part of the capital a year, such as 0.1 for 10%", at: "rate_of_return")
    }
    let life: Sourced<Seconds> = figure("useful_life")
    if fields.has("useful_life"), !(86_400 * 30...86_400 * 36_600).contains(life.value.value) {
      fields.error(
        "'useful_life' is \(life.value.formatted)", help: "it is due from 30 d to 100 years", at: "useful_life")
    }
    self.init(
      instance: name, capital: figure("capital"), usefulLife: life,
      utilization: fields.fraction("utilization") ?? 1, power: figure("power"), pue: pue,
      electricity: figure("electricity"), origin: fields.origin, rateOfReturn: earned,
      colocation: fields.sourced("colocation"), people: fields.sourced("people"),
      connection: fields.sourced("connection"))
  }
}

import Quantities

extension Priors {
  init(_ fields: Fields) {
    var parameters: [Parameter] = []
    let keys = EfficiencyParameter.keys.map { Key.may($0) }
    let population = fields.fields("population", keys)
    for parameter in EfficiencyParameter.allCases {
      let own = population?.fields(parameter.key, Keys.prior(parameter))
      parameters.append(
        Parameter(
          value: own?.value("value", parameter) ?? parameter.neutral, population: own?.number("population") ?? 0,
          architecture: own?.number("architecture") ?? 0, generation: own?.number("generation") ?? 0,
          chip: own?.number("chip") ?? 0, family: own?.number("family") ?? 0, stack: own?.number("stack") ?? 0))
    }
    var observations: [Observation] = [], apart: [String: [EfficiencyParameter: Apart]] = [:]
    for (key, scope) in [("architectures", ParameterScope.architecture), ("chips", ParameterScope.chip)] {
      for entry in fields.entries(key) {
        let known = EfficiencyParameter.keys.map { Key.may($0) }
        let own = Fields(entry.value, keys: known, reading: fields.reading)
        for parameter in EfficiencyParameter.allCases {
          guard let one = own.fields(parameter.key, Keys.observation(parameter)) else { continue }
          guard let value = one.value("value", parameter), let spread = one.number("spread") else { continue }
          if spread <= 0 { one.error("'spread' is zero", help: "nothing is known so exactly", at: "spread") }
          if one.bool("apart") ?? false {
            if key == "chips" {
              one.error("a chip cannot stand apart", help: "say it of its architecture", at: "apart")
            }
            apart[entry.key, default: [:]][parameter] = Apart(center: parameter.scale.fitted(value), spread: spread)
            continue
          }
          observations.append(
            Observation(
              scope: scope(entry.key), parameter: parameter, value: value, spread: spread,
              origin: Origin(
                source: one.text("source") ?? fields.origin.source, retrieved: fields.origin.retrieved,
                location: "\(fields.reading.location):\(one.tree.line)")))
        }
      }
    }
    var stacks: [String: String] = [:], reserves: [String: Bytes] = [:]
    for entry in fields.entries("default_stacks") {
      stacks[entry.key] = fields.word(entry.value, called: "default_stacks", expected: "a stack's name")
    }
    for entry in fields.entries("memory_reserves") {
      guard let text = fields.word(entry.value, called: "memory_reserves", expected: "an amount") else { continue }
      reserves[entry.key] = fields.quantity(text, called: "memory_reserves", at: entry.value)
    }
    self.init(
      parameters: parameters, observations: observations, defaultStacks: stacks, memoryReserves: reserves,
      origin: fields.origin)
    for entry in fields.entries("memory_spreads") {
      let text = fields.word(entry.value, called: "memory_spreads", expected: "a number such as 0.05")
      if let spread = text.flatMap(Double.init), spread >= 0, spread < 3 {
        memorySpreads[entry.key] = spread
      } else if text != nil {
        fields.error("'memory_spreads' takes numbers of 0 to 3", help: "0.1 is about 10%", at: "memory_spreads")
      }
    }
    memoryOutside = fields.quantity("memory_outside", fromZero: true) ?? .zero
    self.apart = apart
    unstated = Unstated(population)
    unexplained = Unexplained(fields.fields("unexplained", Keys.unexplained))
    likeness = Likeness(fields.fields("likeness", Keys.likeness))
  }
}

extension Unstated {
  /// Those that a map of parameters leaves out.
  init(_ fields: Fields?) {
    parameters = EfficiencyParameter.allCases.filter { fields?.has($0.key) == false }
  }
}

extension Fields {
  /// A value of a parameter in its own unit.
  func value(_ key: String, _ parameter: EfficiencyParameter) -> Double? {
    switch parameter.scale {
    case .fraction: fraction(key)
    case .overlap: fraction(key, fromZero: true)
    case .number: number(key)
    case .seconds: quantity(key, fromZero: true).map { (time: Seconds) in time.value }
    }
  }
}

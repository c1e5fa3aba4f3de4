import Scenarios

/// How the figures of an option follow from its inputs. It is stated here alone: for the cells of a workbook, for the script of a
/// page, and for numbers.
struct OptionRule: Hashable {
  /// What the option has of that which others lack. What it lacks is left out of its arithmetic.
  private let known: Set<OptionKey>

  /// A figure, and what has to be known for it.
  struct Figure<Number> {
    var value: Number
    var needs: [OptionKey]
    init(_ value: Number, _ needs: [OptionKey]) { (self.value, self.needs) = (value, needs) }
  }

  /// Each follows from those before it and from inputs.
  static let order: [OptionKey] = [
    .steps, .step, .run, .billed, .instanceHours, .cost, .perMillion, .expected, .low, .high, .expectedPerMillion,
    .days,
  ]

  init(_ row: OptionRow) {
    let parts: [OptionKey] = [.fastestStep, .startup, .spares, .shortest, .portion, .limit, .largerPortion, .lead]
    known = Set(parts.filter { row.amount($0) != nil })
  }

  /// - Returns: Nil for what does not follow: an input, or the step where no peak of the chip is known.
  func figure<Number: BillingNumber>(_ key: OptionKey, _ at: (OptionKey) -> Number) -> Figure<Number>? {
    func product(_ a: OptionKey, _ b: OptionKey) -> Figure<Number> { Figure(at(a).times(at(b)), [a, b]) }
    func perMillion(_ cost: OptionKey) -> Figure<Number> {
      Figure(at(cost).over(at(.tokens).over(Number(1e6))), [cost, .tokens])
    }
    switch key {
    case .steps: return Figure(at(.tokens).over(at(.tokensPerStep)).roundedUp, [.tokens, .tokensPerStep])
    case .step:
      guard known.contains(.fastestStep) else { return nil }
      return Figure(at(.fastestStep).over(at(.utilization)), [.fastestStep, .utilization])
    case .run:
      let steps = at(.steps).times(at(.step)).over(at(.goodput))
      let machines = known.contains(.startup) ? steps.plus(at(.startup)) : steps
      return Figure(machines.times(at(.practice)).over(Number(3600)), [.steps, .step, .goodput, .practice])
    case .billed: return Figure(terms(at).billed(at(.run)), [.run])
    case .instanceHours:
      let all = known.contains(.spares) ? at(.instances).plus(at(.spares)) : at(.instances)
      return Figure(at(.billed).times(all), [.billed, .instances])
    case .cost:
      let share = Number(1).minus(at(.discount))
      return Figure(at(.instanceHours).times(at(.price)).times(share), [.instanceHours, .price])
    case .perMillion: return perMillion(.cost)
    case .expected: return product(.cost, .costFactor)
    case .low: return product(.cost, .lowFactor)
    case .high: return product(.cost, .highFactor)
    case .expectedPerMillion: return perMillion(.expected)
    case .days: return Figure(at(.run).times(at(.timeFactor)).over(Number(24)), [.run, .timeFactor])
    default: return nil
    }
  }

  /// The rule by which the option is billed, in hours.
  private func terms<Number: BillingNumber>(_ at: (OptionKey) -> Number) -> BillingTerms<Number> {
    func own(_ key: OptionKey) -> Number? { known.contains(key) ? at(key) : nil }
    return BillingTerms(
      shortest: own(.shortest), portion: own(.portion), limit: own(.limit), largerPortion: own(.largerPortion),
      lead: own(.lead), day: Number(24))
  }
}

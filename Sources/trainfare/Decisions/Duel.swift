import Planning
import Quantities
import Reporting
import Scenarios

/// Two options of a scene, held against each other while inputs vary.
struct Duel: Sendable {
  let scene: Scene

  init(_ scene: Scene) { self.scene = scene }

  func breakevens(_ variable: Variable) -> [Breakeven] {
    let isBudget = if case .budget = scene.size { true } else { false }
    let knowledge = scene.asked.knowledge, job = scene.asked.job
    return Breakeven.all(
      variable.input, variable.finder(), now: (scene.results[0], scene.results[1]),
      // By a budget the size follows the price, and with it everything else.
      isProportional: variable.isProportional && !isBudget,
      // A job of other tokens has as many steps as its course says.
      judge: { result in knowledge?.draws(of: result, job: job) },
      look: { value in pair(variable.changes(value)) })
  }

  /// The pair with some inputs changed. A value that a file may not have was refused before: here it runs nothing.
  func pair(_ changes: [Change], only: Int? = nil) -> Breakeven.Pair {
    do throws(Stop) {
      let results = try scene.results(changes, only: only)
      return (results[0], results[1])
    } catch {
      let none = scene.asked.options.map {
        OptionResult(instance: $0.instance, efficiency: $0.efficiency, outcome: .cannot(Refusal(.noLegalPlan)))
      }
      return (none[0], none[1])
    }
  }

  /// Every pair of values, the second input changing fastest.
  func cells(_ x: Variable, _ y: Variable, _ count: Int) -> [RegionCell] {
    let xs = x.finder(count).values, ys = y.finder(count).values
    let places = xs.flatMap { a in ys.map { Place(x: a, y: $0) } }
    let inputs = (x.input, y.input)
    // What one input alone touches is planned once for each of its values.
    let known = MadeOnce<GridKey, OptionResult>()
    return mappedInParallel(places) { place in
      let changes = x.changes(place.x) + y.changes(place.y)
      let results = scene.asked.options.indices.map { i in
        let instance = scene.asked.options[i].instance
        let mine = [(x, place.x), (y, place.y)].filter { v in v.0.changes(v.1).contains { $0.touches(instance) } }
        let key = GridKey(option: i, values: mine.map(\.1), names: mine.map(\.0.key))
        return known.value(key) { i == 0 ? pair(changes, only: 0).first : pair(changes, only: 1).second }
      }
      return RegionCell(x: place.x, y: place.y, inputs: inputs, pair: (results[0], results[1]))
    }
  }

  /// What decides a result of a grid.
  private struct GridKey: Hashable {
    var option: Int
    var values: [Double]
    var names: [String]
  }

  private struct Place: Sendable {
    var x: Double
    var y: Double
  }
}

extension Variable {
  /// As answers show it.
  var input: Breakeven.Input {
    let own = self
    return Breakeven.Input(
      key: key, unit: unit, now: now, shown: { own.shown($0) }, option: { own.option($0) })
  }

  /// For people: four digits, since three may be off by more than the answer is.
  private func shown(_ value: Double) -> String {
    if isWhole, case .field(_, let text) = kind { return text.before + DecisionFigures.whole(value) + text.after }
    return switch kind {
    case .price: "$\(DecisionFigures.digits(value))/h"
    case .discount, .utilization: "\(DecisionFigures.digits(value * 100))%"
    case .tokens: DecisionFigures.scaled(value)
    case .deadline: "\(DecisionFigures.digits(value)) d"
    case .failureRate: "\(DecisionFigures.tiny(value)) /h"
    case .globalBatch: DecisionFigures.whole(value)
    case .field(_, let text): text.before + DecisionFigures.digits(value) + text.after
    }
  }
}

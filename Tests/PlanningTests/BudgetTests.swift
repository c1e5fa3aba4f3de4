import Costing
import Quantities
import Simulation
import Testing

@testable import Planning
@testable import Scenarios

@Suite struct BudgetTests {
  static let law = ScalingLaw(
    name: "law",
    loss: ScalingLaw.Loss(
      irreducible: .init(1.8172, error: 0.03), modelFactor: .init(482.01, error: 124.58),
      modelExponent: .init(0.3478, error: 0.02), dataFactor: .init(2085.43, error: 1293.23),
      dataExponent: .init(0.3658, error: 0.02)),
    batch: ScalingLaw.Power(at: FLOPs(1), amount: Count(0.292), exponent: 0.3271), origin: nowhere)

  static func ask(
    _ dollars: Double, days: Double = 30, _ instances: [Instance] = [.node()],
    _ perHour: [String: Double] = ["node": 50],
    choice: BudgetChoice = .law(law), batch: Int? = nil
  ) -> [BudgetRow] {
    let request = BudgetRequest(
      sum: Dollars(dollars), time: Seconds(days * 86_400), options: instances.map { ($0, .profile()) }, ways: [.list],
      choices: [choice], job: .small(), globalBatch: batch, laws: [law])
    return BudgetAnswers(request, prices: prices(perHour)).rows
  }

  @Test("The money and the time are used, and neither is passed") func used() throws {
    let row = try #require(Self.ask(1e6).first), run = try #require(row.run)
    let cost = try #require(run.cost)
    #expect(cost <= Dollars(1e6))
    #expect(cost > Dollars(0.85e6))
    #expect(run.wallTime <= row.time)
    #expect(run.wallTime > row.time * 0.99)
    #expect(row.limit == .money)
  }

  @Test("A law's model is the one that its own compute asks for") func consistent() throws {
    let row = try #require(Self.ask(1e6).first), job = try #require(row.job), compute = try #require(row.compute)
    // The shape is rounded; the optimum is flat.
    #expect(abs(job.model.parameterCount.total / Self.law.bestSize(compute: compute) - 1) < 0.2)
    #expect(abs(job.tokens.value / Self.law.bestTokens(compute: compute) - 1) < 0.2)
    let loss = try #require(row.loss)
    #expect(loss.value > 1.8172 && loss.value < 2.5)
    #expect(try #require(loss.deviation) > 0.03)
  }

  @Test("Of a given model, twice the money trains about twice the tokens") func twice() throws {
    let model = Model.llama()
    let one = try #require(Self.ask(4e5, choice: .model(model)).first?.job?.tokens)
    let two = try #require(Self.ask(8e5, choice: .model(model)).first?.job?.tokens)
    #expect((1.7...2.3).contains(two / one), "\(two / one)")
  }

  @Test("A batch that is asked for is kept; one too small for the fleet leaves money and says so") func batch() throws {
    let row = try #require(Self.ask(1e8, choice: .model(.llama()), batch: 8).first), run = try #require(row.run)
    #expect(row.job?.globalBatch == 8)
    #expect(row.limit == .batch)
    #expect(try #require(run.cost) < Dollars(2e7))
  }

  @Test("A type without a price gets the price at which it trains as much: asked again at it, it does") func solved()
    throws
  {
    let rows = Self.ask(1e6, [.node(), .node("other", peak: 2e15)])
    let other = try #require(rows.first { $0.result.instance.name == "other" })
    let known = try #require(rows.first { $0.result.instance.name == "node" })
    let price = try #require(other.solvedPrice)
    #expect(price.other == "node")
    // Twice the peak is worth more, and not more than twice as much.
    #expect(price.rate.perHour > 50 && price.rate.perHour < 110, "\(price.rate.perHour)")
    let model = try #require(known.job?.model)
    let again = Self.ask(1e6, [.node("other", peak: 2e15)], ["other": price.rate.perHour], choice: .model(model))
    let tokens = try #require(again.first?.job?.tokens), wanted = try #require(known.job?.tokens)
    #expect(abs(tokens / wanted - 1) < 0.1, "\(tokens / wanted)")
  }

  @Test("The price at which a type wins grows with that of the type it beats") func scaled() throws {
    func rate(_ perHour: Double, _ dollars: Double) throws -> Double {
      let rows = Self.ask(dollars, [.node(), .node("other")], ["node": perHour])
      return try #require(rows.first { $0.solvedPrice != nil }?.solvedPrice?.rate.perHour)
    }
    // The same machine is worth the same.
    #expect(abs(try rate(50, 1e6) / 50 - 1) < 0.1)
    #expect(abs(try rate(100, 2e6) / 100 - 1) < 0.1)
  }

  @Test("Where nothing has a price, there is nothing to hold a type against") func unpriced() throws {
    let row = try #require(Self.ask(1e6, [.node()], [:]).first)
    guard case .noPrice = row.refusal else { Issue.record("\(String(describing: row.refusal))"); return }
    #expect(row.run == nil)
  }

  @Test("Money for less than an instance says what one costs") func little() throws {
    let row = try #require(Self.ask(1000).first)
    guard case .tooLittleMoney(let least, _) = row.refusal else { Issue.record("\(row)"); return }
    #expect(abs(least.value - 50 * 24 * 30) < 1)
  }

  @Test("A model that does not fit says what it needs; a law's is made smaller instead") func memory() throws {
    let huge = ModelFamily.model(of: 3e12) { $0.parameterCount.total }
    let small = Instance.node(memory: 16)
    let given = try #require(Self.ask(1e5, [small], choice: .model(huge)).first)
    guard case .doesNotFit(_, _, _, let needed, let there) = given.refusal else { Issue.record("\(given)"); return }
    #expect(try #require(needed) > there)
    // Much time on one small node: more compute than its memory has a model for.
    let chosen = try #require(Self.ask(2e6, days: 1500, [.node(chips: 1, memory: 24)], ["node": 50]).first)
    #expect(chosen.run != nil)
    #expect(chosen.limit == .memory)
  }

  @Test(
    "Nothing traps, and no figure is NaN or infinite",
    arguments: [(1e-3, 30.0), (1e5, 1e-6), (1e5, 1e12), (1e29, 1e-6), (1e29, 1e12)])
  func extremes(dollars: Double, days: Double) {
    for row in Self.ask(dollars, days: days, [.node(), .node("alone", clusters: false)], ["node": 50, "alone": 5]) {
      guard let job = row.job, let run = row.run else { continue }
      #expect(job.tokens.value.isFinite && job.tokens.value > 0)
      #expect(run.wallTime <= row.time && (run.cost?.value ?? 0).isFinite)
    }
  }
}

@Suite struct BatchRoundingTests {
  @Test(
    "Rounded batches are near what is wanted, and the fleet splits them", arguments: [1, 3, 13, 64, 100, 813, 17_329])
  func near(units: Int) {
    for devices in [1, 8, 64, 72] {
      for wanted in [64.0, 1000, 55_000] where wanted >= Double(units) / 8 {
        let batch = BatchRounding.batch(wanted, units: units, devices: devices)
        #expect((0.6...1.7).contains(Double(batch) / wanted), "\(units) × \(devices), \(wanted): \(batch)")
      }
    }
  }

  @Test("A number of instances keeps its first binary digits") func even() {
    #expect(BatchRounding.even(813, digits: 4) == 768)
    #expect(BatchRounding.even(813, digits: 6) == 800)
    #expect(BatchRounding.even(7, digits: 4) == 7)
    #expect(BatchRounding.even(1, digits: 3) == 1)
  }
}

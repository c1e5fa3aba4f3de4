import Costing
import Foundation
import Operating
import Quantities
import Simulation
import TestSupport
import Testing

@testable import Planning
@testable import Scenarios

/// Input, checkpoints and failures in plans, prices and intervals, with the shipped facts.
@Suite struct OperatedRunTests {
  static let catalog = Catalog(roots: [MeasuredPlansTests.repository + "/configs"])

  private func request(
    _ model: String, on types: [String], size: JobSize, tokens: Double = 1e11, length: Int = 8192, batch: Int = 1024,
    plan: String? = nil, _ operating: OperatingRequest = OperatingRequest(), isAround: Bool = true
  ) throws -> ComparisonRequest {
    var job = Job(
      name: "job", model: try Self.catalog.model(model), tokens: Count(tokens), sequenceLength: length,
      globalBatch: batch)
    job.operating = operating
    // Machines alone: practice has tests of its own.
    job.operating.practice = .tuned
    let options = try types.map { type in
      let instance = try Self.catalog.instance(type)
      return (instance, try Self.catalog.efficiency(chip: instance.chip.name, stack: nil))
    }
    return ComparisonRequest(
      job: job, size: size, options: options, plan: try plan.map { try PlanRequest(parsing: $0) },
      facts: isAround ? try Self.catalog.operatingFacts() : nil)
  }

  private func runs(_ request: ComparisonRequest) throws -> [Run] {
    Comparison(request, prices: PriceBook(try Self.catalog.prices())).results.compactMap(\.run)
  }

  /// Llama team 2024, arXiv:2407.21783 section 3.3.4: 419 unexpected interruptions in 54 days, effective time above 90%.
  @Test("Llama 3 405B on 16,384 H100: over 90% effective, one interruption in about three hours") func llama3() throws {
    let request = try request(
      "llama-3.1-405b", on: ["p5.48xlarge"], size: .chips(16384), tokens: 3.75e12, batch: 2048,
      plan: "tp=8,pp=16,micro_batch=1,recompute=none")
    let run = try #require(try runs(request).first)
    let operation = try #require(run.operation)
    let hours = 1 / operation.hazards.failures / 3600
    #expect((2.4...3.7).contains(hours), "one in \(hours) h")
    #expect(run.course.goodput > 0.9 && run.course.goodput < 0.97, "goodput \(run.course.goodput)")
    // And event by event.
    let played = try #require(operation.simulated(step: run.course.bareStep))
    #expect(abs(played.mean.value - run.wallTime.value) < 4 * played.standardError.value + 2 * 3600)
    // With its own log left out it stays near: nobody has a log of the cluster that he plans.
    var others = request
    others.facts?.logs.removeAll { $0.id == "llama-3" }
    let other = try #require(try runs(others).first)
    #expect((1.8...3.7).contains(1 / (other.operation?.hazards.failures ?? 0) / 3600))
    #expect(other.course.goodput > 0.89)
  }

  @Test("Without facts of what surrounds it a run is its steps, as before") func bare() throws {
    let run = try #require(
      try runs(request("llama-3.1-8b", on: ["p5.48xlarge"], size: .instances(8), isAround: false)).first)
    #expect(run.operation == nil && run.course.goodput == 1 && run.course.spares == 0)
    #expect(run.wallTime.value == run.estimate.stepTime.value * (1e11 / (8192 * 1024)).rounded(.up))
  }

  @Test("The bill has those that stand by, and the wall time what fails") func bill() throws {
    let operating = try OperatingRequest.parse(failures: "rate=1e-4 /h,spares=2")
    let run = try #require(try runs(request("llama-3.1-8b", on: ["p5.48xlarge"], size: .instances(8), operating)).first)
    let bill = try #require(run.bill), price = try #require(run.offer.price)
    #expect(bill.lines.contains { $0.label.contains("× 2, standing by") })
    #expect(abs(bill.total.value / (10 * price.rate.value * run.wallTime.value) - 1) < 1e-12)
    #expect(run.wallTime > run.estimate.stepTime * (1e11 / (8192 * 1024)))
    #expect(Tariff(price).total(units: 8, spares: 2, wallTime: run.wallTime) == bill.total)
  }

  @Test("A search keeps the plan that is best by wall time and cost, as trying all of them does") func search() throws {
    let asked = try request(
      "llama-3.1-8b", on: ["p5.48xlarge", "trn2.48xlarge"], size: .instances(2),
      OperatingRequest.parse(input: "data=text", failures: "rate=5e-5 /h"))
    var request = SearchRequest(
      job: asked.job, options: asked.options, size: .instances(2), top: 3, facts: asked.facts)
    let prices = PriceBook(try Self.catalog.prices())
    let fastest = Search(request, prices: prices).run()
    var best = Double.infinity
    var found: [(wall: Double, cost: Double)] = []
    _ = try Search(request, prices: prices).all { rows in
      for run in rows.compactMap(\.run) {
        found.append((run.wallTime.value, run.cost?.value ?? .infinity))
        best = min(best, run.wallTime.value)
      }
    }
    #expect(fastest.top.first?.run?.wallTime.value == best)
    request.objective = .cost
    let cheapest = Search(request, prices: prices).run()
    #expect(cheapest.top.first?.run?.cost?.value == found.map(\.cost).min())
    // One thread and many keep the same.
    #expect(
      Search(request, prices: prices).run(threads: 1).top.first?.run?.wallTime == cheapest.top.first?.run?.wallTime)
  }

  @Test("A host with few cores is what pictures wait for, and the word says so") func input() throws {
    let operating = try OperatingRequest.parse(input: "data=jpeg,storage=s3")
    let few = try #require(
      try runs(
        request(
          "distilbert", on: ["trn1.2xlarge"], size: .instances(1), tokens: 1e9, length: 16, batch: 4096, operating)
      ).first)
    #expect(few.bottleneck == .input && few.course.inputWait > .zero)
    #expect(few.estimate.step.input == few.course.inputWait)
    let tokens = try #require(
      try runs(request("distilbert", on: ["trn1.2xlarge"], size: .instances(1), tokens: 1e9, length: 16, batch: 4096))
        .first)
    #expect(tokens.course.inputWait == .zero && tokens.bottleneck != .input)
    let slow = try OperatingRequest.parse(input: "data=jpeg,storage=ebs")
    var request = try request(
      "distilbert", on: ["p5.48xlarge"], size: .instances(1), tokens: 1e9, length: 16, batch: 4096, slow)
    request.options[0].instance.ebs?.bandwidth.value = ByteRate(1e7)
    #expect(try runs(request).first?.bottleneck == .storage)
  }

  @Test("A run that fails more than it gets on is refused with the reason, or bound by failures") func failing() throws
  {
    let never = try OperatingRequest.parse(checkpoint: "mode=none", failures: "rate=1e-2 /h")
    let asked = try request("llama-3.1-8b", on: ["p5.48xlarge"], size: .instances(64), tokens: 1e13, never)
    let result = Comparison(asked, prices: PriceBook([])).results[0]
    #expect(result.refusal?.isEndless == true)
    // At any size, in any command: what never ends is no answer.
    for size in [JobSize.deadline(Seconds(30 * 86400)), .budget(Dollars(1e7))] {
      let other = try request(
        "llama-3.1-8b", on: ["p5.48xlarge"], size: size, tokens: 1e13, OperatingRequest.parse(failures: "rate=1e6 /h"))
      let refusal = Comparison(other, prices: PriceBook(try Self.catalog.prices())).results[0].refusal
      #expect(refusal?.isEndless == true, "\(String(describing: refusal?.reason))")
    }
    let searched = try request(
      "llama-3.1-8b", on: ["trn2.48xlarge"], size: .instances(2), OperatingRequest.parse(failures: "rate=1e6 /h"))
    for objective in [SearchObjective.time, .cost, .memory] {
      let found = Search(
        SearchRequest(
          job: searched.job, options: searched.options, size: .instances(2), objective: objective,
          facts: searched.facts), prices: PriceBook(try Self.catalog.prices())
      ).run()
      #expect(found.top.isEmpty && found.counts[.neverEnds] > 0)
      #expect(found.nearest?.refusal?.isEndless == true)
    }
    let often = try OperatingRequest.parse(failures: "rate=5e-2 /h,spares=8,replacement=1 min")
    let run = try #require(try runs(request("llama-3.1-8b", on: ["p5.48xlarge"], size: .instances(16), often)).first)
    #expect(run.bottleneck == .failures && run.course.goodput < 0.5)
  }

  @Test("Names that no file has are an honest no with those that are known") func unknown() throws {
    let asked = try request(
      "llama-3.1-8b", on: ["p5.48xlarge"], size: .instances(1), OperatingRequest.parse(input: "data=jpegs"))
    let known = try #require(asked.facts).data.keys.sorted()
    let reason = Comparison(asked, prices: PriceBook([])).results[0].refusal?.reason
    #expect(known.contains("jpeg") && reason == .surroundings(.unknownData("jpegs", known: known)))
  }

  @Test("A deadline at the median is missed by half of the draws, one far off by none, and none is no probability")
  func late() throws {
    let posterior = try #require(try Self.catalog.posterior())
    let knowledge = Knowledge(posterior, priors: try Self.catalog.priors(), runs: try Self.catalog.fittedRuns())
    let asked = try request("llama-3.1-8b", on: ["p5.48xlarge"], size: .instances(8))
    let results = Comparison(asked, prices: PriceBook([])).results
    func late(_ deadline: Double?) throws -> Double? {
      try #require(
        knowledge.judged(results, job: asked.job, size: deadline.map { .deadline(Seconds($0)) })[0].outlook
      ).probabilityLate
    }
    let median = try #require(knowledge.judged(results, job: asked.job)[0].outlook?.wallTime.median)
    #expect(try late(nil) == nil)
    #expect(abs((try late(median) ?? 0) - 0.5) < 0.01)
    #expect(try late(median * 10) == 0)
    #expect(try late(median / 10) == 1)
  }
}

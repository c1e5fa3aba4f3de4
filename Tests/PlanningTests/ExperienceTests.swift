import Calibration
import Costing
import Foundation
import Operating
import Quantities
import Simulation
import Testing

@testable import Planning
@testable import Scenarios

/// What a search makes of plans that nobody ran, and what a team's own way adds.
@Suite struct ExperienceTests {
  private let untried = Practice.Part(factor: 1.5, spread: 0.1)
  private let job = Job.small()

  private func tried(_ plans: [Plan]) -> TriedPlans {
    TriedPlans(
      plans.map { RunFeatures(chip: "chip", stack: "stack", job: job, plan: $0) }, Likeness(), job, on: "gpu",
      untried: untried)
  }

  @Test("States are untried where no fitted run has such: linear attention and Mamba's scan, and Mamba-2 off GPUs")
  func states() {
    func untried(_ mixer: Mixer, on architecture: String) -> Bool {
      var model = job.model
      model.layout = model.layout.mapped { $0.mixer = mixer }
      return model.hasUntriedStates(on: architecture)
    }
    let mamba2 = Mixer.stateSpace(StateSpace(innerSize: 2048, stateSize: 128, heads: 32))
    let scan = Mixer.stateSpace(StateSpace(innerSize: 2048, stateSize: 16, stepRank: 64))
    let delta = Mixer.gatedDelta(GatedDelta(keyHeads: 8, valueHeads: 8, keyDimension: 64, valueDimension: 64))
    #expect(!untried(mamba2, on: "gpu") && untried(mamba2, on: "trainium"))
    #expect(untried(scan, on: "gpu") && untried(delta, on: "gpu"))
    #expect(!untried(.none, on: "trainium") && !job.model.hasUntriedStates(on: "cpu"))
  }

  @Test("A plan that was run is not strange, one unlike all is, and those between are between")
  func strangeness() {
    let ran = Plan(tensor: 8, pipeline: 4, data: 2, microBatch: 1)
    let plans = tried([ran])
    #expect(plans.strangeness(of: ran) == 0 && plans.slowdown(of: ran) == 1)
    var last = 0.0
    for tensor in [4, 2, 1] {
      var other = ran
      (other.tensor, other.data) = (tensor, ran.data)
      let strange = plans.strangeness(of: other)
      #expect(strange > last && strange < 1)
      last = strange
    }
    #expect(abs(plans.slowdown(of: Plan(tensor: 1, data: 64, microBatch: 64, recompute: .full)) - 1.5) < 0.02)
    #expect(tried([]).strangeness(of: ran) == 1)
    // The nearest of several counts.
    let both = tried([ran, Plan(tensor: 1, data: 64)])
    #expect(both.strangeness(of: Plan(tensor: 1, data: 64)) == 0)
  }

  @Test("Degrees of a published run like the job have been tried, at any number of devices") func degrees() {
    var plans = tried([Plan(tensor: 8, pipeline: 4, data: 2, microBatch: 1)])
    let own = Plan(tensor: 2, data: 16, zero: 1, microBatch: 1, recompute: .selective)
    #expect(plans.strangeness(of: own) > 0.5)
    var asked = PlanRequest()
    (asked.tensor, asked.pipeline, asked.interleave, asked.context) = (2, 1, 1, 1)
    (asked.zero, asked.microBatch, asked.recompute) = (1, 1, .selective)
    plans.published = [asked]
    for data in [1, 16, 256] {
      var size = own
      size.data = data
      #expect(plans.strangeness(of: size) == 0 && plans.slowdown(of: size) == 1)
    }
    for change: (inout Plan) -> Void in [
      { $0.tensor = 4 }, { $0.recompute = .none }, { $0.zero = 3 }, { $0.context = 2 },
    ] {
      var other = own
      change(&other)
      #expect(plans.strangeness(of: other) > 0)
    }
  }

  @Test("What a plan has and no run is named") func firsts() {
    let plans = tried([Plan(tensor: 8, data: 4), Plan(pipeline: 4, data: 2)])
    #expect(plans.firsts(of: Plan(tensor: 2, pipeline: 2)).isEmpty)
    #expect(plans.firsts(of: Plan(tensor: 2, pipeline: 2, interleave: 2, context: 2)) == [.interleaving, .context])
    #expect(plans.firsts(of: Plan(data: 8, zero: 3)) == [.sharding] && tried([]).firsts(of: Plan(context: 4)).isEmpty)
  }

  @Test("The same strangeness by the formula, feature by feature") func formula() {
    let ran = Plan(tensor: 8, data: 4, microBatch: 2), other = Plan(tensor: 2, data: 8, zero: 3, microBatch: 1)
    let l = Likeness()
    func square(_ feature: Likeness.Feature, _ doublings: Double) -> Double {
      doublings * doublings / (l[feature] * l[feature])
    }
    // Tokens of a micro-batch halve; 8 sequences a step and rank become as many micro-batches; tensor is two halvings away.
    let sum = square(.microBatchTokens, 1) + square(.microBatches, 0) + square(.tensor, 2) + square(.sharding, 1)
    let batches = Double(job.globalBatch)
    #expect(batches / 8 >= 1)
    #expect(abs(tried([ran]).strangeness(of: other) - (1 - exp(-0.5 * sum))) < 1e-12)
  }

  @Test(
    "A search takes the plan that was run over one that nobody ran and is a little faster, and says what it expects")
  func search() throws {
    let simulator = try Simulator(job: job, instance: .node(), efficiency: .profile())
    let free = try #require(PlanSearch(simulator: simulator, request: PlanRequest()).best(devices: 8).best)
    // Of the other plans, one that is slower by less than a strange plan is expected to be.
    let space = PlanSpace(job: job, machine: simulator.machine, request: PlanRequest())
    var batch = PlanBatch()
    var others: [Estimate] = []
    for shape in space.shapes {
      let start = batch.count
      space.plans(of: shape, devices: 8, into: &batch)
      others += (start..<batch.count).map { simulator.estimate(batch.plan($0, shape)) }
    }
    let second = try #require(
      others.filter { one in
        one.fits && tried([one.plan]).slowdown(of: free.plan) * free.stepTime > one.stepTime && one.plan != free.plan
          && one.stepTime > free.stepTime
      }.max { $0.stepTime < $1.stepTime })
    let runs = [
      FittedRun(
        id: "a-1", team: "a",
        features: RunFeatures(chip: "chip", stack: Efficiency.profile().stack.name, job: job, plan: second.plan),
        memory: 0.5, measured: 1, predicted: 1)
    ]
    let experience = Experience(runs, Likeness(), untried: untried)
    let expected = tried([second.plan])
    let least = others.filter(\.fits).map { $0.stepTime.value * expected.slowdown(of: $0.plan) }.min()
    let request = ComparisonRequest(
      job: job, size: .instances(1), options: [(.node(), .profile())], experience: experience)
    let run = try #require(Comparison(request, prices: PriceBook([])).results.first?.run)
    #expect(try isNear(run.estimate.stepTime.value, #require(least)))
    #expect(isNear(run.strangeness, expected.strangeness(of: run.estimate.plan)))
    #expect(isNear(run.tuned.wallTime.value, simulator.estimate(run.estimate.plan).stepTime.value * job.steps))
    // Whoever gives the plan knows why.
    var given = PlanRequest()
    (given.tensor, given.pipeline, given.microBatch) = (free.plan.tensor, free.plan.pipeline, free.plan.microBatch)
    let asked = ComparisonRequest(
      job: job, size: .instances(1), options: [(.node(), .profile())], plan: given, experience: experience)
    #expect(Comparison(asked, prices: PriceBook([])).results.first?.run?.strangeness == 0)
  }

  @Test("A plan that was run on a sister of the chip is not strange, one of another generation is") func sisters()
    throws
  {
    let simulator = try Simulator(job: job, instance: .node(), efficiency: .profile())
    let subject = Subject(simulator.machine.instance.chip, simulator.machine.efficiency.stack)
    let plan = Plan(tensor: 8, data: 1)
    func run(_ chip: String, _ generation: String, _ plan: Plan) -> FittedRun {
      FittedRun(
        id: chip, team: "a", features: RunFeatures(chip: chip, stack: subject.stack, job: job, plan: plan), memory: 0.5,
        measured: 1, predicted: 1, generation: generation)
    }
    let own = run(subject.chip, subject.generation, Plan(tensor: 1, data: 8, zero: 3))
    func strangeness(_ other: FittedRun) throws -> Double {
      let experience = Experience([own, other], Likeness(), untried: untried)
      return try #require(experience.tried(simulator, PlanRequest())).strangeness(of: plan)
    }
    #expect(try strangeness(run("sister", subject.generation, plan)) == 0)
    #expect(try strangeness(run("stranger", "other", plan)) > 0.5)
  }

  @Test("Beside a searched plan stands the nearest published one that suits the job, and it can be asked for")
  func published() throws {
    func run(_ id: String, _ job: Job, _ plan: Plan, chip: String = "chip") -> FittedRun {
      FittedRun(
        id: id, team: "a", features: RunFeatures(chip: chip, stack: "core", job: job, plan: plan), memory: 0.5,
        measured: 1,
        predicted: 1)
    }
    var twice = job
    twice.model.layers *= 2
    let runs = [
      run("of-another-chip", job, Plan(tensor: 1, data: 8), chip: "other"),
      // Of the same model, but of 3 heads' worth of ranks, which the job cannot be split over.
      run("no-plan-here", job, Plan(tensor: 3, data: 8)),
      run("larger", twice, Plan(tensor: 8, data: 1, zero: 1)),
      run("much-larger", Job.small(layers: 160), Plan(tensor: 2, pipeline: 4)),
    ]
    let experience = Experience(runs, Likeness(), untried: untried)
    func compare(_ plan: PlanRequest, _ runs: Experience?) throws -> OptionResult {
      let request = ComparisonRequest(
        job: job, size: .instances(2), options: [(.node(), .profile())], plan: plan, experience: runs)
      return try #require(Comparison(request, prices: prices(["node": 10])).results.first)
    }
    let searched = try #require(try compare(PlanRequest(), experience).run)
    let beside = try #require(searched.published)
    #expect(beside.run.id == "larger" && beside.plan.tensor == 8 && beside.plan.data == 2 && beside.plan.zero == 1)
    #expect(beside.units == 2)

    var asked = PlanRequest()
    asked.isPublished = true
    let run = try #require(try compare(asked, experience).run)
    #expect(run.estimate.plan == beside.plan && run.published == nil && run.strangeness == 0)
    #expect(isNear(run.wallTime.value, beside.wallTime.value))
    #expect(isNear(run.cost?.value ?? 0, beside.cost?.value ?? 1))
    #expect(run.notes.contains(.run(.publishedPlan(instance: "node", run: "larger"))))
    #expect(try compare(PlanRequest(), nil).run?.published == nil)
    #expect(try compare(asked, nil).refusal?.reason == .noPublishedPlan(chip: "chip"))
  }

  @Test("Chips of a unit that a job does not split over stay idle and are paid for") func idle() throws {
    func run(_ chips: Int) throws -> OptionResult {
      let request = ComparisonRequest(
        job: .small(layers: 2), size: .instances(1), options: [(.node(chips: chips), .profile())])
      return try #require(Comparison(request, prices: prices(["node": 10])).results.first)
    }
    // 32 heads, 2 layers, a batch of 32: nothing divides into nine.
    let part = try #require(try run(9).run), whole = try #require(try run(8).run)
    #expect(part.devices == 8 && part.chips == 9 && whole.chips == 8)
    #expect(part.notes.contains(.run(.chipsIdle(instance: "node", used: 8, of: 9, batch: 32))))
    #expect(part.estimate.plan == whole.estimate.plan && part.cost != nil)
    #expect(!whole.notes.contains { if case .run(.chipsIdle) = $0 { true } else { false } })
  }

  private func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-9) }

  @Test("Practice lengthens a run by its factor, and tuned work by none; the parts are one product")
  func practice() throws {
    let part = Practice.Part(factor: 1.2, spread: 0.3), soft = Practice.Part(factor: 1.5, spread: 0.4)
    let practice = Practice(
      experienced: part, first: Practice.Part(factor: 2, spread: 0), software: soft, untried: .none,
      origin: Origin(source: "", retrieved: "", location: ""))
    #expect(practice.expected(.tuned, isNamed: false) == .none)
    #expect(practice.expected(.experienced, isNamed: true) == part)
    let both = practice.expected(.experienced, isNamed: false)
    #expect(abs(both.factor - 1.8) < 1e-12 && abs(both.spread - 0.5) < 1e-12)
    #expect(practice.expected(.first, isNamed: true).factor == 2)

    func run(_ team: Practice.Team, _ facts: OperatingFacts) throws -> Run {
      var job = job
      job.operating.practice = team
      let request = ComparisonRequest(
        job: job, size: .instances(1), options: [(.node(), .profile())], facts: facts)
      return try #require(Comparison(request, prices: prices(["node": 10])).results.first?.run)
    }
    var facts = OperatingFacts()
    facts.practice = practice
    let tuned = try run(.tuned, facts), usual = try run(.experienced, facts)
    #expect(isNear(usual.wallTime.value, 1.8 * tuned.wallTime.value))
    #expect(isNear(usual.tuned.wallTime.value, tuned.wallTime.value))
    #expect(isNear(usual.factors[.practice] ?? 0, 1.8) && isNear(tuned.factors[.practice] ?? 0, 1))
    #expect(isNear(usual.factors.product, usual.cost?.value ?? 0))
    #expect(isNear(usual.estimate.tokensPerSecond.value, tuned.estimate.tokensPerSecond.value))
    #expect(isNear(usual.course.goodput, tuned.course.goodput))
  }
}

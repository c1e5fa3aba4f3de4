import Quantities
import Testing

@testable import Planning
@testable import Scenarios
@testable import Simulation

/// Searches in which experts are cut over ranks.
@Suite struct ExpertTensorPlansTests {
  static let job: Job = {
    var job = Job.small(layers: 8, batch: 16)
    let net = DenseNet(size: 2048, activation: .swiglu)
    let mixer = Mixer.attention(Attention(heads: 32, keyValueHeads: 8, headDimension: 64))
    let block = Block(mixer, .experts(Experts(count: 8, perToken: 2, net: net, loads: .spread(0.3))))
    job.model.layout = Layout([Block](repeating: block, count: 8))
    return job
  }()

  static let profile: Efficiency = {
    var stack = Stack.named("core", .fused, zero: [0, 1])
    stack.expertParallel = true
    return .profile(stack)
  }()

  @Test("A degree that is given is that of every plan, and the search finds the best of them; else experts stay whole")
  func search() throws {
    var asked = PlanRequest()
    asked.expertTensor = 2
    let search = try PlanSearch.of(Self.job, on: .node(), Self.profile, asked), simulator = search.simulator
    #expect(!search.space.shapes.isEmpty && search.space.shapes.allSatisfy { $0.expertTensor == 2 })
    let found = try #require(search.best(devices: 16).best)
    let rules = PlanRules(job: simulator.job, machine: simulator.machine)
    var best = Double.infinity, looked = 0, illegal: [Plan] = []
    for shape in search.space.shapes {
      var batch = PlanBatch(), results = PlanResults()
      search.space.plans(of: shape, devices: 16, into: &batch)
      if batch.count == 0 { continue }
      simulator.evaluate(batch, shape: 0, of: simulator.table([shape]), into: &results)
      for i in 0..<batch.count {
        let plan = batch.plan(i, shape)
        looked += 1
        if !rules.problems(plan, devices: 16).isEmpty || plan.expertTensor != 2 { illegal.append(plan) }
        if results.memory(i) <= simulator.machine.memoryCapacity.value { best = min(best, results.step(i)) }
      }
    }
    #expect(looked > 100 && illegal.isEmpty, "\(looked) \(illegal.prefix(3))")
    #expect(found.plan.expertTensor == 2 && found.stepTime.value == best)
    #expect(found.stepTime == simulator.estimate(found.plan).stepTime)
    let free = PlanSpace(job: Self.job, machine: simulator.machine, request: PlanRequest())
    #expect(free.shapes.contains { $0.expert == 8 } && free.shapes.allSatisfy { $0.expertTensor == 1 })
  }

  @Test("No plan with cut experts has a step shorter than the floor of its shape") func floors() throws {
    var asked = PlanRequest()
    asked.expertTensor = 4
    let simulator = try Simulator(job: Self.job, instance: .node(), efficiency: Self.profile)
    let space = PlanSpace(job: Self.job, machine: simulator.machine, request: asked)
    let floors = ShapeFloors(simulator, space.shapes)
    var results = PlanResults(), looked = 0, broken: [Plan] = []
    for index in space.shapes.indices {
      floors.lower([index])
      let (table, at) = try #require(floors.place(index))
      var batch = PlanBatch(), counts = PlanCounts()
      space.plans(of: space.shapes[index], .upTo(64, multipleOf: 1), into: &batch, &counts)
      if batch.count == 0 { continue }
      simulator.evaluate(batch, shape: at, of: table, into: &results)
      for i in 0..<batch.count {
        let plan = batch.plan(i, space.shapes[index])
        looked += 1
        if results.step(i) < floors.floor(index).all / Double(plan.devices) * (1 - 1e-9) { broken.append(plan) }
      }
    }
    #expect(looked > 1000 && broken.isEmpty, "\(looked) \(broken.prefix(3))")
  }

  @Test("A degree that no plan can have is refused with what is wrong") func refused() throws {
    func reason(_ job: Job, _ stack: Stack, _ degree: Int) -> RefusalReason? {
      var asked = PlanRequest()
      asked.expertTensor = degree
      let request = ComparisonRequest(
        job: job, size: .instances(1), options: [(Instance.node(), Efficiency.profile(stack))], plan: asked)
      return Comparison(request, prices: prices([:])).results[0].refusal?.reason
    }
    let able = Self.profile.stack, unable = Stack.named("core", .fused, zero: [0, 1])
    #expect(reason(Self.job, able, 3) == .plan([.expertTensorDoesNotDivide(3, size: 2048)]))
    #expect(reason(.small(), able, 2) == .plan([.noExpertsToCut(2)]))
    #expect(reason(Self.job, unable, 2) == .plan([.stackLacks(.expertTensorParallelism, stack: "core")]))
    #expect(reason(Self.job, able, 2) == nil)
  }
}

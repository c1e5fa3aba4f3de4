import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

@Suite struct ModelWorkTests {
  static let gpt3 = MegatronRun.all[1]

  private func work(_ run: MegatronRun) -> ModelWork { ModelWork(job: run.job, stack: .able(.unfused)) }

  @Test(
    "an iteration without recomputation is 72·B·s·L·h²(1 + s/6h + V/12Lh) FLOP (arXiv:2205.05198 appendix A)",
    arguments: MegatronRun.all)
  func iteration(run: MegatronRun) {
    let (l, h, s, v) = (Double(run.layers), Double(run.hidden), 2048.0, 51_200.0)
    let formula = 72 * Double(run.batch) * s * l * h * h * (1 + s / (6 * h) + v / (12 * l * h))
    let found = work(run).perStep(globalBatch: run.batch).value
    #expect(isClose(found, formula, 1e-9), "\(found / formula)")
  }

  @Test(
    "an iteration with full recomputation is 96·B·s·L·h²(1 + s/6h + V/16Lh) FLOP (arXiv:2104.04473 eq. 3)",
    arguments: MegatronRun.all)
  func recomputed(run: MegatronRun) {
    let (l, h, s, v) = (Double(run.layers), Double(run.hidden), 2048.0, 51_200.0)
    let formula = 96 * Double(run.batch) * s * l * h * h * (1 + s / (6 * h) + v / (16 * l * h))
    let found = work(run).perStep(globalBatch: run.batch, recompute: .full).value
    #expect(isClose(found, formula, 1e-9), "\(found / formula)")
  }

  @Test("selective recomputation adds the forward scores and values of every layer: 4·B·s²·h·L")
  func selective() throws {
    let run = Self.gpt3
    let (l, h, s) = (Double(run.layers), Double(run.hidden), 2048.0)
    let simulator = try Simulator(job: run.job, instance: .node(), efficiency: .perfect())
    let plain = simulator.estimate(run.plan(.none, sequenceParallel: true))
    let repeated = simulator.estimate(run.plan(.selective, sequenceParallel: true))
    let devices = Double(repeated.plan.devices)
    let executed = repeated.hardwareUtilization * devices * 1e15 * repeated.stepTime.value
    let useful = repeated.modelUtilization * devices * 1e15 * repeated.stepTime.value
    #expect(isClose(executed - useful, 4 * Double(run.batch) * s * s * h * l, 1e-9))
    #expect(isClose(plain.hardwareUtilization, plain.modelUtilization))
  }

  // Attention over the sequence is what 6·N leaves out, so the agreement is that of shorter ones.
  @Test(
    "a large dense model works 6·N FLOP per token, to a few per cent",
    arguments: [(2048, 0.03), (4096, 0.07)])
  func sixTimesParameters(length: Int, tolerance: Double) {
    let job = Job(name: "70b", model: .llama70B, tokens: Count(1e12), sequenceLength: length, globalBatch: 1)
    let perToken = ModelWork(job: job, stack: .able(.fused)).perSequence.value / Double(length)
    // Parameters that multiply: the embedding is looked up, not multiplied.
    let attention = 12 * Double(length) * 8192 * 80
    let multiplied = Model.llama70B.parameterCount.total - Model.llama70B.parameterCount.embedding
    #expect(isClose(perToken - attention, 6 * multiplied, 1e-4))
    #expect(isClose(perToken, 6 * Model.llama70B.parameterCount.total, tolerance))
  }

  @Test("useful work is the same however attention is computed and whatever the plan recomputes")
  func convention() throws {
    let job = Job(name: "70b", model: .llama70B, tokens: Count(1e12), sequenceLength: 4096, globalBatch: 8)
    let fused = ModelWork(job: job, stack: .able(.fused)), plain = ModelWork(job: job, stack: .able(.unfused))
    #expect(isClose(fused.perSequence.value, plain.perSequence.value))
  }

  @Test("model FLOPs utilization is useful work over devices × peak × time")
  func utilization() throws {
    let run = Self.gpt3
    let found = try estimate(run.job, run.plan(.full, sequenceParallel: false))
    let useful = work(run).perStep(globalBatch: run.batch).value
    #expect(isClose(found.modelUtilization, useful / (64 * 1e15 * found.stepTime.value)))
    #expect(isClose(found.tokensPerSecond.value, 64 * 2048 / found.stepTime.value))
    #expect(found.hardwareUtilization > found.modelUtilization * 1.3)
  }
}

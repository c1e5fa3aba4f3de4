import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// A reward model is trained on pairs: one value for each sequence, and nobody to compare with.
@Suite struct RewardTests {
  private static func job(_ train: String?, tied: Bool = false, _ change: (inout Model) -> Void = { _ in }) throws
    -> Job
  {
    var model = Model.llama(layers: 32, hidden: 4096, heads: 32, feedForward: 14_336, tied: tied)
    change(&model)
    var job = Job(name: "8b", model: model, tokens: Count(1e9), sequenceLength: 4096, globalBatch: 32)
    job.training = try train.map { try Training(parsing: $0) }
    return job
  }

  private func simulator(_ job: Job) throws -> Simulator {
    try Simulator(job: job, instance: .node(.tiled()), efficiency: .lossy(.fused))
  }

  @Test("its head has a row and a column for each sequence, and weights of its own", arguments: [false, true])
  func head(tied: Bool) throws {
    let job = try Self.job("full,loss=reward", tied: tied), simulator = try simulator(job)
    let head = simulator.lowered(BlockShape(tensor: 1, microBatch: 4)).detail().operators.filter { $0.name == "head" }
    #expect(head.count == 1 && (head[0].m, head[0].n, head[0].k) == (4, 1, 4096))
    let words = 128_256.0 * 4096, before = job.model.parameterCount.total
    #expect(job.headed.parameterCount.total == before - (tied ? 0 : words) + 4096)
    #expect(job.trainedParameters == job.headed.parameterCount.total)
  }

  @Test("it takes what a model file takes that says so itself, bit for bit")
  func likeFile() throws {
    for plan in [Plan(data: 8, zero: 3), Plan(tensor: 4, pipeline: 4, sequenceParallel: true)] {
      let said = try simulator(Self.job("full,loss=reward", tied: true))
      let own = try simulator(Self.job("full", tied: true) { ($0.outputs, $0.tiedEmbeddings) = (1, false) })
      let (a, b) = (said.estimate(plan), own.estimate(plan))
      #expect(a.stepTime == b.stepTime && a.memory.total == b.memory.total && a.modelUtilization == b.modelUtilization)
      #expect(said.checkpointSize == own.checkpointSize)
    }
  }

  @Test("pairs for a reward cost less than next tokens, and those with a reference more")
  func pairs() throws {
    let plan = Plan(data: 8)
    func found(_ train: String) throws -> Estimate { try simulator(Self.job(train)).estimate(plan) }
    let full = try found("full"), reward = try found("full,loss=reward"), dpo = try found("full,loss=dpo")
    #expect(reward.stepTime < full.stepTime && full.stepTime < dpo.stepTime)
    // One copy of the weights, without the head's matrix.
    #expect(full.memory.weights - reward.memory.weights == Bytes(2 * (128_256 * 4096 - 4096)))
    #expect(reward.memory.logits < full.memory.logits && dpo.memory.weights > full.memory.weights)
    let adapters = try found("lora,loss=reward")
    #expect(adapters.stepTime < reward.stepTime && adapters.memory.optimizer < reward.memory.optimizer)
  }

  @Test("no further tokens are predicted with it") func refused() throws {
    #expect(try Self.job("full,loss=reward,mtp=1").trainingProblem?.key == "train")
    #expect(try Self.job("full,loss=reward").trainingProblem == nil)
  }
}

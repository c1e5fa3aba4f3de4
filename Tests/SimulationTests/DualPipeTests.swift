import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

extension CommunicationEffectsTests {
  /// A head of its own, so that two stages of two hold what one rank does that has everything.
  private static let untied: Job = {
    var job = Self.job
    job.model = .megatron(layers: 8, hidden: 4096, heads: 32, tied: false)
    return job
  }()

  private var both: Efficiency {
    var both = Efficiency.perfect()
    both.stack.dualPipe = true
    return both
  }

  @Test("Where a pipeline of two is fed from both ends, its ranks hold and do what ranks with the whole model do")
  func dualPipeOfTwo() throws {
    for (zero, experts) in [(0, false), (1, false), (1, true)] {
      var job = Self.untied
      if experts {
        let experts = Experts(count: 16, perToken: 2, net: DenseNet(size: 2048, activation: .swiglu))
        job.model.layout = job.model.layout.mapped { $0.feedForward = .experts(experts) }
      }
      let pair = try estimate(job, Plan(pipeline: 2, data: 2, zero: zero), both)
      let whole = try estimate(job, Plan(data: 4, zero: zero), both)
      #expect(isClose(pair.step.compute.value, whole.step.compute.value))
      #expect(isClose(pair.step.optimizer.value, whole.step.optimizer.value))
      #expect(isClose(pair.memory.weights.value, whole.memory.weights.value))
      #expect(isClose(pair.memory.gradients.value, whole.memory.gradients.value))
      #expect(isClose(pair.memory.optimizer.value, whole.memory.optimizer.value))
      #expect(isClose(pair.memory.activations.value, whole.memory.activations.value))
      #expect(isClose(pair.memory.logits.value, whole.memory.logits.value))
      #expect(pair.step.bubble == .zero && pair.step.data > .zero)
    }
  }

  @Test("A pipeline fed from both ends idles less, and its first and last stage share their ends")
  func dualPipe() throws {
    let m = 16.0, all = try estimate(Self.untied, Plan(data: 2, zero: 1)).step.compute.value / m
    func slowest(_ p: Int) throws -> Double {
      try estimate(Self.untied, Plan(pipeline: p, data: 2, zero: 1)).step.compute.value / m
    }
    // One after the other the last stage sets the pace: 8/p layers, and the head.
    let layer = try slowest(4) - slowest(8), head = try slowest(8) - layer, embedding = all - 8 * layer - head
    for p in [4, 8] {
      let two = try estimate(Self.untied, Plan(pipeline: p, data: 2, zero: 1), both), q = Double(p)
      let slow = 8 / q * layer + (embedding + head) / 2
      #expect(isClose(two.step.compute.value, m * slow))
      // The gradients of two stages are summed by twice as many ranks.
      #expect(try two.step.data > estimate(Self.untied, Plan(pipeline: p, data: 2, zero: 1)).step.data)
      // (p/2 − 1)·(F + B + B − 3W) of (p − 1)·(F + B), with B = 2F and W = F.
      let boundary = two.step.pipeline.value / m, idle = all - slow + (q - 1) * boundary
      #expect(isClose(two.step.bubble.value, idle * (q / 2 - 1) * 2 / ((q - 1) * 3)))
    }
    // Without a pipeline nothing has two ends.
    let (one, two) = (
      try estimate(Self.job, Plan(data: 8, zero: 1)), try estimate(Self.job, Plan(data: 8, zero: 1), both)
    )
    #expect(one.step == two.step && one.memory.total == two.memory.total)
    // With each doubling of the stages a rank of the ends has half of the layers, and both ends.
    let held = try [2, 4, 8].map { try estimate(Self.untied, Plan(pipeline: $0), both).memory.weights.value }
    #expect(isClose(held[0] - held[1], 2 * (held[1] - held[2])) && held[1] > held[2])
  }
}

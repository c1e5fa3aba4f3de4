import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

extension CommunicationEffectsTests {
  @Test("A pipeline from both ends idles less, and holds the weights and gradients of two stages")
  func dualPipe() throws {
    var both = Efficiency.perfect()
    both.stack.dualPipe = true
    for p in [2.0, 4, 8] {
      let plan = Plan(pipeline: Int(p), data: 2, zero: 1)
      let one = try estimate(Self.job, plan), two = try estimate(Self.job, plan, both)
      // (p/2 − 1)·(F + B + B − 3W) of (p − 1)·(F + B), with B = 2F and W = F.
      #expect(isClose(two.step.bubble.value, one.step.bubble.value * (p / 2 - 1) * 2 / ((p - 1) * 3)))
      #expect(two.step.compute == one.step.compute && two.step.data > one.step.data)
      #expect(two.memory.weights == one.memory.weights * 2 && two.memory.gradients == one.memory.gradients * 2)
      // Twice as many ranks share the states of twice as many parameters, and the work on them.
      #expect(two.memory.optimizer == one.memory.optimizer && two.step.optimizer == one.step.optimizer)
      // Where nothing is sharded, each holds and updates all of its own; a single pipeline has two copies of each stage.
      let whole = Plan(pipeline: Int(p)), single = try estimate(Self.job, whole),
        double = try estimate(Self.job, whole, both)
      #expect(
        double.memory.optimizer == single.memory.optimizer * 2 && double.step.optimizer == single.step.optimizer * 2)
      #expect(double.step.data > single.step.data)
    }
    let (one, two) = (
      try estimate(Self.job, Plan(data: 8, zero: 1)), try estimate(Self.job, Plan(data: 8, zero: 1), both)
    )
    #expect(one.step == two.step && one.memory.total == two.memory.total)
  }
}

import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Context ranks that share out heads, in place of sending keys to everyone.
@Suite struct ContextTests {
  private static let job = Job(
    name: "job", model: .llama(layers: 4, hidden: 2048, heads: 16, keyValueHeads: 4, feedForward: 8192),
    tokens: Count(1e9), sequenceLength: 16_384, globalBatch: 64)

  private static func stack(_ exchange: Stack.ContextExchange) -> Stack {
    var stack = Stack.able(.fused)
    stack.contextExchange = exchange
    return stack
  }

  private func operators(_ exchange: Stack.ContextExchange, context: Int, tensor: Int = 1) -> [Operator] {
    Lowering(job: Self.job, stack: Self.stack(exchange)).operators(BlockShape(tensor: tensor, context: context))[0]
  }

  @Test(
    "Heads that are shared out send queries, keys, values and outputs of own tokens once each way, and work the same")
  func closedForm() {
    let keys = operators(.keys, context: 4), heads = operators(.heads, context: 4)
    func sent(_ list: [Operator], _ name: String) -> Collective? { list.first { $0.name == name }?.collective }
    // Own tokens: a quarter. Queries and outputs of 2,048 numbers, keys and values of 512.
    let tokens = 4096.0, numbers = 5120.0
    let own = tokens * numbers * 2
    for name in ["cp.forward", "cp.backward"] {
      #expect(sent(heads, name) == Collective(kind: .allToAll, group: 4, stride: 1, bytes: own))
    }
    #expect(sent(keys, "cp.forward")?.kind == .reduceScatter)
    #expect(heads.reduce(0) { $0 + $1.flops } == keys.reduce(0) { $0 + $1.flops })
    #expect(sent(operators(.heads, context: 1), "cp.forward")?.group == 1)
  }

  @Test("What heads need hides behind nothing, and grows less with the sequence than what keys need")
  func exposed() throws {
    func step(_ exchange: Stack.ContextExchange, context: Int) throws -> StepParts {
      var efficiency = Efficiency.perfect(.fused)
      efficiency.stack = Self.stack(exchange)
      efficiency[.contextOverlap] = 1
      return try Simulator(job: Self.job, instance: .node(), efficiency: efficiency).estimate(
        Plan(data: 2, context: context)
      ).step
    }
    #expect(try step(.keys, context: 4).context == .zero && step(.heads, context: 4).context > .zero)
    #expect(try step(.heads, context: 1).context == .zero)
    // Each rank sends its own share: twice the ranks, half the bytes, and (c−1)/c of them leave.
    func bytes(_ context: Int) -> Double {
      operators(.heads, context: context).first { $0.name == "cp.forward" }?.collective?.bytes ?? 0
    }
    #expect(bytes(8) * 2 == bytes(4))
  }

  @Test("Heads that ranks do not divide are refused, with a degree that works") func refused() throws {
    func problems(_ exchange: Stack.ContextExchange, _ shape: BlockShape) throws -> [PlanProblem] {
      var efficiency = Efficiency.perfect(.fused)
      efficiency.stack = Self.stack(exchange)
      let simulator = try Simulator(job: Self.job, instance: .node(), efficiency: efficiency)
      return PlanRules(job: simulator.job, machine: simulator.machine).shapeProblems(shape)
    }
    let wide = BlockShape(tensor: 4, context: 8)
    #expect(try problems(.heads, wide) == [.contextDoesNotDivideHeads(8, tensor: 4, heads: 16)])
    #expect(try problems(.keys, wide).isEmpty && problems(.heads, BlockShape(tensor: 4, context: 4)).isEmpty)
  }
}

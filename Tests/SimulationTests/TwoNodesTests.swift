import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Which ranks are neighbours, by hand over two nodes of eight: tensor ranks are innermost, copies of the model lie a tensor
/// group apart. The numbers are written here, since a kernel and its naive twin are changed together.
@Suite struct TwoNodesTests {
  private static let job = Job(
    name: "job", model: .megatron(layers: 8, hidden: 4096, heads: 32), tokens: Count(1e9), sequenceLength: 2048,
    globalBatch: 32)

  @Test("tensor ranks are next to each other and never leave a node, copies of the model reach across")
  func strides() throws {
    // Pairs of tensor ranks, eight copies: four of them on each node.
    let found = try estimate(Self.job, Plan(tensor: 2, data: 8))
    // Two reductions forward and two backward of b·s·h 16-bit numbers in each layer, two at the ends, three of the loss; half of
    // the bytes there and back between two ranks on a switch of 3e11 B/s and 2 µs; four micro-batches.
    let hidden = 2 * (2e-6 + 0.5 * 2048 * 4096 * 2 / 3e11), loss = 2 * (2e-6 + 0.5 * 2048 * 4 / 3e11)
    #expect(isClose(found.step.tensor.value, 4 * (8 * 4 * hidden + 2 * hidden + 3 * loss)))
    // 32-bit gradients: four copies of a node in two halvings, then a quarter across to the one other node at 2.5e10 B/s
    // and 10 µs; there and back. Pieces are on both at once, and the slower of the two is waited for.
    let gradients = found.memory.gradients.value
    #expect(gradients > 1e9)
    let inside = 0.75 * gradients / 3e11, across = 0.5 * (gradients / 4) / 2.5e10
    // A call for each 40 M parameters, of 4 bytes each.
    let calls = gradients / 4 / 40e6
    #expect(isClose(found.step.data.value, 2 * (calls * (2 * 2e-6 + 1e-5) + max(inside, across))))
  }

  @Test("where a tensor group fills a node, each of its ranks has its copy on the other node alone") func filled()
    throws
  {
    let found = try estimate(Self.job, Plan(tensor: 8, data: 2))
    let gradients = found.memory.gradients.value
    #expect(isClose(found.step.data.value, 2 * (gradients / 4 / 40e6 * 1e-5 + 0.5 * gradients / 2.5e10)))
    let alone = try estimate(Self.job, Plan(tensor: 8))
    #expect(isClose(2 * found.step.tensor.value, alone.step.tensor.value))
  }
}

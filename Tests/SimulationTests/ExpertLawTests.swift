import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

extension BlockLawTests {
  @Test("One expert that takes every token has the dense net's parameters and products")
  func oneExpert() {
    let dense = Block(.attention(Self.attention), .dense(Self.net))
    let one = Block(.attention(Self.attention), .experts(Experts(count: 1, perToken: 1, net: Self.net)))
    let (a, b) = (Self.model([dense]).parameterCount, Self.model([one]).parameterCount)
    #expect(b.total - a.total == 1024)  // the router's one row
    #expect(b.active == b.total)
    let (x, y) = (operators(dense), operators(one))
    #expect(flops(x, "mlp.up") == flops(y, "experts.up") && flops(x, "mlp.up") > 0)
    #expect(flops(x, "mlp.down") == flops(y, "experts.down"))
  }

  @Test("Parameters and products of experts follow their closed forms", arguments: [(8, 2), (128, 8), (64, 6)])
  func closedForm(count: Int, chosen: Int) {
    let block = Block(
      .attention(Self.attention),
      .experts(Experts(count: count, perToken: chosen, net: DenseNet(size: 512, activation: .swiglu))))
    let found = Self.model([block]).parameterCount
    let expert = 3.0 * 1024 * 512
    #expect(found.kinds[0].experts == Double(count) * expert)
    #expect(found.total - found.active == Double(count - chosen) * expert)
    // 2·3·h·f a token and expert forward, twice that backward.
    let tokens = 4096.0
    let list = operators(block)
    #expect(flops(list, "experts.up") + flops(list, "experts.down") == 3 * 2 * tokens * Double(chosen) * expert)
  }

  @Test("Experts on a latent work on its width and send it; projecting to it and back is paid by every token")
  func latentExperts() {
    func block(_ latent: Int?) -> Block {
      Block(
        .none,
        .experts(Experts(count: 16, perToken: 4, net: DenseNet(size: 512, activation: .squaredReLU), latent: latent)))
    }
    let whole = Self.model([block(nil)]).parameterCount, narrow = Self.model([block(256)]).parameterCount
    #expect(narrow.kinds[0].experts == 16 * 2 * 256 * 512 && whole.kinds[0].experts == 16 * 2 * 1024 * 512)
    #expect(narrow.kinds[0].whole - whole.kinds[0].whole == 2 * 1024 * 256)
    let shape = BlockShape(tensor: 1, expert: 8)
    let a = operators(block(nil), shape), b = operators(block(256), shape)
    for name in ["experts.up", "experts.down"] { #expect(flops(a, name) == 4 * flops(b, name) && flops(b, name) > 0) }
    #expect(flops(b, "experts.to-latent") == 3 * 2 * 4096 * 1024 * 256)
    #expect(flops(b, "experts.from-latent") == flops(b, "experts.to-latent") && flops(a, "experts.to-latent") == 0)
    #expect(flops(a, "router") == flops(b, "router"))
    func sent(_ list: [Operator]) -> Double { list.first { $0.name == "ep.forward" }?.collective?.bytes ?? 0 }
    #expect(sent(a) == 4 * sent(b) && sent(b) == 4096 * 4 * 256 * 2)
  }

  @Test("Experts spread over ranks: each works on as many rows as before, holds its share, and sends its tokens")
  func spread() throws {
    let block = Block(
      .attention(Self.attention),
      .experts(Experts(count: 16, perToken: 2, net: DenseNet(size: 512, activation: .swiglu))))
    let whole = operators(block), split = operators(block, BlockShape(tensor: 1, expert: 8))
    #expect(flops(whole, "experts.up") == flops(split, "experts.up"))
    func sent(_ list: [Operator]) -> Collective? { list.first { $0.name == "ep.forward" }?.collective }
    #expect(sent(split) == Collective(kind: .allToAll, group: 8, stride: 1, bytes: 4096 * 2 * 1024 * 2))
    #expect(sent(whole)?.group == 1)
    let model = Self.model([Block](repeating: block, count: 8))
    let together = try estimate(model, Plan(data: 8)), apart = try estimate(model, Plan(data: 8, expert: 8))
    let experts = 8 * 16 * 3 * 1024 * 512.0
    #expect(isClose((together.memory.weights - apart.memory.weights).value, experts * (1 - 1 / 8.0) * 2))
    #expect(together.step.exchange == .zero && apart.step.exchange > .zero)
  }
}

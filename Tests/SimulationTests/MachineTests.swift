import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

@Suite struct MachineTests {
  private func machine(_ instance: Instance, _ precision: DataType = .bf16) throws -> Machine {
    try Machine(instance: instance, efficiency: .lossy(.fused), precision: precision)
  }

  @Test("a chip's rates and memory are shared by its devices")
  func devices() throws {
    let m = try machine(.node(.round(devices: 4), chips: 16))
    #expect((m.matrixRate, m.memoryRate) == (FLOPRate(2.5e14), ByteRate(5e11)))
    #expect(m.memoryCapacity == Bytes(20 * gib))
    #expect(m.tiers.map(\.span) == [4, 64, nil])
    #expect(m.tiers.map(\.bandwidth) == [ByteRate(4e11), ByteRate(7.5e10), ByteRate(6.25e9)])
  }

  @Test("the clock limits what products reach, not what utilization is measured against")
  func ceiling() throws {
    var chip = Chip.round()
    chip.ceiling[.bf16] = known(7e14)
    let m = try machine(.node(chip))
    #expect((m.matrixRate, m.peak) == (FLOPRate(7e14), FLOPRate(1e15)))
  }

  @Test("an arithmetic that the chip lacks is refused with those it has")
  func unsupported() throws {
    #expect(throws: Unsupported.format(.fp4, chip: "round", known: [.fp32, .bf16, .fp16, .fp8, .mxfp8])) {
      try machine(.node(), .fp4)
    }
  }

  @Test("a CPU has the memory of its host")
  func host() throws {
    var chip = Chip.round()
    chip.chipClass = .cpu
    var instance = Instance.node(chip, chips: 2)
    instance.host.memory = known(96 * gib)
    #expect(try machine(instance).memoryCapacity == Bytes(48 * gib))
    instance.host.memory = known(1000 * gib)
    #expect(try machine(instance).memoryCapacity == Bytes(80 * gib))
  }

  @Test("chips without a published link talk over the network, and the result says so")
  func noLink() throws {
    var instance = Instance.node(chips: 2)
    #expect(try machine(instance).assumptions.isEmpty)
    instance.scaleUp = []
    let m = try machine(instance)
    #expect(m.assumptions == [.chipLinkUnpublished(instance: "node")])
    #expect(m.tiers.map(\.name) == ["efa"])
  }

  @Test("an instance without a network does not cluster")
  func alone() throws {
    var instance = Instance.node()
    instance.network = nil
    #expect(try !machine(instance).clusters)
    #expect(try machine(.node()).clusters)
  }

  @Test("links reach their fraction of the bandwidth, and a torus its sides")
  func kernelTiers() throws {
    let m = try machine(.node(.round(devices: 2), chips: 64, topology: .torus3D))
    let (unused, inside, torus, network) = m.kernelTiers(m.efficiency.values)
    #expect(unused.span == 0)
    #expect((inside.span, inside.rate) == (2, 0.9 * 4e11))
    #expect((torus.span, torus.row, torus.plane) == (128, 8, 32))
    #expect(isClose(torus.row_share, 1.0 / 3) && isClose(torus.plane_share, 2.0 / 3))
    #expect((network.span, network.logarithmic) == (1e18, 0))
    #expect(isClose(torus.rate, 0.8 * 1.5e11) && isClose(network.rate, 0.84 * 1.25e10))
    // Latency in units of the published one: inside a chip and between chips one factor, on the network another.
    #expect(isClose(inside.latency, 2 * 5e-7) && isClose(torus.latency, 2 * 2e-6))
    #expect(isClose(network.latency, 1.5 * 1e-5))
  }
}

import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Which products of a job in 8 or 4 bits stay in 16, and what casting the others takes.
@Suite struct NarrowProductsTests {
  private static func job(_ precision: DataType, _ train: String? = nil) throws -> Job {
    var job = Job(
      name: "8b", model: .llama(layers: 8, hidden: 4096, heads: 32, feedForward: 14_336), tokens: Count(1e9),
      sequenceLength: 4096, globalBatch: 32)
    job.precision = precision
    job.training = try train.map { try Training(parsing: $0) }
    return job
  }

  private static let instance: Instance = {
    var chip = Chip.tiled()
    (chip.peak[.fp8], chip.peak[.mxfp8], chip.peak[.fp4]) = (known(2e15), known(2e15), known(4e15))
    return .node(chip)
  }()

  private func simulator(_ job: Job) throws -> Simulator {
    var e = Efficiency.perfect(.fused)
    (e[.gemm16bit], e[.gemmFP8], e[.gemmMXFP8], e[.gemmFP4]) = (0.8, 0.7, 0.6, 0.5)
    return try Simulator(job: job, instance: Self.instance, efficiency: e)
  }

  private func operators(_ job: Job) throws -> [Operator] {
    Lowering(job: try simulator(job).job, stack: Efficiency.perfect(.fused).stack)
      .operators(BlockShape(tensor: 1, context: 1, microBatch: 1)).flatMap { $0 }
  }

  @Test("The head's and a router's products stay in 16 bits and are not cast", arguments: [DataType.fp8, .mxfp8, .fp4])
  func head(precision: DataType) throws {
    var job = try Self.job(precision)
    let experts = Experts(count: 8, perToken: 2, net: DenseNet(size: 8192, activation: .swiglu))
    job.model.layout = job.model.layout.mapped { $0.feedForward = .experts(experts) }
    let narrow = try operators(job)
    job.precision = .bf16
    let wide = try operators(job)
    #expect(narrow.map(\.name) == wide.map(\.name))
    for (one, other) in zip(narrow, wide) where one.flops > 0 {
      let isKept = ["head", "router"].contains { one.name == $0 || one.name.hasPrefix($0 + ".") }
      if isKept { #expect(one.kind == .wide && one.bytes == other.bytes, "\(one.name)") }
      if one.name.hasPrefix("experts.") || one.name.hasPrefix("attention.out") {
        #expect(one.kind == other.kind && one.bytes < other.bytes, "\(one.name)")
      }
      #expect(![.wide, .wideGrouped].contains(other.kind) && one.flops == other.flops)
    }
    for name in ["head.cast", "router.cast", "head.grad-cast"] {
      #expect(narrow.first { $0.name == name }?.bytes == 0)
    }
  }

  @Test(
    "A cast reads 16 bits and writes each layout with its scales; adapters need one layout alone",
    arguments: [
      (DataType.fp8, 4.0, 3.0), (.mxfp8, 4 + 2.0 / 32, 3 + 1.0 / 32), (.fp4, 5.125, 4.5625), (.bf16, 0, 0),
    ])
  func casts(precision: DataType, both: Double, one: Double) throws {
    #expect(precision.castBytes(layouts: 2) == both && precision.castBytes(layouts: 1) == one)
    func cast(_ train: String?) throws -> Double {
      try operators(Self.job(precision, train)).filter { $0.name == "mlp.up.cast" }.map(\.bytes).reduce(0, +)
    }
    // One kind of layer: 4,096 tokens of 4,096 numbers.
    #expect(try cast(nil) == 4096 * 4096 * both && cast("lora") == 4096 * 4096 * one)
  }

  @Test(
    "With all layers in 16 bits a step in 8 or 4 bits takes as long as in 16", arguments: [DataType.fp8, .mxfp8, .fp4])
  func all(precision: DataType) throws {
    let plans = [Plan(), Plan(tensor: 2, pipeline: 2, data: 2)]
    for plan in plans {
      let wide = try simulator(Self.job(.bf16)).estimate(plan)
      let narrow = try simulator(Self.job(precision, "full,bf16_layers=3:5")).estimate(plan)
      #expect(isClose(narrow.stepTime.value, wide.stepTime.value))
      #expect(narrow.memory.total == wide.memory.total)
    }
  }

  @Test("Each layer that is kept from 4 bits costs the same, and those in the middle are not among them")
  func each() throws {
    let times = try ["0:0", "1:0", "0:1", "2:3"].map {
      try simulator(Self.job(.fp4, "full,bf16_layers=\($0)")).estimate(Plan()).stepTime.value
    }
    let one = times[1] - times[0]
    #expect(one > 0 && isClose(times[2], times[1]) && isClose(times[3] - times[0], 5 * one, 1e-9))
    #expect(try simulator(Self.job(.fp4)).estimate(Plan()).stepTime.value == times[0])
    let model = try Self.job(.fp4).model.keeping16Bits(ChunkEnds(first: 2, last: 3))
    #expect(
      model.layout.order.map { model.layout.kinds[$0].keeps16Bits } == [
        true, true, false, false, false, true, true, true,
      ])
  }

  @Test("Products of an optimizer are never in 8 bits")
  func muon() throws {
    func update(_ precision: DataType) throws -> Double {
      var job = try Self.job(precision)
      job.optimizer = try Optimizer(parsing: "muon")
      let one = try simulator(job)
      return one.machine.kernelMachine(one.each, one.machine.efficiency.values).update_time
    }
    #expect(try update(.bf16) > 0 && isClose(update(.fp4), update(.bf16)))
  }

  @Test(
    "Layers in 16 bits of a job in 16 bits, or more than there are, are a problem that says so",
    arguments: [
      (DataType.bf16, "1:1", "leave out"), (.fp32, "1:1", "leave out"), (.fp8, "5:4", "at most 8"), (.fp8, "4:4", ""),
    ])
  func problems(precision: DataType, ends: String, help: String) throws {
    let problem = try Self.job(precision, "full,bf16_layers=\(ends)").trainingProblem
    #expect(help.isEmpty ? problem == nil : problem?.help.contains(help) == true)
  }
}

import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Shapes at which libraries leave their fast path, on a chip whose memory never is the limit.
@Suite struct AttentionEffectsTests {
  static let job = ComputeEffectsTests.job

  private static func chip(_ bandwidth: Double = 1e17) -> Chip {
    var chip = Chip.tiled()
    chip.memoryBandwidth = known(bandwidth)
    return chip
  }

  private func detail(
    _ plan: Plan = Plan(), _ efficiency: Efficiency = .perfect(), job: Job = Self.job, on chip: Chip = Self.chip()
  ) throws -> LoweredShape.Detail {
    let simulator = try Simulator(job: job, instance: .node(chip), efficiency: efficiency)
    return simulator.lowered(BlockShape(plan)).detail()
  }

  private func time(_ name: String, _ d: LoweredShape.Detail) throws -> Double {
    let found = zip(d.operators, d.times).first { $0.0.name == name }
    return try #require(found, "\(name)").1
  }

  @Test("batched products of unfused attention reach a fraction of their own, other products theirs")
  func batched() throws {
    var e = Efficiency.perfect()
    let before = try detail()
    e[.gemmBatched] = 0.5
    let after = try detail(Plan(), e)
    for name in ["scores", "values", "values.grad-scores", "scores.grad-keys"] {
      #expect(try isClose(time(name, after), 2 * time(name, before), 1e-9), "\(name)")
    }
    #expect(try time("mlp.up", after) == time("mlp.up", before))
    e[.gemm16bit] = 0.25
    let other = try detail(Plan(), e)
    #expect(try time("scores", other) == time("scores", after))
    #expect(try isClose(time("mlp.up", other), 4 * time("mlp.up", before), 1e-9))
  }

  static let dimensions: [(Int, DataType, Bool)] = [
    (64, .bf16, true), (96, .bf16, true), (104, .bf16, true), (128, .bf16, true), (108, .bf16, false),
    (150, .bf16, false), (100, .fp16, false), (60, .fp16, false), (108, .fp8, false), (128, .fp8, true),
    // Four bytes each: lines of four.
    (108, .fp32, true), (150, .fp32, false),
  ]

  @Test("rows of heads that are no whole 16-byte lines close the fast path of the matrix units", arguments: dimensions)
  func misaligned(dimension: Int, precision: DataType, isAligned: Bool) throws {
    var job = Self.job
    job.model.headDimension = dimension
    job.precision = precision
    var e = Efficiency.perfect()
    let before = try detail(Plan(), e, job: job)
    e[.misaligned] = 0.125
    let after = try detail(Plan(), e, job: job)
    for name in ["scores", "values", "values.grad-values", "scores.grad-queries"] {
      #expect(try isClose(time(name, after), (isAligned ? 1 : 8) * time(name, before), 1e-9), "\(name)")
    }
    #expect(try time("qkv", after) == time("qkv", before))
    // A fused kernel pads its tiles itself.
    e.stack.attention = .fused
    let fused = try detail(Plan(), e, job: job)
    e[.misaligned] = 1
    #expect(try detail(Plan(), e, job: job).times == fused.times)
  }

  /// Micro-batch, tensor degree, sequence; the model has 32 heads.
  static let shapes: [(Int, Int, Int, Bool)] = [
    (1, 8, 2048, true), (1, 1, 2048, true), (1, 16, 2048, false), (2, 16, 2048, true), (1, 32, 2048, false),
    (4, 32, 2048, true), (3, 32, 1024, false), (1, 8, 2049, false), (1, 8, 4096, false),
  ]

  @Test(
    "Megatron's fused softmax takes blocks of four rows and sequences up to 2,048; others go in passes",
    arguments: shapes)
  func fusedSoftmax(microBatch: Int, tensor: Int, length: Int, isFused: Bool) throws {
    var job = Self.job
    job.sequenceLength = length
    var stack = Stack.able(.unfused)
    let plain = Lowering(job: job, stack: stack)
    (stack.softmaxRows, stack.softmaxLength) = (4, 2048)
    let shape = BlockShape(tensor: tensor, microBatch: microBatch)
    let lowering = Lowering(job: job, stack: stack)
    func takes(_ lowering: Lowering) -> Bool {
      lowering.softmaxIsFused(
        heads: Double(job.model.heads) / Double(tensor), keys: Double(length), Dimensions(lowering, shape))
    }
    #expect(takes(lowering) == isFused && takes(plain))
    func bytes(_ name: String, _ lowering: Lowering) -> Double? {
      lowering.operators(shape)[0].first { $0.name == name }?.bytes
    }
    let softmax = try #require(bytes("softmax", lowering)), back = try #require(bytes("softmax.grad", lowering))
    #expect(bytes("softmax.passes", lowering) == (isFused ? 0 : softmax))
    #expect(bytes("softmax.passes.grad", lowering) == (isFused ? 0 : back))
    #expect(bytes("softmax.passes", plain) == 0 && bytes("softmax.passes.grad", plain) == 0)
  }

  @Test("without its fused kernel a softmax moves a multiple of its traffic besides")
  func passes() throws {
    var e = Efficiency.perfect()
    e[.softmax] = 0.5
    e[.softmaxPasses] = 3
    let slow = Self.chip(1e11)
    let fused = try detail(Plan(), e, on: slow)
    (e.stack.softmaxRows, e.stack.softmaxLength) = (4, 1024)
    let bare = try detail(Plan(), e, on: slow)
    #expect(try isClose(time("softmax.passes", bare), 3 * time("softmax", fused), 1e-9))
    #expect(try isClose(time("softmax.passes.grad", bare), 3 * time("softmax.grad", fused), 1e-9))
    let more = bare.time(.attentionForward) - fused.time(.attentionForward)
    #expect(try isClose(more, 3 * time("softmax", fused), 1e-9))
    // No passes besides: no time besides.
    e[.softmaxPasses] = 0
    #expect(try isClose(detail(Plan(), e, on: slow).time(.attentionForward), fused.time(.attentionForward), 1e-9))
  }

  @Test("fused attention over the length that it takes for half its rate is half as fast, however ranks share it")
  func length() throws {
    var e = Efficiency.perfect(.fused)
    let full = try detail(Plan(), e), split = try detail(Plan(context: 4), e)
    for (half, factor) in [(2048.0, 2.0), (1024, 1.5)] {
      e[.attentionLengthHalf] = half
      for name in ["attention", "attention.grad"] {
        #expect(try isClose(time(name, detail(Plan(), e)), factor * time(name, full), 1e-9))
        #expect(try isClose(time(name, detail(Plan(context: 4), e)), factor * time(name, split), 1e-9))
      }
    }
    #expect(try time("mlp.up", detail(Plan(), e)) == time("mlp.up", full))
  }

  @Test("each generation that a kernel of attention is older than the chip's own takes the same part of its rate")
  func older() throws {
    var e = Efficiency.perfect(.fused)
    e[.attentionOlder] = 0.5
    func slowdown(_ kernel: Stack.Attention, own: Int?) throws -> Double {
      var chip = Chip.round()
      chip.flashAttention = own
      e.stack.attention = .fused
      let newest = try time("attention", detail(Plan(), e, on: chip))
      e.stack.attention = kernel
      return try time("attention", detail(Plan(), e, on: chip)) / newest
    }
    #expect(try isClose(slowdown(.flash2, own: 3), 2, 1e-9) && isClose(slowdown(.flash1, own: 3), 4, 1e-9))
    #expect(try isClose(slowdown(.flash1, own: 2), 2, 1e-9) && slowdown(.flash2, own: 2) == 1)
    #expect(try slowdown(.flash1, own: nil) == 1 && slowdown(.fused, own: 3) == 1)
  }

  @Test("of what tiles and waves lose, a share is lost: all, half, nothing")
  func tileLoss() throws {
    // 1,000 tokens and 100 units, so that neither tiles nor waves are whole.
    var job = Self.job
    job.sequenceLength = 1000
    var e = Efficiency.perfect()
    e[.tileLoss] = 0
    let whole = try detail(Plan(tensor: 8), e, job: job)
    for name in ["qkv", "mlp.up", "mlp.down.wgrad", "scores"] {
      let flops = try #require(whole.operators.first { $0.name == name }).flops
      #expect(try isClose(time(name, whole), flops / 1e15, 1e-9), "\(name)")
      e[.tileLoss] = 1
      let use = try time(name, whole) / time(name, detail(Plan(tensor: 8), e, job: job))
      #expect(use < 0.9, "\(name)")
      e[.tileLoss] = 0.5
      let half = try time(name, whole) / time(name, detail(Plan(tensor: 8), e, job: job))
      #expect(isClose(half, 0.5 + 0.5 * use, 1e-9), "\(name)")
    }
  }

  @Test("a cast with its scaling moves a multiple of one pass, and only where operands are narrower than activations")
  func casts() throws {
    var job = Self.job
    var e = Efficiency.perfect()
    e[.elementwise] = 0.5
    let slow = Self.chip(1e11)
    for type in [DataType.fp8, .mxfp8] {
      job.precision = type
      e[.castPasses] = 1
      let one = try detail(Plan(), e, job: job, on: slow)
      e[.castPasses] = 3
      let three = try detail(Plan(), e, job: job, on: slow)
      for name in ["qkv.cast", "mlp.up.cast", "mlp.up.grad-cast"] {
        #expect(try time(name, one) > 0)
        #expect(try isClose(time(name, three), 3 * time(name, one), 1e-9), "\(name)")
      }
      #expect(try time("mlp.residual", three) == time("mlp.residual", one))
    }
    job.precision = .bf16
    #expect(try time("qkv.cast", detail(Plan(), e, job: job, on: slow)) == 0)
  }

  @Test("32-bit products that the compiler casts run at the narrower type's rate and fraction, in 32-bit memory")
  func wideProducts() throws {
    var job = Self.job
    job.precision = .fp32
    var e = Efficiency.perfect()
    (e[.gemm16bit], e[.gemm32bit]) = (0.5, 0.25)
    let wide = try detail(Plan(), e, job: job)
    e.stack.wideProducts = .bf16
    let cast = try detail(Plan(), e, job: job)
    // 1e14 at a quarter, 1e15 at a half.
    #expect(try isClose(time("mlp.up", wide), 20 * time("mlp.up", cast), 1e-9))
    #expect(try isClose(time("scores", wide), 10 * time("scores", cast), 1e-9))
    #expect(zip(wide.operators, cast.operators).allSatisfy { $0.bytes == $1.bytes })
    let machine = try Machine(instance: .node(Self.chip()), efficiency: e, precision: .fp32)
    #expect(machine.productType == .bf16 && machine.matrixRate == FLOPRate(1e15))
    #expect(machine.kernelMachine(ParameterBytes(job, e.stack), e.values).weight_bytes == 4)
    // Types of 16 bits and fewer stay what they are.
    job.precision = .fp8
    #expect(try Machine(instance: .node(Self.chip()), efficiency: e, precision: .fp8).productType == .fp8)
    let narrow = try detail(Plan(), e, job: job)
    e.stack.wideProducts = nil
    #expect(try detail(Plan(), e, job: job).times == narrow.times)
  }

  @Test("block-scaled 8-bit products have a rate and a fraction of their own, and attention in 16 bits")
  func blockScaled() throws {
    var job = Self.job
    job.precision = .mxfp8
    var chip = Self.chip()
    chip.peak[.mxfp8] = known(4e15)
    var e = Efficiency.perfect(.fused)
    (e[.gemmFP8], e[.gemmMXFP8]) = (0.125, 0.5)
    let found = try detail(Plan(), e, job: job, on: chip)
    e[.gemmMXFP8] = 1
    let up = try #require(found.operators.first { $0.name == "mlp.up" })
    #expect(try isClose(time("mlp.up", found), 2 * time("mlp.up", detail(Plan(), e, job: job, on: chip)), 1e-9))
    #expect(try isClose(time("mlp.up", found), up.flops / 2e15, 0.1))
    let machine = try Machine(instance: .node(chip), efficiency: e, precision: .mxfp8)
    #expect((machine.matrixRate, machine.attentionRate) == (FLOPRate(4e15), FLOPRate(1e15)))
    let (operands, result) = (2048.0 * 4096 + 4096 * 16_384, 2048.0 * 16_384)
    #expect(up.bytes == operands + 2 * result)
  }
}

import Foundation
import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Nets of convolutions and of attention to tokens of another width, and the shipped one.
@Suite struct UNetTests {
  private static func attention(width: Int?, across: Int? = 77) -> Block {
    var mixer = Attention(heads: 8, keyValueHeads: 4, headDimension: 64, outputBias: true)
    (mixer.across, mixer.acrossWidth) = (across, width)
    return Block(.attention(mixer), .none, norms: 1)
  }

  private static func job(_ block: Block) -> Job {
    var model = Model.llama(
      layers: 1, hidden: 512, heads: 8, keyValueHeads: 8, feedForward: 2048, vocabulary: 50_000, tied: true)
    model.layout = Layout([block])
    return Job(name: "job", model: model, tokens: Count(1e9), sequenceLength: 256, globalBatch: 64)
  }

  @Test("Keys and values of tokens of another width are made by matrices of that width") func width() {
    func operators(_ width: Int?) -> [Operator] {
      Lowering(job: Self.job(Self.attention(width: width)), stack: .able(.fused)).operators(BlockShape(tensor: 1))[0]
    }
    func flops(_ list: [Operator], _ name: String) -> Double { list.first { $0.name == name }?.flops ?? 0 }
    let made: Double = 2 * 77 * 512 * 2 * 256
    #expect(flops(operators(1024), "keys-values") == 2 * made)
    #expect(flops(operators(nil), "keys-values") == made)
    #expect(operators(512).map { [$0.flops, $0.bytes] } == operators(nil).map { [$0.flops, $0.bytes] })
    for name in ["query", "attention", "projection"] {
      #expect(flops(operators(1024), name) == flops(operators(nil), name) && flops(operators(nil), name) > 0)
    }
    func count(_ width: Int?) -> Double { Self.job(Self.attention(width: width)).model.parameterCount.kinds[0].total }
    let queries: Double = 2 * 512 * 512 + 512 + 512, keys: Double = 2 * 1024 * 256, own: Double = 2 * 512 * 256
    #expect(count(1024) == queries + keys)
    #expect(count(nil) == queries + own)
    let sides: Double = 2 * (512 + 512) + 2 * (1024 + 256)
    #expect(Self.job(Self.attention(width: 1024)).model.adapterParameters(rank: 2, .attention) == 2 * sides)
  }

  @Test("A norm before a convolution passes over what comes in, and keeps it three times") func before() {
    func job(_ one: Convolution) -> Job {
      var job = Self.job(Block(.convolution(one), .none, norms: 0))
      job.model.outputs = 0
      job.model.tiedEmbeddings = false
      return job
    }
    func passes(_ stride: Int, _ ending: Convolution.Ending = .none) -> [Double] {
      var one = Convolution(kernel: 3, inputs: 32, outputs: 48, positions: 196, stride: stride, ending: ending)
      (one.norm, one.bias) = (.before, true)
      let count: Double = 9 * 32 * 48 + 48 + 64
      #expect(one.parameters().total == count)
      let lowering = Lowering(job: job(one), stack: .able(.fused))
      let list = lowering.operators(BlockShape(tensor: 1, microBatch: 4))[0].filter {
        $0.name.hasPrefix("convolution.")
      }
      let kept = lowering.activations(BlockShape(tensor: 1, microBatch: 4)).layers[0].kept
      let part: Double = 4 * 196 * 16 * 2
      let passes = list.filter { $0.kind == .normalization || $0.kind == .elementwise }.map { $0.bytes / part }
      return passes + [kept / part]
    }
    #expect(passes(1) == [10, 0, 0, 16, 6])
    #expect(passes(2) == [40, 0, 0, 64, 24])
    #expect(passes(1, .sum) == [10, 9, 18, 16, 6])
    #expect(passes(1, .loss) == [10, 21, 15, 16, 12])
  }

  private static let configs = Catalog(roots: [
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../configs")
      .standardizedFileURL.path
  ])

  /// The net's parts from its own description (320 channels, times 1, 2, 4 and 4; two stages a level, three on the way up; attention
  /// on the first three levels), each with its parameters and its multiply-adds for a picture.
  private struct Parts {
    var parameters = 0.0
    var work = 0.0

    mutating func linear(_ k: Double, _ n: Double, over rows: Double, bias: Bool = true) {
      parameters += k * n + (bias ? n : 0)
      work += rows * k * n
    }

    mutating func stage(_ inputs: Double, _ outputs: Double, _ positions: Double) {
      linear(9 * inputs, outputs, over: positions)
      linear(9 * outputs, outputs, over: positions)
      linear(1280, outputs, over: 1)
      if inputs != outputs { linear(inputs, outputs, over: positions) }
      parameters += 2 * inputs + 2 * outputs
    }

    mutating func transformer(_ c: Double, _ positions: Double) {
      for _ in 0..<2 { linear(c, c, over: positions) }
      // Attention to itself and to the text.
      for _ in 0..<4 { linear(c, c, over: positions, bias: false) }
      for _ in 0..<2 { linear(c, c, over: positions, bias: false) }
      for _ in 0..<2 { linear(1024, c, over: 77, bias: false) }
      work += 2 * positions * positions * c + 2 * positions * 77 * c
      linear(c, 8 * c, over: positions)
      linear(4 * c, c, over: positions)
      // Biases of the outputs of attention, and four norms.
      parameters += 2 * c + 8 * c
    }

    init() {
      linear(320, 1280, over: 1)
      linear(1280, 1280, over: 1)
      linear(9 * 4, 320, over: 4096)
      let channels: [Double] = [320, 640, 1280, 1280], positions: [Double] = [4096, 1024, 256, 64]
      var at = 320.0, left = [320.0]
      for level in 0..<4 {
        for _ in 0..<2 {
          stage(at, channels[level], positions[level])
          at = channels[level]
          if level < 3 { transformer(at, positions[level]) }
          left.append(at)
        }
        guard level < 3 else { continue }
        linear(9 * at, at, over: positions[level + 1])
        left.append(at)
      }
      stage(1280, 1280, 64)
      transformer(1280, 64)
      stage(1280, 1280, 64)
      for level in (0..<4).reversed() {
        for _ in 0..<3 {
          stage(at + left.removeLast(), channels[level], positions[level])
          at = channels[level]
          if level < 3 { transformer(at, positions[level]) }
        }
        if level > 0 { linear(9 * at, at, over: positions[level - 1]) }
      }
      linear(9 * 320, 4, over: 4096)
      parameters += 2 * 320
    }
  }

  @Test("Stable Diffusion 2 has the 865,910,724 parameters of its program, and the work of its parts added up")
  func stableDiffusion() throws {
    let model = try Self.configs.model("stable-diffusion-2"), parts = Parts()
    #expect(parts.parameters == 865_910_724)
    // The norm of an embedding that is not there.
    #expect(model.parameterCount.total == parts.parameters + 640)
    let job = Job(name: "made", model: model, tokens: Count(1e6), sequenceLength: 1, globalBatch: 256)
    let work = ModelWork(job: job, stack: .able(.fused))
    #expect(isClose(work.perSequence.value, 3 * 2 * parts.work), "\(work.perSequence.value / 6) and \(parts.work)")
    #expect(model.hasDataRanksAlone && model.layout.kinds.contains { $0.hiddenSize == 1280 })
  }

  @Test("Its plans have data ranks alone, and a step is predicted") func step() throws {
    let job = Job(
      name: "made", model: try Self.configs.model("stable-diffusion-2"), tokens: Count(1e6), sequenceLength: 1,
      globalBatch: 256)
    let machine = try Simulator(job: job, instance: .node(), efficiency: .perfect(.fused)).machine
    let rules = PlanRules(job: job, machine: machine)
    #expect(rules.problems(Plan(data: 8, microBatch: 8)).isEmpty)
    #expect(rules.problems(Plan(tensor: 2, data: 4)) == [.convolutionSplits(.tensor(2))])
    let found = try estimate(job, Plan(data: 8, microBatch: 8), .perfect(.fused))
    #expect(found.step.compute > .zero && found.step.tensor == .zero && found.step.context == .zero)
  }
}

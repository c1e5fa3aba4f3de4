import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// Korthikanti et al. 2022 (arXiv:2205.05198), equations 1 to 6, in bytes of one layer.
@Suite struct ActivationTests {
  private func layer(_ run: MegatronRun, _ recompute: Recompute, sequenceParallel: Bool) -> Double {
    let lowering = Lowering(job: run.job, stack: .able(.unfused))
    let shape = BlockShape(
      tensor: run.tensor, microBatch: run.microBatch, recompute: recompute, sequenceParallel: sequenceParallel
    )
    return lowering.activations(shape).layers[0].kept
  }

  private func symbols(_ run: MegatronRun) -> (sbh: Double, scores: Double, t: Double) {
    let (s, b, h) = (2048.0, Double(run.microBatch), Double(run.hidden))
    return (s * b * h, 5 * Double(run.heads) * s / h, Double(run.tensor))
  }

  @Test("with sequence parallelism a layer keeps s·b·h(34 + 5·a·s/h)/t bytes", arguments: MegatronRun.all)
  func sequenceParallel(run: MegatronRun) {
    let (sbh, scores, t) = symbols(run)
    #expect(isClose(layer(run, .none, sequenceParallel: true), sbh * (34 + scores) / t))
  }

  @Test("without it a layer keeps s·b·h(10 + 24/t + 5·a·s/(h·t)) bytes", arguments: MegatronRun.all)
  func tensorParallel(run: MegatronRun) {
    let (sbh, scores, t) = symbols(run)
    #expect(isClose(layer(run, .none, sequenceParallel: false), sbh * (10 + 24 / t + scores / t)))
  }

  @Test("selective recomputation keeps all but the scores: 34·s·b·h/t bytes", arguments: MegatronRun.all)
  func selective(run: MegatronRun) {
    let (sbh, _, t) = symbols(run)
    #expect(isClose(layer(run, .selective, sequenceParallel: true), 34 * sbh / t))
  }

  @Test("full recomputation keeps a layer's input alone: 2·s·b·h bytes", arguments: MegatronRun.all)
  func full(run: MegatronRun) {
    let (sbh, _, t) = symbols(run)
    #expect(isClose(layer(run, .full, sequenceParallel: false), 2 * sbh))
    #expect(isClose(layer(run, .full, sequenceParallel: true), 2 * sbh / t))
  }

  @Test(
    "fused attention keeps a statistic per row instead of scores, and has nothing to recompute selectively")
  func fused() {
    let run = MegatronRun.all[1]
    let lowering = Lowering(job: run.job, stack: .able(.fused))
    let plain = lowering.activations(BlockShape(tensor: 8, sequenceParallel: true))
    let selective = lowering.activations(BlockShape(tensor: 8, recompute: .selective, sequenceParallel: true))
    let (sbh, _, t) = symbols(run)
    #expect(isClose(plain.layers[0].kept, 34 * sbh / t + 2048 * 96 / 8 * 4))
    #expect(selective.layers[0].kept == plain.layers[0].kept)
    #expect(selective.layers[0].workspace == 0)
  }
}

/// Memory per GPU by the closed forms of the same paper, in GiB: 18 bytes for each of the 12·L·h²/(t·p)
/// parameters of a stage's layers, and L activations of a layer over p stages with 1 + (p−1)/(p·v) times that much in flight.
struct PublishedMemory: Sendable, CustomTestStringConvertible {
  var run: MegatronRun
  var states: Double
  /// Nothing recomputed, no sequence parallelism; selective with it.
  var none: Double
  var selective: Double
  var testDescription: String { run.name }

  static let all = [
    PublishedMemory(run: MegatronRun.all[0], states: 45.5625, none: 59.25, selective: 9.5625),
    PublishedMemory(run: MegatronRun.all[1], states: 45.5625, none: 66.84375, selective: 12.3515625),
    PublishedMemory(run: MegatronRun.all[2], states: 31.640625, none: 114.0234375, selective: 23.076171875),
    PublishedMemory(run: MegatronRun.all[3], states: 32.958984375, none: 131.25, selective: 26.5625),
  ]
}

@Suite struct PublishedMemoryTests {
  private func found(_ row: PublishedMemory, _ recompute: Recompute) throws -> MemoryParts {
    try estimate(row.run.job, row.run.plan(recompute, sequenceParallel: recompute != .none)).memory
  }

  // The simulator stays above the closed form: it counts the embedding on the first stage (18·V·h/t bytes, the
  // largest part of the difference), biases and norms, and embedding dropout of every micro-batch in flight.
  @Test(
    "model states and activations together agree with the closed forms to 8%", arguments: PublishedMemory.all)
  func total(row: PublishedMemory) throws {
    for (recompute, activations) in [(Recompute.none, row.none), (.selective, row.selective)] {
      let m = try found(row, recompute)
      let total = (m.weights + m.gradients + m.optimizer + m.activations).value / gib
      let formula = row.states + activations
      #expect(total >= formula, "\(recompute)")
      #expect(isClose(total, formula, 0.08), "\(recompute): \(total / formula)")
    }
  }

  @Test(
    "what is above the closed form of the states is the embedding, biases and norms",
    arguments: PublishedMemory.all)
  func states(row: PublishedMemory) throws {
    let m = try found(row, .none)
    let h = Double(row.run.hidden), t = Double(row.run.tensor), p = Double(row.run.pipeline)
    let layers = Double(row.run.layers) / p
    let embedding = 51_200 * h / t + 2048 * h
    // Biases of the column-parallel products (3h + 4h) are split; two more and both norms are whole.
    let small = layers * (7 * h / t + 2 * h + 4 * h)
    let head = p == 1 ? 2 * h : 0
    let parameters = layers * 12 * h * h / t + embedding + small + head
    #expect(isClose((m.weights + m.gradients + m.optimizer).value, 18 * parameters, 1e-9))
    #expect(isClose(row.states * gib, 18 * layers * 12 * h * h / t))
  }

  @Test(
    "what is above the closed form of the activations is embedding dropout", arguments: PublishedMemory.all)
  func activations(row: PublishedMemory) throws {
    let run = row.run, p = Double(run.pipeline), v = Double(run.interleave)
    let inFlight = p == 1 ? 1 : v > 1 ? p + (p - 1) / v : p
    let dropout = 2048 * Double(run.microBatch * run.hidden) * inFlight
    #expect(isClose(try found(row, .none).activations.value - row.none * gib, dropout, 1e-6))
    #expect(
      isClose(
        try found(row, .selective).activations.value - row.selective * gib, dropout / Double(run.tensor), 1e-6
      ))
  }
}

@Suite struct CapacityTests {
  @Test("a plan fits at the limit, and not one byte past it")
  func limit() throws {
    let run = MegatronRun.all[0]
    let plan = run.plan(.selective, sequenceParallel: true)
    let need = try estimate(run.job, plan).memory.total
    var chip = Chip.round()
    chip.memoryCapacity = known(need.value)
    #expect(try estimate(run.job, plan, on: .node(chip)).fits)
    chip.memoryCapacity = known(need.value.nextDown)
    #expect(try !estimate(run.job, plan, on: .node(chip)).fits)
  }

  @Test("interleaving holds 1 + (p−1)/(p·v) times the micro-batches of a plain pipeline")
  func interleaved() throws {
    let run = MegatronRun.all[1]
    var plan = run.plan(.full, sequenceParallel: false)
    let chunked = try estimate(run.job, plan).memory.activations.value
    plan.interleave = 1
    let plain = try estimate(run.job, plan).memory.activations.value
    #expect(isClose(chunked / plain, 1 + 7.0 / 24))
  }

  @Test("fewer micro-batches than stages keep only what there is in flight")
  func fewMicroBatches() throws {
    let run = MegatronRun.all[1]
    var job = run.job
    var plan = run.plan(.full, sequenceParallel: false)
    plan.interleave = 1
    let eight = try estimate(job, plan).memory.activations.value
    job.globalBatch = 4
    #expect(isClose(try estimate(job, plan).memory.activations.value, eight / 2))
  }

  @Test("a second stage with more layers than the first may be the fullest, one micro-batch less in flight")
  func second() throws {
    // 14 layers on 8 stages: one on either end, two on those between.
    let model = Model.megatron(layers: 14, hidden: 4096, heads: 32, vocabulary: 1024)
    let job = Job(
      name: "14", model: model, tokens: Count(1e9), sequenceLength: 2048, globalBatch: 64, precision: .fp16)
    let kept = Lowering(job: job, stack: .able(.unfused)).activations(BlockShape(tensor: 1)).layers[0].kept
    let memory = try estimate(job, Plan(pipeline: 8)).memory
    #expect(isClose(memory.activations.value, 2 * 7 * kept))
    #expect(memory.logits == .zero)
    #expect(isClose(memory.weights.value, 2 * 2 * model.parameterCount.perLayer))
  }

  @Test("a lone stage holds the head's input twice and its logits in fp32")
  func logits() throws {
    let run = MegatronRun.all[0]
    let memory = try estimate(run.job, run.plan(.selective, sequenceParallel: true)).memory
    let tokens = 4 * 2048.0
    #expect(isClose(memory.logits.value, tokens * (51_200 / 8 * 4 + 2 * 6144 / 8 * 2)))
  }

  @Test("full recomputation works in the space of one layer, selective in that of its scores")
  func workspace() throws {
    let run = MegatronRun.all[1]
    let lowering = Lowering(job: run.job, stack: .able(.unfused))
    func shape(_ recompute: Recompute) -> BlockShape { BlockShape(tensor: 8, recompute: recompute) }
    let whole = lowering.activations(shape(.none)).layers[0].kept,
      kept = lowering.activations(shape(.selective)).layers[0].kept
    func space(_ recompute: Recompute) throws -> Double {
      try estimate(run.job, run.plan(recompute, sequenceParallel: false)).memory.workspace.value
    }
    #expect(try space(.none) == 0)
    #expect(isClose(try space(.full), whole))
    #expect(isClose(try space(.selective), whole - kept, 1e-9))
  }

  @Test("sharded parameters need room for the gathered weights of two layers")
  func gathered() throws {
    let job = Job(name: "1b", model: .llama1B, tokens: Count(1e9), sequenceLength: 2048, globalBatch: 8)
    let sharded = try estimate(job, Plan(data: 8, zero: 3)).memory
    #expect(isClose(sharded.workspace.value, 2 * 2 * Model.llama1B.parameterCount.perLayer))
    #expect(isClose(sharded.weights.value * 8, 2 * Model.llama1B.parameterCount.total))
  }
}

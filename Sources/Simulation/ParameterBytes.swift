import Scenarios

/// What a device holds and moves for each parameter of a job, and what else updating one takes: it follows from what is trained
/// and by which optimizer. Where parameters differ, the mean.
struct ParameterBytes: Sendable {
  /// Of a weight as products take it, as it lies in memory, and as it travels where copies are sharded.
  var weight: Double
  var held: Double
  /// As it lies where ranks share it (ZeRO 3).
  var sharded: Double
  var gathered: Double
  /// Of a gradient in memory, and on its way.
  var gradient: Double
  var reduced: Double
  /// On its way where ranks share gradients (ZeRO 2 and 3).
  var shardedReduced: Double
  /// Of master copy and moments: on the device, and in the host's memory.
  var state: Double
  var waiting: Double
  /// Read and written by one update.
  var traffic: Double
  /// Of the products of one update.
  var updateFLOPs: Double
  /// Seconds in which a whole machine's host updates one, where what waits there stays there; 0 where it comes to the device.
  var hostUpdate = 0.0

  /// NormalFloat of 4 bits with constants that are quantized again: 4 + 0.127 bits (Dettmers and others 2023, arXiv:2305.14314 §3).
  static let quantized = 4.127 / 8

  init(_ job: Job, _ stack: Stack) {
    let isWide = job.precision.isWide, optimizer = job.optimizer
    let moments = Moments(job)
    weight = isWide ? 4 : 2
    // 16-bit weights keep an fp32 master copy; fp32 weights are their own.
    let master: Double = isWide || !optimizer.hasMaster ? 0 : 4
    let kept = master + moments.bytes
    gradient = job.gradientType(stack).bytes
    reduced = job.reduceType(stack).bytes
    shardedReduced = job.shardedReduceType(stack).bytes
    // Gradient norm reads gradients once; the update reads them again, reads and writes master and moments, and writes
    // the weights, which it reads where they have no copy.
    traffic = (2 + moments.gradientReads) * gradient + 2 * kept + (master == 0 ? 2 : 1) * weight
    updateFLOPs = moments.flops
    (state, waiting) = optimizer.offload == .states ? (0, kept) : (kept, 0)
    if waiting > 0, let update = stack.hostUpdate?.value { hostUpdate = update.value }

    held = weight
    if job.hasQuantizedBase {
      let total = job.model.parameterCount.total
      let small = job.model.matrices.reduce(0) { $0 + $1.parameters }
      held = (small * ParameterBytes.quantized + (total - small) * weight) / total
    }
    gathered = held
    // FSDP shards the parameters that the optimizer updates, in fp32, and casts what it gathers: there is no 16-bit copy beside them
    // (PyTorch, `fully_shard`, MixedPrecisionPolicy; Zhao and others 2023, arXiv:2304.11277 §4.4).
    let isOwnCopy = stack.peak != .sum && master > 0 && waiting == 0 && job.loraRank == nil && job.frozenLayers == nil
    sharded = isOwnCopy ? 0 : held
    guard job.hasReference else { return }
    // Beside adapters the reference is the same model without them. It takes a third gather, where forward and backward take two.
    gathered *= 1.5
    if job.loraRank == nil { (held, sharded) = (held + weight, sharded + weight) }
  }
}

/// What an optimizer keeps of a trained parameter besides its master copy, and what its rule takes.
private struct Moments {
  var bytes: Double
  /// Passes over gradients beyond those of every rule.
  var gradientReads = 0.0
  var flops = 0.0

  init(_ job: Job) {
    let number = job.optimizer.states.bytes
    switch job.optimizer.rule {
    case .adamw: bytes = 2 * number
    // Lion (Chen and others 2023, arXiv:2302.06675) and SGD keep a momentum.
    case .lion, .sgd: bytes = number
    case .adafactor:
      // The second moment of a matrix is a row and a column of fp32, there is no first (Shazeer and Stern 2018, arXiv:1804.04235
      // algorithm 4). Means of squares and the size of the update are passes of their own.
      let (matrices, all) = (Moments.trained(job), job.trainedParameters)
      let factored = matrices.reduce(0) { $0 + $1.parameters }
      bytes = 4 * (matrices.reduce(0) { $0 + $1.sides } + max(0, all - factored)) / all
      gradientReads = 2
    case .muon:
      // A momentum for the layers' matrices, AdamW for all else (Jordan and others 2024, kellerjordan.github.io/posts/muon; Liu
      // and others 2025, arXiv:2502.16982 §2.2).
      let (matrices, all) = (Moments.trained(job, withEnds: false), job.trainedParameters)
      let share = min(1, matrices.reduce(0) { $0 + $1.parameters } / all)
      bytes = (2 - share) * number
      flops = matrices.reduce(0) { $0 + $1.count * Moments.newtonSchulz($1.rows, $1.columns) } / all
    }
  }

  /// Five steps, each X·Xᵀ, its square, and what both give times X: 4·n²·m + 2·n³ of the shorter side n and the longer m.
  private static func newtonSchulz(_ rows: Double, _ columns: Double) -> Double {
    let n = min(rows, columns), m = max(rows, columns)
    return 5 * (4 * n * n * m + 2 * n * n * n)
  }

  /// The matrices that are trained: of layers, of embedding and head, or the two of each adapter.
  private static func trained(_ job: Job, withEnds: Bool = true) -> [BlockMatrix] {
    let model = job.model
    if let rank = job.loraRank {
      let r = Double(rank)
      return model.matrices.filter { job.loraTargets.includes($0.place) }.flatMap { one in
        [(one.rows, r), (r, one.columns)].map {
          BlockMatrix(place: one.place, rows: $0.0, columns: $0.1, count: one.count)
        }
      }
    }
    let isFrozen = model.hasFrozenEmbedding
    let layers = model.trainedMatrices
    guard withEnds else { return layers }
    let v = Double(model.vocabularySize), h = model.wordWidth
    let ends = (isFrozen ? 0.0 : 1) + (model.tiedEmbeddings || model.outputs != nil ? 0 : 1)
    return layers + [BlockMatrix(place: .feedForward, rows: v, columns: h, count: ends)]
  }
}

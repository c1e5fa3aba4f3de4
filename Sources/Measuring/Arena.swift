import CWorkload
import Dispatch

/// Memory that work is done on: sources that are only read, results that are only written or added to, so that no run
/// leaves numbers behind that slow the next one. Each run takes the next part of both: operands come from where those of
/// a training step come from, the last-level cache, and not from the nearest one.
final class Arena {
  private var sources: Region
  private var results: Region
  /// Second moments of AdamW, which are never negative.
  private var moments: Region
  private let ids: UnsafeMutablePointer<UInt8>
  /// Floats of one block of a stream.
  let block: Int

  static let mostRows = 65_536
  static let mostParameters = 1 << 22

  /// - Parameter block: floats of one block of a stream; past the last-level cache.
  init(block: Int) {
    self.block = block
    sources = Region(2 * block)
    results = Region(block)
    moments = Region(Arena.mostParameters, from: 0)
    ids = .allocate(capacity: Arena.mostRows)
    for i in 0..<Arena.mostRows { ids[i] = UInt8(truncatingIfNeeded: i &* 37) }
  }

  deinit {
    sources.free()
    results.free()
    moments.free()
    ids.deallocate()
  }

  func run(_ work: Work, threads: Int) {
    let m = work.rows, n = work.columns, k = work.depth
    switch work.routine {
    case .product:
      var shape = shape(work, work.turn == .left ? m : k, work.turn == .right ? k : n, n)
      tw_multiply(results.take(m * n), sources.take(m * k), sources.take(k * n), 0, &shape)
    case .headProduct:
      // Queries, keys, values and what is mixed of them are slices of a layer's rows; scores are not.
      let slice = 3 * Arena.layerWidth
      let left = work.turn == .right ? slice : work.turn == .left ? m : k
      var shape = shape(work, left, slice, work.turn == .right ? n : Arena.layerWidth)
      let inner = work.turn == .right ? n : k
      tw_multiply(
        results.take(m * max(n, slice)), sources.take(max(m, k) * left), sources.take(inner * slice), 0, &shape)
    case .doubleProduct:
      var shape = shape(work, work.turn == .left ? m : k, work.turn == .right ? k : n, n)
      sources.take(2 * m * k).withMemoryRebound(to: Double.self, capacity: m * k) { a in
        sources.take(2 * k * n).withMemoryRebound(to: Double.self, capacity: k * n) { b in
          results.take(2 * m * n).withMemoryRebound(to: Double.self, capacity: m * n) { c in
            tw_multiply_double(c, a, b, 0, &shape)
          }
        }
      }
    case .bf16Product:
      var shape = shape(work, work.turn == .left ? m : k, work.turn == .right ? k : n, n)
      sources.take(m * k).withMemoryRebound(to: UInt16.self, capacity: m * k) { a in
        sources.take(k * n).withMemoryRebound(to: UInt16.self, capacity: k * n) { b in
          _ = tw_multiply_bf16(results.take(m * n), a, b, 0, &shape)
        }
      }
    case .copy, .triad: stream(work, threads: threads)
    default: pass(work.routine, m, n)
    }
  }

  /// Elements that a row of a layer has where one head is measured.
  private static let layerWidth = 256

  private func shape(_ work: Work, _ lda: Int, _ ldb: Int, _ ldc: Int) -> tw_product {
    tw_product(
      m: Int32(work.rows), n: Int32(work.columns), k: Int32(work.depth), turned_a: work.turn == .left ? 1 : 0,
      turned_b: work.turn == .right ? 1 : 0, lda: Int32(lda), ldb: Int32(ldb), ldc: Int32(ldc))
  }

  /// One pass over rows × width elements, in the calling thread.
  private func pass(_ routine: Work.Routine, _ rows: Int, _ width: Int) {
    let size = rows * width
    switch routine {
    case .embed:
      tw_embed(results.take(size), sources.take(256 * width), sources.take(size), ids, rows, width, min(rows, 256))
    case .embedBack:
      tw_embed_back(
        results.take(256 * width), results.take(256 * width), sources.take(size), ids, rows, width, min(rows, 256))
    case .normalize:
      tw_normalize(
        results.take(size), results.take(rows), results.take(rows), sources.take(size), sources.take(width),
        sources.take(width), rows, width)
    case .normalizeBack:
      let both = sources.take(2 * size)
      tw_normalize_back(
        results.take(size), results.take(width), results.take(width), both, both + size, sources.take(rows),
        sources.take(rows), sources.take(width), rows, width)
    case .addBias: tw_add_bias(results.take(size), sources.take(size), sources.take(width), rows, width)
    case .biasBack: tw_bias_back(results.take(width), sources.take(size), rows, width)
    case .gelu: tw_gelu(results.take(size), sources.take(size), size)
    case .geluBack:
      let both = sources.take(2 * size)
      tw_gelu_back(results.take(size), both, both + size, size)
    case .softmax: tw_softmax(results.take(size), rows, 0.2)
    case .softmaxBack: tw_softmax_back(results.take(size), sources.take(size), rows, 0.2)
    case .crossEntropy: _ = tw_cross_entropy(results.take(size), ids, rows, width)
    case .adamw:
      var rule = tw_adamw_rule(rate: 1e-6, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0, step: 3)
      let both = results.take(2 * size)
      tw_adamw(both, both + size, moments.take(size), sources.take(size), size, &rule)
    case .product, .headProduct, .doubleProduct, .bf16Product, .copy, .triad: break
    }
  }

  /// Rows × columns elements in as many parts as there are threads.
  private func stream(_ work: Work, threads: Int) {
    let size = work.rows * work.columns
    let isCopy = work.routine == .copy
    nonisolated(unsafe) let to = results.take(size), x = sources.take(isCopy ? size : 2 * size)
    nonisolated(unsafe) let y = isCopy ? x : x + size
    DispatchQueue.concurrentPerform(iterations: threads) { part in
      let from = size * part / threads, count = size * (part + 1) / threads - from
      if isCopy { tw_copy(to + from, x + from, count) } else { tw_triad(to + from, x + from, y + from, 0.5, count) }
    }
  }
}

/// Floats that runs take their turns in.
private struct Region {
  /// 8 MiB: with two regions more than a core's own caches, less than what cores share.
  private static let round = 2 << 20
  private let base: UnsafeMutablePointer<Float>
  private let count: Int
  private var next = 0

  /// Small numbers from `from` on; also touches every page, so that no run is the first to do so.
  init(_ count: Int, from: Float = -0.15) {
    self.count = count
    base = .allocate(capacity: count)
    for i in 0..<count { base[i] = Float(i % 31) * 0.01 + from }
  }

  func free() { base.deallocate() }

  mutating func take(_ floats: Int) -> UnsafeMutablePointer<Float> {
    precondition(floats <= count, "the arena is too small")
    if next + floats > min(count, max(Region.round, floats)) { next = 0 }
    let here = base + next
    // From one cache line to the next.
    next += (floats + 15) / 16 * 16
    return here
  }
}

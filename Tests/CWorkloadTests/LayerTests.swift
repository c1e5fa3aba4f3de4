import CWorkload
import TestSupport
import Testing

/// fp32 kernels are held to twins in double: what sums of up to a few hundred terms lose, and no more.
@Suite struct LayerTests {
  static let tolerance = 3e-6
  static let sizes = [(1, 1), (2, 16), (5, 33), (17, 100)]

  @Test("embedding and its gradient equal their naive twins", arguments: sizes)
  func embed(rows: Int, width: Int) {
    var random = SplitMix64(seed: 1)
    let sequence = 4, id = random.bytes(rows, below: 10)
    let token = random.floats(10 * width), place = random.floats(sequence * width), dx = random.floats(rows * width)
    var fast = [Float](repeating: .nan, count: rows * width), naive = [Double](repeating: .nan, count: rows * width)
    tw_embed(&fast, token.single, place.single, id, rows, width, sequence)
    tw_embed_naive(&naive, token.double, place.double, id, rows, width, sequence)
    #expect(difference(fast, naive) < Self.tolerance)
    var (a, b) = (token.single, place.single), (c, d) = (token.double, place.double)
    tw_embed_back(&a, &b, dx.single, id, rows, width, sequence)
    tw_embed_back_naive(&c, &d, dx.double, id, rows, width, sequence)
    #expect(difference(a, c) < Self.tolerance && difference(b, d) < Self.tolerance)
  }

  @Test("normalization and its gradient equal their naive twins", arguments: [(1, 2), (2, 16), (5, 33), (17, 100)])
  func normalize(rows: Int, width: Int) {
    var random = SplitMix64(seed: 2)
    let x = random.floats(rows * width), weight = random.floats(width), bias = random.floats(width)
    let dy = random.floats(rows * width), start = random.floats(rows * width)
    var y = x.single, mean = [Float](repeating: 0, count: rows), rstd = mean
    var ny = x.double, nmean = [Double](repeating: 0, count: rows), nrstd = nmean
    tw_normalize(&y, &mean, &rstd, x.single, weight.single, bias.single, rows, width)
    tw_normalize_naive(&ny, &nmean, &nrstd, x.double, weight.double, bias.double, rows, width)
    #expect(difference(y, ny) < 1e-5 && difference(mean, nmean) < 1e-5 && difference(rstd, nrstd) < 1e-5)
    var dx = start.single, dw = weight.single, db = bias.single
    var ndx = start.double, ndw = weight.double, ndb = bias.double
    tw_normalize_back(&dx, &dw, &db, dy.single, x.single, mean, rstd, weight.single, rows, width)
    tw_normalize_back_naive(&ndx, &ndw, &ndb, dy.double, x.double, nmean, nrstd, weight.double, rows, width)
    #expect(difference(dx, ndx) < 1e-5 && difference(dw, ndw) < 1e-5 && difference(db, ndb) < 1e-5)
  }

  @Test("biases, with and without what they are added to, and their gradient equal their naive twins", arguments: sizes)
  func bias(rows: Int, width: Int) {
    var random = SplitMix64(seed: 3)
    let x = random.floats(rows * width), bias = random.floats(width)
    var fast = [Float](repeating: .nan, count: rows * width), naive = [Double](repeating: .nan, count: rows * width)
    for isAdded in [true, false] {
      x.single.withUnsafeBufferPointer {
        tw_add_bias(&fast, isAdded ? $0.baseAddress : nil, bias.single, rows, width)
      }
      x.double.withUnsafeBufferPointer {
        tw_add_bias_naive(&naive, isAdded ? $0.baseAddress : nil, bias.double, rows, width)
      }
      #expect(difference(fast, naive) < Self.tolerance)
    }
    var sum = [Float](repeating: .nan, count: width), naiveSum = [Double](repeating: .nan, count: width)
    tw_bias_back(&sum, x.single, rows, width)
    tw_bias_back_naive(&naiveSum, x.double, rows, width)
    #expect(difference(sum, naiveSum) < Self.tolerance)
  }

  @Test("GELU and its gradient equal their naive twins far out and near 0, in place too")
  func gelu() {
    var random = SplitMix64(seed: 4)
    let values: [Float] = [0, -0.0, 1e-20, -1e-20, 12, -12, 60, -60, 1e4, -1e4] + random.floats(333, 6).single
    let x = (single: values, double: values.map(Double.init)), dy = random.floats(values.count)
    var fast = x.single, naive = x.double
    tw_gelu(&fast, x.single, values.count)
    tw_gelu_naive(&naive, x.double, values.count)
    for (a, b) in zip(fast, naive) { #expect(abs(Double(a) - b) <= 2e-6 * max(1, abs(b))) }
    var back = dy.single, naiveBack = dy.double
    back.withUnsafeMutableBufferPointer { tw_gelu_back($0.baseAddress, $0.baseAddress, x.single, values.count) }
    naiveBack.withUnsafeMutableBufferPointer {
      tw_gelu_back_naive($0.baseAddress, $0.baseAddress, x.double, values.count)
    }
    #expect(difference(back, naiveBack) < 4e-6)
    var none: [Float] = [.nan]
    tw_gelu(&none, [.nan], 1)
    #expect(none[0].isNaN, "what is not a number is not mended on the way")
  }

  @Test("causal softmax and its gradient equal their naive twins", arguments: [1, 2, 16, 17, 50])
  func softmax(sequence: Int) {
    var random = SplitMix64(seed: 5)
    let scores = random.floats(sequence * sequence, 20), gradient = random.floats(sequence * sequence)
    var fast = scores.single, naive = scores.double
    tw_softmax(&fast, sequence, 0.3)
    tw_softmax_naive(&naive, sequence, 0.3)
    #expect(difference(fast, naive) < Self.tolerance)
    for i in 0..<sequence {
      #expect(fast[(i * sequence + i + 1)..<((i + 1) * sequence)].allSatisfy { $0 == 0 })
      #expect(abs(fast[(i * sequence)...(i * sequence + i)].reduce(0, +) - 1) < 1e-5)
    }
    var back = gradient.single, naiveBack = gradient.double
    tw_softmax_back(&back, fast, sequence, 0.3)
    tw_softmax_back_naive(&naiveBack, naive, sequence, 0.3)
    #expect(difference(back, naiveBack) < 1e-5)
  }

  @Test("cross-entropy and its gradient equal their naive twins, with logits that would overflow too", arguments: sizes)
  func crossEntropy(rows: Int, vocabulary: Int) {
    var random = SplitMix64(seed: 6)
    let target = random.bytes(rows, below: vocabulary)
    for size in [3.0, 500] {
      let logits = random.floats(rows * vocabulary, size)
      var fast = logits.single, naive = logits.double
      let loss = tw_cross_entropy(&fast, target, rows, vocabulary)
      let expected = tw_cross_entropy_naive(&naive, target, rows, vocabulary)
      #expect(abs(loss - expected) <= 1e-5 * max(1, abs(expected)))
      #expect(zip(fast, naive).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    }
  }

  @Test("AdamW equals its naive twin over several steps")
  func adamw() {
    var random = SplitMix64(seed: 7)
    let count = 101, w = random.floats(count)
    var fast = (w.single, [Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    var naive = (w.double, [Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for step in 1...5 {
      let g = random.floats(count)
      var rule = tw_adamw_rule(
        rate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.1, step: Int32(step))
      tw_adamw(&fast.0, &fast.1, &fast.2, g.single, count, &rule)
      tw_adamw_naive(&naive.0, &naive.1, &naive.2, g.double, count, &rule)
    }
    #expect(difference(fast.0, naive.0) < 1e-5)
    #expect(difference(fast.1, naive.1) < 1e-5 && difference(fast.2, naive.2) < 1e-5)
  }
}

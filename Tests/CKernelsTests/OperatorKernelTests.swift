import CKernels
import Dispatch
import TestSupport
import Testing

@Suite struct OperatorKernelTests {
  static let shapes = [
    (0, 0), (0, 1), (1, 0), (1, 1), (1, 7), (7, 1), (3, 2), (40, 5), (12, 64), (31, 33), (60, 100),
  ]

  @Test("operator times equal their naive twin in every shape, empty ones included", arguments: shapes)
  func twin(operators: Int, cases: Int) {
    var random = SplitMix64(seed: UInt64(1 + operators * 1000 + cases))
    for _ in 0..<20 {
      let batch = OperatorBatch(operators: operators, cases: cases, &random)
      let parted = differences(batch.times(), batch.times(naive: true), "time")
      #expect(parted.isEmpty, "\(parted.prefix(3))")
    }
  }

  @Test("an operator that is absent everywhere takes no time, not even its launch")
  func absent() {
    var random = SplitMix64(seed: 2)
    let batch = OperatorBatch(operators: 30, cases: 11, &random, absent: 1)
    #expect(batch.times().allSatisfy { $0 == 0 })
    #expect(batch.times(naive: true).allSatisfy { $0 == 0 })
  }

  @Test("times are the same bits whole, in pieces of 1 and of 7", arguments: [1, 7, 100])
  func pieces(size: Int) {
    var random = SplitMix64(seed: 3)
    let batch = OperatorBatch(operators: 25, cases: 100, &random)
    let whole = batch.times()
    var joined = [Double](repeating: .nan, count: whole.count)
    for start in stride(from: 0, to: batch.cases, by: size) {
      let range = start..<min(start + size, batch.cases)
      let part = batch.cut(range).times()
      for o in 0..<batch.operators {
        for (j, to) in range.enumerated() { joined[o * batch.cases + to] = part[o * range.count + j] }
      }
    }
    #expect(sameBits(joined, whole))
  }

  @Test("times are the same bits at every instruction set, in every shape", arguments: [TF_BASE, TF_AVX2, TF_AVX512])
  func levels(level: tf_level) {
    var random = SplitMix64(seed: 5)
    for (operators, cases) in Self.shapes + [(25, 101)] {
      let batch = OperatorBatch(operators: operators, cases: cases, &random)
      let times = batch.times(level: level)
      #expect(sameBits(times, batch.times()))
      #expect(differences(times, batch.times(naive: true), "time").isEmpty)
    }
  }

  @Test("times are the same bits from every thread")
  func threads() {
    var random = SplitMix64(seed: 4)
    let batch = OperatorBatch(operators: 25, cases: 101, &random)
    let expected = batch.times()
    let found = Rows(16, width: expected.count)
    DispatchQueue.concurrentPerform(iterations: 16) { i in
      for (j, time) in batch.times().enumerated() { found[i][j] = time }
    }
    for i in 0..<16 { #expect(sameBits(found.values(i), expected)) }
  }

  /// A device of round numbers: 1e12 FLOP/s, attention at half of it, 1e11 bytes/s, one tile of 128 × 256 at a time on
  /// 10 units. Batched products reach 0.6, misaligned ones half of that; those kept in the attention's type 0.7, groups of them a
  /// quarter of that.
  static let device: [Double] = [
    1e12, 5e11, 1e11, 128, 256, 10, 0.8, 0, 0.6, 0.5, 1, 0.5, 0.25, 0, 0.5, 0.4, 0.2, 0.1, 0.05, 1e-6, 0.25, 0.3, 0.7,
  ]

  @Test(
    "each kind of operator takes its launch and the longer side of its roofline",
    arguments: [
      // Whole tiles on all units: 2·1280·256·1000 FLOP at 0.8 of 1e12.
      (TF_KIND_GEMM, [1280, 256, 1000, 1, 655_360_000, 1, 0], 1e-6 + 655_360_000 / 0.8e12),
      // One row past a tile: nearly half is padding however tiles are laid, and 2 of 10 units work.
      (TF_KIND_GEMM, [129, 256, 1000, 1, 66_048_000, 1, 0], 1e-6 + 66_048_000 / (0.8e12 * 129 / 256 * 0.2)),
      // Eleven tiles take two waves of ten.
      (TF_KIND_GEMM, [1408, 256, 1000, 1, 720_896_000, 1, 0], 1e-6 + 720_896_000 / (0.8e12 * 11 / 20)),
      // Ten matrices fill what one leaves idle.
      (TF_KIND_GEMM, [128, 256, 1000, 10, 655_360_000, 1, 0], 1e-6 + 655_360_000 / 0.8e12),
      (TF_KIND_GEMM, [1280, 256, 1, 1, 655_360, 1e9, 0], 1e-6 + 1e9 / 0.5e11),
      // Products of unfused attention: in its type, and at half of that where rows are not whole lines.
      (TF_KIND_BATCHED, [128, 256, 1000, 10, 655_360_000, 1, 0], 1e-6 + 655_360_000 / (0.6 * 5e11)),
      (TF_KIND_WIDE, [1280, 256, 1000, 1, 655_360_000, 1, 0], 1e-6 + 655_360_000 / (0.7 * 5e11)),
      (TF_KIND_WIDE_GROUPED, [128, 256, 1000, 10, 655_360_000, 1, 0], 1e-6 + 655_360_000 / (0.25 * 0.7 * 5e11)),
      (TF_KIND_MISALIGNED, [128, 256, 1000, 10, 655_360_000, 1, 0], 1e-6 + 655_360_000 / (0.3 * 5e11)),
      (TF_KIND_BATCHED, [128, 256, 1, 10, 655_360, 1e9, 0], 1e-6 + 1e9 / 0.5e11),
      (TF_KIND_ATTENTION_FORWARD, [0, 0, 1000, 0, 1e9, 1, 0], 1e-6 + 1e9 / 2.5e11),
      (TF_KIND_ATTENTION_BACKWARD, [0, 0, 1000, 0, 1e9, 1, 0], 1e-6 + 1e9 / 1.25e11),
      (TF_KIND_ELEMENTWISE, [0, 0, 0, 0, 0, 1e6, 0], 1e-6 + 1e6 / 0.5e11),
      (TF_KIND_NORMALIZATION, [0, 0, 0, 0, 0, 1e6, 0], 1e-6 + 1e6 / 0.4e11),
      (TF_KIND_SOFTMAX, [0, 0, 0, 0, 0, 1e6, 0], 1e-6 + 1e6 / 0.2e11),
      (TF_KIND_SOFTMAX_PASSES, [0, 0, 0, 0, 0, 1e6, 0], 1e-6 + 1e6 / 0.1e11),
      (TF_KIND_CAST, [0, 0, 0, 0, 0, 1e6, 0], 1e-6 + 1e6 / 0.05e11),
      (TF_KIND_FIXED, [0, 0, 0, 0, 0, 0, 0.25], 0.25),
    ] as [(Int, [Double], Double)])
  func byHand(kind: Int, operation: [Double], expected: Double) {
    var random = SplitMix64(seed: 5)
    let batch = OperatorBatch(operators: 1, cases: 1, &random)
    batch.set(0, 0, kind: kind, operation, device: OperatorKernelTests.device)
    #expect(isClose(batch.times()[0], expected), "\(batch.times()[0]) and \(expected)")
    #expect(isClose(batch.times(naive: true)[0], expected))
  }

  @Test("half the depth gives half the rate")
  func depth() {
    var random = SplitMix64(seed: 6)
    let batch = OperatorBatch(operators: 1, cases: 1, &random)
    var device = OperatorKernelTests.device
    device[7] = 1000
    batch.set(0, 0, kind: TF_KIND_GEMM, [1280, 256, 1000, 1, 655_360_000, 1, 0], device: device)
    #expect(isClose(batch.times()[0], 1e-6 + 655_360_000 / 0.4e12))
  }

  @Test("attention over half the length that it takes for half its rate has a third of it")
  func attentionLength() {
    var random = SplitMix64(seed: 8)
    let batch = OperatorBatch(operators: 1, cases: 1, &random)
    var device = OperatorKernelTests.device
    device[13] = 2000
    for (kind, rate) in [(TF_KIND_ATTENTION_FORWARD, 2.5e11), (TF_KIND_ATTENTION_BACKWARD, 1.25e11)] {
      for (length, share) in [(2000.0, 0.5), (1000, 1.0 / 3)] {
        batch.set(0, 0, kind: kind, [0, 0, length, 0, 1e9, 1, 0], device: device)
        #expect(isClose(batch.times()[0], 1e-6 + 1e9 / (rate * share)))
        #expect(isClose(batch.times(naive: true)[0], 1e-6 + 1e9 / (rate * share)))
      }
    }
  }

  @Test(
    "of what tiles and waves lose, a share is lost: all of it at 1, nothing at 0",
    arguments: [TF_KIND_GEMM, TF_KIND_BATCHED, TF_KIND_MISALIGNED], [0, 0.25, 1])
  func tileLoss(kind: Int, loss: Double) {
    var random = SplitMix64(seed: 9)
    let batch = OperatorBatch(operators: 1, cases: 1, &random)
    var device = OperatorKernelTests.device
    device[10] = loss
    let rate = [TF_KIND_GEMM: 0.8e12, TF_KIND_BATCHED: 3e11, TF_KIND_MISALIGNED: 1.5e11][kind, default: 0]
    // Eleven tiles in two waves of ten use 11/20; a single output of a tile uses 1/32,768 of a tenth.
    for (m, n, use) in [(1408.0, 256.0, 11.0 / 20), (1, 1, 1 / 327_680)] {
      let flops = 2 * m * n * 1000
      batch.set(0, 0, kind: kind, [m, n, 1000, 1, flops, 1e-6, 0], device: device)
      let expected = 1e-6 + flops / (rate * (1 - loss + loss * use))
      #expect(isClose(batch.times()[0], expected), "\(batch.times()[0]) and \(expected)")
      #expect(isClose(batch.times(naive: true)[0], expected))
    }
  }
}

@Suite struct ComposeTests {
  @Test(
    "the matrix product of incidence and times equals its naive twin",
    arguments: [
      (0, 0, 0), (0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 1, 1), (18, 47, 1), (18, 47, 63), (2, 100, 9),
      (5, 1, 300), (22, 300, 33), (33, 129, 32), (70, 5, 31),
    ])
  func twin(components: Int, operators: Int, cases: Int) {
    var random = SplitMix64(seed: UInt64(7 + components + operators + cases))
    let incidence = (0..<(components * operators)).map { _ in random.pick([0, 0, 0, 1, 2, 4]) as Double }
    let times = (0..<(operators * cases)).map { _ in random.between(0, 1) }
    var fast = [Double](repeating: .nan, count: components * cases)
    var naive = fast
    tf_compose(&fast, incidence, times, components, operators, cases)
    tf_compose_naive(&naive, incidence, times, components, operators, cases)
    let parted = differences(fast, naive, "component")
    #expect(parted.isEmpty, "\(parted.prefix(3))")
    #expect(!fast.contains { $0.isNaN })
  }

  @Test(
    "a case's components are the same bits alone and among others, wherever it stands",
    arguments: [1, 2, 20, 21, 22, 45], [1, 2, 7, 64, 83, 127, 128, 129, 300])
  func alone(components: Int, operators: Int) {
    var random = SplitMix64(seed: UInt64(11 + components * 1000 + operators))
    let incidence = (0..<(components * operators)).map { _ in random.pick([0, 0, 0, 1, 2, 4]) as Double }
    for cases in [1, 2, 3, 5, 16, 17, 31, 32, 33, 64, 100] {
      let times = (0..<(operators * cases)).map { _ in random.between(0, 1) }
      var all = [Double](repeating: .nan, count: components * cases)
      tf_compose(&all, incidence, times, components, operators, cases)
      for j in 0..<cases {
        var one = [Double](repeating: .nan, count: components)
        tf_compose(&one, incidence, (0..<operators).map { times[$0 * cases + j] }, components, operators, 1)
        #expect(sameBits(one, (0..<components).map { all[$0 * cases + j] }), "case \(j) of \(cases)")
      }
    }
  }

  @Test(
    "the first value that is negative or not finite is found",
    arguments: [Double.nan, .signalingNaN, .infinity, -.infinity, -1, -.leastNonzeroMagnitude])
  func unsound(value: Double) {
    var values = [0, 1, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 2]
    #expect(tf_first_unsound(values, values.count) == values.count)
    for i in values.indices {
      let kept = values[i]
      values[i] = value
      #expect(tf_first_unsound(values, values.count) == i)
      values[i] = kept
    }
    #expect(tf_first_unsound(values, 0) == 0)
  }
}

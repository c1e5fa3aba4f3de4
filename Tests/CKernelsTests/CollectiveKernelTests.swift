import CKernels
import TestSupport
import Testing

/// A collective over a group, timed by either twin.
func collectiveTime(
  _ collective: Int, group: Double, stride: Double = 1, bytes: Double, copies: Double = 0, within: Double = 1,
  _ tiers: [tf_tier], naive: Bool = false
) -> Double {
  var time = Double.nan
  let kind = Int32(collective)
  if naive {
    tf_collective_times_naive(&time, [kind], [group], [stride], [bytes], [copies], [within], 1, tiers)
  } else {
    tf_collective_times(&time, [kind], [group], [stride], [bytes], [copies], [within], 1, tiers)
  }
  return time
}

@Suite struct CollectiveKernelTests {
  @Test("collective times equal their naive twin over random groups and networks")
  func twin() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<100 {
      let network = randomTiers(&random)
      let count = random.pick([0, 1, 2, 50])
      let kinds = (0..<count).map { _ in Int32.random(in: 0...3, using: &random) }
      let groups = (0..<count).map { _ in Double(Int.random(in: 1...600, using: &random)) }
      let strides = (0..<count).map { _ in Double(random.pick([1, 1, 2, 3, 4, 8, 16, 64])) }
      let bytes = (0..<count).map { _ in random.chance(0.1) ? 0 : random.between(1, 1e9) }
      let copies = (0..<count).map { _ in Double(random.pick([0, 0, 1, 2, 8, 22])) }
      let within = (0..<count).map { _ in random.pick([1, 0.5, 0.25]) }
      var fast = [Double](repeating: .nan, count: count)
      var naive = fast
      tf_collective_times(&fast, kinds, groups, strides, bytes, copies, within, count, network)
      tf_collective_times_naive(&naive, kinds, groups, strides, bytes, copies, within, count, network)
      let parted = differences(fast, naive, "collective")
      #expect(parted.isEmpty, "\(parted.prefix(3))")
    }
  }

  @Test("all to all goes by every tier at once, and the slowest sets the pace")
  func allToAll() {
    // 16 ranks, 8 of them in a domain: 7/16 of the buffer stays inside, 8/16 goes out.
    let network = tiers([
      ring(span: 8, rate: 4e11, latency: 1e-6), ring(rate: 5e10, latency: 1e-5),
    ])
    let outside = collectiveTime(TF_ALL_TO_ALL, group: 16, bytes: 1e9, network)
    #expect(isClose(outside, 3 * 1e-6 + 1e-5 + 0.5 * 1e9 / 5e10))
    let inside = collectiveTime(TF_ALL_TO_ALL, group: 8, bytes: 1e9, network)
    #expect(isClose(inside, 3 * 1e-6 + 7.0 / 8 * 1e9 / 4e11))
  }

  @Test("a token that is sent once to each machine crosses as often as machines are expected among its experts")
  func dispatch() {
    let network = tiers([ring(span: 8, rate: 4e12, latency: 0), ring(rate: 5e10, latency: 0)])
    func time(copies: Double, within: Double = 1, ranks: Double = 32) -> Double {
      collectiveTime(TF_ALL_TO_ALL, group: ranks, bytes: 1e9, copies: copies, within: within, network)
    }
    // Four machines: 24 of 32 ranks are outside. Of eight copies 4·(1 − (3/4)^8) machines get one.
    let every = 0.75 * 1e9 / 5e10
    let ofFour: Double = 4 * (1 - 6561.0 / 65536), ofTwo: Double = 2 * (1 - 1.0 / 256)
    #expect(isClose(time(copies: 0), every))
    #expect(isClose(time(copies: 8), every * ofFour / 8))
    // Limited to two of the four: 2·(1 − (1/2)^8).
    #expect(isClose(time(copies: 8, within: 0.5), every * ofTwo / 8))
    // One copy is one copy, and within a machine nothing changes.
    #expect(isClose(time(copies: 1), every))
    #expect(isClose(time(copies: 8, ranks: 8), time(copies: 0, ranks: 8)))
  }

  // By hand: a ring of n takes n−1 steps and moves (n−1)/n of the buffer; an all-reduce does it twice.
  static let latency = 3e-6, rate = 5e10

  @Test(
    "a ring gathers in n−1 steps and moves all but its own share", arguments: [2, 3, 7, 8, 100] as [Double])
  func ringGather(n: Double) {
    let network = tiers([ring(rate: Self.rate, latency: Self.latency)])
    let expected = (n - 1) * Self.latency + (n - 1) / n * 1e9 / Self.rate
    #expect(isClose(collectiveTime(TF_REDUCE_SCATTER, group: n, bytes: 1e9, network), expected))
  }

  @Test("an all-reduce of a large buffer is two gathers", arguments: [2, 3, 7, 8, 100] as [Double])
  func ringReduce(n: Double) {
    let network = tiers([ring(rate: Self.rate, latency: Self.latency)])
    let gather = collectiveTime(TF_REDUCE_SCATTER, group: n, bytes: 1e10, network)
    #expect(isClose(collectiveTime(TF_ALL_REDUCE, group: n, bytes: 1e10, network), 2 * gather))
  }

  @Test(
    "an all-reduce of a few bytes goes by tree: ⌈log2 n⌉ steps each way",
    arguments: [(5, 3), (8, 3), (100, 7)])
  func tree(n: Int, halvings: Int) {
    let network = tiers([ring(rate: Self.rate, latency: Self.latency)])
    let expected = 2 * (Double(halvings) * Self.latency + 4 / Self.rate)
    #expect(isClose(collectiveTime(TF_ALL_REDUCE, group: Double(n), bytes: 4, network), expected))
  }

  @Test(
    "ranks wait for each other once a call, for each doubling of them, as long as the outermost links that it crosses say"
  )
  func waiting() {
    let network = tiers([
      ring(span: 8, rate: 3e11, latency: 0, wait: 1e-4), ring(rate: 2.5e10, latency: 0, wait: 1e-3),
    ])
    let still = tiers([ring(span: 8, rate: 3e11, latency: 0), ring(rate: 2.5e10, latency: 0)])
    for kind in [TF_REDUCE_SCATTER, TF_ALL_REDUCE, TF_ALL_TO_ALL] {
      for (group, wait) in [(8.0, 3e-4), (16, 4e-3), (40, 6e-3)] {
        let more =
          collectiveTime(kind, group: group, bytes: 1e6, network)
          - collectiveTime(kind, group: group, bytes: 1e6, still)
        #expect(abs(more - wait) < 1e-9, "\(kind) over \(group): \(more)")
      }
    }
    // A message has a fixed time of its own.
    #expect(
      collectiveTime(TF_SEND, group: 16, bytes: 1e6, network) == collectiveTime(TF_SEND, group: 16, bytes: 1e6, still))
  }

  @Test("a switch halves distances: ⌈log2 n⌉ steps", arguments: [(2, 1), (4, 2), (5, 3), (8, 3)])
  func halving(n: Int, steps: Int) {
    let network = tiers([
      switched(span: 8, rate: Self.rate, latency: Self.latency), ring(rate: 1e9, latency: 1e-5),
    ])
    let count = Double(n)
    let expected = Double(steps) * Self.latency + (count - 1) / count * 1e9 / Self.rate
    #expect(isClose(collectiveTime(TF_REDUCE_SCATTER, group: count, bytes: 1e9, network), expected))
  }

  static let cluster = tiers([
    switched(span: 8, rate: 3e11, latency: 2e-6), ring(rate: 2.5e10, latency: 1e-5),
  ])

  @Test("a group across nodes reduces inside each first and sends only the slice across")
  func hierarchical() {
    // Pieces are inside and outside at once: here the network is the slower, and only its transfer is waited for.
    let inside = 3 * 2e-6
    let across = 3 * 1e-5 + 3.0 / 4 * (1e9 / 8) / 2.5e10
    let hidden: Double = 7.0 / 8 * 1e9 / 3e11
    #expect(hidden < across - 3e-5)
    let found = collectiveTime(TF_REDUCE_SCATTER, group: 32, bytes: 1e9, Self.cluster)
    #expect(isClose(found, inside + across))
  }

  @Test(
    "a strided group takes of a node only the ranks it has there",
    arguments: [(1, 8), (2, 4), (4, 2), (8, 1)])
  func strided(stride: Int, inside: Int) {
    let here = Double(inside), nodes = 32 / here
    let steps: Double = [1: 0, 2: 1, 4: 2, 8: 3][inside] ?? 0
    let expected =
      steps * 2e-6 + (nodes - 1) * 1e-5
      + max((here - 1) / here * 1e9 / 3e11, (nodes - 1) / nodes * (1e9 / here) / 2.5e10)
    let found = collectiveTime(
      TF_REDUCE_SCATTER, group: 32, stride: Double(stride), bytes: 1e9, Self.cluster)
    #expect(isClose(found, expected), "\(found) and \(expected)")
  }

  @Test(
    "a group of one, or a buffer of nothing, takes no time",
    arguments: [TF_REDUCE_SCATTER, TF_ALL_REDUCE, TF_SEND])
  func nothing(kind: Int) {
    for naive in [false, true] {
      #expect(collectiveTime(kind, group: 1, bytes: 1e9, Self.cluster, naive: naive) == 0)
      #expect(collectiveTime(kind, group: 8, bytes: 0, Self.cluster, naive: naive) == 0)
    }
  }

  @Test("along one side of a torus a group has that side's share of the links", arguments: [2, 3])
  func sides(dimensions: Int) {
    let network = tiers([
      torus(side: 4, dimensions: dimensions, rate: 1e11, latency: 0), ring(rate: 1e9, latency: 1e-5),
    ])
    func rate(_ n: Double) -> Double {
      (n - 1) / n * 1e9 / collectiveTime(TF_REDUCE_SCATTER, group: n, bytes: 1e9, network)
    }
    let count = Double(dimensions)
    #expect(isClose(rate(4), 1e11 / count))
    #expect(isClose(rate(2), 1e11 / count))
    #expect(isClose(rate(16), dimensions == 2 ? 1e11 : 1e11 * 2 / 3))
    if dimensions == 3 { #expect(isClose(rate(64), 1e11)) }
  }

  @Test("a send takes one latency and the rate of the innermost tier that holds the group")
  func send() {
    let near = collectiveTime(TF_SEND, group: 8, bytes: 1e9, Self.cluster)
    let far = collectiveTime(TF_SEND, group: 2, stride: 8, bytes: 1e9, Self.cluster)
    #expect(isClose(near, 2e-6 + 1e9 / 3e11))
    #expect(isClose(far, 1e-5 + 1e9 / 2.5e10))
  }
}

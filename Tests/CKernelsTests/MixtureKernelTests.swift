import CKernels
import TestSupport
import Testing

@Suite struct MixtureKernelTests {
  /// A difference of large times is exact to the step it came from.
  private func parted(_ a: Rows, _ b: Rows, _ plans: Plans) -> [String] {
    resultNames.enumerated().flatMap { row, name in
      (0..<plans.count).compactMap { i in
        let loose = ["bubble", "data", "exchange"].contains(name) ? b[0][i] : 0
        return isClose(a[row][i], b[row][i], scale: loose)
          ? nil : "\(name) of \(plans.plan(i)): \(a[row][i]) and \(b[row][i])"
      }
    }
  }

  @Test(
    "Stages of different layers are what their layers add up to: the fast kernel equals the naive twin",
    arguments: 0..<6)
  func twin(seed: Int) {
    var random = SplitMix64(seed: UInt64(700 + seed)), found: [String] = []
    for _ in 0..<40 {
      let mixture = Mixture(&random), machine = randomMachine(&random)
      let plans = randomPlans(random.pick([1, 2, 15, 200]), mixture.block, &random)
      found += parted(
        plans.evaluate(mixture.block, machine), plans.evaluate(mixture.block, machine, naive: true), plans)
    }
    #expect(found.isEmpty, "\(found.count): \(found.prefix(3))")
  }

  @Test("Equal layers told one by one give what the same layers give as one number of them")
  func equal() {
    var random = SplitMix64(seed: 77), found: [String] = []
    for _ in 0..<40 {
      var dense = randomBlock(&random)
      (dense.table_weights, dense.table_states, dense.exchange_pooled, dense.exchange_rows) = (0, 0, 0, 0)
      let machine = randomMachine(&random), mixture = Mixture(like: dense)
      let plans = randomPlans(40, dense, &random)
      // Where layers do not divide, the dense kernel takes the fullest stage between the ends without looking which one is short.
      found += parted(plans.evaluate(mixture.block, machine), plans.evaluate(dense, machine), plans)
    }
    #expect(found.isEmpty, "\(found.count): \(found.prefix(3))")
  }

  @Test("Where only the first layers of each chunk recompute, the fast kernel equals the naive twin", arguments: 0..<4)
  func partial(seed: Int) {
    var random = SplitMix64(seed: UInt64(900 + seed)), found: [String] = []
    for _ in 0..<40 {
      let mixture = Mixture(&random, recomputed: random.pick([0, 1, 2, 7, 40])), machine = randomMachine(&random)
      let plans = randomPlans(random.pick([1, 15, 200]), mixture.block, &random)
      found += parted(
        plans.evaluate(mixture.block, machine), plans.evaluate(mixture.block, machine, naive: true), plans)
    }
    #expect(found.isEmpty, "\(found.count): \(found.prefix(3))")
  }

  @Test("Recomputing in none of the layers, or in all, is what layers of that kind alone do, bit for bit")
  func partialEnds() {
    var random = SplitMix64(seed: 79)
    for round in 0..<40 {
      let recomputing = round % 2 == 0
      let mixture = Mixture(&random, recomputed: recomputing ? 130 : 0)
      var machine = randomMachine(&random)
      // What one moment holds beside a layer's work follows from that room, too.
      machine.by_moment = 0
      let plans = randomPlans(40, mixture.block, &random), part = plans.evaluate(mixture.block, machine)
      mixture.whole(recomputing: recomputing)
      let whole = plans.evaluate(mixture.block, machine)
      let same = resultNames.indices.allSatisfy { row in
        // Room for gathered layers is that of the largest of all kinds.
        ["memory", "held workspace"].contains(resultNames[row])
          || (0..<plans.count).allSatisfy { part[row][$0] == whole[row][$0] }
      }
      #expect(same)
    }
  }

  /// Pipelines whose ends somebody chose, with the rest even between them.
  private func cut(_ pipeline: Int, _ interleave: Int, _ random: inout SplitMix64) -> (layers: Int, ends: tf_ends) {
    let chunks = pipeline * interleave, each = Int.random(in: 1...4, using: &random)
    let ends = tf_ends(first: Int.random(in: 0...6, using: &random), last: Int.random(in: 0...6, using: &random))
    return (max(1, Int(ends.first) + Int(ends.last) + each * (chunks - 2)), ends)
  }

  @Test("Where somebody chose the ends of a pipeline, the fast kernel equals the naive twin, and no layer is lost")
  func ends() {
    var random = SplitMix64(seed: 81), found: [String] = []
    for _ in 0..<200 {
      let p = Int.random(in: 2...8, using: &random), v = random.pick([1, 1, 2, 3])
      let (layers, ends) = cut(p, v, &random)
      guard Int(ends.first) + Int(ends.last) > 0 || p * v > 2 else { continue }
      let starts = (0...p * v).map { tf_chunk_start($0, p * v, layers, ends) }
      #expect(starts[0] == 0 && starts[1] == ends.first && starts[p * v] == layers)
      #expect(starts[p * v] - starts[p * v - 1] == ends.last && starts == starts.sorted())
      let mixture = Mixture(&random, recomputed: random.pick([nil, 2]), ends: ends, layers: layers)
      let machine = randomMachine(&random)
      let plans = Plans([[Double(p), Double(v), random.pick([1, 2, 8]), random.pick([0, 1])]])
      found += parted(
        plans.evaluate(mixture.block, machine), plans.evaluate(mixture.block, machine, naive: true), plans)
    }
    #expect(found.isEmpty, "\(found.count): \(found.prefix(3))")
  }

  @Test("Terms of every kind of layer add up to the parts")
  func trace() {
    var random = SplitMix64(seed: 78)
    for _ in 0..<50 {
      let mixture = Mixture(&random), machine = randomMachine(&random)
      let plan = randomPlans(1, mixture.block, &random)
      let found = plan.evaluate(mixture.block, machine, naive: true), terms = plan.trace(mixture.block, machine)
      for (part, name) in stepNames.enumerated() {
        let sum = terms.filter { $0.is_memory == 0 && $0.part == Int32(part) }.reduce(0) { $0 + $1.amount }
        #expect(isClose(sum, found[row(name)][0], scale: found[0][0] * 1e-3), "\(name) of \(plan.plan(0))")
      }
    }
  }
}

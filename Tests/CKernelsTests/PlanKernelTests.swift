import CKernels
import Dispatch
import TestSupport
import Testing

@Suite struct PlanKernelTests {
  @Test("every result of every plan equals the naive twin's", arguments: 0..<8)
  func twin(seed: Int) {
    var random = SplitMix64(seed: UInt64(100 + seed))
    var parted: [String] = []
    for _ in 0..<60 {
      let block = randomBlock(&random), machine = randomMachine(&random)
      let plans = randomPlans(random.pick([1, 2, 15, 64]), block, &random)
      let fast = plans.evaluate(block, machine), naive = plans.evaluate(block, machine, naive: true)
      for (row, name) in resultNames.enumerated() {
        for i in 0..<plans.count {
          // The bubble is what is left of a difference, so it is exact to the step it came from, and what of the
          // gradients does not hide behind it likewise.
          let hides = name == "data" && plans.plan(i)[1] > 1
          let scale = name == "bubble" || hides ? naive[0][i] : 0
          if !isClose(fast[row][i], naive[row][i], scale: scale) {
            parted.append("\(name) of \(plans.plan(i)): \(fast[row][i]) and \(naive[row][i])")
          }
        }
      }
    }
    #expect(parted.isEmpty, "\(parted.count): \(parted.prefix(3))")
  }

  @Test("plans that share copies among some ranks get the same bits among plans that share them among all, and alone")
  func mixed() {
    var random = SplitMix64(seed: 27)
    for _ in 0..<20 {
      let block = randomBlock(&random), machine = randomMachine(&random)
      let mixed = randomPlans(64, block, &random)
      let whole = mixed.evaluate(block, machine)
      for i in 0..<mixed.count {
        let alone = Plans([mixed.plan(i)]).evaluate(block, machine)
        #expect(resultNames.indices.allSatisfy { alone[$0][0] == whole[$0][i] }, "\(mixed.plan(i))")
      }
    }
  }

  @Test("the terms that the twin tells add up to each part that it found, in time and in memory")
  func trace() {
    var random = SplitMix64(seed: 28)
    for _ in 0..<200 {
      let block = randomBlock(&random), machine = randomMachine(&random)
      let plan = randomPlans(1, block, &random)
      let found = plan.evaluate(block, machine, naive: true), terms = plan.trace(block, machine)
      for (part, name) in stepNames.enumerated() {
        let sum = terms.filter { $0.is_memory == 0 && $0.part == Int32(part) }.reduce(0) { $0 + $1.amount }
        #expect(isClose(sum, found[row(name)][0], scale: found[0][0] * 1e-3), "\(name) of \(plan.plan(0))")
      }
      for (part, name) in memoryNames.enumerated() {
        let sum = terms.filter { $0.is_memory == 1 && $0.part == Int32(part) }.reduce(0) { $0 + $1.amount }
        #expect(isClose(sum, found[row(name)][0]), "\(name) of \(plan.plan(0))")
      }
      for term in terms where term.is_memory == 0 {
        let one = term.raw - term.hidden + term.contention * term.hidden
        #expect(isClose(term.amount, term.times * one, scale: term.times * term.raw))
        #expect(term.hidden >= 0 && term.hidden <= max(term.raw, 0))
      }
    }
  }

  @Test("a term's exchange spends in its tiers what it takes by itself")
  func paths() {
    var random = SplitMix64(seed: 29)
    for _ in 0..<100 {
      let block = randomBlock(&random), machine = randomMachine(&random)
      for term in randomPlans(1, block, &random).trace(block, machine)
      where term.path.group > 1 && term.what != nil && term.part == TF_STEP_data {
        let tiers = term.path.tier.0 + term.path.tier.1 + term.path.tier.2 + term.path.tier.3
        let extra = String(cString: term.what).hasPrefix("gradient of the embedding") ? term.raw - tiers : 0
        #expect(isClose(tiers + extra, term.raw), "\(String(cString: term.what))")
      }
    }
  }

  @Test("tables add to weights, states and the exchange of data, and to what these add up to, and move nothing else")
  func tables() {
    var random = SplitMix64(seed: 26)
    for _ in 0..<20 {
      var block = randomBlock(&random)
      let machine = randomMachine(&random), plans = randomPlans(40, block, &random)
      (block.table_weights, block.table_states) = (1e9, 1e8)
      (block.exchange_pooled, block.exchange_rows) = (1e6, 4e6)
      let with = plans.evaluate(block, machine)
      (block.table_weights, block.table_states, block.exchange_pooled, block.exchange_rows) = (0, 0, 0, 0)
      let without = plans.evaluate(block, machine)
      for (row, name) in resultNames.enumerated() {
        for i in 0..<plans.count {
          let more = with[row][i] - without[row][i], ranks = plans.plan(i)[2]
          switch name {
          case "held weights": #expect(isClose(more, 1e9 / ranks, scale: with[row][i]))
          case "held optimizer": #expect(isClose(more, 1e8 / ranks, scale: with[row][i]))
          case "memory": #expect(isClose(more, 1.1e9 / ranks, scale: with[row][i]))
          case "data", "step": #expect(ranks > 1 ? more > 0 : more == 0)
          default: #expect(more == 0, "\(name)")
          }
        }
      }
    }
  }

  @Test("no plans give no results")
  func none() {
    var random = SplitMix64(seed: 21)
    let block = randomBlock(&random), machine = randomMachine(&random)
    let guarded = Rows(resultNames.count, width: 1)
    Plans([[1, 1, 1, 0]]).evaluate(0..<0, into: guarded, block, machine)
    #expect(guarded.all.allSatisfy { $0.isNaN })
  }

  @Test("times add up to the step and sizes to the memory")
  func sums() {
    var random = SplitMix64(seed: 22)
    for _ in 0..<50 {
      let block = randomBlock(&random), machine = randomMachine(&random)
      let plans = randomPlans(40, block, &random)
      let found = plans.evaluate(block, machine)
      for i in 0..<plans.count {
        let step = stepParts.reduce(0) { $0 + found[$1][i] }
        let memory = memoryParts.reduce(0) { $0 + found[$1][i] }
        #expect(isClose(step, found[0][i]))
        #expect(isClose(memory, found[memoryRow][i]))
        #expect(found.all.allSatisfy { $0 >= 0 && $0.isFinite })
      }
    }
  }

  @Test("results are the same bits whole, in pieces of 1 and of 7", arguments: [1, 7, 1000])
  func pieces(size: Int) {
    var random = SplitMix64(seed: 23)
    for _ in 0..<10 {
      let block = randomBlock(&random), machine = randomMachine(&random)
      let plans = randomPlans(131, block, &random)
      let whole = plans.evaluate(block, machine)
      let joined = Rows(resultNames.count, width: plans.count)
      for start in stride(from: 0, to: plans.count, by: size) {
        plans.evaluate(start..<min(start + size, plans.count), into: joined, block, machine)
      }
      #expect(sameBits(joined.all, whole.all))
    }
  }

  @Test("results are the same bits at every instruction set", arguments: [TF_BASE, TF_AVX2, TF_AVX512])
  func levels(level: tf_level) {
    var random = SplitMix64(seed: 25)
    for _ in 0..<20 {
      let block = randomBlock(&random), machine = randomMachine(&random)
      let plans = randomPlans(131, block, &random)
      let found = Rows(resultNames.count, width: plans.count)
      plans.evaluate(0..<plans.count, into: found, block, machine, level: level)
      #expect(sameBits(found.all, plans.evaluate(block, machine).all))
    }
  }

  @Test("results are the same bits when threads share the plans")
  func threads() {
    var random = SplitMix64(seed: 24)
    // Points to no mixture, so that threads may share it.
    nonisolated(unsafe) let block = randomBlock(&random)
    let machine = randomMachine(&random)
    let plans = randomPlans(1000, block, &random)
    let whole = plans.evaluate(block, machine)
    let joined = Rows(resultNames.count, width: plans.count)
    DispatchQueue.concurrentPerform(iterations: 40) { i in
      plans.evaluate((i * 25)..<(i * 25 + 25), into: joined, block, machine)
    }
    #expect(sameBits(joined.all, whole.all))
  }
}

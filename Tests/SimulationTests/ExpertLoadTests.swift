import CKernels
import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// How full the fullest rank of a mixture is, which all others wait for.
@Suite struct ExpertLoadTests {
  static func experts(_ loads: ExpertLoads, capacity: Double? = nil) -> Experts {
    Experts(count: 64, perToken: 6, net: DenseNet(size: 512, activation: .swiglu), capacity: capacity, loads: loads)
  }

  static func estimate(_ loads: ExpertLoads, expert: Int) throws -> Estimate {
    let block = Block(.attention(BlockLawTests.attention), .experts(experts(loads)))
    let model = BlockLawTests.model([Block](repeating: block, count: 8))
    return try Simulator(job: BlockLawTests.job(model), instance: .node(), efficiency: .perfect(.fused))
      .estimate(Plan(data: 64, expert: expert, zero: 1))
  }

  static let degrees = [1, 2, 4, 8, 16, 32, 64]

  @Test("No spread is an even load to the bit, and so is any spread of a single rank", arguments: degrees)
  func even(expert: Int) throws {
    let even = try Self.estimate(.fullestRank(1), expert: expert)
    let none = try Self.estimate(.spread(0), expert: expert)
    #expect(none.stepTime == even.stepTime && none.memory.total == even.memory.total)
    let wide = try Self.estimate(.spread(0.4), expert: expert)
    if expert == 1 {
      #expect(wide.stepTime == even.stepTime && wide.memory.total == even.memory.total)
    } else {
      #expect(wide.stepTime > even.stepTime && wide.memory.total > even.memory.total)
    }
  }

  @Test("The more ranks, the longer the wait for the fullest; an imbalance that is given is the same for any number")
  func wider() throws {
    let shares = Self.degrees.map { Self.experts(.spread(0.3)).fullest(of: $0) }
    #expect(shares[0] == 1 && zip(shares, shares.dropFirst()).allSatisfy { $0 < $1 }, "\(shares)")
    #expect(Self.degrees.allSatisfy { Self.experts(.fullestRank(1.2)).fullest(of: $0) == 1.2 })
    // Of the step, too, wider degrees lose more of what they would be with an even load.
    let lost = try Self.degrees.map {
      try (Self.estimate(.spread(0.3), expert: $0).stepTime - Self.estimate(.fullestRank(1), expert: $0).stepTime).value
    }
    #expect(zip(lost, lost.dropFirst()).allSatisfy { $0 < $1 }, "\(lost)")
  }

  @Test(
    "The fullest of ranks whose experts' loads are drawn is as full as the formula says", arguments: degrees.dropFirst()
  )
  func drawn(ranks: Int) {
    let spread = 0.3, experts = 64, rounds = 20_000
    var normals = [Double](repeating: 0, count: rounds * experts)
    tf_standard_normals(&normals, normals.count, 2026, UInt64(ranks))
    var sum = 0.0
    for round in 0..<rounds {
      let loads = normals[(round * experts)..<((round + 1) * experts)].map { 1 + spread * $0 }
      let each = experts / ranks, all = loads.reduce(0, +)
      let ofRanks = (0..<ranks).map { rank in
        loads[(rank * each)..<((rank + 1) * each)].reduce(0, +) / all * Double(ranks)
      }
      sum += ofRanks.max() ?? 0
    }
    let excess = sum / Double(rounds) - 1, expected = Self.experts(.spread(spread)).fullest(of: ranks) - 1
    #expect(excess > 0 && abs(expected / excess - 1) < 0.06, "\(expected) for \(excess)")
  }

  @Test("A published excess of the fullest expert comes back where each rank has one") func published() {
    let excess = 0.72, spread = excess / tf_normal_quantile((64 - 0.375) / (64 + 0.25))
    #expect(isClose(Self.experts(.spread(spread)).fullest(of: 64), 1 + excess))
  }

  @Test("Capacity cuts off what the fullest rank has, and no rank has more than all there is") func bounds() {
    for ranks in Self.degrees {
      let free = Self.experts(.spread(0.3)).fullest(of: ranks)
      #expect(Self.experts(.spread(0.3), capacity: 1.2).fullest(of: ranks) == min(free, 1.2))
      #expect(Self.experts(.spread(90)).fullest(of: ranks) == min(Double(ranks), 64.0 / 6))
    }
    #expect(Self.experts(.spread(0.3)).fullest(of: 64) > 1.2 && Self.experts(.spread(0.3)).fullest(of: 2) < 1.2)
  }
}

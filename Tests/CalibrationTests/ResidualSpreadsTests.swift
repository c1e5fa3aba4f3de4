import Foundation
import Testing

@testable import Calibration

@Suite struct ResidualSpreadsTests {
  @Test("the residual spread puts nine in ten inside") func residual() throws {
    let residuals = (1...100).map { Double($0) / 100 }
    let spread = try #require(ResidualSpreads.needed(residuals, variances: residuals.map { _ in 0 }))
    #expect(residuals.count { $0 <= Interval.halfWidth * spread * (1 + 1e-12) } == 90)
    // What parameters explain needs no residual.
    #expect(ResidualSpreads.needed([0.1, -0.1], variances: [1, 1]) == 0)
    #expect(ResidualSpreads.needed([], variances: []) == nil)
  }

  @Test("the variance of draws is the one that puts their ends where they are") func variance() {
    // 5% and 95% of these are e and e³: two half-widths apart in the logarithm.
    let draws = (0..<100).map { exp($0 < 50 ? 1.0 : 3.0) }
    #expect(abs(ResidualSpreads.variance(draws) - 1 / (Interval.halfWidth * Interval.halfWidth)) < 1e-12)
    #expect(ResidualSpreads.variance([2, 2, 2]) == 0)
  }

  @Test("members of a group that err alike share their variance, others do not") func shared() {
    let groups = (0..<60).map { "\($0 / 6)" }
    let alike = (0..<60).map { $0 / 6 % 2 == 0 ? 0.1 : -0.1 }
    #expect(ResidualSpreads.shared(alike, groups: groups) > 0.99)
    let apart = (0..<60).map { $0 % 2 == 0 ? 0.1 : -0.1 }
    #expect(ResidualSpreads.shared(apart, groups: groups) == 0)
  }

  @Test("rank correlation: 1 for what grows together, −1 for what does not, nil for what stands still") func ranks() {
    #expect(Structure.spearman([1, 2, 3, 9], [10, 20, 30, 31]) == 1)
    #expect(Structure.spearman([1, 2, 3], [3, 2, 1]) == -1)
    #expect(Structure.spearman([1, 1, 1], [3, 2, 1]) == nil)
  }
}

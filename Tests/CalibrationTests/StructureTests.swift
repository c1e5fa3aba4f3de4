import Foundation
import Testing

@testable import Calibration

@Suite struct StructureTests {
  @Test("the variance of draws is the one that puts their ends where they are") func variance() {
    // 5% and 95% of these are e and e³: two half-widths apart in the logarithm.
    let draws = (0..<100).map { exp($0 < 50 ? 1.0 : 3.0) }
    #expect(abs(Interval(draws).variance - 1 / (Interval.halfWidth * Interval.halfWidth)) < 1e-12)
    #expect(Interval([2, 2, 2]).variance == 0)
  }

  @Test("rank correlation: 1 for what grows together, −1 for what does not, nil for what stands still") func ranks() {
    #expect(Structure.spearman([1, 2, 3, 9], [10, 20, 30, 31]) == 1)
    #expect(Structure.spearman([1, 2, 3], [3, 2, 1]) == -1)
    #expect(Structure.spearman([1, 1, 1], [3, 2, 1]) == nil)
  }
}

import Quantities
import Testing

@testable import Scenarios

@Suite struct ShippedConfigsTests {
  @Test("The shipped configurations have no problems") func check() {
    let problems = shipped.check().map(\.rendered)
    #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
  }
}

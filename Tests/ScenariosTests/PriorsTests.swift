import Testing

@testable import Scenarios

@Suite struct PriorsTests {
  private func priors(_ old: String, _ new: String) throws -> Catalog {
    let folder = try Folder.sample()
    try folder.write("calibration/priors.yaml", Samples.priors.replacing(old, with: new))
    return try folder.catalog()
  }

  @Test("An architecture may have a value of its own, apart from the population") func apart() throws {
    let catalog = try priors("spread: 1}", "spread: 1, apart: true}")
    let priors = try catalog.priors()
    let scale = EfficiencyParameter.Scale.seconds
    #expect(priors.observations.count == 1)
    #expect(priors.center(.hostForward, "trainium") == scale.fitted(50e-6))
    #expect(priors.center(.hostForward, "gpu") == scale.fitted(1e-3))
    #expect(priors.spread(.hostForward, .architecture("trainium")) == 1)
  }

  @Test("A chip cannot stand apart") func chip() throws {
    let catalog = try priors("source: a measurement}", "apart: true}")
    let found = problems { () throws(Diagnostics) in try catalog.priors() }
    #expect(found.map(\.message) == ["a chip cannot stand apart"])
  }
}

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

  @Test("What no parameter explains and what distances count stand in the file; older ones have the shipped values")
  func judgements() throws {
    let catalog = try Folder.sample().catalog(), priors = try catalog.priors()
    #expect(priors.unexplained.core == 0.05 && priors.unexplained.freedom == 3 && priors.unexplained.least == 0.02)
    #expect(priors.unexplained.unseen == 0.2 && priors.unexplained.extrapolated == 0.4 && priors.unexplained.runs == 5)
    let distance = priors.distance
    #expect(distance.size == 2 && distance.devices == 1 && distance.degrees == 1 && distance.sequence == 1)
    #expect(distance.tokens == 1 && distance.precision == 2 && distance.stack == 3 && distance.chip == 5)
    #expect(distance.near == 4)
    let shipped = try shipped.priors()
    #expect(shipped.unexplained == Priors.Unexplained() && shipped.distance == Priors.Distance())
    let older = try self.priors("distance: {size: 2", "distance: {size: 3").priors()
    #expect(older.distance.size == 3)
  }

  @Test("A spread of zero is refused") func zero() throws {
    let catalog = try priors("core: 0.05", "core: 0")
    let found = problems { () throws(Diagnostics) in try catalog.priors() }
    #expect(found.map(\.message) == ["'core' is zero"])
  }

  @Test("An architecture is what a chip's file says; without a word a processor is like others, and the rest alone")
  func architecture() throws {
    func architecture(_ old: String, _ new: String) throws -> String {
      let folder = try Folder.sample()
      try folder.write("chips/c1.yaml", Samples.chip.replacing(old, with: new))
      return try folder.catalog().chip("c1").architecture
    }
    #expect(try architecture("vendor: Acme", "vendor: AWS") == "trainium")
    #expect(try architecture("architecture: trainium\n", "") == "c1")
    #expect(try architecture("class: accelerator\narchitecture: trainium", "class: cpu") == "cpu")
    for name in shipped.names(.chips) {
      #expect(["gpu", "trainium", "cpu"].contains(try shipped.chip(name).architecture), "\(name)")
    }
  }

  @Test("A chip cannot stand apart") func chip() throws {
    let catalog = try priors("source: a measurement}", "apart: true}")
    let found = problems { () throws(Diagnostics) in try catalog.priors() }
    #expect(found.map(\.message) == ["a chip cannot stand apart"])
  }
}

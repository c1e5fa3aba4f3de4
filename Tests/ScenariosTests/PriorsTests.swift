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

  @Test("Numbers of a few digits are read as Double reads them, others are left to it") func decimals() {
    var random = SystemRandomNumberGenerator()
    func read(_ word: String) -> Double? { Posterior.decimal(ArraySlice(word.utf8)) }
    for word in ["0", "-0", "1", "-.013", ".5", "5.", "0.078869", "-1.0001", "000012.500", "123456789012345"] {
      #expect(read(word) == Double(word) && read(word)?.sign == Double(word)?.sign, "\(word)")
    }
    for _ in 0..<2_000 {
      let places = Int.random(in: 0...9, using: &random)
      let digits = String(Int.random(in: 0..<1_000_000, using: &random))
      let word = "-" + digits + "." + String(repeating: "0", count: places) + digits
      if (digits.count * 2 + places) <= 15 { #expect(read(word) == Double(word), "\(word)") }
    }
    for word in ["", "-", ".", "1e-3", "nan", "+1", "1.2.3", "--1", "0x1", "1234567890123456", "٣"] {
      #expect(read(word) == nil, "\(word)")
    }
  }

  @Test("What no parameter explains and how it hangs together stand in the file; what it leaves out has usual values")
  func judgements() throws {
    let priors = try Folder.sample().catalog().priors()
    #expect(priors.unexplained.core == 0.05 && priors.unexplained.freedom == 3)
    #expect(priors.likeness[.tensor] == 2 && priors.likeness[.team] == 0.3)
    #expect(priors.likeness[.pipeline] == Likeness()[.pipeline] && priors.likeness[.noise] == Likeness()[.noise])
    #expect(try shipped.priors().unexplained == Priors.Unexplained())
    let posterior = try #require(try Folder.sample().catalog().posterior())
    #expect(posterior.likeness[.team] == 0.2 && posterior.likeness[.tensor] == Likeness()[.tensor])
  }

  @Test(
    "Memory's reserve and spread are a family's on the architecture, else the chip's, else the architecture's; a factor of twenty is too much"
  )
  func memory() throws {
    let catalog = try Folder.sample().catalog(), priors = try catalog.priors()
    #expect(try priors.memorySpread(catalog.chip("c1"), catalog.stack("s1")) == 0.2)
    let family = try catalog.stack("s1").family
    let known = try self.priors(
      "memory_spreads: {trainium: 0.1", "memory_outside: 1 GiB\nmemory_spreads: {trainium.\(family): 0.3, trainium: 0.1"
    )
    #expect(try known.priors().memorySpread(catalog.chip("c1"), catalog.stack("s1")) == 0.3)
    #expect(try known.priors().memoryOutside.value == 1_073_741_824 && priors.memoryOutside == .zero)
    let wrong = try self.priors("memory_spreads: {trainium: 0.1", "memory_spreads: {trainium: 10%")
    let found = problems { () throws(Diagnostics) in try wrong.priors() }
    #expect(found.map(\.message) == ["'memory_spreads' takes numbers of 0 to 3"])
  }

  @Test("A spread of zero is refused") func zero() throws {
    let catalog = try priors("core: 0.05", "core: 0")
    let found = problems { () throws(Diagnostics) in try catalog.priors() }
    #expect(found.map(\.message) == ["'core' is zero"])
  }

  @Test("Chips of one design share a generation; a chip that names none is alone in its own") func generation() throws {
    let folder = try Folder.sample()
    let chip = Samples.chip.replacing("architecture: trainium\n", with: "architecture: trainium\ngeneration: second\n")
    try folder.write("chips/c1.yaml", Samples.chip)
    try folder.write("chips/c2.yaml", chip)
    try folder.write("chips/c3.yaml", chip.replacing("generation: second\n", with: "like: c2\n"))
    let catalog = try folder.catalog()
    #expect(try ["c1", "c2", "c3"].map { try catalog.chip($0).generation } == ["c1", "second", "second"])
    #expect(ParameterScope(text: "generation:second") == .generation("second"))
    #expect(ParameterScope.generation("second").text == "generation:second")
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

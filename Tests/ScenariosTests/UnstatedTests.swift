import Testing

@testable import Scenarios

/// Files from before a parameter existed are read, and what is taken for it changes nothing and is told.
@Suite struct UnstatedTests {
  private func without(_ parameter: EfficiencyParameter) -> String {
    Samples.efficiency.split(separator: "\n").filter { !$0.hasPrefix(parameter.key + ":") }.map { $0 + "\n" }.joined()
  }

  private func profile(_ text: String) throws -> (Efficiency, [Diagnostic]) {
    let folder = try Folder.sample()
    try folder.write("efficiency/c1.s1.yaml", text)
    let catalog = try folder.catalog()
    return (try catalog.profile("c1.s1"), catalog.check())
  }

  @Test("A profile without a parameter is one that states its neutral value", arguments: EfficiencyParameter.allCases)
  func one(parameter: EfficiencyParameter) throws {
    let (older, found) = try profile(without(parameter))
    let line = "\(parameter.key): \(parameter.neutralText)\n"
    let (stated, none) = try profile(without(parameter) + line)
    #expect(older.values == stated.values && older[parameter] == parameter.neutral)
    #expect(older.unstated.parameters == [parameter] && stated.unstated.parameters.isEmpty)
    #expect(found.map(\.severity) == [.warning] && none.isEmpty)
    #expect(found.first?.message == "not stated, so taken as if there were no such effect: \(line.dropLast())")
    #expect(found.first?.place?.file == "efficiency/c1.s1.yaml")
  }

  @Test("One warning names all that a profile leaves out") func several() throws {
    let text = Samples.efficiency.replacing("straggling: 0.01\n", with: "").replacing("misaligned: 0.3\n", with: "")
    let (profile, found) = try profile(text)
    #expect(profile.unstated.taken == "misaligned: 1, straggling: 0")
    #expect(found.count == 1 && found[0].message.hasSuffix("effect: misaligned: 1, straggling: 0"))
  }

  @Test("No value that is suggested makes anything slower than software that loses nothing") func harmless() throws {
    for key in Keys.efficiency {
      guard let parameter = EfficiencyParameter(key: key.name) else { continue }
      #expect(!key.required && key.example == parameter.neutralText)
      for keys in [Keys.prior(parameter), Keys.observation(parameter)] {
        #expect(keys.first { $0.name == "value" }?.example == parameter.neutralText)
      }
    }
    // Whatever slows things down is absent; whatever is reached is reached whole.
    for parameter in EfficiencyParameter.allCases {
      switch parameter.scale {
      case .fraction: #expect(parameter.neutral == 1)
      case .seconds: #expect(parameter.neutral == 0)
      case .overlap, .number: #expect([0, 1].contains(parameter.neutral))
      }
    }
    #expect(EfficiencyParameter.straggling.neutral == 0 && EfficiencyParameter.contention.neutral == 0)
  }

  @Test("A key that nobody knows is still an error") func unknown() throws {
    let folder = try Folder.sample()
    try folder.write("efficiency/c1.s1.yaml", Samples.efficiency.replacing("straggling:", with: "stragling:"))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.profile("c1.s1") }
    #expect(found.map(\.message) == ["key 'stragling' is unknown"])
    #expect(found.first?.help == "did you mean 'straggling'?")
  }

  @Test("Priors without a parameter leave it neutral and alone") func priors() throws {
    let folder = try Folder.sample()
    let old = ", straggling: {value: 0.5, population: 0.3, architecture: 0.2, chip: 0.1, family: 0.2, stack: 0.1}"
    #expect(Samples.priors.contains(old))
    try folder.write("calibration/priors.yaml", Samples.priors.replacing(old, with: ""))
    let catalog = try folder.catalog(), priors = try catalog.priors()
    #expect(priors.unstated.parameters == [.straggling] && priors[.straggling].value == 0)
    #expect(priors[.straggling].population == 0 && priors[.straggling].stack == 0)
    let told = catalog.check().map(\.message)
    #expect(told.contains { $0.hasSuffix("no such effect: straggling: 0") })
  }

  @Test("Versions 1 and 2 are read alike", arguments: ["1", "2"]) func versions(version: String) throws {
    let (one, _) = try profile(Samples.efficiency)
    let (two, found) = try profile(Samples.efficiency.replacing("version: 1", with: "version: \(version)"))
    #expect(one.values == two.values && found.isEmpty)
  }

  @Test("Every parameter has a key and a row of its own") func table() {
    #expect(Set(EfficiencyParameter.keys).count == EfficiencyParameter.count)
    for parameter in EfficiencyParameter.allCases { #expect(EfficiencyParameter(key: parameter.key) == parameter) }
  }

  @Test("The page says what is taken for each parameter that is left out") func page() throws {
    for row in try FilesPageTests.tables()["efficiency"] ?? [] {
      guard let parameter = EfficiencyParameter(key: row.key) else { continue }
      #expect(row.meaning.hasSuffix("; left out: \(parameter.neutralText)"), "\(row.key)")
    }
  }
}

import Testing

@testable import Scenarios

extension Folder {
  /// The problems of the sample of a kind.
  func load(_ kind: FileKind, catalog: Catalog) -> [Diagnostic] {
    problems { () throws(Diagnostics) in
      switch kind {
      case .chip: _ = try catalog.chip("c1")
      case .nitroCard: _ = try catalog.nitroCard("nitro-v9")
      case .hostCPU: _ = try catalog.hostCPU("cpu-a")
      case .instance: _ = try catalog.instance("i1.large")
      case .model: _ = try catalog.model("m1")
      case .stack: _ = try catalog.stack("s1")
      case .efficiency: _ = try catalog.profile("c1.s1")
      case .job: _ = try catalog.job("j1")
      case .provider: _ = try catalog.provider("aws")
      case .ownership: _ = try catalog.ownership("i1.large")
      case .suite: _ = try catalog.suite("b1")
      case .sources: _ = try catalog.measurementSources()
      case .priors: _ = try catalog.priors()
      case .posterior: _ = try catalog.posterior()
      case .storage: _ = try catalog.storage("t1")
      case .data: _ = try catalog.data("d1")
      case .recovery: _ = try catalog.recovery()
      case .practice: _ = try catalog.practice()
      case .scaling: _ = try catalog.scalingLaw("l1")
      case .budget: _ = try catalog.budget("g1")
      }
    }
  }
}

/// One change to a sample, with `▸` where the diagnostic should point, and what it should say.
struct Slip: Sendable, CustomTestStringConvertible {
  var old: String
  var new: String
  var message: String
  var help: String?

  init(_ old: String, _ new: String, _ message: String, _ help: String?) {
    (self.old, self.new, self.message, self.help) = (old, new, message, help)
  }

  var testDescription: String { new.isEmpty ? "without \(old)" : new }

  func check(in file: String, _ sample: String, _ load: (Catalog) -> [Diagnostic]) throws {
    #expect(sample.contains(old), "the sample has no \(old)")
    let (text, places) = unmarked(sample.replacing(old, with: new))
    let folder = try Folder.sample()
    try folder.write(file, text)
    let found = load(try folder.catalog())
    let match = found.first { $0.message.contains(message) }
    #expect(match != nil, "\(found.map(\.rendered).joined(separator: "\n"))")
    if let help { #expect(match?.help?.contains(help) == true, "\(match?.rendered ?? "")") }
    if let place = places.first {
      #expect(match?.place.map { "\($0.line):\($0.column)" } == place, "\(match?.rendered ?? "")")
    }
    #expect(match?.place?.file.hasSuffix(file) == true)
  }
}

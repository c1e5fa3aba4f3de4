import TestSupport
import Testing

@testable import Scenarios

/// Seeded, so a failure repeats. What is proved is that no bytes crash a reader or leave it without an answer.
@Suite struct FuzzTests {
  private static let files: [(file: String, text: String)] = Samples.all

  private func load(_ file: String, _ bytes: [UInt8], in folder: Folder) throws -> [Diagnostic] {
    try folder.write(file, bytes)
    let catalog = try folder.catalog()
    return problems { () throws(Diagnostics) in
      switch file {
      case "chips/c1.yaml": _ = try catalog.chip("c1")
      case "chips/nitro-v9.yaml": _ = try catalog.nitroCard("nitro-v9")
      case "instances/i1.large.yaml": _ = try catalog.instance("i1.large")
      case "instances/u1.yaml": _ = try catalog.instance("u1")
      case "models/m1.yaml": _ = try catalog.model("m1").parameterCount
      case "stacks/s1.yaml": _ = try catalog.stack("s1")
      case "efficiency/c1.s1.yaml": _ = try catalog.efficiency(chip: "c1", stack: nil)
      case "jobs/j1.yaml": _ = try catalog.job("j1")
      default: _ = try catalog.prices()
      }
    }
  }

  @Test(
    "A mutated file gives a value or problems with a message each, and every caret can be drawn",
    arguments: 0..<9)
  func mutations(index: Int) throws {
    let (file, text) = Self.files[index]
    let folder = try Folder.sample()
    var random = SplitMix64(seed: UInt64(index) + 1)
    let spice = Array("&*!?|>%@`'\"[]{}:,-#~\t\n\r\u{0}\u{1B}é\u{2028}0919e+-. TGB/s".utf8)
    var refused = 0
    for _ in 0..<150 {
      var bytes = Array(text.utf8)
      for _ in 0...(random.next() % 4) {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 5 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.insert(spice[Int(random.next() % UInt64(spice.count))], at: place)
        case 2: bytes.remove(at: place)
        case 3: bytes.replaceSubrange(place..., with: bytes[..<place])
        default: bytes[place] = spice[Int(random.next() % UInt64(spice.count))]
        }
        if bytes.isEmpty { bytes = [UInt8(ascii: "x")] }
      }
      let found = try load(file, bytes, in: folder)
      refused += found.isEmpty ? 0 : 1
      for problem in found {
        #expect(!problem.message.isEmpty && !problem.rendered.isEmpty)
        #expect(
          !problem.rendered.unicodeScalars.contains { $0.value < 32 && $0 != "\n" }, "\(problem.rendered)")
      }
    }
    #expect(refused > 20, "the mutations hit nothing")
  }

  @Test("Random bytes are refused") func noise() throws {
    let folder = try Folder.sample()
    var random = SplitMix64(seed: 99)
    for round in 0..<150 {
      let bytes = (0..<Int(random.next() % 400)).map { _ in
        round % 2 == 0 ? UInt8(truncatingIfNeeded: random.next()) : UInt8(random.next() % 95) + 32
      }
      #expect(!(try load("chips/c1.yaml", bytes, in: folder)).isEmpty)
      _ = try load("prices/p.csv", bytes, in: folder)
    }
  }

  @Test("Random options give a plan, a size or an override, or a problem") func options() {
    var random = SplitMix64(seed: 5)
    let alphabet = Array("tpvdcz=,.0189[]{}: $MkTchips1x\u{0}é")
    for _ in 0..<3000 {
      let text = String(
        (0..<Int(random.next() % 24)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
      for found in [
        problems { () throws(Diagnostics) in try PlanRequest(parsing: text) },
        problems { () throws(Diagnostics) in try JobSize.parse(budget: text) },
        problems { () throws(Diagnostics) in try Override(parsing: text) },
      ] {
        for problem in found { #expect(!problem.rendered.isEmpty) }
      }
    }
    let catalog = Folder.sampleCatalog
    for _ in 0..<300 {
      let text =
        "chips.c1." + String((0..<12).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
      guard let override = try? Override(parsing: text) else { continue }
      let set = Catalog(roots: catalog.roots, overrides: [override])
      #expect(
        !problems { () throws(Diagnostics) in try set.chip("c1") }.isEmpty || !set.appliedOverrides().isEmpty)
    }
  }
}

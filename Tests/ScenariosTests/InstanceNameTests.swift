import Foundation
import Testing

@testable import Scenarios

@Suite struct InstanceNameTests {
  private static let catalog = Catalog(roots: [repository + "/configs"])

  @Test(
    "A type by less than its name",
    arguments: [
      ("p5.48xlarge", ["p5.48xlarge"]), ("p5.48xlarge+nitro-v6", ["p5.48xlarge+nitro-v6"]),
      // A family is not what begins like it: trn2u is another.
      ("trn2", ["trn2.3xlarge", "trn2.48xlarge"]), ("TRN2", ["trn2.3xlarge", "trn2.48xlarge"]),
      ("p6-b", ["p6-b200.48xlarge", "p6-b300.48xlarge"]), ("p5?.48*", ["p5e.48xlarge"]),
      ("h100", ["p5.48xlarge", "p5.4xlarge"]), ("H100:8", ["p5.48xlarge"]),
      ("a100", ["p4d.24xlarge", "p4de.24xlarge"]), ("trainium3", ["trn3-ultraserver-gen1", "trn3-ultraserver-gen2"]),
    ] as [(String, [String])])
  func names(text: String, names: [String]) throws { #expect(try Self.catalog.instanceNames([text]) == names) }

  @Test("Each is named once, however often it is meant; what stands for none is left to whoever looks it up")
  func several() throws {
    #expect(try Self.catalog.instanceNames(["p5.48xlarge", "h100:8", "p5"]) == ["p5.48xlarge", "p5.4xlarge"])
    for text in ["no-such-type", "h100:x", "h100:8:8", "", ":8", "p"] {
      #expect(try Self.catalog.instanceNames([text]) == [text], "\(text)")
    }
  }

  @Test("More chips than a machine has are machines, and a number that parts none is told with those that do")
  func numbers() {
    func help(_ text: String) -> String? {
      do {
        _ = try Self.catalog.instanceNames([text])
        return nil
      } catch { return (error as? Diagnostics)?.all.first?.help }
    }
    #expect(help("h100:16") == "write --on h100:8 --instances 2")
    #expect(help("h100:3") == "a machine can be asked for 1, 2, 4, 8 of them")
  }

  @Test("A pattern that is like none is told, and no pattern takes long") func patterns() throws {
    #expect(throws: Diagnostics.self) { try Self.catalog.instanceNames(["zz*"]) }
    #expect(!Catalog.matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "****************************************b"))
    #expect(Catalog.matches("p5.48xlarge", "*") && Catalog.matches("p5", "p?") && !Catalog.matches("p5e", "p?"))
  }

  @Test("A name is suggested by its beginning, and a model is called one") func suggestions() throws {
    func help(_ kind: CatalogKind, _ name: String) -> String {
      Self.catalog.unknown(kind, name, at: nil).all.map { $0.message + " " + ($0.help ?? "") }.joined()
    }
    #expect(help(.models, "llama-3.1-70").contains("did you mean 'llama-3.1-70b'"))
    #expect(help(.instances, "trn3").contains("'trn3-ultraserver-gen1'"))
    let model = help(.jobs, "gpt2")
    #expect(model.contains("it is a model") && model.contains("--model gpt2"))
  }

  @Test("The commit is that of the repository, or what was written beside the files") func commit() throws {
    let folder = NSTemporaryDirectory() + "trainfare-commit-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/configs", withIntermediateDirectories: true)
    let catalog = Catalog(roots: [folder + "/configs"])
    #expect(catalog.commit == nil)
    try FileManager.default.createDirectory(atPath: folder + "/.git/refs/heads", withIntermediateDirectories: true)
    try "ref: refs/heads/main\n".write(toFile: folder + "/.git/HEAD", atomically: true, encoding: .utf8)
    try "# packed\n0123456789abcdef refs/heads/main\n".write(
      toFile: folder + "/.git/packed-refs", atomically: true, encoding: .utf8)
    #expect(catalog.commit == "0123456")
    try "fedcba9876543210\n".write(toFile: folder + "/.git/refs/heads/main", atomically: true, encoding: .utf8)
    #expect(catalog.commit == "fedcba9")
    try "abc1234\n".write(toFile: folder + "/commit", atomically: true, encoding: .utf8)
    #expect(catalog.commit == "abc1234")
  }
}

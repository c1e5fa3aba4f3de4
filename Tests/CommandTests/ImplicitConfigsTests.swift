import Foundation
import Testing

/// Which folders are read although no option names them.
@Suite struct ImplicitConfigsTests {
  private static let price = """
    provider,instance,region,pricing,usd_per_hour,date,source,note
    aws,p4d.24xlarge,us-east-1,on-demand,0.01,2026-11-01,a test,

    """

  /// A project with a folder `configs` in it, as Hydra has it, and a price list planted there.
  private static func project(marked: Bool) throws -> Scratch {
    let scratch = try Scratch()
    for folder in ["configs/models", "configs/prices", "deep/er"] {
      try FileManager.default.createDirectory(atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
    }
    try scratch.write("configs/models/gpt2.yaml", "_target_: torch.nn.Module\n")
    try scratch.write("configs/prices/aws2.csv", price)
    if marked { try scratch.write("configs/trainfare-configs", "") }
    return scratch
  }

  private static func prices(_ scratch: Scratch, in folder: String, _ more: String...) throws -> Tool.Result {
    try Tool.start(["catalog", "prices", "p4d.24xlarge"] + more, in: scratch.path + "/" + folder).finish()
  }

  @Test("The folder configs of another project is not read, from it or from below", arguments: [".", "deep/er"])
  func unmarked(folder: String) throws {
    let scratch = try Self.project(marked: false)
    let result = try Self.prices(scratch, in: folder)
    #expect(result.status == 0 && result.err.isEmpty, "\(result.err)")
    #expect(!result.out.contains("0.01"))
    let verbose = try Self.prices(scratch, in: ".", "-v")
    #expect(verbose.err.contains("configs is not read: it has no file 'trainfare-configs'"), "\(verbose.err)")
  }

  @Test("A marked one is read, from it and from below alike, and named", arguments: [".", "deep/er"])
  func marked(folder: String) throws {
    let scratch = try Self.project(marked: true)
    let result = try Self.prices(scratch, in: folder, "-v")
    #expect(result.out.contains("0.01"), "\(result.out)\(result.err)")
    #expect(
      result.err.contains("/configs come before the shipped ones: it has a file 'trainfare-configs'"), "\(result.err)")
    // Where each file came from.
    let lines = result.err.split(separator: "\n").filter { $0.hasPrefix("from ") }
    #expect(lines.count == 2 && lines[0].hasSuffix("/configs: prices/aws2.csv"), "\(lines)")
    #expect(lines.last?.contains("instances/p4d.24xlarge.yaml") == true)
    #expect(try Self.prices(scratch, in: folder, "-q", "-o", "p.csv").err.isEmpty)
  }

  @Test("Named ones are read without a mark", arguments: [true, false]) func named(isOption: Bool) throws {
    let scratch = try Self.project(marked: false)
    let arguments = ["catalog", "prices", "p4d.24xlarge"] + (isOption ? ["--configs", "configs"] : [])
    let environment = isOption ? [:] : ["TRAINFARE_CONFIGS": "configs"]
    let result = try Tool.start(arguments, environment: environment, in: scratch.path).finish()
    #expect(result.out.contains("0.01") && result.err.isEmpty, "\(result.out)\(result.err)")
  }

  @Test("A file of one's own never goes into the configs of another project") func add() throws {
    let scratch = try Self.project(marked: false)
    let result = try Tool.run("catalog", "add", "chip", "mine", in: scratch.path)
    #expect(result.status == 2 && result.err.contains("is not marked as one of trainfare"), "\(result.err)")
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/configs/chips"))
  }
}

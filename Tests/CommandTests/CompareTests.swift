import Foundation
import Testing

@Suite struct CompareTests {
  /// Small enough to be quick in a debug build.
  static let quick = [
    "compare", "--model", "llama-3.2-1b", "--tokens", "1 B", "--sequence-length", "2048", "--global-batch",
    "64",
    "--instances", "1", "--on", "trn1.32xlarge,p5.48xlarge",
  ]

  static func run(_ more: String..., out: Tool.Stream = .caught, in folder: String? = nil) throws
    -> Tool.Result
  {
    try Tool.start(quick + more, out: out, in: folder).finish()
  }

  @Test("Without arguments, a shipped job is compared on its types")
  func defaultJob() throws {
    let result = try Tool.run("compare")
    #expect(result.status == 0)
    #expect(result.out.hasPrefix("llama-3.1-8b (8.03 B) · 1 T tokens"))
    #expect(result.out.contains("trn2.48xlarge"))
    #expect(result.err.isEmpty)
  }

  @Test(
    "The best plan is never dearer than a published one, also where only runs of another kind or of other software have one",
    arguments: [
      ["qwen3-30b-a3b", "100 B", "8192", "512", "8", "trn2.48xlarge,p5.48xlarge"],
      ["smollm3-3b", "2 T", "4096", "1024", "16", "p4de.24xlarge,p4d.24xlarge,p6-b200.48xlarge"],
    ])
  func bestIsCheapest(asked: [String]) throws {
    let result = try Tool.run(
      "compare", "--model", asked[0], "--tokens", asked[1], "--sequence-length", asked[2], "--global-batch", asked[3],
      "--instances", asked[4], "--on", asked[5], "--columns",
      "instance,cost_expected_usd,published_cost_usd,published_instances", "--format", "csv")
    let rows = result.out.components(separatedBy: "\r\n").dropFirst().map { $0.components(separatedBy: ",") }
    let both = rows.filter { $0.count == 4 && !$0[2].isEmpty && $0[3] == asked[4] }
    #expect(both.count >= 2, "\(result.out)")
    for row in both {
      let best = try #require(Double(row[1])), published = try #require(Double(row[2]))
      #expect(best <= published * (1 + 1e-9), "\(row)")
    }
  }

  @Test("The same question gives the same bytes")
  func deterministic() throws {
    #expect(try Self.run("--format", "csv").out == Self.run("--format", "csv").out)
  }

  @Test("CSV has a header and a row for each type; JSON is an object with as many rows")
  func machineFormats() throws {
    let csv = try Self.run("--format", "csv")
    #expect(csv.status == 0)
    #expect(csv.out.hasPrefix("schema_version,case,instance,instances,"))
    #expect(csv.out.components(separatedBy: "\r\n").count == 4)
    let json = try Self.run("--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
    #expect((object?["rows"] as? [Any])?.count == 2)
    let markdown = try Self.run("--format", "markdown")
    #expect(markdown.out.contains("| --- |"))
  }

  @Test("A file gets what its name asks for, and people still see the table")
  func outputFile() throws {
    let scratch = try Scratch()
    let result = try Self.run("-o", scratch.path + "/new/folder/result.csv")
    #expect(result.status == 0)
    #expect(result.out.contains("instance type"))
    #expect(result.err.contains("wrote "))
    #expect(scratch.read("new/folder/result.csv").hasPrefix("schema_version,"))
    let quiet = try Self.run("-o", scratch.path + "/result.json", "--quiet")
    #expect(quiet.out.isEmpty)
    #expect(quiet.err.isEmpty)
    #expect(scratch.read("result.json").hasPrefix("{"))
    #expect(scratch.names == ["new", "result.json"])
  }

  @Test("A spreadsheet's own CSV")
  func dialect() throws {
    let result = try Self.run("--format", "csv", "--csv-delimiter", ";", "--csv-decimal", ",", "--bom")
    #expect(result.out.hasPrefix("\u{FEFF}schema_version;case;"))
    #expect(result.out.contains(";0,") && !result.out.contains(";0."))
  }

  @Test("Options change a job, and a changed field is an assumption in every format")
  func changes() throws {
    let result = try Self.run("--set", "chips.h100.memory_bandwidth=9 TB/s", "--format", "csv")
    #expect(result.status == 0)
    #expect(result.out.contains("--set chips.h100.memory_bandwidth=9 TB/s"))
  }

  @Test("A price of one's own beats every listed one")
  func price() throws {
    let result = try Self.run("--price", "p5.48xlarge=1", "--format", "csv")
    #expect(result.out.contains(",--price,") || result.out.contains(",'--price,"))
  }

  @Test("A file describes a job as well as options do")
  func jobFile() throws {
    let scratch = try Scratch()
    let file = try scratch.write(
      "mine.yaml",
      """
      kind: job
      version: 1
      summary: mine
      model: llama-3.2-1b
      tokens: 1 B
      sequence_length: 2048
      global_batch: 64
      size: {instances: 1}
      on: [p5.48xlarge]
      """)
    let result = try Tool.run("compare", file, "--format", "csv")
    #expect(result.status == 0)
    #expect(result.out.contains("2,mine,p5.48xlarge,1,8,"))
  }

  @Test("When nothing runs, the answer is no, with reasons, and exit status 1")
  func honestNo() throws {
    let result = try Tool.run(
      "compare", "--model", "llama-3.1-70b", "--tokens", "1 T", "--sequence-length", "8192", "--global-batch",
      "1024",
      "--instances", "1", "--on", "c8g.48xlarge")
    #expect(result.status == 1)
    #expect(result.out.contains("c8g.48xlarge  no: needs "))
    #expect(result.err.isEmpty)
  }
}

import Foundation
import TestSupport
import Testing

/// Results as another program reads them: Python's csv module, and LibreOffice where it is installed.
@Suite struct SpreadsheetTests {
  static let names = [
    "plain", "a, b", "said \"so\"", "two\nlines", "=1+1", "+1", "-1", "@here", "'quoted'", " blanks ",
    "émoji 😀👩‍🚀",
    "semi;colon", "tab\there", "\"", "=HYPERLINK(\"http://x\",\"y\")", "日本語",
  ]

  static var suite: String {
    let cases = names.map { name in
      // JSON is YAML, and Foundation knows how to quote.
      let quoted = (try? JSONEncoder().encode(name)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
      return
        "  - {name: \(quoted.replacingOccurrences(of: "\\/", with: "/")), model: gpt2, instance: p5.48xlarge}\n"
    }
    return """
      kind: suite
      version: 1
      summary: names
      defaults: {tokens: 1 B, sequence_length: 1024, global_batch: 64, size: {instances: 1}}
      cases:

      """ + cases.joined()
  }

  /// What a spreadsheet must show: what it would run has an apostrophe in front.
  static var due: [String] {
    names.map { $0.first.map { "=+-@\t".contains($0) } == true ? "'" + $0 : $0 }
  }

  static func find(_ program: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static func output(_ program: String, _ arguments: [String]) throws -> String {
    let process = Foundation.Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  @Test(
    "Python reads every name as it was, and as many fields in every row",
    .enabled(if: find("python3") != nil, "python3 is not installed"))
  func python() throws {
    let scratch = try Scratch()
    let suite = try scratch.write("names.yaml", Self.suite)
    #expect(try Tool.run("suite", "run", suite, "-o", scratch.path + "/r.csv", "--quiet").status == 0)
    let script = """
      import csv, json, sys
      rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True))
      at = rows[0].index("case")
      print(json.dumps({"fields": sorted({len(r) for r in rows}), "names": [r[at] for r in rows[1:]],
        "steps": [float(r[rows[0].index("step_time_s")]) for r in rows[1:]]}))
      """
    struct Answer: Decodable {
      var fields: [Int]
      var names: [String]
      var steps: [Double]
    }
    let python = try #require(Self.find("python3"))
    let text = try Self.output(python, ["-c", script, scratch.path + "/r.csv"])
    let answer = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
    #expect(answer.names == Self.due)
    #expect(answer.fields.count == 1)
    #expect(answer.steps.allSatisfy { $0 > 0 })
  }

  @Test("A diff of such results with themselves finds every name on both sides") func diff() throws {
    let scratch = try Scratch()
    let suite = try scratch.write("names.yaml", Self.suite)
    let file = scratch.path + "/r.csv", store = scratch.path + "/r.sqlite"
    #expect(try Tool.run("suite", "run", suite, "-o", file, "--store", store, "--quiet").status == 0)
    let result = try Tool.run("suite", "diff", file, store + "#1")
    #expect(
      result.out.contains(
        "\(Self.names.count) cases: \(Self.names.count) the same, 0 changed, 0 new, 0 gone."))
  }

  @Test(
    "LibreOffice shows the same cells",
    .enabled(if: find("soffice") != nil && find("python3") != nil, "LibreOffice or python3 is not installed"),
    .enabled(if: Slow.isAsked, "it takes long: make test-all runs it"))
  func libreOffice() throws {
    let scratch = try Scratch()
    let suite = try scratch.write("names.yaml", Self.suite)
    #expect(try Tool.run("suite", "run", suite, "-o", scratch.path + "/r.csv", "--quiet").status == 0)
    try FileManager.default.createDirectory(atPath: scratch.path + "/out", withIntermediateDirectories: true)
    // Through a spreadsheet of its own and back: UTF-8, comma, double quotes.
    _ = try Self.output(
      try #require(Self.find("soffice")),
      [
        "-env:UserInstallation=file://\(scratch.path)/profile", "--headless", "--infilter=CSV:44,34,76,1",
        "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", scratch.path + "/out",
        scratch.path + "/r.csv",
      ])
    let script = """
      import csv, json, sys
      rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8-sig")))
      print(json.dumps([r[rows[0].index("case")] for r in rows[1:]]))
      """
    let text = try Self.output(
      try #require(Self.find("python3")), ["-c", script, scratch.path + "/out/r.csv"])
    #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == Self.due)
  }
}

import Foundation
import Testing

@Suite struct ColumnCommandTests {
  @Test("A file has the columns that are asked for, in that order, in every format of rows") func chosen() throws {
    let scratch = try Scratch()
    let brief = try CompareTests.run(
      "--columns", "brief,tags", "--tag", "team=nlp", "-o", scratch.path + "/a.csv", "-q")
    #expect(brief.status == 0 && brief.out.isEmpty)
    let lines = scratch.read("a.csv").split(separator: "\r\n")
    #expect(lines[0].hasPrefix("case,instance,instances,chips,pricing,") && lines[0].hasSuffix(",why_not,tags"))
    #expect(lines[1].hasSuffix(",team=nlp"))
    let table = try CompareTests.run("--columns", "instance,feasible")
    #expect(table.out.hasPrefix("instance") && table.out.split(separator: "\n")[1].hasSuffix("true"))
    let tabs = try CompareTests.run("--columns", "instance,feasible", "--format", "tsv")
    #expect(tabs.out.hasPrefix("instance\tfeasible\n"))
    let objects = try CompareTests.run("--columns", "instance,feasible", "-o", scratch.path + "/a.jsonl")
    #expect(objects.status == 0 && scratch.read("a.jsonl").hasSuffix("\"feasible\":true}\n"))
  }

  @Test("Columns, tags and endings that are not known are told all at once, with what would have worked") func refused()
    throws
  {
    let scratch = try Scratch()
    let result = try Tool.run(
      "compare", "no-such-job", "--columns", "cost,instence,,brief", "--tag", "team", "-o", "out.doc", in: scratch.path
    )
    #expect(result.status == 64)
    for part in [
      "no column called 'cost'", "cost_usd", "did you mean 'instance'?", "a column is missing",
      "'team' is not NAME=VALUE",
      "no result is written as .doc", ".csv, .tsv, .json, .jsonl, .md",
    ] { #expect(result.err.contains(part), "\(part)") }
    let picture = try Tool.run("suite", "run", "chips", "-o", "a.svg", in: scratch.path)
    #expect(picture.status == 64 && picture.err.contains("--chart FILE.svg"))
    let validate = try Tool.run("validate", "--tag", "a=b", "--columns", "brief", in: scratch.path)
    #expect(validate.status == 64 && validate.err.contains("have no tags") && validate.err.contains("called 'brief'"))
    #expect(scratch.names.isEmpty)
  }

  @Test("Every plan can be streamed as TSV and JSON Lines") func streams() throws {
    let scratch = try Scratch()
    for name in ["a.tsv", "a.jsonl"] {
      let result = try Tool.run(
        "search", "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--instances", "2", "--fix", "pp=1,cp=1", "--all",
        "--columns",
        "plan_tp,step_time_s", "-o", scratch.path + "/" + name)
      #expect(result.status == 0)
    }
    let tabs = scratch.read("a.tsv").split(separator: "\n"), objects = scratch.read("a.jsonl").split(separator: "\n")
    #expect(tabs[0] == "plan_tp\tstep_time_s" && tabs.count == objects.count + 1 && objects.count > 3)
    #expect(objects[0].hasPrefix("{\"plan_tp\":"))
  }

  /// The fenced blocks of docs/CI.md of a language.
  private static func blocks(_ language: String) throws -> [String] {
    let page = try String(contentsOfFile: Tool.repository + "/docs/CI.md", encoding: .utf8)
    return page.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  @Test("What docs/CI.md says to run runs, and a dearer suite fails with a comment that says why") func pipeline()
    throws
  {
    let scratch = try Scratch()
    let suite = try #require(try Self.blocks("yaml").first)
    try FileManager.default.createDirectory(atPath: scratch.path + "/costs", withIntermediateDirectories: true)
    // One case is enough to see it, and takes a third of the time.
    let small = suite.split(separator: "\n").filter { !$0.contains("name: large") }.joined(separator: "\n") + "\n"
    try scratch.write("costs/suite.yaml", small)
    let commands = try Self.blocks("sh").flatMap { $0.split(separator: "\n").map(String.init) }
    #expect(commands.count == 3)
    let jobs = try Self.blocks("yaml").dropFirst().joined()
    for command in commands.dropFirst() { #expect(jobs.components(separatedBy: command).count == 3, "\(command)") }
    func run(_ command: String) throws -> Tool.Result {
      let words = command.replacingOccurrences(of: "'cost_usd +2%'", with: "cost_usd\u{1}+2%").split(separator: " ")
        .dropFirst()
      let own = words.map { $0.replacingOccurrences(of: "\u{1}", with: " ") }
      return try Tool.start(own, environment: ["TRAINFARE_CONFIGS": Tool.repository + "/configs"], in: scratch.path)
        .finish()
    }
    for command in commands { #expect(try run(command).status == 0, "\(command)") }
    #expect(scratch.read("costs/comment.md").hasPrefix("### Passes: within cost\\_usd +2%. Nothing changed\n"))
    #expect(scratch.read("costs/now.csv").contains("team=nlp"))
    try scratch.write("costs/suite.yaml", small.replacingOccurrences(of: "instances: 16", with: "instances: 64"))
    #expect(try run(commands[1]).status == 0)
    #expect(try run(commands[2]).status == 1)
    let comment = scratch.read("costs/comment.md")
    #expect(
      comment.hasPrefix("### Fails: 1 case beyond cost\\_usd +2%\n\n- costs/suite/small")
        || comment.hasPrefix("### Fails: 1 case"))
    for part in [
      "| case | cost before | now | change |", "<details><summary>All that changed", "</details>", "cause: ",
    ] {
      #expect(comment.contains(part), "\(part)")
    }
  }
}

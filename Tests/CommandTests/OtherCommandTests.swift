import Foundation
import Testing

@Suite struct OtherCommandTests {
  @Test("Version and help are data")
  func versionAndHelp() throws {
    let version = try Tool.run("--version")
    #expect(version.out.hasPrefix("trainfare 0.1.0"))
    #expect(version.status == 0)
    let help = try Tool.run("--help")
    #expect(help.status == 0)
    #expect(help.err.isEmpty)
    #expect(help.out.contains("trainfare compare --on trn2.48xlarge,p5.48xlarge"))
  }

  @Test(
    "Every option of every command has a help text",
    arguments: ["compare", "estimate", "search", "sweep", "catalog list"])
  func options(command: String) throws {
    let help = try Tool.start(command.split(separator: " ").map(String.init) + ["--help"]).finish()
    #expect(help.status == 0)
    let lines = help.out.split(separator: "\n", omittingEmptySubsequences: false)
    for (i, line) in lines.enumerated() where line.hasPrefix("  --") {
      // Either the text stands on the line, or the next one continues it.
      let described = line.split(separator: " ").count > 2 || (lines[i + 1].hasPrefix("        "))
      #expect(described, "\(line)")
    }
  }

  @Test("An estimate shows step, memory and bill; --explain shows the arithmetic and its sources")
  func estimate() throws {
    let common = ["estimate", "llama-3.2-1b-finetune", "--on", "p5.4xlarge"]
    let short = try Tool.start(common).finish()
    #expect(short.status == 0)
    for heading in ["One step:", "Memory of the fullest device:", "The whole job:", "Cost:"] {
      #expect(short.out.contains(heading))
    }
    let page = try Tool.start(common + ["--format", "markdown"]).finish()
    for heading in ["| one step | ", "| memory of the fullest device | ", "| the whole job | ", "| bill | quantity | "]
    {
      #expect(page.out.contains(heading), "\(heading)")
    }
    #expect(page.out.split(separator: "\n").allSatisfy { !$0.hasPrefix("|") || $0.split(separator: "|").count <= 4 })
    let long = try Tool.start(common + ["--explain"]).finish()
    #expect(long.status == 0)
    #expect(long.out.contains("─ qkv "))
    #expect(long.out.contains("\n[1] "))
    let csv = try Tool.start(common + ["--format", "csv"]).finish()
    #expect(csv.out.components(separatedBy: "\r\n").count == 3)
    #expect(try Tool.start(common + ["--explain", "--format", "csv"]).finish().status == 64)
  }

  @Test("A plan with all of its degrees fixes the size")
  func plannedSize() throws {
    let result = try Tool.run(
      "estimate", "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--plan", "tp=2,pp=2,dp=8", "--format", "csv")
    #expect(result.status == 0)
    #expect(result.out.contains(",p5.48xlarge,4,32,"))
  }

  @Test("A plan that does not fit is an honest no with its memory")
  func doesNotFit() throws {
    let result = try Tool.run(
      "estimate", "llama-3.1-70b-1t", "--on", "p5.48xlarge", "--plan", "tp=1,pp=1,dp=8,zero=0")
    #expect(result.status == 1)
    #expect(result.out.contains("p5.48xlarge does not run this: needs "))
    #expect(result.out.contains("Memory of the fullest device:"))
  }

  @Test("The catalog lists, shows and checks what is shipped")
  func catalog() throws {
    let list = try Tool.run("catalog", "list", "chips", "--format", "csv")
    #expect(list.status == 0)
    #expect(list.out.contains("chip,trainium2,"))
    let show = try Tool.run("catalog", "show", "trainium2")
    #expect(show.out.contains("chips/trainium2.yaml:"))
    #expect(show.out.contains("read 20"))
    let check = try Tool.run("catalog", "check")
    #expect(check.status == 0, "\(check.err)")
    #expect(check.out.contains("files, no errors"))
    let near = try Tool.run("catalog", "show", "trainium9")
    #expect(near.status == 2)
    #expect(near.err.contains("did you mean 'trainium"))
  }

  @Test("A folder of one's own is overlaid, and a wrong one fails the check with status 1")
  func configs() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/chips", withIntermediateDirectories: true)
    try scratch.write("chips/mine.yaml", "kind: chip\nversion: 1\n")
    let check = try Tool.run("catalog", "check", "--configs", scratch.path)
    #expect(check.status == 1)
    #expect(check.err.contains("mine.yaml"))
    let list = try Tool.run("catalog", "list", "chips", environment: ["TRAINFARE_CONFIGS": scratch.path])
    #expect(list.status == 2)
    #expect(list.out.contains("mine"))
    #expect(list.out.contains("trainium2"))
  }
}

import Foundation
import Testing

@Suite struct ChartCommandTests {
  @Test("A picture is written beside the table, and its title is the answer") func written() throws {
    let scratch = try Scratch()
    let result = try CompareTests.run("--chart", scratch.path + "/new/a.svg")
    #expect(result.status == 0 && result.err.contains("wrote \(scratch.path)/new/a.svg"))
    #expect(result.out.contains("Cheapest: "))
    let svg = scratch.read("new/a.svg")
    #expect(svg.contains(" is cheapest: $") && svg.hasSuffix("</svg>\n"))
  }

  @Test("What cannot be a picture is told before work begins") func refused() throws {
    let scratch = try Scratch()
    let ending = try Tool.run("compare", "no-such-job", "--chart", "a.png", in: scratch.path)
    #expect(ending.status == 64 && ending.err.contains("write it like --chart answer.svg"))
    let twice = try Tool.run("compare", "--chart", "a.svg", "-o", "a.svg", in: scratch.path)
    #expect(twice.status == 64 && twice.err.contains("one file"))
    let folder = try Tool.run("compare", "no-such-job", "--chart", "/dev/null/a.svg", in: scratch.path)
    #expect(folder.status == 2 && folder.err.contains("cannot write '/dev/null/a.svg'"))
    let all = try Tool.run("search", "--on", "p5.48xlarge", "--all", "--chart", "a.svg", in: scratch.path)
    #expect(all.status == 64 && all.err.contains("--all has no picture"))
    #expect(scratch.names.isEmpty)
  }

  @Test("Where nothing runs there is no picture, and it is said") func nothing() throws {
    let scratch = try Scratch()
    let result = try Tool.run(
      "compare", "llama-3.1-8b-1t", "--on", "c8g.48xlarge", "--instances", "1", "--plan", "tp=3", "--chart",
      scratch.path + "/a.svg")
    #expect(result.status == 1 && result.err.contains("no picture: there is nothing to draw"))
    #expect(scratch.names.isEmpty)
  }
}

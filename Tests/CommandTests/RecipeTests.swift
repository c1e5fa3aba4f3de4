import Foundation
import Reporting
import Testing

@testable import trainfare

/// docs/Architecture.md, "How to add …", names files in the order in which they are touched. Here those files are looked at: each has
/// what exists of the kind, and no other file has it that the page does not name.
@Suite struct RecipeTests {
  private static func read(_ path: String) throws -> String {
    try String(contentsOfFile: Tool.repository + "/" + path, encoding: .utf8)
  }

  /// Paths of sources, from the repository on.
  private static let sources: [String] = {
    let all = FileManager.default.enumerator(atPath: Tool.repository + "/Sources")?.compactMap { $0 as? String } ?? []
    return all.filter { [".swift", ".c", ".h"].contains(where: $0.hasSuffix) }.map { "Sources/" + $0 }.sorted()
  }()

  /// The lines below such a heading of the page, and what stands there between backticks.
  private static func recipe(_ title: String) throws -> [(line: Substring, words: [String])] {
    let page = try read("docs/Architecture.md")
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("**\(title)**") }, "\(title)")
    return lines[(start + 1)...].prefix { !$0.hasPrefix("**") && !$0.hasPrefix("## ") }.map { line in
      (line, line.matches(of: #/`([^`]+)`/#).map { String($0.1) })
    }
  }

  /// What a line of a recipe names: sources by their path, or by their name alone.
  private static func files(_ title: String) throws -> [String] {
    try recipe(title).flatMap(\.words).compactMap { word in
      let name = word.hasSuffix(".swift") || word.hasSuffix(".c") || word.hasSuffix(".h") ? word : word + ".swift"
      return sources.first { $0.hasSuffix("/" + name) }
    }
  }

  /// The cases of an enum, from its declaration on.
  private static func cases(of name: String, in path: String) throws -> [String] {
    let text = try read(path)
    let start = try #require(text.range(of: "enum \(name)"))
    let body = text[start.upperBound...].prefix { $0 != "}" }
    return body.split(separator: "\n").filter { $0.hasPrefix("  case ") }.flatMap { line in
      line.dropFirst(7).split(separator: ",").map { String($0.drop { $0 == " " }.prefix { $0.isLetter }) }
    }
  }

  /// Whether a switch of a text has a branch for a case.
  private static func hasBranch(_ text: String, _ name: String) -> Bool {
    text.split(separator: "\n").contains { line in
      line.drop { $0 == " " }.hasPrefix("case ")
        && line.split { !$0.isLetter && !$0.isNumber && $0 != "." }.contains { $0 == ".\(name)" }
    }
  }

  @Test("Every file that a recipe names by its path is there") func paths() throws {
    let page = try Self.read("docs/Architecture.md")
    let start = try #require(page.range(of: "## How to add …"))
    var count = 0
    for match in page[start.upperBound...].matches(of: #/`([A-Za-z]+/[A-Za-z\/]+\.(?:swift|c|h|md|yaml))`/#) {
      let path = String(match.1)
      guard !path.contains("NAME") else { continue }
      count += 1
      let isThere = [path, "Sources/" + path].contains {
        FileManager.default.fileExists(atPath: Tool.repository + "/" + $0)
      }
      #expect(isThere, "\(path)")
    }
    #expect(count > 10)
  }

  @Test("A mixer: each file of the first step has a branch for each one, and no other file has") func mixers() throws {
    let mixers = try Self.cases(of: "Mixer", in: "Sources/Scenarios/Jobs/Block.swift")
    #expect(mixers.count > 4)
    let named = try Set(Self.files("A mixer"))
    let first = try #require(Self.recipe("A mixer").firstIndex { $0.line.hasPrefix("2.") })
    let words = try Self.recipe("A mixer")[..<first].flatMap(\.words)
    let branching = Self.sources.filter { path in words.contains { path.hasSuffix("/\($0).swift") } }
    #expect(branching.count == 8, "\(branching)")
    for path in branching {
      let text = try Self.read(path)
      for mixer in mixers { #expect(Self.hasBranch(text, mixer), "\(path) has no branch for .\(mixer)") }
    }
    // The one that no other enum has a case of.
    for path in Self.sources where path.hasSuffix(".swift") {
      guard try Self.hasBranch(Self.read(path), "gatedDelta") else { continue }
      #expect(named.contains(path), "\(path) has to know every mixer, and the recipe does not name it")
    }
    // Each but the one that is none is read from files, and comes from somewhere in `config.json`.
    let reader = try Self.read("Sources/Scenarios/Reading/ReadBlocks.swift")
    let imports = try Self.sources.filter { $0.contains("/Import/") }.map(Self.read).joined()
    for mixer in mixers where mixer != "none" {
      #expect(reader.contains(".\(mixer)("), "ReadBlocks.swift makes no .\(mixer)")
      // Pictures are described by files of this project alone.
      guard mixer != "convolution" else { continue }
      #expect(imports.contains(".\(mixer)("), "nothing is imported as .\(mixer)")
    }
    for test in try Self.recipe("A mixer").flatMap(\.words) where test.hasSuffix("Tests") {
      let folders = ["Scenarios", "Simulation"].map { "\(Tool.repository)/Tests/\($0)Tests/\(test).swift" }
      #expect(folders.contains(where: FileManager.default.fileExists), "\(test)")
    }
  }

  @Test("A schedule: both kernels and the batch know each one") func schedules() throws {
    let header = try Self.read("Sources/CKernels/include/plans.h")
    let list = try #require(header.firstMatch(of: #/enum \{ (TF_ONE_FORWARD_ONE_BACKWARD[^}]*)\}/#)?.1)
    let names = list.matches(of: #/TF_[A-Z_]+/#).map { String($0.0) }
    #expect(names.count >= 2)
    let files = try Self.files("A schedule of the pipeline")
    for file in ["plans.h", "plans.c", "plans_naive.c", "PlanBatch.swift", "PlanSpace.swift"] {
      #expect(files.contains { $0.hasSuffix("/" + file) }, "the recipe names \(file)")
    }
    for path in files where !path.hasSuffix("PlanSpace.swift") {
      let text = try Self.read(path)
      // The first one is what the kernels do where nothing else is asked.
      let asked = path.hasSuffix(".c") ? Array(names.dropFirst()) : names
      for name in asked { #expect(text.contains(name), "\(path) does not know \(name)") }
    }
  }

  @Test("A format: it has an ending, and both places that write it know it") func formats() throws {
    let files = try Self.files("A format of output")
    let sink = try #require(files.first { $0.hasSuffix("Sink.swift") })
    let text = try Self.read(sink)
    for format in Format.allCases {
      #expect(Self.hasBranch(text, format.rawValue), "\(sink) has no branch for .\(format)")
      #expect(Format.endings.contains { $0.format == format }, "\(format) has no ending")
      if format.isOfRows, format != .csv {
        let places = text.ranges(of: "case .\(format.rawValue): ").count
        #expect(places == 3, "\(format) is written whole, begun and appended")
      }
    }
  }

  @Test("A command: each is registered, and has the one shape unless the page says why not") func commands() throws {
    let all = try Self.sources.filter { $0.hasPrefix("Sources/trainfare/") }.map { ($0, try Self.read($0)) }
    let registered = Set(all.flatMap { $0.1.matches(of: #/([A-Za-z]+Command)\.self/#).map { String($0.1) } })
    let page = try Self.recipe("A command").map { String($0.line) }.joined(separator: "\n")
    var count = 0
    for (path, text) in all {
      for part in text.components(separatedBy: "\nstruct ").dropFirst() {
        guard let match = part.prefixMatch(of: #/([A-Za-z]+Command): ([A-Za-z]+)/#) else { continue }
        count += 1
        let name = String(match.1)
        #expect(registered.contains(name), "\(name) of \(path) is among no subcommands")
        if match.2 == "ParsableCommand", part.contains("func run()") {
          #expect(page.contains("`\(name)`"), "\(name) has its own run(), and the page does not say why")
        }
      }
    }
    #expect(count > 20 && count >= registered.count)
  }
}

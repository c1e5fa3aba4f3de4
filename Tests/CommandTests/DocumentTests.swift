import ArgumentParser
import Foundation
import Testing

@testable import trainfare

/// What the documents show is what the program takes, and what it prints today.
@Suite struct DocumentTests {
  /// A document, line by line, with its commands.
  struct Document {
    var file: String
    var lines: [String]

    static let all: [Document] = {
      let documents = (try? FileManager.default.contentsOfDirectory(atPath: Tool.repository + "/docs")) ?? []
      let files =
        ["README.md", "CONTRIBUTING.md"] + documents.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
      return files.compactMap { file in
        let text = try? String(contentsOfFile: Tool.repository + "/" + file, encoding: .utf8)
        return text.map { Document(file: file, lines: $0.components(separatedBy: "\n")) }
      }
    }()

    /// Lines of fenced blocks that call the program, each with those that continue it.
    var commands: [(line: Int, text: String)] {
      var found: [(Int, String)] = [], fenced = false, open: (Int, String)?
      for (i, line) in lines.enumerated() {
        if line.hasPrefix("```") {
          (fenced, open) = (!fenced, nil)
          continue
        }
        guard fenced else { continue }
        let bare = line.hasPrefix("$ ") ? String(line.dropFirst(2)) : line.trimmingCharacters(in: .whitespaces)
        if let (start, text) = open {
          open = (start, text + "\n" + bare)
        } else if bare.hasPrefix("trainfare ") {
          open = (i + 1, bare)
        }
        if let (start, text) = open, !text.hasSuffix("\\") {
          found.append((start, text))
          open = nil
        }
      }
      return found
    }

    /// Blocks that begin with a call after a `$`: what follows is what it prints. A number after the block's language is how wide
    /// the terminal was.
    var transcripts: [Transcript] {
      var found: [Transcript] = [], i = 0
      while i < lines.count {
        guard lines[i].hasPrefix("```") else {
          i += 1
          continue
        }
        let end = lines[(i + 1)...].firstIndex { $0.hasPrefix("```") } ?? lines.count
        if i + 1 < end, lines[i + 1].hasPrefix("$ trainfare ") {
          var until = i + 1
          while lines[until].hasSuffix("\\") { until += 1 }
          found.append(
            Transcript(
              file: file, call: i + 1...until, printed: until + 1..<end,
              columns: lines[i].split(separator: " ").compactMap { Int($0) }.first ?? 120))
        }
        i = end + 1
      }
      return found
    }
  }

  struct Transcript: CustomTestStringConvertible {
    var file: String
    var call: ClosedRange<Int>
    var printed: Range<Int>
    var columns: Int

    var testDescription: String { "\(file):\(call.lowerBound + 1)" }

    func command(_ lines: [String]) -> String { lines[call].joined(separator: "\n").dropFirst(2).description }
  }

  /// What a shell makes of commands: the arguments of each call of the program.
  private static func arguments(_ commands: [String]) throws -> [[String]] {
    let scratch = try Scratch()
    let names = "trainfare() { for a in \"$@\"; do printf '%s\\n' \"$a\"; done >> args; echo '--- end ---' >> args; }\n"
    let script = try scratch.write("calls.sh", names + commands.joined(separator: "\n") + "\n")
    let shell = Foundation.Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = [script]
    shell.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
    (shell.standardOutput, shell.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try shell.run()
    shell.waitUntilExit()
    return scratch.read("args").components(separatedBy: "--- end ---\n").dropLast()
      .map { $0.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }
  }

  @Test("Every command that a document shows is one that the program takes") func parsed() throws {
    var count = 0, seen: Set<[String]> = []
    for document in Document.all {
      let commands = document.commands
      let calls = try Self.arguments(commands.map(\.text))
      #expect(calls.count >= commands.count, "\(document.file): a command that a shell cannot read")
      for call in calls {
        count += 1
        // A debug build takes a fifth of a second to read one: calls that differ in values alone are read once.
        let words = call.prefix { !$0.hasPrefix("-") }.filter { $0.allSatisfy { $0.isLowercase || $0 == "-" } }
        guard
          seen.insert(
            words
              + call.filter { $0.hasPrefix("-") }.map { $0.split(separator: "=").first.map(String.init) ?? "" }.sorted()
          ).inserted
        else { continue }
        do {
          _ = try Trainfare.parseAsRoot(call)
        } catch {
          let message = Trainfare.message(for: error)
          #expect(Bool(false), "\(document.file): trainfare \(call.joined(separator: " ")): \(message)")
        }
      }
    }
    #expect(count > 60)
  }

  @Test("A file or folder that docs/Architecture.md or CONTRIBUTING.md names is there") func files() throws {
    var count = 0
    for file in ["docs/Architecture.md", "CONTRIBUTING.md"] {
      let text = try String(contentsOfFile: Tool.repository + "/" + file, encoding: .utf8)
      for name in text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter({
        $0.offset % 2 == 1
      }).map(\.element)
      where name.contains("/") && name.allSatisfy({ $0.isLetter || $0.isNumber || "/.-_".contains($0) })
        && !name.contains("NAME") && !name.hasPrefix("/") && !name.hasPrefix(".build")
      {
        count += 1
        let places = ["", "Sources/", "docs/", "Sources/CKernels/", "configs/"].map {
          "\(Tool.repository)/\($0)\(name)"
        }
        #expect(places.contains { FileManager.default.fileExists(atPath: $0) }, "\(file): \(name)")
      }
    }
    #expect(count > 20)
  }

  private static let all = Document.all.flatMap(\.transcripts)
  /// Prices age, and blocks open for booking: transcripts are of this day.
  private static let day = "1795910400"

  // A debug build prints the same and takes ten times as long.
  @Test(
    "What stands under a command is what it prints: TRAINFARE_GOLDEN=write writes it anew",
    .enabled(if: ProcessInfo.processInfo.environment["TRAINFARE_TOOL"] != nil), arguments: all)
  func printed(_ transcript: Transcript) throws {
    // Read again: another transcript of the same document may have been written.
    let path = Tool.repository + "/" + transcript.file
    var document = Document(
      file: transcript.file, lines: try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n"))
    let place = try #require(Self.all.filter { $0.file == transcript.file }.firstIndex { $0.call == transcript.call })
    let now = document.transcripts[place]
    let call = try #require(try Self.arguments([now.command(document.lines)]).first)
    let result = try Tool.start(call, environment: ["COLUMNS": "\(now.columns)", "SOURCE_DATE_EPOCH": Self.day])
      .finish()
    var printed = (result.err + result.out).components(separatedBy: "\n")
    while printed.last?.isEmpty == true { printed.removeLast() }
    let pieces = document.lines[now.printed].split(separator: Self.cut, omittingEmptySubsequences: false).map(
      Array.init)
    if ProcessInfo.processInfo.environment["TRAINFARE_GOLDEN"] == "write" {
      let fresh = try Self.renewed(pieces, by: printed, at: transcript)
      document.lines.replaceSubrange(now.printed, with: Array(fresh.joined(separator: [Self.cut])))
      try document.lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    } else {
      // What a document leaves out stands as a line with an ellipsis; the pieces between must be there, in this order.
      var rest = printed.joined(separator: "\n")[...]
      for piece in pieces where !piece.isEmpty {
        let shown = piece.joined(separator: "\n")
        if pieces.count == 1 { #expect(rest == shown[...]) }
        let found = try #require(rest.range(of: shown), "\(transcript.testDescription) no longer prints:\n\(shown)")
        rest = rest[found.upperBound...]
      }
    }
  }

  private static let cut = "…"

  /// The pieces as they are printed now: each from a line that begins as its first one did to one that begins as its last one did,
  /// whatever the figures.
  private static func renewed(_ pieces: [[String]], by printed: [String], at transcript: Transcript) throws
    -> [[String]]
  {
    if pieces.count == 1 { return [printed] }
    func words(_ line: String) -> String { String(line.filter { !$0.isNumber }.prefix(24)) }
    var from = 0
    return try pieces.map { piece in
      guard let first = piece.first, let last = piece.last else { return [] }
      let start = try #require(
        printed[from...].firstIndex { words($0) == words(first) },
        "\(transcript.testDescription): no line like '\(first)'")
      let end = try #require(
        printed[start...].lastIndex { words($0) == words(last) },
        "\(transcript.testDescription): no line like '\(last)'")
      from = end + 1
      return Array(printed[start...end])
    }
  }
}

import Foundation
import Testing

/// What `--help` shows can be copied: no command in it is broken over lines.
@Suite struct HelpTests {
  /// A command as it describes itself.
  struct Command: Decodable {
    struct Option: Decodable {
      var abstract: String?
      var discussion: String?
    }
    var commandName: String
    var abstract: String?
    var discussion: String?
    var arguments: [Option]?
    var subcommands: [Command]?

    /// Itself and those below it, each with the words that call it.
    func all(_ words: [String] = []) -> [(words: [String], command: Command)] {
      [(words, self)]
        + (subcommands ?? []).filter { $0.commandName != "help" }.flatMap { $0.all(words + [$0.commandName]) }
    }

    /// Commands to type: behind `Example:`, and lines that are set in.
    var examples: [String] {
      let texts = [abstract, discussion] + (arguments ?? []).flatMap { [$0.abstract, $0.discussion] }
      return texts.compactMap { $0 }.flatMap { $0.components(separatedBy: "\n") }.compactMap { line in
        if line.hasPrefix("  ") { return line }
        return line.range(of: "Example: ").map { String(line[$0.upperBound...]) }
      }
    }
  }

  static let commands: [(words: [String], command: Command)] = {
    struct Dump: Decodable { var command: Command }
    guard let text = try? Tool.run("--experimental-dump-help").out,
      let dump = try? JSONDecoder().decode(Dump.self, from: Data(text.utf8))
    else { return [] }
    return dump.command.all()
  }()

  @Test("At 80 columns no example is broken over lines") func whole() throws {
    #expect(Self.commands.count > 20)
    var count = 0
    for (words, command) in Self.commands {
      let help = try Tool.start(words + ["--help"], environment: ["COLUMNS": "80"]).finish()
      #expect(help.status == 0)
      for example in command.examples {
        count += 1
        #expect(help.out.contains(example + "\n") || help.out.contains(example + " (default"), "\(words): \(example)")
      }
    }
    #expect(count > 300)
  }
}

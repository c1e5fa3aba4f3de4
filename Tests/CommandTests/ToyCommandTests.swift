import ArgumentParser
import Foundation
import Reporting
import Scenarios
import Testing

@testable import trainfare

/// A command as docs/Architecture.md says that one is added: options, `read` and `answer`. All else comes from the declaration.
private struct ToyCommand: DrawingCommand {
  static let configuration = CommandConfiguration(commandName: "toy", abstract: "Words and how long they are.")

  @Argument(help: "Words.") var words: [String]
  @Option(help: "The longest word that there may be. Example: --most 5") var most: String = "10"

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Picture") var chart: ChartOptions

  var columns: ColumnNames { ColumnNames(Finding.columns) }

  func read(_ reader: inout OptionReader) -> Int { reader.int(most, "--most", atMost: 100) ?? 10 }

  func answer(_ most: Int, _ sink: Sink) throws -> Answer? {
    sink.mention("counting letters")
    if words.contains("impossible") { throw Stop.usage("that is no word", help: "write another") }
    let rows = words.map { Finding($0, "\($0.count)") }
    return Answer(
      report: Report(columns: Finding.columns, rows: rows, table: { Finding.table(rows, $0) }),
      drawn: { words.count > 1 ? "<svg/>" : nil }, end: words.contains { $0.count > most } ? .no : nil)
  }
}

private struct Root: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trainfare", subcommands: Trainfare.configuration.subcommands + [ToyCommand.self])
}

/// What a command gets from its declaration: files, formats, pictures, refusals, help and completion.
@Suite(.serialized) struct ToyCommandTests {
  /// How it ends; nil: well.
  private func run(_ arguments: String...) throws -> Stop? {
    var command = try Root.parseAsRoot(["toy"] + arguments)
    do {
      try command.run()
      return nil
    } catch let stop as Stop { return stop }
  }

  @Test("Every format is written to the file that -o names, with the columns asked for", arguments: Format.endings)
  func formats(ending: String, format: Format) throws {
    let scratch = try Scratch(), name = "r.\(ending)"
    #expect(try run("one", "three", "-q", "-o", scratch.path + "/" + name) == nil)
    let text = scratch.read(name)
    #expect(text.contains("three") && text.contains("5"), "\(text)")
    #expect(try run("one", "-q", "--columns", "value", "-o", scratch.path + "/" + name) == nil)
    #expect(!scratch.read(name).contains("one"))
  }

  @Test("The picture is drawn where there is one, and nothing is left of one that there is not") func picture() throws {
    let scratch = try Scratch(), (file, chart) = (scratch.path + "/r.csv", scratch.path + "/p.svg")
    #expect(try run("one", "two", "-q", "-o", file, "--chart", chart) == nil)
    #expect(scratch.read("p.svg") == "<svg/>" && scratch.names == ["p.svg", "r.csv"])
    try FileManager.default.removeItem(atPath: chart)
    #expect(try run("one", "-q", "-o", file, "--chart", chart) == nil)
    #expect(scratch.names == ["r.csv"])
  }

  @Test("All that is wrong with the options is told at once, and nothing is written") func wrong() throws {
    let scratch = try Scratch()
    let stop = try run("one", "--most", "many", "--csv-delimiter", "x", "-q", "-o", scratch.path + "/r.csv")
    #expect(stop?.status == 64 && stop?.diagnostics.count == 2)
    #expect(stop?.diagnostics.compactMap(\.place?.file) == ["--most", "--csv-delimiter"])
    #expect(scratch.names == [])
  }

  @Test("An honest no has its file and status 1; what is no answer leaves no file") func ends() throws {
    let scratch = try Scratch(), file = scratch.path + "/r.csv"
    #expect(try run("one", "three", "--most", "4", "-q", "-o", file)?.status == 1)
    #expect(scratch.names == ["r.csv"])
    try FileManager.default.removeItem(atPath: file)
    #expect(try run("impossible", "-q", "-o", file)?.status == 64)
    #expect(scratch.names.allSatisfy { $0.hasSuffix(".trainfare-part") }, "the process takes it away when it ends")
    Unfinished.remove()
    #expect(scratch.names == [])
  }

  @Test("Help and completion name its own options and those of every command that answers") func declared() throws {
    let help = Root.helpMessage(for: ToyCommand.self, columns: 100)
    let script = Root.completionScript(for: .bash)
    let ofAll = ["--format", "--output", "--columns", "--tag", "--quiet", "--verbose", "--color", "--chart"]
    for option in ["--most"] + ofAll {
      #expect(help.contains(option), "\(option)")
    }
    #expect(script.contains("_trainfare_toy") && script.contains("--most"))
    #expect(Root.helpMessage(columns: 100).contains("Words and how long they are."))
  }
}

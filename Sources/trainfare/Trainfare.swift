import ArgumentParser
import Reporting
import Scenarios

@main
struct Trainfare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trainfare",
    abstract: "What a training run costs, and how long it takes, on which chip.",
    discussion: """
      Two commands answer most questions:

        trainfare compare --on trn2.48xlarge,p5.48xlarge
        trainfare estimate llama-3.1-8b-1t --on trn2.48xlarge --explain

      Two more look further: 'search' at every plan, 'sweep' at every combination of inputs.
      Two more help to decide: 'breakeven' says when the answer flips, 'sensitivity' what matters most.

      Exit status: 0 done, 1 an honest no (nothing runs or fits, a check failed), 2 a file is wrong, \
      64 the command line is wrong, 70 a bug of ours, 130 interrupted.
      """,
    version: "trainfare \(Release.version)",
    subcommands: [
      CompareCommand.self, ReportCommand.self, EstimateCommand.self, SearchCommand.self, SweepCommand.self,
      BreakevenCommand.self,
      SensitivityCommand.self, BudgetCommand.self, SuiteCommand.self, ValidateCommand.self, CalibrateCommand.self,
      MeasureCommand.self, ProveCommand.self, CatalogCommand.self, DoctorCommand.self,
    ])

  static func main() {
    Process.prepare()
    if let place = Process.unreadableArgument {
      let help = "names of files are UTF-8 here: rename it"
      Messages.show([Diagnostic(.error, "argument \(place) of the command line is not UTF-8", help: help)])
      Process.end(64)
    }
    let status = run(arguments: Array(CommandLine.arguments.dropFirst()))
    Origins.tell()
    Process.end(status)
  }

  /// The exit status is decided here and nowhere else.
  private static func run(arguments: [String]) -> Int32 {
    do {
      if let problem = Today.problem { throw problem }
      // Reads files, so it is not made before it is asked for.
      if arguments == ["--version"] {
        try StandardOutput.write(Version.text + "\n")
        return 0
      }
      var command = try parseAsRoot(arguments)
      try command.run()
      return 0
    } catch let stop as Stop {
      Messages.show(stop.diagnostics)
      return stop.status
    } catch {
      return report(error)
    }
  }

  /// Help and version are data; what is wrong with a command line is not.
  private static func report(_ error: any Error) -> Int32 {
    let code = exitCode(for: error)
    let message = fullMessage(for: error)
    // The parser's own errors are 64; an error that nobody foresaw must not look like an honest no.
    if code == .failure {
      Messages.show("error: \(error)\n  help: this is a bug of trainfare; please report it")
      return Process.bug
    }
    guard code == .success else {
      if !message.isEmpty { Messages.show(message) }
      return code.rawValue
    }
    do {
      try StandardOutput.write(message + (message.hasSuffix("\n") ? "" : "\n"))
      return 0
    } catch {
      Messages.show(error.diagnostics)
      return error.status
    }
  }
}

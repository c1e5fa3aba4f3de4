import Foundation
import Testing

@Suite struct CalibrateCommandTests {
  /// Six runs of two plans: enough to fit and to hold out, at a pace half as fast as the shipped profile says.
  static let runs =
    ValidateCommandTests.header
    + (1...6).map { ValidateCommandTests.line("my-\($0)", value: "\(3 + 0.01 * Double($0))") }.joined()

  private func calibrate(_ arguments: String...) throws -> Tool.Result {
    try Tool.start(["calibrate"] + arguments).finish()
  }

  private func rows(_ file: String, configs: String? = nil) throws -> [[String: String]] {
    let result = try Tool.start(["validate", file, "--format", "csv"] + (configs.map { ["--configs", $0] } ?? []))
      .finish()
    #expect(result.status == 0, "\(result.err)")
    return SearchCommandTests.rows(result.out)
  }

  @Test("Own runs give profiles that overlay the shipped ones and come nearer to the runs") func own() throws {
    let scratch = try Scratch()
    let file = try scratch.write("runs.csv", Self.runs)
    let mine = scratch.path + "/mine"
    let result = try calibrate(file, "--folds", "2", "-o", mine, "--date", "2026-01-02")
    #expect(result.status == 0, "\(result.err)")
    #expect(result.out.contains("held out") && result.err.contains("into \(mine)"))
    let made = try FileManager.default.contentsOfDirectory(atPath: mine + "/efficiency")
    #expect(made.contains { $0.hasPrefix("a100-80.") })
    #expect(scratch.read("mine/calibration/posterior.yaml").contains("retrieved: 2026-01-02"))
    #expect(scratch.read("mine/calibration/posterior.yaml").hasPrefix("kind: posterior\nversion: 2\n"))
    func worst(_ configs: String?) throws -> Double {
      try rows(file, configs: configs).compactMap { $0["error_percent"].flatMap(Double.init).map(abs) }.max()
        ?? .infinity
    }
    #expect(try worst(mine) < 0.7 * worst(nil))
    // The files that are written are read again as they were: the same command gives the same bytes.
    let again = try calibrate(file, "--folds", "0", "-o", scratch.path + "/again", "--date", "2026-01-02", "--quiet")
    #expect(again.status == 0 && again.out.isEmpty && again.err.isEmpty)
    for name in made.map({ "efficiency/" + $0 }) {
      #expect(scratch.read("again/" + name) == scratch.read("mine/" + name), "\(name)")
    }
    // Nothing was held out, so nothing is said of a prediction that did not see the run.
    #expect(scratch.read("again/calibration/runs.csv").contains(",3.01,\n"))
  }

  @Test("The hash in the files is of the data, not of where they lie") func dataHash() throws {
    let scratch = try Scratch()
    func hash(_ name: String, _ text: String) throws -> String {
      let file = try scratch.write(name + ".csv", text)
      #expect(try calibrate(file, "--folds", "0", "--quiet", "-o", scratch.path + "/" + name).status == 0)
      let lines = scratch.read(name + "/calibration/posterior.yaml").split(separator: "\n")
      return String(try #require(lines.first { $0.hasPrefix("data:") }))
    }
    let first = try hash("a", Self.runs)
    #expect(try hash("b", Self.runs) == first)
    #expect(try hash("c", Self.runs.replacingOccurrences(of: "3.06", with: "3.07")) != first)
  }

  @Test("A --set that changes nothing that is read is an error here too") func unusedOverride() throws {
    let scratch = try Scratch()
    let file = try scratch.write("runs.csv", Self.runs)
    let result = try calibrate(file, "--folds", "0", "--set", "chips.nothing.memory_bandwidth=1 TB/s")
    #expect(result.status != 0 && result.out.isEmpty && result.err.contains("chips.nothing"), "\(result.err)")
  }

  @Test(
    "Slips are told with what would have worked",
    arguments: [
      ("--folds", "1"), ("--folds", "51"), ("--folds", "many"), ("--folds", "-1"), ("--format", "csv"),
      ("--leave-out", "h10"),
    ])
  func slips(_ option: String, _ value: String) throws {
    let scratch = try Scratch()
    let file = try scratch.write("runs.csv", Self.runs)
    let result = try calibrate(file, "\(option)=\(value)", "-o", scratch.path + "/mine")
    #expect(result.status == 64 || result.status == 2, "\(result.err)")
    #expect(result.out.isEmpty && result.err.contains("error:"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/mine/efficiency"))
  }

  @Test("Nothing to fit, no such file and a folder that cannot be are errors", arguments: ["", "none", "folder"])
  func wrong(_ what: String) throws {
    let scratch = try Scratch()
    let file = try scratch.write(
      "runs.csv", what == "folder" ? Self.runs : what == "" ? "" : ValidateCommandTests.header)
    // A file where the folder should be.
    let folder = what == "folder" ? file : scratch.path + "/mine"
    let result = try calibrate(file, "--folds", "0", "-o", folder)
    #expect(result.status == 2 || result.status == 1 || result.status == 74, "\(result.status): \(result.err)")
    #expect(result.err.contains("error:"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/mine/efficiency"))
  }

  private static let ran = [
    "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--instances", "8", "--plan", "tp=2,dp=32,micro_batch=1",
  ]

  @Test("One log moves the prediction towards it, narrows the interval and names the next run") func log() throws {
    let scratch = try Scratch()
    let log = try scratch.write(
      "train.log", (1...20).map { " iteration \($0)/ 100 | elapsed time per iteration (ms): 13600.\($0) |\n" }.joined())
    let mine = scratch.path + "/mine"
    let result = try Tool.start(["calibrate", "--log", log] + Self.ran + ["-o", mine]).finish()
    #expect(result.status == 0, "\(result.err)")
    func step(_ configs: [String]) throws -> (median: Double, width: Double) {
      let result = try Tool.start(["estimate"] + Self.ran + ["--format", "csv"] + configs).finish()
      let row = try #require(SearchCommandTests.rows(result.out).first)
      func number(_ name: String) throws -> Double { try #require(row[name].flatMap(Double.init), "\(name)") }
      return (try number("step_time_s"), try number("tokens_per_s_p95") / number("tokens_per_s_p05"))
    }
    let before = try step([]), after = try step(["--configs", mine])
    #expect(abs(after.median - 13.6) < abs(before.median - 13.6))
    #expect(after.width < before.width)
    let told = result.out.replacingOccurrences(of: "\n  ", with: " ")
    #expect(told.contains("What would narrow it most next"))
    #expect(told.contains("Of it pp and recompute were not given, and the best is taken"))
    // What was measured is now the nearest run.
    let again = try Tool.start(["estimate"] + Self.ran + ["--configs", mine, "--format", "csv"]).finish()
    #expect(SearchCommandTests.rows(again.out).first?["nearest_measurement"]?.hasPrefix("own-") == true)
  }

  @Test("A log without a pace and a log of an unknown machine are errors at their place") func wrongLog() throws {
    let scratch = try Scratch()
    let empty = try scratch.write("train.log", "loss 3\n")
    let result = try Tool.start(["calibrate", "--log", empty] + Self.ran).finish()
    #expect(result.status == 2 && result.err.contains("train.log") && result.err.contains("elapsed time per iteration"))
    let nowhere = try Tool.start(["calibrate", "--log", empty, "llama-3.1-8b-1t", "--on", "p55"]).finish()
    #expect(nowhere.status == 64 || nowhere.status == 2)
    #expect(nowhere.err.contains("p55"))
    // The job's deadline does not say on how many machines it ran.
    let log = try scratch.write("good.log", "tps: 6,667\n")
    let unsized = try Tool.start(["calibrate", "--log", log, "llama-3.1-8b-1t", "--on", "p5.48xlarge"]).finish()
    #expect(unsized.status == 64 && unsized.err.contains("on how many machines did it run?"))
  }

  @Test("Ctrl-C stops it, and nothing is half written") func interrupted() throws {
    let scratch = try Scratch()
    let running = try Tool.start(["calibrate", "-o", scratch.path + "/mine"])
    usleep(700_000)
    running.signal(SIGINT)
    let result = try running.finish()
    #expect(result.status == 130 || result.status == 128 + SIGINT, "\(result.status): \(result.err)")
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/mine/efficiency"))
  }
}

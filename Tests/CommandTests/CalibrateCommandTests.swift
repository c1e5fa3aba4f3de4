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
    #expect(scratch.read("again/calibration/runs.csv").contains(",3.01,,,"))
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
    "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--instances", "8", "--plan", "tp=2,cp=2,dp=16,micro_batch=1",
  ]
  /// The same with nothing left open, so that no other plan takes its place once its log is known.
  private static let whole =
    Array(ran.dropLast()) + ["tp=2,cp=2,dp=16,micro_batch=1,sequence_parallel=true,recompute=none"]

  @Test("One log moves the prediction towards it, narrows the interval and names the next run") func log() throws {
    let scratch = try Scratch()
    let log = try scratch.write(
      "train.log", (1...20).map { " iteration \($0)/ 100 | elapsed time per iteration (ms): 13600.\($0) |\n" }.joined())
    let mine = scratch.path + "/mine"
    let result = try Tool.start(["calibrate", "--log", log] + Self.ran + ["-o", mine]).finish()
    #expect(result.status == 0, "\(result.err)")
    let before = try row(Self.ran), after = try row(Self.ran, mine)
    func step(_ row: [String: String]) throws -> Double { try number("step_time_s", row) }
    func width(_ row: [String: String]) throws -> Double {
      try number("tokens_per_s_p95", row) / number("tokens_per_s_p05", row)
    }
    #expect(try abs(step(after) - 13.6) < abs(step(before) - 13.6))
    #expect(try width(after) < width(before))
    let told = result.out.replacingOccurrences(of: "\n  ", with: " ")
    #expect(told.contains("The most useful next log") && told.contains("counts for 50 published runs"))
    #expect(told.contains("Of it pp and recompute were not given, and the best is taken"))
    // What was measured is now the nearest run.
    #expect(after["nearest_measurement"]?.hasPrefix("own-") == true)
  }

  /// Two hundred lines at a factor of what the shipped files predict, 2% apart, as Megatron-LM prints them.
  private func steadyLog(_ scratch: Scratch, _ factor: Double, head: String = "") throws -> String {
    let step = try number("step_time_s", row(Self.ran))
    let lines = (1...200).map { i -> String in
      let jitter = 1 + 0.02 * Double(i * 37 % 11 - 5) / 5
      return
        " iteration \(i)/ 900 | global batch size: 1024 | elapsed time per iteration (ms): \(1000 * step * factor * jitter) |\n"
    }
    return try scratch.write("steady.log", head + lines.joined())
  }

  /// What an estimate says, by column.
  private func row(_ arguments: [String], _ configs: String? = nil) throws -> [String: String] {
    let result = try Tool.start(
      ["estimate"] + arguments + ["--format", "csv"] + (configs.map { ["--configs", $0] } ?? [])
    ).finish()
    return try #require(SearchCommandTests.rows(result.out).first, "\(result.err)")
  }

  private func number(_ column: String, _ row: [String: String]) throws -> Double {
    try #require(row[column].flatMap(Double.init), "\(column)")
  }

  @Test("A steady log 20% above the prediction: its job within 2%, a neighbour by less, another chip hardly at all")
  func steady() throws {
    let scratch = try Scratch(), mine = scratch.path + "/mine", log = try steadyLog(scratch, 1.2)
    let learnt = try Tool.start(["calibrate", "--log", log] + Self.whole + ["-o", mine]).finish()
    #expect(learnt.status == 0, "\(learnt.err)")
    let twice = [
      "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--instances", "16", "--plan",
      "tp=2,cp=2,dp=32,micro_batch=1,sequence_parallel=true,recompute=none",
    ]
    let other = ["llama-3.1-8b-1t", "--on", "trn2.48xlarge", "--instances", "8"]
    func moved(_ arguments: [String]) throws -> Double {
      try number("step_time_s", row(arguments, mine)) / number("step_time_s", row(arguments))
    }
    let shipped = try number("step_time_s", row(Self.whole)), after = try row(Self.whole, mine)
    let step = try number("step_time_s", after), own = step / shipped, neighbour = try moved(twice)
    #expect(abs(own / 1.2 - 1) < 0.02, "\(own)")
    #expect(neighbour > 1.05 && neighbour < own, "\(neighbour)")
    #expect(try abs(moved(other) - 1) < 0.01)
    // The parts still add up: what the log says is a part of its own, and the interval is around the log.
    let extra = try number("own_runs_s", after)
    #expect(abs(extra / step - (1 - 1 / own)) < 1e-3)
    let tokens = try number("tokens_per_s", after)
    #expect(try number("tokens_per_s_p05", after) < tokens && tokens < number("tokens_per_s_p95", after))
    // Given again, it counts once.
    let again = try Tool.start(["calibrate", "--log", log, "--configs", mine, "-o", mine] + Self.whole).finish()
    #expect(again.out.contains("given before. It counts once"), "\(again.out)")
    #expect(scratch.read("mine/calibration/runs.csv").split(separator: "\n").count { $0.hasPrefix("own-") } == 1)
    #expect(try abs(number("step_time_s", row(Self.whole, mine)) / step - 1) < 1e-3)
    #expect(try Tool.run("catalog", "check", "--configs", mine).status == 0)
    // Little trust, little movement.
    let doubted = scratch.path + "/doubted"
    _ = try Tool.start(["calibrate", "--log", log, "--trust", "0.1", "-o", doubted] + Self.whole).finish()
    let little = try number("step_time_s", row(Self.whole, doubted)) / shipped
    #expect(little > 1.01 && little < 1.12, "\(little)")
  }

  @Test("A log that says another batch, length or number of devices is refused with both numbers, all at once")
  func contradiction() throws {
    let scratch = try Scratch()
    let log = try steadyLog(scratch, 1, head: "  world_size ..... 128\n  seq_length ..... 4096\n")
    let mine = scratch.path + "/mine"
    let result = try Tool.start(["calibrate", "--log", log, "-o", mine, "--global-batch", "512"] + Self.ran).finish()
    #expect(result.status == 2 && result.out.isEmpty)
    for words in [
      "steady.log:1:1: error: the log says 128 devices", "64 is stated", "4096 tokens in a sequence", "8192 is stated",
      "1024 sequences in a step", "512 is stated", "add --global-batch 1024",
    ] {
      #expect(result.err.contains(words), "\(words): \(result.err)")
    }
    #expect(!FileManager.default.fileExists(atPath: mine))
  }

  @Test("Trust is a positive number, and of a log", arguments: ["0", "-1", "nan", "inf", "much", "", "1e9"])
  func trust(_ text: String) throws {
    let scratch = try Scratch(), log = try scratch.write("l.log", "tps: 6,667\n")
    let result = try Tool.start(["calibrate", "--log", log, "--trust=\(text)"] + Self.ran).finish()
    #expect(result.status == 64 && result.err.contains("is not a number from 0.001"), "\(result.err)")
    let alone = try Tool.start(["calibrate", "--trust", "5"]).finish()
    #expect(alone.status == 64 && alone.err.contains("--trust is of a log"))
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
    let runs = scratch.path + "/runs.csv"
    try #require(mkfifo(runs, 0o600) == 0)
    let running = try Tool.start(["calibrate", runs, "-o", scratch.path + "/mine"])
    // It is at work once it opens the pipe; the signal is there before any run comes through it.
    var end: Int32 = -1
    running.wait {
      end = open(runs, O_WRONLY | O_NONBLOCK)
      return end >= 0
    }
    running.signal(SIGINT)
    let bytes = Array(Self.runs.utf8)
    #expect(write(end, bytes, bytes.count) == bytes.count)
    close(end)
    let result = try running.finish()
    #expect(result.status == 130, "\(result.status): \(result.err)")
    #expect(scratch.names == ["runs.csv"])
  }
}

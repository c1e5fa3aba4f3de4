import Foundation
import TestSupport
import Testing

private let kills = ProcessInfo.processInfo.environment["TRAINFARE_KILLS"].flatMap(Int.init) ?? 0
private let seed = ProcessInfo.processInfo.environment["TRAINFARE_FUZZ_SEED"].flatMap(UInt64.init) ?? 1

/// `kill -9` at random moments of every command that writes: TRAINFARE_KILLS times each (`make fuzz`). The moments follow from
/// TRAINFARE_FUZZ_SEED, as far as a machine repeats itself.
@Suite(.serialized, .enabled(if: kills > 0)) struct KillTests {
  /// A command whose results are in `out`, and the same each time but where it measures.
  struct Command {
    var name: String
    var arguments: [String]
    /// What goes on after a kill, where that takes more words.
    var resuming: [String] = []
    var isMeasured = false
    /// Whether it writes only where nothing is.
    var isNew = false
    /// Whether it begins with results of before in half of the runs.
    var hasOld = true
    /// Where the kill falls, in parts of the time that the whole command takes.
    var moments: ClosedRange<Double> = 0...1.1
    /// Of so many kills one is followed by a whole run: those of some commands take long.
    var finishes = 1
  }

  @Test("compare") func compare() throws {
    try check(
      Command(
        name: "compare",
        arguments: ["compare", "-q", "-o", "out/r.csv", "--on", "p5.48xlarge,trn2.48xlarge", "--instances", "16"]))
  }

  @Test("sweep") func sweep() throws {
    try check(
      Command(
        name: "sweep",
        arguments: [
          "sweep", "-q", "-o", "out/r.csv", "--on", "p5.48xlarge", "--instances", "2", "--vary", "tokens=1 B,2 B,3 B",
          "--vary", "global_batch=256,512",
        ]))
  }

  @Test("suite run, resumed") func suite() throws {
    try check(
      Command(
        name: "suite run",
        arguments: ["suite", "run", "many.yaml", "-q", "-o", "out/r.csv", "--store", "out/h.sqlite"],
        resuming: ["--resume"], hasOld: false))
  }

  @Test("calibrate") func calibrate() throws {
    try check(
      Command(
        name: "calibrate",
        arguments: ["calibrate", "small.csv", "--folds", "0", "-o", "out", "--quiet", "--date", "2026-01-31"],
        finishes: 10))
  }

  @Test("measure, at its end, where it writes") func measure() throws {
    try check(
      Command(
        name: "measure", arguments: ["measure", "--quick", "--threads", "1", "--force", "-q", "-o", "out"],
        isMeasured: true, hasOld: false, moments: 0.8...1.1, finishes: 50))
  }

  @Test("catalog add") func add() throws {
    try check(
      Command(
        name: "catalog add", arguments: ["catalog", "add", "chip", "mine", "--like", "h100", "--configs", "out"],
        isNew: true, hasOld: false))
  }

  /// Files of `out` by path, without a store, and what else is there.
  private static func found(_ scratch: Scratch) -> (results: [String: Data], others: [String]) {
    var results: [String: Data] = [:], others: [String] = []
    let folder = scratch.path + "/out/"
    for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
      guard let data = FileManager.default.contents(atPath: folder + path) else { continue }
      if path.hasSuffix(".trainfare-part") || path.hasSuffix(".trainfare-journal") {
        others.append(path)
      } else if !path.hasPrefix("h.sqlite") {
        results[path] = data
      }
    }
    return (results, others)
  }

  private static func run(_ arguments: [String], _ scratch: Scratch) throws -> Tool.Running {
    try Tool.start(arguments, environment: ["SOURCE_DATE_EPOCH": "1790000000"], in: scratch.path)
  }

  private static func clear(_ scratch: Scratch) throws {
    let folder = scratch.path + "/out"
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Killed at any moment, a command leaves whole results, those of before or none, and the next run ends with the same bytes.
  private func check(_ command: Command) throws {
    let scratch = try Scratch()
    try scratch.write("many.yaml", ResumeTests.text)
    let runs = try String(contentsOfFile: Tool.repository + "/configs/measurements/runs.csv", encoding: .utf8)
      .split(whereSeparator: \.isNewline)
    try scratch.write(
      "small.csv", ([runs[0]] + runs.filter { $0.hasPrefix("dgxc-0") }.prefix(25)).joined(separator: "\n") + "\n")
    var due: [String: Data] = [:]
    var seconds = Double.infinity
    // The shorter of two: whatever else the machine does only adds to it.
    for time in 0..<2 {
      try Self.clear(scratch)
      let clock = ContinuousClock(), start = clock.now
      let whole = try Self.run(command.arguments, scratch).finish()
      seconds = min(seconds, (clock.now - start) / .seconds(1))
      let (results, others) = Self.found(scratch)
      try #require(whole.status == 0 && !results.isEmpty && others.isEmpty, "\(whole.err)")
      if time > 0, !command.isMeasured { try #require(results == due) }
      due = results
    }

    var random = SplitMix64(seed: seed)
    var killed = 0, olds = 0, complete = 0, none = 0, between = 0, left = 0
    for kill in 0..<kills {
      try Self.clear(scratch)
      if command.hasOld, Bool.random(using: &random) {
        for path in due.keys {
          let file = URL(fileURLWithPath: scratch.path + "/out/" + path)
          try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
          try Data("old\n".utf8).write(to: file)
        }
      }
      let before = Self.found(scratch).results
      let running = try Self.run(command.arguments, scratch)
      usleep(UInt32(Double.random(in: command.moments, using: &random) * seconds * 1e6))
      running.signal(SIGKILL)
      if try running.finish().status == 128 + SIGKILL { killed += 1 }

      let (now, others) = Self.found(scratch)
      if !others.isEmpty { left += 1 }
      #expect(Set(now.keys).isSubset(of: due.keys), "kill \(kill): \(now.keys.sorted())")
      for (path, data) in now where command.isMeasured {
        #expect(data.last == UInt8(ascii: "\n"), "kill \(kill): \(path) is torn")
      }
      for (path, data) in due where !command.isMeasured {
        #expect(now[path] == data || now[path] == before[path], "kill \(kill): \(path) is neither old nor new")
      }
      let isWhole = command.isMeasured ? now.count == due.count : now == due
      if isWhole {
        complete += 1
      } else if now.isEmpty {
        none += 1
      } else if now == before {
        olds += 1
      } else {
        between += 1
      }

      guard kill % command.finishes == 0, !(command.isNew && isWhole) else { continue }
      let next = try Self.run(command.arguments + command.resuming, scratch).finish()
      #expect(next.status == 0, "kill \(kill): \(next.err)")
      let after = Self.found(scratch)
      #expect(after.others.isEmpty, "kill \(kill): \(after.others)")
      #expect(command.isMeasured ? Set(after.results.keys) == Set(due.keys) : after.results == due, "kill \(kill)")
      guard command.arguments.contains("out/h.sqlite") else { continue }
      let diff = try Self.run(
        ["suite", "diff", "out/r.csv", "out/h.sqlite#1", "--fail-on", "cost_usd ±0%"], scratch
      ).finish()
      #expect(diff.status == 0 && diff.out.contains("72 the same"), "kill \(kill): \(diff.out)\(diff.err)")
      // A run that had ended is in the history already, and asking once more is another run.
      guard !isWhole else { continue }
      #expect(try Self.run(["suite", "diff", "out/r.csv", "out/h.sqlite#2"], scratch).finish().status == 2)
    }
    #expect(killed > kills / 3, "only \(killed) of \(kills) were killed in time")
    print(
      "\(command.name): \(killed) of \(kills) killed before their end; results then: \(complete) new, \(olds) old, "
        + "\(none) none, \(between) old and new; \(left) left unfinished files to the next run")
  }
}

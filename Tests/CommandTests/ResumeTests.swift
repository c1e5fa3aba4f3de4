import Foundation
import TestSupport
import Testing

/// What is left of a run that was killed, and what becomes of it.
@Suite(.serialized) struct ResumeTests {
  /// Enough questions that there is time to be killed between them: twelve of six cases each, whose rows come together.
  static let text: String = {
    let products = (0..<4).map { i in
      let sizes = (1...3).map { "{instances: \(3 * i + $0)}" }.joined(separator: ", ")
      return """
          - models: [gpt2, llama-3.2-1b, llama-3.1-8b]
            instances: [p5.48xlarge, trn1.32xlarge]
            tokens: \(i + 1) B
            sizes: [\(sizes)]

        """
    }
    return """
      kind: suite
      version: 1
      summary: many cases
      defaults: {sequence_length: 1024, global_batch: 480}
      matrix:

      """ + products.joined()
  }()

  private static func run(_ scratch: Scratch, _ more: String...) throws -> Tool.Running {
    try Tool.start(
      ["suite", "run", scratch.path + "/many.yaml", "-o", scratch.path + "/r.csv"] + more)
  }

  /// Rows that are whole in the journal.
  private static func rows(_ scratch: Scratch) -> Int? {
    guard let data = FileManager.default.contents(atPath: scratch.path + "/r.csv.trainfare-journal") else { return nil }
    return max(0, data.count { $0 == UInt8(ascii: "\n") } - 1)
  }

  /// Until the journal has so many rows, or the run is over.
  private static func wait(_ scratch: Scratch, for rows: Int) {
    for _ in 0..<20_000 {
      if let now = Self.rows(scratch), now >= rows { return }
      if FileManager.default.fileExists(atPath: scratch.path + "/r.csv") { return }
      usleep(50)
    }
  }

  /// A run that a signal ended once its journal had so many rows. On a busy machine one may be over before, and then there is
  /// another one.
  private static func stopped(
    _ scratch: Scratch, at rows: Int, by signal: Int32 = SIGKILL, _ more: String...
  ) throws {
    for _ in 0..<10 {
      let running = try Tool.start(
        ["suite", "run", scratch.path + "/many.yaml", "-o", scratch.path + "/r.csv"] + more)
      wait(scratch, for: rows)
      running.signal(signal)
      if try running.finish().status == 128 + signal, Self.rows(scratch) != nil { return }
      for name in scratch.names where name != "many.yaml" {
        try FileManager.default.removeItem(atPath: scratch.path + "/" + name)
      }
    }
    Issue.record("ten runs were over before they were stopped")
  }

  @Test(
    "Killed at any moment, a run loses at most the question it was at, and ends with the same bytes",
    .enabled(if: Slow.isAsked, "it takes long: make test-all runs it"))
  func killed() throws {
    let scratch = try Scratch()
    try scratch.write("many.yaml", Self.text)
    _ = try Self.run(scratch).finish()
    let due = scratch.read("r.csv")
    #expect(due.components(separatedBy: "\r\n").count == 74)
    var random = SplitMix64(seed: 11)
    var kills = 0
    var inFlight = 0
    // On a busy machine a run may be over before it is killed, and then there is another one: six are enough anywhere.
    for _ in 0..<6 where kills < 18 || inFlight < 10 {
      try FileManager.default.removeItem(atPath: scratch.path + "/r.csv")
      var before = 0
      for target in [3, 10, 11, 25, 40, 55, 65, 71, 72, 72] {
        let running = try Self.run(scratch, "--resume", "--quiet")
        // Killed when the journal has come so far, and a moment later that differs every time.
        Self.wait(scratch, for: target)
        usleep(UInt32.random(in: 0...3_000, using: &random))
        let seen = Self.rows(scratch)
        running.signal(SIGKILL)
        if try running.finish().status == 128 + SIGKILL { kills += 1 }
        let now = Self.rows(scratch)
        // What was whole before the kill is whole after it, and nothing was done twice.
        if let seen, let now { #expect(now >= seen && seen >= before) }
        before = now ?? before
        if let now, now > 0, now < 72 { inFlight += 1 }
        // The results appear whole or not at all.
        let result = scratch.read("r.csv")
        #expect(result.isEmpty || result == due)
        if !result.isEmpty { break }
      }
      let last = try Self.run(scratch, "--resume").finish()
      #expect(last.status == 0)
      #expect(scratch.read("r.csv") == due)
      #expect(scratch.names == ["many.yaml", "r.csv"])
    }
    #expect(kills >= 18 && inFlight >= 10, "\(kills) kills, \(inFlight) between the first and the last case")
  }

  @Test("A torn last line and a changed one are done again; whole ones are not") func torn() throws {
    let scratch = try Scratch()
    try scratch.write("many.yaml", Self.text)
    try Self.stopped(scratch, at: 40)
    let journal = scratch.read("r.csv.trainfare-journal")
    let lines = journal.components(separatedBy: "\n")
    try #require(lines.count > 30)
    func resumed(_ text: String) throws -> String {
      try scratch.write("r.csv.trainfare-journal", text)
      let result = try Self.run(scratch, "--resume").finish()
      #expect(result.status == 0)
      return result.err
    }
    let head = lines[...10].joined(separator: "\n") + "\n"
    #expect(try resumed(head + lines[11].dropLast(7)).contains("10 of 72 cases were done before"))
    let due = scratch.read("r.csv")
    var changed = lines[11]
    changed.removeLast()
    #expect(try resumed(head + changed + "x\n" + lines[12] + "\n").contains("10 of 72 cases"))
    #expect(scratch.read("r.csv") == due)
    // A line that is whole but out of its place is not believed either.
    #expect(try resumed(head + lines[12] + "\n").contains("10 of 72 cases"))
    // What somebody else wrote is not written over.
    try scratch.write("r.csv.trainfare-journal", "nonsense\n" + journal)
    let refused = try Self.run(scratch, "--resume").finish()
    #expect(refused.status == 2 && refused.err.contains("it is no journal of trainfare"))
    // Nor are rows thrown away without a word.
    try scratch.write("r.csv.trainfare-journal", head)
    let forgotten = try Self.run(scratch).finish()
    #expect(forgotten.status == 2 && forgotten.err.contains("left 10 rows") && forgotten.err.contains("add --resume"))
    #expect(try resumed("").contains("0 of 72 cases"))
    #expect(scratch.read("r.csv") == due)
  }

  @Test("Rows of a suite or a price that has changed since are never mixed with new ones") func changed()
    throws
  {
    let scratch = try Scratch()
    try scratch.write("many.yaml", Self.text)
    try Self.stopped(scratch, at: 5)
    try scratch.write("many.yaml", Self.text + "# changed\n")
    let result = try Self.run(scratch, "--resume").finish()
    #expect(result.status == 2)
    #expect(result.err.contains("has changed since this run was stopped"))
    #expect(result.err.contains("run it again without --resume"))
    #expect(try Self.run(scratch).finish().status == 0)
    #expect(scratch.names == ["many.yaml", "r.csv"])
  }

  @Test("A run that was stopped and resumed is in the history once") func history() throws {
    let scratch = try Scratch()
    try scratch.write("many.yaml", Self.text)
    let store = scratch.path + "/r.sqlite"
    try Self.stopped(scratch, at: 20, "--store", store)
    #expect(try Tool.run("suite", "diff", store + "#1", store + "#1").err.contains("it has none yet"))
    #expect(try Self.run(scratch, "--resume", "--store", store).finish().err.contains("kept as run 1: "))
    let result = try Tool.run("suite", "diff", scratch.path + "/r.csv", store + "#1")
    #expect(result.out.contains("72 cases: 72 the same"))
    #expect(try Tool.run("suite", "diff", store + "#1", store + "#2").err.contains("there is no run 2"))
  }

  @Test("A run that was stopped goes on with its months: rows that it left have theirs worked out again") func months()
    throws
  {
    let scratch = try Scratch()
    try scratch.write("many.yaml", Self.text)
    #expect(try Self.run(scratch, "--cash-flow", "-q").finish().status == 0)
    let due = scratch.read("r.csv")
    // The header, and a month of each case that runs: eight of the 72 do not.
    #expect(parseCSV(due)?.count == 65)
    try FileManager.default.removeItem(atPath: scratch.path + "/r.csv")
    try Self.stopped(scratch, at: 20)
    #expect(try Self.run(scratch, "--cash-flow", "--resume").finish().status == 0)
    #expect(scratch.read("r.csv") == due && scratch.names == ["many.yaml", "r.csv"])
  }

  @Test("Two runs never write the same results at once") func locked() throws {
    let scratch = try Scratch()
    try scratch.write("many.yaml", Self.text)
    let first = try Self.run(scratch)
    Self.wait(scratch, for: 1)
    first.signal(SIGSTOP)
    let second = try Self.run(scratch).finish()
    first.signal(SIGCONT)
    #expect(second.status == 2)
    #expect(second.err.contains("another run is writing it"))
    #expect(try first.finish().status == 0)
  }

  @Test("Ctrl-C keeps the journal for another day") func interrupted() throws {
    let scratch = try Scratch()
    try scratch.write("many.yaml", Self.text)
    try Self.stopped(scratch, at: 5, by: SIGINT)
    #expect(scratch.names == ["many.yaml", "r.csv.trainfare-journal"])
    #expect(try Self.run(scratch, "--resume").finish().status == 0)
    #expect(scratch.names == ["many.yaml", "r.csv"])
  }
}

import Foundation
import Testing

/// What a run must not do to files that are not its own.
@Suite struct NothingLostTests {
  static let suite = """
    kind: suite
    version: 1
    summary: s
    defaults: {tokens: 100 B, sequence_length: 2048, global_batch: 128, size: {instances: 2}, plan: {tp: 2, dp: 8}}
    cases:
      - {name: a, model: llama-3.2-1b, instance: p5.48xlarge}

    """
  private static func run(_ scratch: Scratch, _ more: String...) throws -> Tool.Result {
    try Tool.start(["suite", "run", "s.yaml", "-q"] + more, in: scratch.path).finish()
  }

  @Test("An output that is read as well is refused, by whatever name or link", arguments: ["s.yaml", "soft", "hard"])
  func input(name: String) throws {
    let scratch = try Scratch()
    let suite = try scratch.write("s.yaml", Self.suite)
    symlink("s.yaml", scratch.path + "/soft")
    link(suite, scratch.path + "/hard")
    let result = try Self.run(scratch, "-o", name, "--format", "csv")
    #expect(result.status == 2 && result.err.contains("cannot write '\(name)'"), "\(result.err)")
    #expect(scratch.read("s.yaml") == Self.suite)
    #expect(scratch.names == ["hard", "s.yaml", "soft"])
  }

  @Test("Results are held against themselves, and neither side is written over") func diffed() throws {
    let scratch = try Scratch()
    let text = "suite,case,instance,feasible\r\ns,a,x,true\r\n"
    for name in ["a.csv", "b.csv"] { try scratch.write(name, text) }
    let result = try Tool.start(["suite", "diff", "a.csv", "b.csv", "-o", "b.csv"], in: scratch.path).finish()
    #expect(result.status == 2 && result.err.contains("it is read as well, as 'b.csv'"), "\(result.err)")
    #expect(scratch.read("b.csv") == text && scratch.names == ["a.csv", "b.csv"])
  }

  @Test("A store, a journal and a file of configurations are no place for results") func precious() throws {
    let scratch = try Scratch()
    try scratch.write("s.yaml", Self.suite)
    try scratch.write("h.csv", "SQLite format 3\0and more")
    try scratch.write("j.csv", "trainfare suite journal 1 0 0\n")
    try scratch.write("chip.csv", "# mine\nkind: chip\n")
    for folder in ["chips", "prices"] {
      try FileManager.default.createDirectory(atPath: scratch.path + "/my/" + folder, withIntermediateDirectories: true)
    }
    try scratch.write("my/prices/p.csv", "provider\n")
    for (name, reason) in [
      ("h.csv", "it is a store of runs"), ("j.csv", "it is the journal of a run"), ("chip.csv", "of kind 'chip'"),
      ("my/prices/p.csv", "it is a file of configurations"),
    ] {
      let before = scratch.read(name)
      let result = try Tool.start(["catalog", "list", "stacks", "-q", "-o", name], in: scratch.path).finish()
      #expect(result.status == 2 && result.err.contains(reason), "\(name): \(result.err)")
      #expect(scratch.read(name) == before)
    }
    let same = try Self.run(scratch, "-o", "new.csv", "--store", "./new.csv")
    #expect(same.status == 64 && same.err.contains("-o and --store name the same file"), "\(same.err)")
  }

  @Test("A file that has a journal's name is left alone, and a link is not followed") func victim() throws {
    let scratch = try Scratch()
    try scratch.write("s.yaml", Self.suite)
    try scratch.write("r.csv.journal", "my own notes")
    try scratch.write("r.csv.trainfare-journal", "my own notes")
    let own = try Self.run(scratch, "-o", "r.csv")
    #expect(own.status == 2 && own.err.contains("it is no journal of trainfare"), "\(own.err)")
    try scratch.write("victim", "")
    symlink("victim", scratch.path + "/l.csv.trainfare-journal")
    let linked = try Self.run(scratch, "-o", "l.csv")
    #expect(linked.status == 2 && linked.err.contains("it is a link"), "\(linked.err)")
    #expect(scratch.read("victim").isEmpty)
    #expect(try Self.run(scratch, "-o", "other.csv").status == 0)
    #expect(
      scratch.read("r.csv.journal") == "my own notes" && scratch.read("r.csv.trainfare-journal") == "my own notes")
    #expect(!scratch.names.contains { $0.hasPrefix("other.csv.") || $0.hasPrefix(".") })
  }

  @Test("What is being written is left alone, whoever writes it; what was left behind goes") func leftovers() throws {
    let scratch = try Scratch()
    let held = try scratch.write(".r.csv.1000000000000001.trainfare-part", "somebody's")
    try scratch.write(".r.csv.1000000000000002.trainfare-part", "nobody's")
    let foreign = [".r.csv.notes.trainfare-part", ".r.csv.77.part"]
    for name in foreign { try scratch.write(name, "a user's") }
    let descriptor = open(held, O_WRONLY)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(try Tool.start(["catalog", "list", "stacks", "-q", "-o", "r.csv"], in: scratch.path).finish().status == 0)
    #expect(scratch.names == ([".r.csv.1000000000000001.trainfare-part", "r.csv"] + foreign).sorted())
  }

  @Test("A run that is refused leaves no folder, no store and no file") func refused() throws {
    let scratch = try Scratch()
    let suite = try Tool.start(
      ["suite", "run", "nosuch", "-o", "a/b/c/x.csv", "--store", "d/h.sqlite"], in: scratch.path
    ).finish()
    #expect(suite.status == 2, "\(suite.err)")
    #expect(try Tool.start(["compare", "--on", "nosuch", "-o", "e/f/x.csv"], in: scratch.path).finish().status == 2)
    #expect(scratch.names.isEmpty, "\(scratch.names)")
  }

  @Test("A store without a name is told as a store") func namelessStore() throws {
    let scratch = try Scratch()
    try scratch.write("s.yaml", Self.suite)
    let result = try Self.run(scratch, "--store", "")
    #expect(result.status == 2 && result.err.hasPrefix("--store: error: "), "\(result.err)")
  }

  @Test("A process that has to stop for a fault of its own says so, and leaves no unfinished file") func stopped()
    throws
  {
    let scratch = try Scratch()
    let running = try Tool.start(
      ["search", "gpt3-175b-300b", "--on", "p5.48xlarge", "--instances", "4096", "--all", "-q", "-o", "all.csv"],
      in: scratch.path)
    running.wait { scratch.bytes > 0 }
    running.signal(SIGSEGV)
    let result = try running.finish()
    #expect(result.status == 70 && result.err.contains("trainfare had to stop: "), "\(result.err)")
    #expect(scratch.names.isEmpty, "\(scratch.names)")
  }

  @Test("A name as long as names get is no trouble, of whatever characters") func longName() throws {
    let scratch = try Scratch()
    let name = String(repeating: "👨‍👩‍👧‍👦", count: 10) + ".csv"
    try #require(name.utf8.count == 254)
    try scratch.write("s.yaml", Self.suite)
    let result = try Self.run(scratch, "-o", name)
    #expect(result.status == 0, "\(result.err)")
    #expect(scratch.names == ["s.yaml", name].sorted())
  }

  @Test("Rows of a stopped run are not thrown away without a word") func forgotten() throws {
    let scratch = try Scratch()
    try scratch.write("s.yaml", Self.suite)
    try scratch.write("r.csv.trainfare-journal", "trainfare suite journal 1 0000000000000000 1111111111111111\n")
    let other = try Tool.start(["suite", "run", "s.yaml", "-o", "r.csv"], in: scratch.path).finish()
    // Rows of another state of the world cannot be gone on with.
    #expect(other.status == 0 && other.err.contains("rows of another state"), "\(other.err)")
    #expect(scratch.names == ["r.csv", "s.yaml"])
  }

  @Test("--resume on a finished file that has other cases keeps them") func finished() throws {
    let scratch = try Scratch()
    try scratch.write("s.yaml", Self.suite)
    #expect(try Self.run(scratch, "-o", "r.csv").status == 0)
    let due = scratch.read("r.csv")
    // The same cases again: the same bytes.
    #expect(try Self.run(scratch, "-o", "r.csv", "--resume").status == 0)
    #expect(scratch.read("r.csv") == due)
    let line = try #require(due.components(separatedBy: "\r\n").dropFirst().first)
    let more = due + line.replacingOccurrences(of: ",a,p5", with: ",b,p5") + "\r\n"
    try scratch.write("r.csv", more)
    let result = try Self.run(scratch, "-o", "r.csv", "--resume")
    #expect(result.status == 2 && result.err.contains("1 row that this run does not make: s/b"), "\(result.err)")
    #expect(scratch.read("r.csv") == more && scratch.names == ["r.csv", "s.yaml"])
    #expect(try Self.run(scratch, "-o", "r.csv").status == 0)
    #expect(scratch.read("r.csv") == due)
  }
}

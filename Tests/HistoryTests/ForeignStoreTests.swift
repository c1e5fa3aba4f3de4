import Foundation
import GRDB
import History
import Testing

/// Files that are no store, are damaged, or may only be read.
@Suite struct ForeignStoreTests {
  private final class Scratch {
    let path = NSTemporaryDirectory() + "trainfare-foreign-\(UUID().uuidString)"
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    var file: String { path + "/r.sqlite" }
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
    var bytes: Data? { FileManager.default.contents(atPath: file) }

    func change(_ sql: String) throws {
      try DatabaseQueue(path: file).writeWithoutTransaction { db in try db.execute(sql: sql) }
    }
  }

  private static let run = StoredRun(
    token: "t", toolVersion: "1", version: "v", suites: ["a"], files: [("chips/x.yaml", "01")], columns: ["case"],
    rows: [[.text("one")]])

  @Test("What SQLite says of a damaged file can be printed, whatever stands in it") func printable() {
    let problem = StoreProblem(message: "no \u{1b}[31mred\u{7}\u{9b} table\nhere é😀", help: "a\u{0}b")
    #expect(problem.message == "no ?[31mred?? table\nhere é😀" && problem.help == "a?b")
  }

  private static func problem(_ work: () throws -> Void) -> String? {
    do {
      try work()
      return nil
    } catch {
      return (error as? StoreProblem)?.message ?? "another error: \(error)"
    }
  }

  @Test("A database of something else is left as it is, by readers and by writers", arguments: [false, true])
  func foreign(create: Bool) throws {
    let scratch = try Scratch()
    try scratch.change("CREATE TABLE t(a)")
    let before = scratch.bytes
    let found = Self.problem { _ = try RunStore(scratch.file, create: create) }
    #expect(found?.contains("it is a database of something else") == true, "\(found ?? "taken")")
    #expect(scratch.bytes == before && scratch.names == ["r.sqlite"])
  }

  @Test(
    "A damaged store is told in words",
    arguments: [
      ("UPDATE runs SET time = x'ff'", "'time' of run 1 is no text"),
      ("UPDATE runs SET time = NULL", "cannot use"),
      ("ALTER TABLE runs RENAME COLUMN time TO t", "there is no column 'time' in 'runs'"),
      ("ALTER TABLE files RENAME COLUMN fingerprint TO f", "there is no column 'fingerprint' in 'files'"),
      ("DROP TABLE results", "there is no column 'run' in 'results'"),
      ("UPDATE files SET file = x'fe'", "is no text"),
      ("INSERT INTO grdb_migrations VALUES ('2: future')", "a later version of trainfare made it"),
    ])
  func damaged(sql: String, message: String) throws {
    let scratch = try Scratch()
    _ = try RunStore(scratch.file, create: true).add(Self.run)
    // What the table forbids cannot be written, and needs no message.
    guard (try? scratch.change(sql)) != nil else { return }
    let before = scratch.bytes
    let found = Self.problem {
      let store = try RunStore(scratch.file, create: false)
      _ = try store.runs()
      _ = try store.run(1)
    }
    #expect(found?.contains(message) == true, "\(found ?? "read")")
    #expect(scratch.bytes == before)
  }

  @Test(
    "A reader writes nothing, neither into the file nor beside it, also where a version before used write-ahead mode")
  func readOnly() throws {
    let scratch = try Scratch()
    _ = try RunStore(scratch.file, create: true).add(Self.run)
    try scratch.change("PRAGMA journal_mode = WAL")
    let before = scratch.bytes
    try #require(before?[18] == 2)
    #expect(try RunStore(scratch.file, create: false).run(1)?.rows == [[.text("one")]])
    #expect(scratch.bytes == before && scratch.names == ["r.sqlite"])
    // The next writer needs one file only.
    _ = try RunStore(scratch.file, create: true)
    #expect(scratch.bytes?[18] == 1 && scratch.names == ["r.sqlite"])
  }

  @Test("What is no name of a file is told", arguments: ["", "/dev/null", "/", "a\0b"]) func paths(path: String) throws
  {
    for create in [false, true] {
      let found = Self.problem { _ = try RunStore(path, create: create) }
      let shown = path.replacing("\0", with: "?")
      #expect(found?.hasPrefix("cannot use the store '\(shown)': ") == true, "\(found ?? "taken")")
    }
  }

  @Test("A store whose making was stopped is made to its end, and none to be read") func halfMade() throws {
    let scratch = try Scratch()
    try scratch.change("CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
    #expect(Self.problem { _ = try RunStore(scratch.file, create: false) }?.contains("it is empty") == true)
    #expect(try RunStore(scratch.file, create: true).add(Self.run) == 1)
    // With anything beside it, it is somebody else's.
    let other = try Scratch()
    try other.change("CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
    try other.change("CREATE TABLE mine (a)")
    let before = other.bytes
    #expect(Self.problem { _ = try RunStore(other.file, create: true) }?.contains("something else") == true)
    #expect(other.bytes == before)
  }

  @Test("An empty file is a store to be made, and none to be read") func empty() throws {
    let scratch = try Scratch()
    FileManager.default.createFile(atPath: scratch.file, contents: Data())
    #expect(Self.problem { _ = try RunStore(scratch.file, create: false) }?.contains("it is empty") == true)
    #expect(try RunStore(scratch.file, create: true).add(Self.run) == 1)
  }

  @Test("A second writer waits for the first") func waits() throws {
    let scratch = try Scratch()
    let store = try RunStore(scratch.file, create: true)
    let other = try DatabaseQueue(path: scratch.file)
    let isHeld = DispatchSemaphore(value: 0)
    let thread = Thread {
      try? other.write { db in
        try db.execute(sql: "DELETE FROM runs")
        isHeld.signal()
        usleep(200_000)
      }
    }
    thread.start()
    isHeld.wait()
    #expect(try store.add(Self.run) == 1)
  }
}

import Foundation
import History
import Testing

@Suite struct StoreTests {
  private final class Scratch {
    let path = NSTemporaryDirectory() + "trainfare-history-\(UUID().uuidString)"
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    var file: String { path + "/r.sqlite" }
  }

  private static func run(_ token: String, columns: [String] = ["suite", "case", "order"]) -> StoredRun {
    let rows: [[StoredValue]] = [
      [.text("s"), .text("it's \"a, case\"\n=1 😀"), .integer(3)], [.text(""), .unknown, .number(0.1)],
      [.text("s"), .text("one"), .number(1)],
    ]
    return StoredRun(
      token: token, toolVersion: "1.2.3", version: "cafe", suites: ["a", "b"],
      files: [("chips/x.yaml", "01"), ("models/m.yaml", "02")], columns: columns,
      rows: rows.map { Array($0.prefix(columns.count)) })
  }

  @Test("A run comes back as it was kept, with a number and a time") func roundTrip() throws {
    let scratch = try Scratch()
    let store = try RunStore(scratch.file, create: true)
    let number = try store.add(Self.run("t1"))
    #expect(number == 1)
    let back = try #require(try RunStore(scratch.file, create: false).run(1))
    #expect(back.rows == Self.run("t1").rows)
    #expect(back.columns == ["suite", "case", "order"])
    #expect(back.files.map(\.file) == ["chips/x.yaml", "models/m.yaml"])
    #expect(back.suites == ["a", "b"] && back.toolVersion == "1.2.3" && back.version == "cafe")
    #expect(back.time.hasSuffix("Z") && back.time.count == 20)
  }

  @Test("The same run is there once; others count up") func once() throws {
    let scratch = try Scratch()
    let store = try RunStore(scratch.file, create: true)
    #expect(try store.add(Self.run("t1")) == 1)
    #expect(try store.add(Self.run("t2")) == 2)
    #expect(try store.add(Self.run("t1")) == 1)
    #expect(try store.runs().map(\.number) == [1, 2])
    #expect(try store.run(3)?.number == nil)
  }

  @Test("A column that a later version adds is unknown in runs from before") func laterColumns() throws {
    let scratch = try Scratch()
    let store = try RunStore(scratch.file, create: true)
    _ = try store.add(Self.run("t1", columns: ["suite", "case"]))
    _ = try store.add(Self.run("t2"))
    #expect(try store.run(1)?.columns == ["suite", "case", "order"])
    #expect(try store.run(1)?.rows[0].last == .unknown)
    #expect(try store.run(2)?.rows[0].last == .integer(3))
  }

  @Test("What is no store is told in words") func problems() throws {
    let scratch = try Scratch()
    #expect(throws: StoreProblem.self) { try RunStore(scratch.file, create: false) }
    try String(repeating: "not a database, ", count: 200).write(
      toFile: scratch.file, atomically: false, encoding: .utf8)
    do {
      _ = try RunStore(scratch.file, create: true)
      Issue.record("a text was taken for a store")
    } catch {
      #expect(error.message.contains("not a database"))
    }
    #expect(throws: StoreProblem.self) { try RunStore("/no/such/folder/r.sqlite", create: true) }
  }
}

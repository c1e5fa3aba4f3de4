import Foundation
import Quantities
import Testing

@testable import Scenarios

/// A small file must not make endless work.
@Suite struct BoundsTests {
  @Test(
    "A pace that no run has is told at its line",
    arguments: ["wps: 1e308", "train_step_timing in s: 5e-324", "tps: 1e-9", "throughput: 1e16"])
  func pace(line: String) throws {
    let file = try Folder().write("train.log", "hello\n\(line)\n")
    let found = problems { () throws(Diagnostics) in try TrainingLog.read(file) }
    #expect(found.count == 1 && found[0].place?.line == 2, "\(found.map(\.rendered))")
    #expect(found.first?.message.contains("no pace of a training run") == true)
  }

  @Test("A step that nobody waits for, and lines that have nothing in common, are no log to learn from") func steps()
    throws
  {
    let log = try TrainingLog.read(Folder().write("train.log", "tps: 1000\n"))
    #expect(log.problem(stepTime: 1) == nil)
    for time in [0, 1e-9, 1e9, .infinity, .nan] { #expect(log.problem(stepTime: time) != nil) }
    let values = (0..<8).map { $0 % 2 == 0 ? "1" : "1e14" }
    let wild = try TrainingLog.read(Folder().write("train.log", values.map { "tps: \($0)\n" }.joined()))
    #expect(wild.problem(stepTime: 1)?.message.contains("differ so much") == true)
  }

  @Test("A few lines that make millions of cases are counted, not unfolded") func product() throws {
    func list(_ count: Int, _ text: (Int) -> String) -> String { (1...count).map(text).joined(separator: ", ") }
    let folder = try Folder.sample()
    let text = """
      kind: suite
      version: 1
      summary: s
      defaults: {tokens: 1 B, sequence_length: 1024, global_batch: 64}
      matrix:
        - models: [\(list(2000) { "m\($0)" })]
          instances: [\(list(2000) { "i\($0)" })]
          sizes: [\(list(2000) { "{instances: \($0)}" })]

      """
    let file = try folder.write("big.yaml", text)
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.suite(file) }
    #expect(found.map(\.message) == ["that makes 8000000000 cases, and one suite has at most 100000"])
    #expect(found.first?.place?.line == 6)
  }

  @Test("Files that lead to files of their kind are followed so far, and no further") func chains() throws {
    let folder = try Folder.sample()
    for index in 0..<300 {
      try folder.write("instances/r\(index).yaml", Samples.group.replacing("i1.large", with: "r\(index + 1)"))
    }
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.instance("r0") }
    #expect(found.contains { $0.message.hasPrefix("members lead from file to file more than 8 times: r0 → r1 → r2") })
    for index in 0..<300 {
      try folder.write("chips/c\(index)x.yaml", "kind: chip\nversion: 1\nsource: s\nsummary: s\nlike: c\(index + 1)x\n")
    }
    let like = problems { () throws(Diagnostics) in try catalog.chip("c0x") }
    #expect(
      like.contains { $0.message.hasPrefix("'like' lead from file to file more than 8 times") },
      "\(like.map(\.message))")
  }

  @Test("A line of millions of fields is no table") func commas() throws {
    let file = try Folder().write("r.csv", [UInt8](repeating: UInt8(ascii: ","), count: 300_000))
    let found = problems { () throws(Diagnostics) in try ResultTable.read(file, needed: ["suite"]) }
    #expect(found.map(\.message) == ["a line has more than 10000 fields"])
  }

  @Test("A table of more rows than can be held is refused") func rows() throws {
    let file = try Folder().write("r.csv", "suite\n" + String(repeating: "a\n", count: 31))
    let found = problems { () throws(Diagnostics) in try ResultTable.read(file, needed: ["suite"], mostRows: 30) }
    #expect(found.map(\.message) == ["there are more than 30 rows"] && found.first?.place?.line == 32)
  }

  @Test(
    "Dates are written as they are read",
    arguments: [
      ("2026-01-31", true), ("26/11/2026", false), ("1970-01-01", false), ("2026-1-31", false), ("２０２６-01-31", false),
      ("2026-13-01", false), ("2026-01-31 ", false), ("", false), ("-026-01-31", false),
      ("2026-02-29", false), ("2028-02-29", true), ("2100-02-29", false), ("2026-04-31", false),
    ])
  func dates(text: String, isValid: Bool) { #expect(FileDate.isValid(text) == isValid) }
}

import Foundation
import TestSupport
import Testing

/// Workbooks as files, and as LibreOffice works them out where it is installed.
@Suite struct WorkbookCommandTests {
  private static let question = Array(CompareTests.quick.dropFirst())

  private static func isWorkbook(_ path: String) -> Bool {
    (FileManager.default.contents(atPath: path) ?? Data()).starts(with: [0x50, 0x4B, 3, 4])
  }

  @Test("compare, sweep and suite run write workbooks; the table appears as with any file") func written() throws {
    let scratch = try Scratch()
    let compared = try CompareTests.run("-o", scratch.path + "/c.xlsx")
    #expect(compared.status == 0 && compared.out.contains("instance type"), "\(compared.err)")
    #expect(compared.err.contains("wrote ") && Self.isWorkbook(scratch.path + "/c.xlsx"))
    for quiet in [["-q"], []] {
      let sweep = ["sweep"] + Self.question + ["--vary", "global_batch=32,64", "-o", scratch.path + "/s.xlsx"] + quiet
      let swept = try Tool.start(sweep).finish()
      #expect(swept.status == 0 && swept.out.isEmpty == !quiet.isEmpty, "\(swept.err)")
      #expect(Self.isWorkbook(scratch.path + "/s.xlsx"))
      try FileManager.default.removeItem(atPath: scratch.path + "/s.xlsx")
    }
    let suite = try scratch.write("names.yaml", SpreadsheetTests.suite)
    let run = try Tool.run("suite", "run", suite, "-o", scratch.path + "/r.xlsx", "-q")
    #expect(run.status == 0 && Self.isWorkbook(scratch.path + "/r.xlsx"), "\(run.err)")
    #expect(scratch.names == ["c.xlsx", "names.yaml", "r.xlsx"])
  }

  @Test("The same question gives the same bytes") func same() throws {
    let scratch = try Scratch()
    for name in ["a", "b"] {
      let all = ["compare"] + Self.question + ["-q", "-o", "same.xlsx"]
      try FileManager.default.createDirectory(atPath: scratch.path + "/" + name, withIntermediateDirectories: true)
      #expect(try Tool.start(all, in: scratch.path + "/" + name).finish().status == 0)
    }
    #expect(
      FileManager.default.contentsEqual(atPath: scratch.path + "/a/same.xlsx", andPath: scratch.path + "/b/same.xlsx"))
  }

  @Test("Other commands say which ones write a workbook, and columns are not chosen") func refused() throws {
    let scratch = try Scratch()
    let search = try Tool.run("search", "no-such-job", "-o", "a.xlsx", in: scratch.path)
    #expect(search.status == 64 && search.err.contains("this command writes no workbook"))
    #expect(search.err.contains("compare, sweep and suite run write one"))
    let columns = try Tool.run("compare", "no-such-job", "-o", "a.XLSX", "--columns", "brief", in: scratch.path)
    #expect(columns.status == 64 && columns.err.contains("a workbook has columns of its own"))
    #expect(scratch.names.isEmpty)
  }

  @Test("What cannot be written is told as of any file, and nothing is left of it") func unwritable() throws {
    let scratch = try Scratch()
    let folder = try CompareTests.run("-o", "/dev/null/a.xlsx")
    #expect(folder.status == 2 && folder.err.contains("cannot write '/dev/null/a.xlsx'"))
    try scratch.write("old.xlsx", "SQLite format 3\0")
    let store = try CompareTests.run("-o", scratch.path + "/old.xlsx", "-q")
    #expect(store.status == 2 && store.err.contains("it is a store of runs"))
    #expect(scratch.read("old.xlsx") == "SQLite format 3\0" && scratch.names == ["old.xlsx"])
  }

  @Test("A file that may not grow as long as the workbook is refused, and the old one stays", arguments: [1, 4, 8, 12])
  func full(blocks: Int) throws {
    let scratch = try Scratch()
    try scratch.write("c.xlsx", "old")
    let process = Foundation.Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let errors = scratch.path + "/err"
    try scratch.write("err", "")
    process.arguments =
      ["-c", "ulimit -f \(blocks) && exec \"$@\"", "sh", Tool.path, "compare"] + Self.question
      + ["-q", "-o", scratch.path + "/c.xlsx"]
    process.currentDirectoryURL = URL(fileURLWithPath: Tool.repository)
    process.standardError = FileHandle(forWritingAtPath: errors)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let said = scratch.read("err")
    #expect(process.terminationStatus == 2 && said.contains("cannot write '"), "\(process.terminationStatus) \(said)")
    // The library's own words stay where they are.
    #expect(!said.contains("[ERROR]"), "\(said)")
    #expect(scratch.read("c.xlsx") == "old" && scratch.names == ["c.xlsx", "err"])
  }

  @Test("A pipe gets the workbook too") func pipe() throws {
    let scratch = try Scratch()
    #expect(mkfifo(scratch.path + "/p.xlsx", 0o600) == 0)
    let running = try Tool.start(["compare"] + Self.question + ["-q", "-o", scratch.path + "/p.xlsx"])
    let read = FileHandle(forReadingAtPath: scratch.path + "/p.xlsx")?.readDataToEndOfFile() ?? Data()
    #expect(try running.finish().status == 0)
    #expect(read.starts(with: [0x50, 0x4B, 3, 4]))
    #expect(scratch.names == ["p.xlsx"])
  }

  // MARK: LibreOffice

  @Test(
    "LibreOffice works out what the tool says",
    .enabled(if: Office.path != nil, "LibreOffice is not installed"),
    .enabled(if: Slow.isAsked, "it takes long: make test-all runs it"))
  func libreOffice() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/c.xlsx"
    let ways = ["--pricing", "on-demand,capacity-block"]
    #expect(try Tool.start(["compare"] + Self.question + ways + ["-q", "-o", path]).finish().status == 0)
    let columns = [
      "instance", "price_usd_per_instance_hour", "cost_usd", "cost_expected_usd", "cost_usd_p05", "cost_usd_p95",
      "usd_per_million_tokens", "cost_vs_reference", "billed_instance_hours", "step_time_s", "steps",
    ]
    let headings = [
      "option", "price, USD per instance-hour", "bill as predicted, USD", "expected cost, USD",
      "cost, lower end of 5–95%, USD", "cost, upper end of 5–95%, USD", "bill, USD per million tokens",
      "expected cost ÷ the reference's", "billed in all, instance-hours", "step, s", "steps",
    ]
    let csv = try Tool.start(
      ["compare"] + Self.question + ways + ["--format", "csv", "--columns", columns.joined(separator: ",")]
    ).finish()
    let due = try #require(parseCSV(csv.out)).dropFirst()
    let found = try #require(try Office.sheet(2, of: path, folder: scratch.path))
    #expect(found.count == due.count + 2)
    for (index, row) in due.enumerated() {
      for (column, heading) in zip(row.indices, headings).dropFirst() {
        let place = try #require(found[1].firstIndex(of: heading), "\(heading)")
        let text = found[2 + index][place]
        guard let a = Double(row[column]) else {
          #expect(text == (column == 1 ? "" : "unknown"), "\(row[0]) \(heading)")
          continue
        }
        let b = try #require(Double(text), "\(row[0]) \(heading): \(text)")
        #expect(abs(a - b) <= 1e-9 * abs(a), "\(row[0]) \(heading): \(b), and not \(a)")
      }
    }
    #expect(found.joined().allSatisfy { !$0.hasPrefix("#") && !$0.hasPrefix("Err:") })
  }
}

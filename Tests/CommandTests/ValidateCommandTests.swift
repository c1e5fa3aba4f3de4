import Foundation
import TestSupport
import Testing

@Suite struct ValidateCommandTests {
  static let header =
    "id,source,model,hidden,layers,heads,vocab,seq_len,accelerator,accelerators,precision,tp,pp,dp,micro_batch,"
    + "global_batch_sequences,metric,value,notes\n"

  static func line(_ id: String, value: String = "1.5", tp: String = "2") -> String {
    "\(id),a page,GPT,4096,16,32,51200,2048,A100-80GB-SXM,8,fp16,\(tp),1,4,1,64,step_time_s,\(value),[A] x\n"
  }

  static func validate(_ more: String...) throws -> Tool.Result { try Tool.start(["validate"] + more).finish() }

  /// A file of runs, validated.
  private func validate(_ text: String, _ more: String...) throws -> Tool.Result {
    let scratch = try Scratch()
    let file = try scratch.write("runs.csv", text)
    return try Tool.start(["validate", file] + more).finish()
  }

  @Test("The shipped runs are the default: each is used, or skipped for a reason, and the counts add up")
  func shipped() throws {
    let result = try Self.validate("--format", "csv")
    #expect(result.status == 0)
    #expect(result.err.isEmpty)
    let rows = SearchCommandTests.rows(result.out)
    #expect(rows.count == 2526)
    let used = rows.filter { $0["status"] == "used" }, skipped = rows.filter { $0["status"] == "skipped" }
    #expect(used.count + skipped.count == rows.count && !used.isEmpty && !skipped.isEmpty)
    #expect(skipped.allSatisfy { $0["why"]?.isEmpty == false && $0["predicted"] == "" && $0["error_percent"] == "" })
    #expect(used.allSatisfy { $0["why"] == "" && Double($0["predicted"] ?? "").map { $0 > 0 } == true })
    let table = try Self.validate()
    #expect(table.status == 0)
    func grouped(_ count: Int) -> String {
      count < 1000 ? "\(count)" : "\(count / 1000)," + "\(1000 + count % 1000)".dropFirst()
    }
    #expect(table.out.hasSuffix("\n2,526 runs: \(grouped(used.count)) used, \(grouped(skipped.count)) skipped.\n"))
    let reasons = try #require(
      table.out.components(separatedBy: "skipped because").last?.components(separatedBy: "\n\n").first)
    let counts = reasons.split(separator: "\n").dropFirst().compactMap { Int($0.prefix(5).filter { $0.isNumber }) }
    #expect(counts.reduce(0, +) == skipped.count)
  }

  @Test("Errors of rows make the mean that the table shows") func mean() throws {
    let result = try Self.validate("--series", "vtrain-multi", "--format", "csv")
    let errors = SearchCommandTests.rows(result.out).compactMap { $0["error_percent"].flatMap(Double.init) }
    #expect(errors.count == 83)
    let mean = errors.reduce(0) { $0 + abs($1) } / Double(errors.count)
    let table = try Self.validate("--series", "vtrain-multi")
    let line = table.out.split(separator: "\n").first { $0.hasPrefix("vtrain-multi ") } ?? ""
    let shown = line.split(separator: " ").dropFirst(3).first?.dropLast()
    #expect(shown.flatMap { Double($0) }.map { abs($0 - mean) <= 0.051 } == true, "\(line): \(mean)")
  }

  @Test("Filters keep what they name, together what all of them name") func filters() throws {
    func rows(_ more: String...) throws -> [[String: String]] {
      let result = try Tool.start(["validate", "--format", "csv"] + more).finish()
      #expect(result.status <= 1, "\(result.err)")
      return SearchCommandTests.rows(result.out)
    }
    #expect(
      Set(try rows("--series", "bloom", "--series", "vtrain-multi").map { $0["series"] }) == ["bloom", "vtrain-multi"])
    #expect(Set(try rows("--chip", "trainium1").map { $0["chip"] }) == ["trainium1"])
    #expect(Set(try rows("--grade", "B,C").map { $0["grade"] }) == ["B", "C"])
    let stack = try #require(try rows("--series", "vtrain-multi").first?["stack"])
    let some = try rows("--stack", stack, "--grade", "A")
    #expect(!some.isEmpty && some.allSatisfy { $0["stack"] == stack && $0["grade"] == "A" })
  }

  @Test("A name that no run has is a slip, told with the nearest; all slips at once") func slips() throws {
    let result = try Self.validate("--series", "vtrain-mutli", "--chip", "h10", "--stack", "none")
    #expect(result.status == 64)
    #expect(result.out.isEmpty)
    for words in ["--series: error:", "did you mean 'vtrain-multi'?", "--chip: error:", "--stack: error:"] {
      #expect(result.err.contains(words), "\(words)")
    }
    let grade = try Self.validate("--grade", "A,X", "--worst", "x")
    #expect(grade.status == 64)
    #expect(grade.err.contains("--grade: error:") && grade.err.contains("--worst: error:"))
  }

  @Test("A run of one's own is predicted, from a file and from standard input alike") func own() throws {
    let scratch = try Scratch()
    let file = try scratch.write("runs.csv", Self.header + Self.line("my-1"))
    let result = try Self.validate(file, "--format", "csv")
    #expect(result.status == 0)
    let row = try #require(SearchCommandTests.rows(result.out).first)
    #expect(row["status"] == "used" && row["chip"] == "a100-80" && row["series"] == "my")
    #expect(row["plan"] == "tp2 dp4 mb1" && row["measured"] == "1.5")

    let piped = Foundation.Process()
    let pipe = Pipe()
    piped.executableURL = URL(fileURLWithPath: Tool.path)
    piped.arguments = ["validate", "-", "--format", "csv", "--configs", Tool.repository + "/configs"]
    piped.environment = Shell.environment
    piped.standardInput = FileHandle(forReadingAtPath: file)
    piped.standardOutput = pipe
    try piped.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    piped.waitUntilExit()
    #expect(String(decoding: data, as: UTF8.self) == result.out)
  }

  @Test("Where no run can be used that is an honest no, with the reasons") func nothingUsed() throws {
    let result = try validate(Self.header + Self.line("my-1", tp: "3"))
    #expect(result.status == 1)
    #expect(result.out.contains("1 run: 0 used, 1 skipped."))
    #expect(result.out.contains("the degrees do not fill the devices"))
  }

  @Test("JSON has the keys of the CSV, and unknown is null") func json() throws {
    let result = try validate(Self.header + Self.line("my-1"), "--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any]
    let row = try #require((object?["rows"] as? [[String: Any]])?.first)
    let csv = try validate(Self.header + Self.line("my-1"), "--format", "csv")
    // Notes as objects are JSON's alone.
    #expect(Set(row.keys).subtracting(["notes"]) == Set(SearchCommandTests.rows(csv.out).first?.keys.map { $0 } ?? []))
    #expect(row["why"] is NSNull && row["measured"] as? Double == 1.5)
  }

  @Test("Same runs, same bytes; docs/Accuracy.md is what the command writes today") func reproducible() throws {
    let scratch = try Scratch()
    #expect(
      try Self.validate("--series", "bloom", "--quiet", "--format", "markdown", "-o", scratch.path + "/a.md").status
        == 0)
    #expect(scratch.read("a.md") == (try Self.validate("--series", "bloom", "--format", "markdown").out))
    let page = try Self.validate("--format", "markdown").out
    #expect(
      page == (try String(contentsOfFile: Tool.repository + "/docs/Accuracy.md", encoding: .utf8)),
      "run 'make validate'")
  }

  static let wrong: [(text: String, place: String, message: String)] = [
    ("", ": error:", "the file is empty"),
    (header, ": error:", "there is no run"),
    (
      header.replacingOccurrences(of: ",micro_batch", with: "") + line("a"), ":1:1: error:",
      "column 'micro_batch' is missing"
    ),
    (header + line("a", value: "NaN"), ":2:80: error:", "not a finite number"),
    (header + line("a") + line("b", value: "-1"), ":3:80: error:", "minus sign"),
    (header + line("a") + line("b") + line("a"), ":4:1: error:", "first in line 2"),
    (header + "a,b\n", ":2:1: error:", "2 fields, and there are 19 columns"),
    ("\u{0}", ": error:", "binary"),
  ]

  @Test("A wrong file is told with line, column and help, and status 2", arguments: wrong)
  func wrongFile(text: String, place: String, message: String) throws {
    let result = try validate(text)
    #expect(result.status == 2)
    #expect(result.out.isEmpty)
    #expect(result.err.contains("runs.csv" + place), "\(result.err)")
    #expect(result.err.contains(message), "\(result.err)")
    #expect(result.err.contains("help: "))
  }

  @Test("All that is wrong with a file is told at once") func allAtOnce() throws {
    let result = try validate(Self.header + Self.line("a", value: "inf", tp: "-2") + Self.line("b", value: "fast"))
    #expect(result.err.components(separatedBy: ": error:").count == 4)
  }

  @Test("What is not there, or is nothing, is told") func missing() throws {
    let result = try Self.validate("no/such.csv")
    #expect(result.status == 2 && result.err.contains("there is no such file"))
    let empty = try Self.validate("-")
    #expect(empty.status == 2 && empty.err.contains("<stdin>: error: the file is empty"))
  }

  @Test("A reader that leaves early is no error; what cannot be written is, before any work") func streams() throws {
    let early = try Tool.run("validate", "--series", "bloom", "--format", "csv", out: .closedPipe)
    #expect(early.status == 0 && early.err.isEmpty)
    let full = try Tool.run("validate", "no/such.csv", "-o", "/dev/null/below.csv")
    #expect(full.status == 2 && full.err.contains("cannot write"))
    #expect(try Tool.run("validate", "--series", "bloom", out: .file("/dev/full")).status == 2)
  }

  @Test("What --set changes is told, and what nothing reads is a slip") func overrides() throws {
    let changed = try Self.validate("--set", "chips.a100-80.memory_bandwidth=4 TB/s", "--series", "vtrain-multi")
    #expect(changed.status == 0)
    #expect(changed.out.contains("Assumed: "))
    #expect(changed.out != (try Self.validate("--series", "vtrain-multi").out))
    #expect(try Self.validate("--set", "chips.graviton4.memory_bandwidth=4 TB/s").status == 2)
  }
}

/// Published peaks of memory on the command line.
@Suite struct ValidateMemoryTests {
  @Test("Peaks are told by source, stack and what is counted; rows come out with the farthest off last") func peaks()
    throws
  {
    let table = try Tool.run("validate", "--memory", "--worst", "3")
    #expect(table.status == 0 && table.out.contains("published peaks of memory of 13 sources"))
    #expect(
      table.out.contains("pytorch/torchtitan docs/performance.md") && table.out.contains("The worst, last:"))
    #expect(table.out.contains("count as fitting"))
    let csv = try Tool.run("validate", "--memory", "--columns", "id,error_percent", "--format", "csv")
    let rows = SearchCommandTests.rows(csv.out)
    let sizes = rows.compactMap { row in row["error_percent"].flatMap { Double($0) }.map(abs) }
    #expect(sizes.count == rows.count && sizes.count > 80 && sizes == sizes.sorted())
    let drawn = try Tool.run("validate", "--memory", "--format", "json", "--columns", "id,convention,probability_fits")
    #expect(drawn.status == 0 && drawn.out.contains("\"convention\""))
  }

  @Test("Collectives are told by size and by sweep, of the shipped rows or of a file like them") func collectives()
    throws
  {
    let table = try Tool.run("validate", "--collectives", "--worst", "2")
    #expect(table.status == 0 && table.out.contains("published collectives of"))
    #expect(table.out.contains("buffer of a rank") && table.out.contains("fixed predicted"))
    #expect(table.out.contains("link_exchange") && table.out.contains("What a call takes besides"))
    #expect(table.out.contains("bytes is not stated"))
    let csv = try Tool.run(
      "validate", "--collectives", "--columns", "id,published_s,predicted_s,call_s", "--format", "csv")
    let rows = SearchCommandTests.rows(csv.out)
    #expect(rows.count > 115)
    let p5 = try #require(rows.first { $0["id"] == "nccl-p5-1" })
    let time = try #require(p5["predicted_s"].flatMap { Double($0) })
    #expect(time > 5e-6 && time < 2e-4)

    let scratch = try Scratch()
    let header =
      "id,source,source_location,year,accelerator,instance,nodes,ranks,logical_cores_per_chip,chips,collective,bytes,bytes_meaning,"
      + "time_us,busbw_gb_s,path,notes"
    let mine = try scratch.write(
      "own.csv",
      header
        + "\nmine-1,me,,,,p5.48xlarge,2,16,,,all-reduce,1073741824,total buffer of a rank,5000,,nccl-tests,"
        + "\nmine-2,me,,,,p9.huge,2,16,,,all-reduce,8,total buffer of a rank,50,,nccl-tests,\n")
    let own = try Tool.run("validate", "--collectives", mine)
    #expect(own.status == 0 && own.out.contains("1 published collective of 1 source"))
    #expect(own.out.contains("no machine is called 'p9.huge'"))
    let wrong = try scratch.write(
      "bad.csv", header + "\nmine-1,me,,,,p5.48xlarge,2,sixteen,,,all-sum,8,message,50,,,\n")
    let bad = try Tool.start(["validate", "--collectives", wrong]).finish()
    #expect(bad.status == 2 && bad.err.contains("bad.csv:2:") && bad.err.contains("'ranks': 'sixteen'"))
    #expect(bad.err.contains("'collective' is 'all-sum'"))
    let none = try scratch.write("empty.csv", "")
    let empty = try Tool.start(["validate", "--collectives", none]).finish()
    #expect(empty.status == 2 && empty.err.contains("the file is empty"))
  }

  @Test("What is judged is one thing", arguments: [["--memory", "--collectives"], ["--projects", "--collectives"]])
  func both(flags: [String]) throws {
    let result = try Tool.start(["validate"] + flags).finish()
    #expect(result.status == 64 && result.err.contains("judge different things"))
  }

  @Test("Memory is judged alone, of the configurations' own file") func alone() throws {
    for more in [["--projects"], ["runs.csv"], ["--series", "halo"], ["--chip", "h100", "--grade", "A"]] {
      let result = try Tool.start(["validate", "--memory"] + more).finish()
      #expect(result.status == 64 && result.err.contains("--memory"))
    }
    let projects = try Tool.run("validate", "--projects", "--stack", "nemo")
    #expect(projects.status == 64 && projects.err.contains("leave out --series"))
    // What is left out is judged by calibrate, whose words these are.
    let unknown = try Tool.run("validate", "--leave-out", "series:nobody")
    #expect(unknown.status == 64 && unknown.err.contains("--leave-out") && unknown.err.contains("nobody"))
    let twice = try Tool.run("validate", "--leave-out", "series:bloom", "--memory")
    #expect(twice.status == 64 && twice.err.contains("calibrate --report"))
    for kind in ["--projects", "--memory"] {
      let file = try Tool.run("validate", "my-own.csv", kind)
      #expect(file.status == 64 && file.err.contains("leave out the file"))
    }
  }
}

import Foundation
import TestSupport
import Testing

@Suite struct SearchCommandTests {
  /// Small enough to be quick in a debug build.
  static let job = [
    "--model", "llama-3.2-1b", "--tokens", "1 B", "--sequence-length", "2048", "--global-batch", "64", "--on",
    "p5.48xlarge",
  ]

  static func search(_ more: String...) throws -> Tool.Result {
    try Tool.start(["search"] + job + more).finish()
  }

  static func rows(_ csv: String) -> [[String: String]] {
    guard let lines = parseCSV(csv), let header = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  /// `57,708 plans evaluated` → 57708.
  static func number(before words: String, in text: String) -> Int? {
    let plain = text.components(separatedBy: .whitespacesAndNewlines).joined(separator: " ")
    let word = plain.components(separatedBy: " " + words).first?.components(separatedBy: " ").last
    return word.flatMap { Int($0.replacingOccurrences(of: ",", with: "")) }
  }

  @Test("The best plans, what was looked at and how bad a plan can be are told")
  func table() throws {
    let result = try Self.search("--instances", "2", "--top", "3", "--pareto", "time,memory")
    #expect(result.status == 0)
    #expect(result.err.isEmpty)
    for words in [
      "Best by time:", "No plan beats these on time and memory", " plans enumerated; not legal: ",
      " plans evaluated", "The slowest legal plan that fits takes ",
    ] {
      #expect(result.out.contains(words), "\(words)")
    }
  }

  @Test("A plan that was found and the same plan estimated print identical numbers")
  func sameNumbers() throws {
    let found = try Self.search("--instances", "2", "--top", "4", "--practice", "tuned", "--format", "csv")
    let rows = Self.rows(found.out)
    #expect(rows.count == 4)
    for var row in rows {
      func cell(_ name: String) -> String { row[name] ?? "" }
      let plan =
        "tp=\(cell("plan_tp")),pp=\(cell("plan_pp")),vpp=\(cell("plan_vpp")),dp=\(cell("plan_dp")),"
        + "cp=\(cell("plan_cp")),zero=\(cell("plan_zero")),micro_batch=\(cell("plan_micro_batch")),"
        + "recompute=\(cell("plan_recompute")),sequence_parallel=\(cell("plan_sequence_parallel"))"
      let alone = try Tool.start(
        ["estimate"] + Self.job + ["--instances", "2", "--plan", plan, "--practice", "tuned", "--format", "csv"]
      ).finish()
      // What is said of a plan among others cannot be said of it alone.
      for among in ["probability_cheapest", "probability_fastest"] {
        #expect(row[among]?.isEmpty == false)
        row[among] = ""
      }
      // A plan of one's own stands beside the one that is found without it, and one that was searched for beside others'.
      func own(_ row: [String: String]?) -> [String: String] {
        (row ?? [:]).filter { !$0.key.contains("_before") && !$0.key.hasPrefix("published_") }
      }
      #expect(own(Self.rows(alone.out).first) == own(row))
    }
  }

  @Test("With --all there is a row for each plan that is evaluated, and a file has them all too")
  func all() throws {
    let scratch = try Scratch()
    let limits = ["--instances", "1", "--max-tp", "2", "--fix", "recompute=none", "--fix", "cp=1"]
    let table = try Tool.start(["search"] + Self.job + limits).finish()
    let evaluated = try #require(Self.number(before: "plans evaluated", in: table.out))
    let all = try Tool.start(["search"] + Self.job + limits + ["--all"]).finish()
    #expect(all.status == 0)
    let rows = Self.rows(all.out)
    #expect(rows.count == evaluated && evaluated > 50)
    #expect(rows.allSatisfy { $0["feasible"] == "true" || $0["why_not"]?.isEmpty == false })
    let file = try Tool.start(
      ["search"] + Self.job + limits + ["--all", "-o", scratch.path + "/all.csv"]
    ).finish()
    #expect(file.status == 0)
    #expect(scratch.read("all.csv") == all.out)
    #expect(scratch.names == ["all.csv"])
  }

  @Test("Any count over several types gives a front of time against cost, and the cheapest in time")
  func anyCount() throws {
    let result = try Tool.start(
      ["search"] + Self.job.dropLast() + [
        "p5.48xlarge,trn1.32xlarge", "--any-count", "--deadline", "4 h", "--format", "csv",
      ]
    ).finish()
    #expect(result.status == 0, "\(result.err)")
    let rows = Self.rows(result.out)
    let times = rows.compactMap { $0["wall_time_s"].flatMap(Double.init) }
    let costs = rows.compactMap { $0["cost_usd"].flatMap(Double.init) }
    #expect(rows.count > 2 && times.count == rows.count && costs.count == rows.count)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(zip(costs, costs.dropFirst()).allSatisfy { $0 > $1 })
    #expect(times.allSatisfy { $0 <= 4 * 3600 })
  }

  @Test("Ctrl-C shows the best so far and exits with 130; a file of all plans gets no name then")
  func interrupted() throws {
    let long = [
      "search", "--model", "llama-3.1-405b", "--tokens", "1 T", "--sequence-length", "55440",
      "--global-batch",
      "55440", "--any-count", "--on", "p5.48xlarge,p4d.24xlarge,trn2.48xlarge,trn1.32xlarge,p6-b200.48xlarge",
    ]
    let running = try Tool.start(long + ["-v"])
    running.wait(untilSaid: "searching on ")
    running.signal(SIGINT)
    let result = try running.finish()
    #expect(result.status == 130)
    #expect(result.out.contains("Interrupted: "))
    #expect(result.out.contains(" plans evaluated"))

    let scratch = try Scratch()
    let all = try Tool.start(long + ["--all", "-o", scratch.path + "/all.csv"])
    all.wait { scratch.bytes > 0 }
    all.signal(SIGINT)
    let stopped = try all.finish()
    #expect(stopped.status == 130 && stopped.err.contains("all.csv' is not written"), "\(stopped.err)")
    #expect(scratch.names.isEmpty)
  }

  @Test("What contradicts itself is a wrong command line")
  func contradictions() throws {
    for more in [
      ["--any-count", "--instances", "2"], ["--objective", "cost-by-deadline", "--instances", "2"],
      ["--plan", "tp=2", "--fix", "pp=2", "--instances", "1"],
      ["--all", "--format", "json", "--instances", "1"],
      ["--pareto", "time,time", "--instances", "1"], ["--pareto", "tiem", "--instances", "1"],
      ["--fix", "pp=x", "--instances", "1"], ["--top", "0", "--instances", "1"], [],
    ] {
      let result = try Tool.start(["search"] + Self.job + more).finish()
      #expect(result.status == 64, "\(more)")
      #expect(result.out.isEmpty)
      #expect(result.err.contains("help: "), "\(more)")
    }
  }

  @Test("Where no plan fits, the answer is no, with the nearest miss")
  func honestNo() throws {
    let result = try Self.search("--instances", "1", "--max-memory", "1 GiB")
    #expect(result.status == 1)
    #expect(result.out.contains("No plan was found. Nearest: p5.48xlarge"))
    #expect(result.out.contains("over --max-memory"))
  }
}

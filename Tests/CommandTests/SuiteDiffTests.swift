import Foundation
import TestSupport
import Testing

@Suite struct SuiteDiffTests {
  private static let suite = """
    kind: suite
    version: 1
    summary: s
    defaults: {tokens: 100 B, sequence_length: 2048, global_batch: 128, size: {instances: 2}}
    matrix:
      - {models: [llama-3.2-1b], instances: [p5.48xlarge, trn1.32xlarge]}

    """
  private static let prices = """
    provider,instance,region,pricing,usd_per_hour,date,source,note
    aws,p5.48xlarge,us-east-1,on-demand,PRICE,2026-11-01,a test,

    """

  /// Runs the suite into `NAME.csv`, with the price of one type and more options.
  private static func run(
    _ scratch: Scratch, _ name: String, price: Int = 50, suite: String = suite, _ more: String...
  ) throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/configs/prices", withIntermediateDirectories: true)
    try scratch.write("configs/prices/p.csv", prices.replacingOccurrences(of: "PRICE", with: "\(price)"))
    try scratch.write("mine.yaml", suite)
    let result = try Tool.start(
      [
        "suite", "run", scratch.path + "/mine.yaml", "-o", "\(scratch.path)/\(name).csv", "--quiet",
        "--configs",
        scratch.path + "/configs",
      ] + more
    ).finish()
    #expect(result.status == 0, "\(result.err)")
  }

  private static func diff(_ scratch: Scratch, _ more: String...) throws -> Tool.Result {
    try Tool.start(["suite", "diff", scratch.path + "/a.csv", scratch.path + "/b.csv"] + more).finish()
  }

  @Test("The same results differ in nothing, and pass any gate") func same() throws {
    let scratch = try Scratch()
    try Self.run(scratch, "a")
    try Self.run(scratch, "b")
    let result = try Self.diff(scratch, "--fail-on", "cost_usd ±0%")
    #expect(result.status == 0)
    #expect(result.out.contains("2 cases: 2 the same, 0 changed, 0 new, 0 gone."))
  }

  @Test("A higher price is told as the price, by how much, and fails a gate below it") func price() throws {
    let scratch = try Scratch()
    try Self.run(scratch, "a")
    try Self.run(scratch, "b", price: 51)
    let result = try Self.diff(scratch, "--fail-on", "cost_usd +1%")
    #expect(result.status == 1)
    #expect(result.out.contains("price ×1.020"))
    #expect(!result.out.contains("step ("))
    #expect(
      result.err.contains("error: mine/llama-3.2-1b/p5.48xlarge/2x: cost_usd went up by 2.0%, from "))
    #expect(try Self.diff(scratch, "--fail-on", "cost_usd +2.5%").status == 0)
    #expect(try Self.diff(scratch, "--fail-on", "cost_usd -1%").status == 0)
    #expect(try Self.diff(scratch, "--fail-on", "cost_usd ±1%").status == 1)
    #expect(try Self.diff(scratch, "--fail-on", "tokens_per_s ±0%").status == 0)
  }

  @Test("A changed plan, job or field is told as such, and factors multiply to the ratio of the costs")
  func causes() throws {
    let scratch = try Scratch()
    try Self.run(scratch, "a")
    let planned = Self.suite.replacingOccurrences(of: "size: {i", with: "plan: {tp: 2, pp: 2}, size: {i")
    try Self.run(scratch, "b", price: 60, suite: planned)
    let plan = try Self.diff(scratch)
    // The degree that was asked for, whatever the best plan had before.
    #expect(plan.out.contains("plan: ") && plan.out.contains("pp 1 → 2"))
    let line = plan.out.components(separatedBy: "\n").first { $0.contains("price ×1.200") } ?? ""
    #expect(line.contains("step ("))

    let longer = Self.suite.replacingOccurrences(of: "100 B", with: "200 B")
    try Self.run(scratch, "b", suite: longer)
    #expect(try Self.diff(scratch).out.contains("tokens ×2.000"))

    try Self.run(scratch, "b", suite: Self.suite, "--set", "chips.h100.memory_bandwidth=1 TB/s")
    #expect(try Self.diff(scratch).out.contains("step (--set"))
  }

  @Test("A failure rate is told as goodput and spares, not as billing")
  func failures() throws {
    let scratch = try Scratch()
    let often = { (rate: String) in
      Self.suite.replacingOccurrences(of: "size: {i", with: "failures: {rate: \(rate) /h}, size: {i")
    }
    try Self.run(scratch, "a", suite: often("2e-5"))
    try Self.run(scratch, "b", suite: often("2e-3"))
    let result = try Self.diff(scratch)
    #expect(result.out.contains("goodput (failures 0."))
    #expect(!result.out.contains("billing"))
  }

  @Test("A file of a version without factors is compared, and what it does not tell is not named")
  func older() throws {
    let scratch = try Scratch()
    let failing = Self.suite.replacingOccurrences(of: "size: {i", with: "failures: {rate: 2e-3 /h}, size: {i")
    try Self.run(scratch, "a")
    try Self.run(scratch, "b", price: 60, suite: failing)
    let path = scratch.path + "/a.csv"
    let rows = try #require(parseCSV(try String(contentsOfFile: path, encoding: .utf8)))
    let kept = try #require(rows[0].firstIndex(of: "steps"))
    let older = rows.map { $0.prefix(kept).map { "\"\($0)\"" }.joined(separator: ",") + "\r\n" }
    try scratch.write("a.csv", older.joined())
    let result = try Self.diff(scratch)
    #expect(result.status == 0, "\(result.err)")
    #expect(result.out.contains("price ×1.200; ") && result.out.contains("cannot be told apart"))
    #expect(!result.out.contains("goodput (failures"))
  }

  @Test("New and lost cases are told; a lost one fails every gate") func lost() throws {
    let scratch = try Scratch()
    try Self.run(scratch, "a")
    try Self.run(
      scratch, "b", suite: Self.suite.replacingOccurrences(of: "trn1.32xlarge", with: "p4d.24xlarge"))
    let result = try Self.diff(scratch, "--fail-on", "step_time_s +50%")
    #expect(result.status == 1)
    #expect(result.out.contains("new: mine/llama-3.2-1b/p4d.24xlarge/2x"))
    #expect(result.out.contains("gone: mine/llama-3.2-1b/trn1.32xlarge/2x"))
    #expect(result.err.contains("step_time_s is gone with its case"))
  }

  @Test("CSV has a row for each changed column with its share and cause") func csv() throws {
    let scratch = try Scratch()
    try Self.run(scratch, "a")
    try Self.run(scratch, "b", price: 60)
    let lines = try Self.diff(scratch, "--format", "csv").out.components(separatedBy: "\r\n")
    #expect(lines[0] == "case,change,column,old,new,change_fraction,cause")
    let name = "mine/llama-3.2-1b/p5.48xlarge/2x"
    let price = "\(name),changed,price_usd_per_instance_hour,50,60,"
    #expect(lines.contains { $0.hasPrefix(price) && $0.hasSuffix(",price ×1.200") })
  }

  @Test("Two runs of a store are compared, and its files tell what changed the speed") func store() throws {
    let scratch = try Scratch()
    let store = scratch.path + "/r.sqlite"
    try Self.run(scratch, "a", suite: Self.suite, "--store", store)
    let shipped = Tool.repository + "/configs/efficiency/h100.nemo.yaml"
    let profile = try String(contentsOfFile: shipped, encoding: .utf8)
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/configs/efficiency", withIntermediateDirectories: true)
    try scratch.write(
      "configs/efficiency/h100.nemo.yaml",
      profile.replacingOccurrences(of: "\ngemm_16bit: 0.", with: "\ngemm_16bit: 0.0"))
    try Self.run(scratch, "b", suite: Self.suite, "--store", store)
    let result = try Tool.run("suite", "diff", store + "#1", store + "#2")
    #expect(result.status == 0, "\(result.err)")
    // However the lines are broken.
    let said = result.out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(said.contains("step (") && said.contains("efficiency profile efficiency/h100.nemo.yaml"))
    #expect(result.out.contains("2 cases: 1 the same, 1 changed, 0 new, 0 gone."))
    // A file and a run of a store hold the same.
    let mixed = try Tool.run("suite", "diff", scratch.path + "/b.csv", store + "#2")
    #expect(mixed.out.contains("2 cases: 2 the same, 0 changed"))
    let missing = try Tool.run("suite", "diff", store + "#1", store + "#9")
    #expect(missing.status == 2)
    #expect(missing.err.contains("there is no run 9 in the store") && missing.err.contains("it has: 1 of 20"))
  }

  @Test("What is no file of results, or no tolerance, is told with what would have worked") func wrong()
    throws
  {
    let scratch = try Scratch()
    try scratch.write("a.csv", "a,b\r\n1,2\r\n")
    try scratch.write("b.csv", "suite,case,instance,feasible\r\ns,c,i\r\n")
    let result = try Self.diff(scratch)
    #expect(result.status == 2)
    #expect(result.err.contains("a.csv:1:1: error: this is no file of results: it has no column 'suite'"))
    #expect(result.err.contains("b.csv:2:1: error: this row has 3 fields, and there are 4 columns"))
    for (text, say) in [
      ("cost_us +2%", "did you mean 'cost_usd'?"), ("cost_usd 2%", "in which direction"),
      ("cost_usd", "is no tolerance"), ("cost_usd +x%", "is not a number"),
    ] {
      let wrong = try Self.diff(scratch, "--fail-on", text)
      #expect(wrong.status == 64)
      #expect(wrong.err.contains(say), "\(wrong.err)")
    }
  }
}

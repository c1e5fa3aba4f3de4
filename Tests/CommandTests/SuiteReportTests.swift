import Foundation
import TestSupport
import Testing

/// `suite report`: a page of results that are there already.
@Suite struct SuiteReportTests {
  /// The same results in both formats, and the page of each.
  private static func made(_ scratch: Scratch) throws -> (csv: String, json: String) {
    let suite = try SuiteCommandTests.suite(scratch)
    for name in ["r.csv", "r.json"] {
      _ = try Tool.run("suite", "run", suite, "-q", "-o", scratch.path + "/" + name)
      let page = try Tool.run("suite", "report", name, "-o", name + ".html", in: scratch.path)
      #expect(page.status == 0 && page.err == "wrote \(name).html\n", "\(page.err)")
    }
    return (scratch.read("r.csv.html"), scratch.read("r.json.html"))
  }

  /// A cost as tables have it.
  private static func shown(_ cost: Double) -> String {
    let digits = { (value: Double) in value < 99.95 ? String(format: "%.3g", value) : String(format: "%.0f", value) }
    if cost < 99.995 { return String(format: "$%.2f", cost) }
    return cost < 999.5 ? "$" + digits(cost) : "$" + digits(cost / 1000) + " k"
  }

  @Test("The verdict of each model comes first, then every number that the file has") func page() throws {
    let scratch = try Scratch(), pages = try Self.made(scratch)
    let csv = try #require(parseCSV(scratch.read("r.csv"))), head = csv[0]
    func value(_ row: [String], _ column: String) -> String { head.firstIndex(of: column).map { row[$0] } ?? "" }
    let runs = csv.dropFirst().filter { value($0, "feasible") == "true" }
    #expect(runs.count == 9)
    for row in runs {
      let line = try #require(
        pages.csv.components(separatedBy: "<th scope=\"row\">\(value(row, "case"))</th>").dropFirst()
          .first { $0.contains("tok") || $0.contains("<td class=\"n\">\(value(row, "instances"))</td>") }?
          .components(separatedBy: "</tr>").first)
      if let cost = Double(value(row, "cost_expected_usd")) {
        #expect(line.contains(">\(Self.shown(cost))<"), "\(line)")
      }
      let share = try #require(Double(value(row, "mfu_fraction")))
      #expect(line.contains(String(format: ">%.1f%% of bf16<", 100 * share)), "\(line)")
    }
    for model in ["gpt2", "llama-3.2-1b"] {
      let priced = runs.filter { value($0, "model") == model && !value($0, "cost_expected_usd").isEmpty }
      let best = try #require(
        priced.min { Double(value($0, "cost_expected_usd")) ?? 0 < Double(value($1, "cost_expected_usd")) ?? 0 })
      let cost = Self.shown(Double(value(best, "cost_expected_usd")) ?? 0)
      #expect(pages.csv.contains("<li>\(model): \(value(best, "case")) on 1 \(value(best, "instance")) at \(cost) in "))
    }
    let order = ["The answer", "Results", "Pictures", "Notes", "Sources"].map { heading in
      pages.csv.range(of: "<h2>\(heading)</h2>")?.lowerBound
    }
    #expect(order.allSatisfy { $0 != nil } && order.compactMap { $0 } == order.compactMap { $0 }.sorted())
    #expect(
      pages.csv.contains("too-large: no. ") && pages.csv.contains("<svg") && pages.csv.contains("p5.48xlarge</th>"))
    // Nothing is fetched, and nothing moves.
    for bad in ["<script", "src=", "<link", "@import", "url("] { #expect(!pages.csv.contains(bad), "\(bad)") }
  }

  @Test("JSON gives the page that CSV gives, but for the name of the file") func formats() throws {
    let scratch = try Scratch(), pages = try Self.made(scratch)
    #expect(pages.csv.replacingOccurrences(of: "r.csv", with: "r.json") == pages.json)
    let same = try Tool.run("suite", "diff", "r.csv", "r.json", in: scratch.path)
    #expect(same.status == 0, "\(same.err)")
  }

  @Test("What is wrong with a file is told at its line and column, and no page is written") func wrong() throws {
    let scratch = try Scratch()
    let head = "suite,case,model,instance,feasible,cost_usd\r\n"
    let files = [
      ("a.csv", head + "s,one,m,i,maybe,1\r\ns,two,m,i,true,12 USD\r\n", ["a.csv:2:11: error:", "a.csv:3:16: error:"]),
      ("b.csv", "case,instance\r\na,b\r\n", ["b.csv:1:1: error: this is no file of results"]),
      ("c.csv", head + "s,one,m\r\n", ["c.csv:2:1: error: this row has 3 fields"]),
      (
        "d.json",
        "{\"rows\": [\n{\"suite\": \"s\", \"case\": \"a\", \"model\": \"m\", \"instance\": \"i\", \"feasible\": 3}]}",
        ["d.json:2:72: error: '3' is no feasible: true or false is due here"]
      ),
      ("e.json", "{\"rows\": 3}", ["e.json:1:10: error: this is no file of results"]),
      ("f.json", "{\"rows\": [{\"case\": \"a\"}]}", ["f.json:1:11: error: this row has no 'suite', 'model'"]),
      ("none.csv", nil, ["none.csv: error: there is no such file"]),
    ]
    for (name, text, due) in files {
      if let text { try scratch.write(name, text) }
      let result = try Tool.run("suite", "report", name, "-o", "page.html", in: scratch.path)
      #expect(result.status == 2, "\(name): \(result.err)")
      for words in due { #expect(result.err.contains(words), "\(name): \(result.err)") }
    }
    #expect(!scratch.names.contains("page.html"))
    let ending = try Tool.run("suite", "report", "none.csv", "-o", "a.pdf", in: scratch.path)
    #expect(ending.status == 64 && ending.err.contains("write it like -o report.html"))
  }

  @Test("Rows of a comparison are told apart by their types, and a page takes no place of its results")
  func comparison()
    throws
  {
    let scratch = try Scratch()
    #expect(try CompareTests.run("-q", "-o", scratch.path + "/c.csv").status == 0)
    #expect(try Tool.run("suite", "report", "c.csv", "-o", "c.html", "-q", in: scratch.path).status == 0)
    let page = scratch.read("c.html")
    #expect(page.contains("llama-3.2-1b, trn1.32xlarge</th>") || page.contains(", trn1.32xlarge</th>"))
    #expect(page.contains("2 cases: 2 run, 0 do not"))
    try scratch.write("results.html", scratch.read("c.csv"))
    let own = try Tool.run("suite", "report", "results.html", "-o", "results.html", in: scratch.path)
    #expect(own.status == 2 && scratch.read("results.html") == scratch.read("c.csv"), "\(own.err)")
  }
}

import Foundation
import TestSupport
import Testing

@Suite struct ReportCommandTests {
  static let question = Array(CompareTests.quick.dropFirst())
  static let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test("The page has the answer, every cost that the CSV has, and nothing from elsewhere") func page() throws {
    let scratch = try Scratch()
    let result = try Tool.start(["report"] + Self.question + ["-o", scratch.path + "/r.html"]).finish()
    #expect(result.status == 0 && result.out.isEmpty && result.err == "wrote \(scratch.path)/r.html\n")
    let page = scratch.read("r.html")
    #expect(page.utf8.count < 300_000)
    let csv = try CompareTests.run(
      "--columns", "instance,cost_expected_usd,price_usd_per_instance_hour", "--format", "csv")
    let rows = try #require(parseCSV(csv.out)).dropFirst()
    #expect(rows.count == 2)
    for row in rows {
      let cost = try #require(Double(row[1]))
      #expect(page.contains(Self.shown(cost)), "\(cost)")
      #expect(
        page.contains("data-name=\"\(row[0])\" data-given=\"{&quot;instances&quot;:1,&quot;price&quot;:\(row[2]),"))
    }
    for heading in ["The answer", "Options", "Pictures", "What flips it", "Why", "Evidence", "Assumptions"] {
      #expect(page.contains("<h2>\(heading)</h2>"), "\(heading)")
    }
    #expect(page.contains("<h1>p5.48xlarge is cheapest: $"))
    // No address is fetched: the only one named is that of SVG itself.
    let addresses = page.components(separatedBy: "http").dropFirst().filter {
      !$0.hasPrefix("://www.w3.org/2000/svg\"")
    }
    #expect(
      addresses.allSatisfy { $0.hasPrefix("-equiv") || !$0.hasPrefix("://") && !$0.hasPrefix("s://") }
        || !page.contains("src="))
    #expect(!page.contains("src=") && !page.contains("<link") && !page.contains("@import") && !page.contains("url("))
    #expect(page.components(separatedBy: "<table").count == page.components(separatedBy: "<caption").count)
    #expect(page.contains("trainfare report --model llama-3.2-1b --tokens &#39;1 B&#39;"))
  }

  /// A cost as tables have it: three digits, and cents below $100.
  private static func shown(_ cost: Double) -> String { ">$\(String(format: cost < 100 ? "%.2f" : "%.0f", cost))<" }

  private static func job(
    _ name: String, _ batch: Int, on types: String = "trn1.32xlarge, p5.48xlarge", _ scratch: Scratch
  ) throws -> String {
    try scratch.write(
      "\(name).yaml",
      """
      kind: job
      version: 1
      summary: "A job"
      model: llama-3.2-1b
      tokens: 1 B
      sequence_length: 2048
      global_batch: \(batch)
      size:
        instances: 1
      on: [\(types)]

      """)
  }

  @Test("Of several jobs each has its answer and all its numbers, below a table that leads to them") func several()
    throws
  {
    let scratch = try Scratch()
    let jobs = try [Self.job("small", 64, scratch), Self.job("large", 128, scratch)], page = scratch.path + "/r.html"
    let made = try Tool.start(["report"] + jobs + ["-o", page]).finish()
    #expect(made.status == 0 && made.err == "wrote \(page)\n", "\(made.err)")
    let text = scratch.read("r.html")
    #expect(text.contains("<h1>p5.48xlarge is cheapest for all 2 jobs</h1>"))
    for (number, name) in ["small", "large"].enumerated() {
      let part = try #require(
        text.components(separatedBy: "<section class=\"job\" ").dropFirst().dropFirst(number).first)
      #expect(
        text.contains("<a href=\"#job-\(number + 1)\">\(name)</a>") && part.hasPrefix("id=\"job-\(number + 1)\">"))
      #expect(part.contains("<h2>\(name): p5.48xlarge is cheapest: $") && part.contains("<h3>The answer</h3>"))
      let csv = try Tool.run(
        "compare", jobs[number], "--format", "csv", "--columns",
        "instance,cost_expected_usd,price_usd_per_instance_hour,mfu_fraction")
      let rows = try #require(parseCSV(csv.out)).dropFirst()
      #expect(rows.count == 2)
      for row in rows {
        #expect(part.contains(Self.shown(try #require(Double(row[1])))), "\(row)")
        #expect(part.contains(">\(String(format: "%.1f%%", 100 * (Double(row[3]) ?? 0)))<"), "\(row)")
        #expect(part.contains("&quot;price&quot;:\(row[2]),"), "\(row)")
      }
    }
    // Two forms, and nothing that is there once only.
    #expect(text.components(separatedBy: "<form ").count == 3)
    let names = text.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(Set(names).count == names.count)
  }

  @Test("What fits one job only is told with its name, what is wrong with all once") func ofOneJob() throws {
    let scratch = try Scratch(), page = scratch.path + "/r.html"
    let jobs = try [Self.job("small", 64, scratch), Self.job("large", 128, on: "p5.48xlarge", scratch)]
    func report(_ more: String...) throws -> Tool.Result {
      try Tool.start(["report"] + jobs + more + ["-o", page]).finish()
    }
    let one = try report("--price", "trn1.32xlarge=3")
    #expect(one.status == 64 && one.err.contains("large.yaml: --price names trn1.32xlarge, which is not compared"))
    #expect(one.err.contains("other jobs take it") && !one.err.contains("small.yaml"), "\(one.err)")
    let all = try report("--on", "p5.49xlarge")
    #expect(all.status == 2 && all.err.components(separatedBy: "error:").count == 2, "\(all.err)")
    let twice = try Tool.run("report", jobs[0], jobs[0], "-o", page)
    #expect(twice.status == 64 && twice.err.contains("small.yaml is named twice"))
    #expect(scratch.names == ["large.yaml", "small.yaml"])
  }

  @Test("What is not a page, or cannot be written, is told before work begins") func refused() throws {
    let scratch = try Scratch()
    let ending = try Tool.run("report", "no-such-job", "-o", "a.pdf", in: scratch.path)
    #expect(ending.status == 64 && ending.err.contains("write it like -o report.html"))
    let folder = try Tool.run("report", "no-such-job", "-o", "/dev/null/a.html", in: scratch.path)
    #expect(folder.status == 2 && folder.err.contains("cannot write"))
    #expect(scratch.names.isEmpty)
  }

  @Test(
    "Another price, discount and tokens give the costs of the tool, in the page's own script",
    .enabled(if: ScriptedPage.isPossible, "there is no node"))
  func script() throws {
    let scratch = try Scratch()
    #expect(try Tool.start(["report"] + Self.question + ["-o", scratch.path + "/r.html", "-q"]).finish().status == 0)
    let page = scratch.read("r.html"), type = "trn1.32xlarge"
    func compared(tokens: String = "1 B", _ more: String...) throws -> (bill: Double, cost: Double) {
      let asked = ["compare"] + Self.question.map { $0 == "1 B" ? tokens : $0 } + more
      let csv = try Tool.start(asked + ["--columns", "instance,cost_usd,cost_expected_usd", "--format", "csv"]).finish()
      let row = try #require(parseCSV(csv.out)?.first { $0[0] == type })
      return (try #require(Double(row[1])), try #require(Double(row[2])))
    }
    func formed(_ changes: ScriptedPage.Change...) throws -> ScriptedPage.Form.Row {
      try #require(ScriptedPage.forms(page, changes).first?[type])
    }
    func close(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 / b - 1) < 1e-9 } ?? false }
    let (before, due) = (try formed(), try compared())
    #expect(close(before.cost.value, due.cost) && close(before.bill.value, due.bill))
    let cheap = try formed(.init(row: type, "price", "2.5")), cheaper = try compared("--price", type + "=2.5")
    #expect(close(cheap.cost.value, cheaper.cost) && close(cheap.bill.value, cheaper.bill) && cheap.rank == "1")
    let half = try formed(.init(row: type, "price", "5"), .init(row: type, "off", "50"))
    #expect(close(half.cost.value, cheaper.cost) && close(half.bill.value, cheaper.bill))
    // What may happen weighs less in a longer run, which the form leaves in proportion: of it the bill is exact.
    #expect(close(try formed(.init("tokens", "70000000000")).bill.value, try compared(tokens: "70 B").bill))
    // Faster steps cost less.
    let field = try #require(page.range(of: "class=\"mfu\" type=\"number\" step=\"any\" value=\""))
    let share = try #require(Double(page[field.upperBound...].prefix { $0 != "\"" }))
    #expect(share > 5 && share < 100)
    let fast = try #require(try formed(.init(row: type, "mfu", "90")).cost.value)
    #expect(fast < (try #require(before.cost.value)))
  }

  /// The page as Chromium has it after a script of ours was added at its end.
  private static func dom(_ page: String, _ script: String, _ scratch: Scratch) throws -> String {
    let own = page.replacingOccurrences(of: "</body>", with: "<script>\(script)</script></body>")
    let file = try scratch.write("own.html", own), out = scratch.path + "/dom"
    FileManager.default.createFile(atPath: out, contents: nil)
    let process = Foundation.Process()
    process.executableURL = URL(fileURLWithPath: try #require(chromium))
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--user-data-dir=" + scratch.path, "file://" + file,
    ]
    process.standardOutput = FileHandle(forWritingAtPath: out)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return scratch.read("dom")
  }

  @Test(
    "In a browser a price that is changed gives the cost that the tool gives, and the new ranking",
    .enabled(if: chromium != nil, "Chromium is not installed"))
  func browser() throws {
    let scratch = try Scratch()
    #expect(try Tool.start(["report"] + Self.question + ["-o", scratch.path + "/r.html", "-q"]).finish().status == 0)
    let script = """
      window.onerror = function (m) { document.title = 'error ' + m; };
      var row = document.querySelector('tr[data-name="trn1.32xlarge"]'), price = row.querySelector('.price');
      price.value = '2.5';
      price.dispatchEvent(new Event('input', {bubbles: true}));
      document.title = [document.querySelector('form.inputs').hidden, row.querySelector('.cost').dataset.value,
        row.querySelector('.rank').textContent, document.querySelector('form.inputs output').textContent].join('|');
      """
    let dom = try Self.dom(scratch.read("r.html"), script, scratch)
    let title =
      dom.components(separatedBy: "<title>").dropFirst().first?.components(separatedBy: "</title>").first ?? ""
    let parts = title.split(separator: "|").map(String.init)
    try #require(parts.count == 4, "\(title)")
    let csv = try CompareTests.run(
      "--price", "trn1.32xlarge=2.5", "--columns", "instance,cost_expected_usd", "--format", "csv")
    let row = try #require(parseCSV(csv.out)?.first { $0[0] == "trn1.32xlarge" })
    let (there, here) = (try #require(Double(parts[1])), try #require(Double(row[1])))
    #expect(abs(there / here - 1) < 1e-9)
    #expect(parts[0] == "false" && parts[2] == "1" && parts[3].hasPrefix("trn1.32xlarge is cheapest: $"))
  }
}

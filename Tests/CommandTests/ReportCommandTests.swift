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
      // Three digits, as all tables have them.
      #expect(page.contains(">$\(String(format: cost < 100 ? "%.2f" : "%.0f", cost))<"), "\(cost)")
      #expect(page.contains("data-cost=\"\(row[1])\" data-price=\"\(row[2])\" data-name=\"\(row[0])\""))
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

  @Test("What is not a page, or cannot be written, is told before work begins") func refused() throws {
    let scratch = try Scratch()
    let ending = try Tool.run("report", "no-such-job", "-o", "a.pdf", in: scratch.path)
    #expect(ending.status == 64 && ending.err.contains("write it like -o report.html"))
    let folder = try Tool.run("report", "no-such-job", "-o", "/dev/null/a.html", in: scratch.path)
    #expect(folder.status == 2 && folder.err.contains("cannot write"))
    #expect(scratch.names.isEmpty)
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
      document.title = [document.getElementById('prices').hidden, row.querySelector('.cost').dataset.value,
        row.querySelector('.rank').textContent, document.getElementById('cheapest').textContent].join('|');
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

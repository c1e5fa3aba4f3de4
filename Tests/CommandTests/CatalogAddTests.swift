import Foundation
import Testing

/// `catalog add`, from an empty folder to a comparison.
@Suite struct CatalogAddTests {
  private func fill(_ path: String, _ words: [String: String]) throws {
    var text = try String(contentsOfFile: path, encoding: .utf8)
    for (key, value) in words { text = text.replacingOccurrences(of: "\(key): FILL_IN", with: "\(key): \(value)") }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test("A chip, a machine and its price are added, checked, filled in and compared; the result says what it stands on")
  func whole() throws {
    let scratch = try Scratch(), mine = scratch.path + "/deep/mine"
    for command in [
      ["chip", "my-chip", "--like", "h100"], ["instance", "mybox", "--chip", "my-chip"], ["price", "mybox"],
    ] {
      let result = try Tool.start(["catalog", "add"] + command + ["--configs", mine]).finish()
      #expect(result.status == 0 && result.out.contains("wrote \(mine)/"), "\(command): \(result.err)")
      #expect(result.out.contains("trainfare catalog check --configs \(mine)"))
    }
    let open = try Tool.run("catalog", "check", "--configs", mine)
    #expect(open.status == 1)
    for words in [
      "'peak.bf16' is still to be filled in", "'memory_capacity' is", "'chips' is", "'usd_per_hour' is",
      "my-chip.yaml:",
    ] {
      #expect(open.err.contains(words), "\(words): \(open.err)")
    }
    try fill(
      mine + "/chips/my-chip.yaml",
      [
        "source": "me", "summary": "Mine", "released": "2026", "bf16": "1500 TFLOP/s", "memory_capacity": "96 GiB",
        "memory_bandwidth": "5 TB/s",
      ])
    try fill(mine + "/instances/mybox.yaml", ["source": "me", "summary": "Box", "chips": "1"])
    let list = mine + "/prices/mybox.csv"
    let price = try String(contentsOfFile: list, encoding: .utf8).replacingOccurrences(of: ",FILL_IN,2", with: ",3.5,2")
      .replacingOccurrences(of: ",FILL_IN,", with: ",me,")
    try price.write(toFile: list, atomically: true, encoding: .utf8)
    let check = try Tool.run("catalog", "check", "--configs", mine)
    #expect(check.status == 0 && check.out.contains("no errors"), "\(check.err)")
    let asked = [
      "estimate", "llama-3.2-1b-finetune", "--on", "mybox", "--instances", "1", "--configs", mine, "--format", "csv",
    ]
    let result = try Tool.start(asked).finish()
    let row = try #require(SearchCommandTests.rows(result.out).first, "\(result.err)")
    #expect(
      row["feasible"] == "true" && row["price_usd_per_instance_hour"] == "3.5" && row["cost_usd"]?.isEmpty == false)
    #expect(row["note_codes"]?.contains("profile-like") == true)
    #expect(row["assumptions"]?.contains("on it is that on h100, which its file calls like it") == true)
    // Its interval is of a chip that nobody measured.
    func width(_ row: [String: String]) throws -> Double {
      try #require(row["tokens_per_s_p95"].flatMap(Double.init)) / #require(
        row["tokens_per_s_p05"].flatMap(Double.init))
    }
    let known = try Tool.run(
      "estimate", "llama-3.2-1b-finetune", "--on", "p5.4xlarge", "--instances", "1", "--format", "csv")
    if let other = SearchCommandTests.rows(known.out).first, other["feasible"] == "true" {
      #expect(try width(row) > width(other))
    }
  }

  @Test("A file that is there is never overwritten, nor is a link followed") func exclusive() throws {
    let scratch = try Scratch(), mine = scratch.path + "/mine"
    let add = ["catalog", "add", "chip", "c2", "--configs", mine]
    #expect(try Tool.start(add).finish().status == 0)
    try scratch.write("mine/chips/c2.yaml", "mine own words")
    let again = try Tool.start(add).finish()
    #expect(again.status == 2 && again.err.contains("there is a file already") && again.out.isEmpty)
    #expect(scratch.read("mine/chips/c2.yaml") == "mine own words")
    try FileManager.default.createSymbolicLink(
      atPath: mine + "/chips/c3.yaml", withDestinationPath: scratch.path + "/elsewhere")
    let link = try Tool.run("catalog", "add", "chip", "c3", "--configs", mine)
    #expect(link.status == 2 && !FileManager.default.fileExists(atPath: scratch.path + "/elsewhere"))
    // A shipped name is overlaid, and that is said.
    let overlay = try Tool.run("catalog", "add", "chip", "h100", "--configs", mine)
    #expect(overlay.status == 0 && overlay.out.contains("takes the place of the chip 'h100'"))
  }

  @Test("Without --configs it goes into the folder that is found from here, or a new one") func folder() throws {
    let scratch = try Scratch()
    let first = try Tool.run("catalog", "add", "instance", "box", in: scratch.path)
    #expect(first.status == 0 && first.out.contains("wrote configs/instances/box.yaml"), "\(first.out)\(first.err)")
    let below = scratch.path + "/configs/instances"
    let second = try Tool.run("catalog", "add", "instance", "box2", in: below)
    #expect(second.status == 0 && FileManager.default.fileExists(atPath: below + "/box2.yaml"), "\(second.out)")
    let named = try Tool.run(
      "catalog", "add", "instance", "box", environment: ["TRAINFARE_CONFIGS": scratch.path + "/env:/nowhere"])
    #expect(named.out.contains("wrote \(scratch.path)/env/instances/box.yaml"), "\(named.out)\(named.err)")
  }

  @Test(
    "Slips are told with what would have worked, and write nothing",
    arguments: [
      (["chips", "x"], "did you mean 'chip'?"), (["chip", "a/b"], "cannot be the name"),
      (["chip", "a.b"], "cannot be the name"),
      (["chip", ".."], "cannot be the name"), (["chip", ""], "cannot be the name"),
      (["chip", "ä"], "cannot be the name"),
      (["chip", "nitro-v9"], "Nitro cards"), (["instance", "a+b"], "cannot be the name"),
      (["chip", "x", "--like", "h1000"], "'h100'"), (["chip", "x", "--like", "x"], "not like itself"),
      (["chip", "x", "--chip", "h100"], "--chip is of an instance"),
      (["instance", "x", "--like", "h100"], "--like is of a chip"),
      (["instance", "x", "--chip", "hh"], "is not known"), (["price", "p5.48xlargee"], "p5.48xlarge"),
    ])
  func slips(_ arguments: [String], _ words: String) throws {
    let scratch = try Scratch(), mine = scratch.path + "/mine"
    let result = try Tool.start(["catalog", "add"] + arguments + ["--configs", mine]).finish()
    #expect(result.status == 64 && result.err.contains(words), "\(result.status) \(result.err)")
    #expect(!FileManager.default.fileExists(atPath: mine))
  }
}

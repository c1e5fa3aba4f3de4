import Testing

/// Nitro cards and hosts put in place, as commands take them.
@Suite struct PartCommandTests {
  static func compare(_ types: String, _ more: String...) throws -> Tool.Result {
    let quick = Array(CompareTests.quick.prefix { $0 != "--instances" })
    return try Tool.start(quick + ["--on", types] + more).finish()
  }

  @Test("Another generation of cards and another host are compared with the type itself")
  func compared() throws {
    let result = try Self.compare(
      "p5.48xlarge,p5.48xlarge+nitro-v6,p5.48xlarge+graviton5+nitro-v6,p5.48xlarge+nitro-v2", "--instances", "4")
    #expect(result.status == 0 && result.err.isEmpty)
    let text = result.out.replacing("\n", with: " ").replacing("  ", with: " ")
    for part in [
      "p5.48xlarge+nitro-v6 against p5.48xlarge: ", "p5.48xlarge+graviton5+nitro-v6 against p5.48xlarge+nitro-v6: ",
      "network 512 GB/s instead of 400 GB/s", "which is what PCIe 5 x16 takes to 8 × h100",
      "nobody sells p5.48xlarge+nitro-v6: its price is that of p5.48xlarge unchanged",
      "p5.48xlarge+nitro-v2 has no EFA: collectives between instances go over TCP (ENA)",
    ] { #expect(text.contains(part), "\(part)") }
  }

  @Test("--set of the cards gives the figures of the variant, byte for byte of its numbers")
  func set() throws {
    // `--set` changes a run, and so has the one before it besides.
    func fields(_ result: Tool.Result) -> [String: String] {
      (SearchCommandTests.rows(result.out).first ?? [:]).filter { !$0.key.contains("_before") }
    }
    let plus = fields(try Self.compare("p5.48xlarge+nitro-v6", "--instances", "4", "--format", "csv"))
    let set = fields(
      try Self.compare(
        "p5.48xlarge", "--set", "instances.p5.48xlarge.nitro=nitro-v6", "--instances", "4", "--format", "csv"))
    let numbers = { (row: [String: String]) in row.compactMapValues(Double.init) }
    #expect(!numbers(plus).isEmpty && numbers(plus) == numbers(set))
  }

  @Test("A price of the type holds for its variants, and one of a variant comes first")
  func price() throws {
    let result = try Self.compare(
      "p5.48xlarge,p5.48xlarge+nitro-v6,p5.48xlarge+nitro-v5", "--instances", "1", "--format", "csv", "--price",
      "p5.48xlarge=10", "--price", "p5.48xlarge+nitro-v6=20")
    #expect(result.status == 0, "\(result.err)")
    let prices = result.out.components(separatedBy: "\r\n").dropFirst().map { $0.contains(",20,") }
    #expect(prices.filter { $0 }.count == 1)
    #expect(try Self.compare("p5.48xlarge+nitro-v6", "--price", "p5.48xlarge=10", "--instances", "1").status == 0)
    #expect(try Self.compare("p5.48xlarge+nitro-v6", "--price", "p4d.24xlarge=10", "--instances", "1").status != 0)
  }

  @Test("What cannot be put in is told with what could be")
  func refused() throws {
    let result = try Self.compare("p5.48xlarge+nitro-v7,dgx-h100+nitro-v6", "--instances", "1")
    #expect(result.status != 0)
    for part in ["'nitro-v7'", "did you mean", "graviton5", "dgx-h100 has no Nitro cards"] {
      #expect(result.err.contains(part), "\(part)")
    }
  }

  @Test("Accelerated instances without EFA are warned of when there are several, and bursts are not counted on")
  func noEFA() throws {
    let several = try Self.compare("trn1.2xlarge,trn1.2xlarge+nitro-v2", "--instances", "4").out
      .replacing("\n", with: " ").replacing("  ", with: " ")
    #expect(several.contains("trn1.2xlarge has no EFA") && several.contains("trn1.2xlarge+nitro-v2 has no EFA"))
    #expect(several.contains("trn1.2xlarge: the network's baseline of 391 MB/s is used, though it bursts to 1.56 GB/s"))
    let xen = try Self.compare("p3.16xlarge,p3.16xlarge+nitro-v2", "--instances", "4", "--precision", "fp16").out
    #expect(xen.contains("p3.16xlarge has no EFA") && xen.contains("p3.16xlarge+nitro-v2 has no EFA"))
    let one = try Self.compare("p3.16xlarge", "--instances", "1", "--precision", "fp16").out
    #expect(!one.contains("has no EFA"))
  }

  @Test("catalog show prints bursts, drive rates, hosts and types with parts in place")
  func shown() throws {
    let small = try Tool.run("catalog", "show", "trn1.2xlarge").out
    for line in ["network, bursts", "EBS, bursts", "local reads", "local writes", "CoreMark of a core"] {
      #expect(small.contains(line), "\(line)")
    }
    let variant = try Tool.run("catalog", "show", "p5.48xlarge+nitro-v6")
    #expect(variant.status == 0 && variant.out.contains("512 GB/s") && variant.out.contains("assumed: "))
    #expect(try Tool.run("catalog", "show", "nitro-none").out.contains("cores that virtualization takes"))
    #expect(try Tool.run("catalog", "show", "graviton4").out.contains("graviton4, chip"))
    #expect(try Tool.run("catalog", "show", "hosts/graviton4").out.contains("threads of a core"))
  }
}

import Testing

@Suite struct ShippedSuiteTests {
  @Test("Published runs are predicted within the margins that the shipped suite states") func published()
    throws
  {
    let result = try Tool.run("suite", "run", "published")
    #expect(result.status == 0, "\(result.err)")
    #expect(result.out.contains("19 cases: 19 run, 0 do not."))
  }

  @Test("Every shipped suite can be listed, and its files are all there") func list() throws {
    let result = try Tool.run(
      "suite", "list", "chips", "scaling", "graviton", "machine", "published", "--format", "csv")
    #expect(result.status == 0, "\(result.err)")
    #expect(result.out.components(separatedBy: "\r\n").count > 250)
  }

  @Test("The small suites run whole, and what cannot run says why") func graviton() throws {
    let scaling = try Tool.run("suite", "run", "scaling")
    #expect(scaling.status == 0, "\(scaling.err)")
    #expect(scaling.out.contains(", 0 do not."))
    let machine = try Tool.run("suite", "run", "machine")
    #expect(machine.status == 0, "\(machine.err)")
    #expect(machine.out.contains("never ends"))
    // Fine-tuning that a small accelerator has no memory for is what this suite asks about.
    let graviton = try Tool.run("suite", "run", "graviton")
    #expect(graviton.status == 0, "\(graviton.err)")
    #expect(graviton.out.contains("llama-3.1-8b/p5.4xlarge/1x"))
    #expect(graviton.out.contains("at least, 80 GiB are there"))
  }
}

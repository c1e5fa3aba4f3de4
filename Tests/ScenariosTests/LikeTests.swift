import Quantities
import Testing

@testable import Scenarios

/// Chips of one's own that a known one stands for, and templates of files.
@Suite struct LikeTests {
  private static let head = "kind: chip\nversion: 2\nsource: me\nretrieved: 2026-01-02\nsummary: Mine\n"
  private static let figures = """
    released: 2026
    peak: {bf16: 1500 TFLOP/s}
    memory_capacity: 96 GiB
    memory_bandwidth: 5 TB/s

    """

  private func catalog(_ files: [String: String]) throws -> Catalog {
    let folder = try Folder()
    for (name, text) in files { try folder.write(name, text) }
    return Catalog(roots: [folder.path, repository + "/configs"])
  }

  private func chip(_ lines: String, _ name: String = "mine") -> [String: String] {
    ["chips/\(name).yaml": Self.head + Self.figures + lines]
  }

  @Test("A chip like another has its own figures, and of the other what a datasheet does not tell") func chip() throws {
    let catalog = try catalog(chip("like: trainium2\nlink: {name: L, bandwidth: 1 TB/s}\n"))
    let mine = try catalog.chip("mine"), like = try catalog.chip("trainium2")
    #expect(mine.peak[.bf16]?.value == FLOPRate(1.5e15) && mine.peak[.fp8] == nil && mine.powerMax == nil)
    #expect(mine.like == "trainium2" && mine.vendor == like.vendor && mine.architecture == "trainium")
    #expect(mine.devicesPerChip == like.devicesPerChip && mine.matrixUnit.rows == like.matrixUnit.rows)
    #expect(mine.link?.latency?.value == like.link?.latency?.value && mine.link?.bandwidth.value == ByteRate(1e12))
    #expect(mine.deviceLink?.name == like.deviceLink?.name && mine.ceiling.isEmpty)
  }

  @Test("Its profile is that of the other with the same stack, whichever is asked, and with the other's default one")
  func profile() throws {
    let catalog = try catalog(chip("like: h100\n"))
    for stack in ["nemo", "torchtitan", "levanter"] {
      let mine = try catalog.efficiency(chip: "mine", stack: stack),
        other = try catalog.efficiency(chip: "h100", stack: stack)
      #expect(mine.values == other.values && mine.memoryReserve == other.memoryReserve && mine.base == .chip("h100"))
      #expect(mine.chip == "mine" && mine.name == "mine.\(stack)" && mine.status == .extrapolated)
    }
    let usual = try catalog.efficiency(chip: "mine", stack: nil)
    #expect(try usual.stack.name == catalog.efficiency(chip: "h100", stack: nil).stack.name)
    // One like one that is like another ends at the same.
    let both = try self.catalog(chip("like: h100\n").merging(chip("like: mine\n", "yours")) { a, _ in a })
    #expect(try both.efficiency(chip: "yours", stack: nil).values == usual.values)
    #expect(both.check().filter { $0.severity == .error }.isEmpty)
  }

  @Test("Without one it has what holds for its architecture, or for all") func population() throws {
    func profile(_ lines: String) throws -> Efficiency {
      try catalog(chip("vendor: Acme\nclass: accelerator\n" + lines)).efficiency(chip: "mine", stack: nil)
    }
    let gpu = try profile("architecture: gpu\n"), alone = try profile("")
    #expect(gpu.base == .population(architecture: "gpu") && gpu.stack.name == "nemo")
    #expect(alone.base == .population(architecture: nil) && alone.stack.name == "torchtitan")
    #expect(gpu.values != alone.values)
    let files = chip("vendor: Acme\nclass: accelerator\n")
    #expect(try catalog(files).check().filter { $0.severity == .error }.isEmpty)
  }

  @Test("A profile may begin with another's and say only what differs") func differing() throws {
    let text = """
      kind: efficiency
      version: 2
      source: me
      retrieved: 2026-01-02
      summary: Mine, measured
      chip: mine
      stack: nemo
      like: h100
      gemm_16bit: 0.5

      """
    let catalog = try catalog(chip("like: b200\n").merging(["efficiency/mine.nemo.yaml": text]) { a, _ in a })
    let mine = try catalog.efficiency(chip: "mine", stack: "nemo"),
      h100 = try catalog.efficiency(chip: "h100", stack: "nemo")
    var wanted = h100.values
    wanted[.gemm16bit] = 0.5
    #expect(mine.values == wanted && mine.base == .chip("h100") && mine.unstated.parameters.isEmpty)
    #expect(mine.memoryReserve == h100.memoryReserve && mine.memorySpread == h100.memorySpread)
  }

  @Test("Rings, strangers and oneself are errors where they are written") func rings() throws {
    func found(_ files: [String: String]) throws -> [Diagnostic] {
      let catalog = try catalog(files)
      return problems { () throws(Diagnostics) in try catalog.chip("mine") }
    }
    let itself = try found(chip("like: mine\n"))
    #expect(itself.count == 1 && itself[0].message.contains("circle: mine → mine") && itself[0].place?.line == 10)
    let ring = try found(chip("like: yours\n").merging(chip("like: mine\n", "yours")) { a, _ in a })
    #expect(ring.contains { $0.message.contains("mine → yours → mine") }, "\(ring)")
    let stranger = try found(chip("like: h1000\n"))
    #expect(stranger.first?.help?.contains("'h100'") == true, "\(stranger)")
    func profile(_ chip: String, _ like: String) -> String {
      "kind: efficiency\nversion: 2\nsource: me\nretrieved: 2026-01-02\nsummary: S\nchip: \(chip)\nstack: nemo\nlike: \(like)\n"
    }
    let profiles = try catalog([
      "efficiency/h100.nemo.yaml": profile("h100", "b200"), "efficiency/b200.nemo.yaml": profile("b200", "h100"),
    ])
    let circle = problems { () throws(Diagnostics) in try profiles.efficiency(chip: "h100", stack: "nemo") }
    #expect(circle.contains { $0.message.contains("circle: h100.nemo → b200.nemo → h100.nemo") }, "\(circle)")
  }

  @Test("A template names every blank with what belongs there; filled in, it is read")
  func templates() throws {
    for like in [nil, "h100"] {
      let text = Template.chip("mine", like: like, date: "2026-01-02")
      let open = try catalog(["chips/mine.yaml": text])
      let found = problems { () throws(Diagnostics) in try open.chip("mine") }
      let keys = ["source", "summary", "released", "peak.bf16", "memory_capacity", "memory_bandwidth"]
      #expect(
        found.map(\.message).sorted()
          == (keys + (like == nil ? ["vendor"] : [])).sorted().map { "'\($0)' is still to be filled in" })
      #expect(
        found.contains { $0.help == "such as 'memory_capacity: 96 GiB'" }
          && found.allSatisfy { ($0.place?.line ?? 0) > 5 })
      let filled = try catalog(["chips/mine.yaml": filled(text)])
      #expect(try filled.chip("mine").memoryCapacity.value == Bytes(96 * 1_073_741_824))
      #expect(filled.check().filter { $0.severity == .error }.isEmpty)
    }
  }

  /// As a user would: the word after each key.
  private func filled(_ text: String) -> String {
    let words = [
      "source": "me", "summary": "Mine", "released": "2026", "bf16": "1500 TFLOP/s", "memory_capacity": "96 GiB",
      "memory_bandwidth": "5 TB/s", "vendor": "Acme",
    ]
    return words.reduce(text) { $0.replacing("\($1.key): FILL_IN", with: "\($1.key): \($1.value)") }
  }

  @Test("A price list may have comments, and its blanks are named") func prices() throws {
    let text = Template.price(
      "p5.48xlarge", provider: "aws", region: "us-east-1", sold: [.onDemand, .spot], date: "2026-01-02")
    let open = try catalog(["prices/mine.csv": text])
    let found = problems { () throws(Diagnostics) in try open.prices() }
    #expect(found.map(\.message) == ["'usd_per_hour' is still to be filled in", "'source' is still to be filled in"])
    #expect(found.allSatisfy { $0.place?.line == 5 })
    let done = text.replacing("on-demand,FILL_IN", with: "on-demand,12.5").replacing(",FILL_IN,", with: ",me,")
    let own = try catalog(["prices/mine.csv": done]).prices().filter {
      $0.instance == "p5.48xlarge" && $0.source == "me"
    }
    #expect(own.map(\.rate.perHour) == [12.5])
  }
}

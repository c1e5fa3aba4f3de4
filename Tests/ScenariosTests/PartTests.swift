import Quantities
import Testing

@testable import Scenarios

/// Nitro cards and hosts put in place of an instance's own.
@Suite struct PartTests {
  /// The samples, and cards of twice the rate with their own everything.
  static func folder(_ more: (String, String)...) throws -> Folder {
    let folder = try Folder.sample()
    let twice = [
      ("card_bandwidth_accelerated: 200", "card_bandwidth_accelerated: 400"), ("15 us", "9 us"),
      ("ebs_bandwidth: 100 Gbit/s", "ebs_bandwidth: 150 Gbit/s"), ("ebs_iops: 400 k", "ebs_iops: 600 k"),
      ("hypervisor_share: 0", "hypervisor_share: 0.25"), ("efa: v4", "efa: v2"),
    ]
    try folder.write("chips/nitro-v8.yaml", twice.reduce(Samples.nitroCard) { $0.replacing($1.0, with: $1.1) })
    try folder.write(
      "chips/nitro-v1.yaml",
      Samples.nitroCard.replacing("efa: v4", with: "efa: none").replacing("15 us", with: "50 us")
        .replacing("in-line", with: "host"))
    try folder.write(
      "hosts/cpu-b.yaml",
      Samples.hostCPU.replacing("threads_per_core: 2", with: "threads_per_core: 1").replacing("40 k", with: "50 k"))
    try folder.write(
      "instances/i1.large.yaml", Samples.instance.replacing("cpu: some cpu", with: "cpu: cpu-a"))
    for (file, text) in more { try folder.write(file, text) }
    return folder
  }

  @Test("A card, a host and a chip say what they can, in base units") func read() throws {
    let catalog = try Self.folder().catalog()
    let card = try catalog.nitroCard("nitro-v9")
    #expect(card.cardBandwidth.value.value == 5e10 && card.cardBandwidthAccelerated?.value.value == 2.5e10)
    #expect(card.ebsBandwidth?.value.value == 1.25e10 && card.ebsIOPS == 400_000)
    #expect(card.encryptsInLine && card.hypervisorShare == 0)
    #expect(try catalog.nitroCard("nitro-v1").encryptsInLine == false)
    let cpu = try catalog.hostCPU("cpu-a")
    #expect(cpu.cores == 48 && cpu.threadsPerCore == 2 && cpu.coreSpeed?.value.value == 40_000 && cpu.released == 2023)
    let instance = try catalog.instance("i1.large")
    #expect(instance.host.cpu == "cpu-a" && instance.host.coreSpeed?.value.value == 40_000)
    #expect(instance.network?.burst?.value.value == 5e11 && instance.ebs?.burst?.value.value == 1.125e10)
    #expect(instance.localStorage?.writeIOPS == 500_000 && instance.localStorage?.readBandwidth?.value.value == 4e9)
    #expect(try catalog.chip("c1").hostLink?.bandwidth.value.value == 6.4e10)
    let group = try catalog.instance("u1")
    #expect(group.network?.burst?.value.value == 1e12 && group.localStorage?.writeBandwidth?.value.value == 4e9)
    #expect(group.host.coreSpeed?.value.value == 40_000)
  }

  @Test("Each card keeps the share of its rate, EBS likewise, and the rest is the new generation's") func card() throws
  {
    let new = try Self.folder().catalog().instance("i1.large+nitro-v8")
    #expect(new.name == "i1.large+nitro-v8" && new.parts == ["nitro-v8"] && new.soldAs == "i1.large")
    #expect(new.network?.bandwidth.value.value == 8e11 && new.network?.burst?.value.value == 1e12)
    #expect(new.network?.cards == 16 && new.network?.efaVersion == "v2" && new.network?.kind == .efa)
    #expect(new.network?.latency.value.value == 9e-6)
    #expect(new.ebs?.bandwidth.value.value == 1.5e10 && new.ebs?.iops == 390_000)
    #expect(new.nitro?.hypervisorShare == 0.25)
    #expect(new.localStorage?.readBandwidth?.value.value == 4e9)
    let swap = CardSwap(
      instance: "i1.large+nitro-v8", old: "nitro-v9", new: "nitro-v8", network: ByteRate(8e11), before: ByteRate(4e11),
      limit: nil, keepsLatency: false)
    #expect(new.hostShare == 0.75)
    #expect(new.assumed == [.cards(swap), .hostShare(instance: "i1.large+nitro-v8", share: 0.75)])
  }

  /// What bounds the rate of the cards put in place first.
  private static func limit(_ instance: Instance) -> CardSwap.Limit? {
    if case .cards(let swap) = instance.assumed.first { swap.limit } else { nil }
  }

  @Test("Chips take no more than their host link, and nothing that the type has is taken away") func bound() throws {
    let folder = try Self.folder(("chips/c1.yaml", Samples.chip.replacing("64 GB/s", with: "40 GB/s")))
    let new = try folder.catalog().instance("i1.large+nitro-v8")
    #expect(new.network?.bandwidth.value.value == 6.4e11)
    #expect(Self.limit(new) == .link("PCIe", chips: 16, chip: "c1", wanted: ByteRate(8e11)))
    try folder.write("chips/c1.yaml", Samples.chip.replacing("64 GB/s", with: "10 GB/s"))
    #expect(try folder.catalog().instance("i1.large+nitro-v8").network?.bandwidth.value.value == 4e11)
    try folder.write("chips/c1.yaml", Samples.chip.replacing("host_link: {name: PCIe, bandwidth: 64 GB/s}\n", with: ""))
    let free = try folder.catalog().instance("i1.large+nitro-v8")
    #expect(free.network?.bandwidth.value.value == 8e11 && Self.limit(free) == .unpublished(chip: "c1"))
  }

  @Test("EBS never exceeds what the new generation has, and stays where either is unknown") func ebs() throws {
    let folder = try Self.folder()
    let fast = Samples.instance.replacing("ebs: {bandwidth: 80", with: "ebs: {bandwidth: 89")
    try folder.write(
      "chips/nitro-v9.yaml", Samples.nitroCard.replacing("ebs_bandwidth: 100", with: "ebs_bandwidth: 60"))
    try folder.write("instances/i1.large.yaml", fast)
    #expect(try folder.catalog().instance("i1.large+nitro-v8").ebs?.bandwidth.value.value == 150 * 1.25e8)
    try folder.write("chips/nitro-v9.yaml", Samples.nitroCard.replacing("ebs_bandwidth: 100 Gbit/s\n", with: ""))
    let kept = try folder.catalog().instance("i1.large+nitro-v8")
    #expect(
      kept.ebs?.bandwidth.value.value == 89 * 1.25e8
        && kept.assumed.contains(.ebsKept(instance: "i1.large+nitro-v8", old: "nitro-v9", new: "nitro-v8")))
  }

  @Test("Cards without EFA leave TCP, and a size that has no EFA on a card that could gets none") func noEFA() throws {
    let folder = try Self.folder()
    let tcp = try folder.catalog().instance("i1.large+nitro-v1")
    #expect(tcp.network?.kind == .ena && tcp.network?.efaVersion == nil && tcp.network?.latency.value.value == 50e-6)
    let ena = "network: {kind: ena, cards: 1, bandwidth: 10 Gbit/s, latency: 44 us}"
    let own = "network: {kind: efa, efa: v3, cards: 16, bandwidth: 3200 Gbit/s, burst: 4 Tbit/s}"
    try folder.write("instances/small.yaml", Samples.instance.replacing(own, with: ena))
    let small = try folder.catalog().instance("small+nitro-v8")
    #expect(small.network?.kind == .ena && small.network?.latency.value.value == 44e-6)
    try folder.write(
      "instances/old.yaml",
      Samples.instance.replacing(own, with: ena).replacing("nitro: nitro-v9", with: "nitro: nitro-v1"))
    let old = try folder.catalog().instance("old+nitro-v8")
    #expect(old.network?.kind == .efa && old.network?.efaVersion == "v2" && old.network?.latency.value.value == 9e-6)
  }

  @Test("A latency measured on the type keeps its relation to that of its cards") func latency() throws {
    let folder = try Self.folder()
    try folder.write(
      "instances/i1.large.yaml", Samples.instance.replacing("burst: 4 Tbit/s", with: "latency: 10 us"))
    let value = try #require(try folder.catalog().instance("i1.large+nitro-v8").network?.latency.value.value)
    #expect(abs(value - 6e-6) < 1e-12)
  }

  @Test("A host has as many vCPUs, other cores, and launches as fast as one of them is") func host() throws {
    let catalog = try Self.folder().catalog()
    let new = try catalog.instance("i1.large+cpu-b+nitro-v8")
    #expect(new.host.cpu == "cpu-b" && new.host.vcpus == 192 && new.host.cores == 192)
    #expect(new.host.coreSpeed?.value.value == 50_000 && abs(new.launchFactor - 0.8) < 1e-12)
    #expect(new.soldAs == "i1.large" && new.parts == ["cpu-b", "nitro-v8"])
    #expect(new.network?.bandwidth.value.value == 8e11)
    #expect(try catalog.instance("i1.large").launchFactor == 1)
  }

  @Test("Where the speed of either host is unknown, launches take as long as before, and that is told") func unknown()
    throws
  {
    let folder = try Self.folder()
    try folder.write("hosts/cpu-b.yaml", Samples.hostCPU.replacing("core_speed: 40 k/s\n", with: ""))
    let new = try folder.catalog().instance("i1.large+cpu-b")
    #expect(
      new.launchFactor == 1
        && new.assumed == [
          .hostSpeedUnknown(instance: "i1.large+cpu-b", host: "cpu-b", was: "cpu-a", unknown: "cpu-b")
        ])
  }

  @Test("What a type has already changes nothing but the name") func same() throws {
    let catalog = try Self.folder().catalog()
    let own = try catalog.instance("i1.large"), new = try catalog.instance("i1.large+cpu-a+nitro-v9")
    #expect(new.network?.bandwidth.value == own.network?.bandwidth.value && new.network?.efaVersion == "v3")
    #expect(new.launchFactor == 1 && new.host.cores == 96 && new.assumed.isEmpty)
  }

  @Test("A group takes parts as its sum does") func group() throws {
    let new = try Self.folder().catalog().instance("u1+nitro-v8+cpu-b")
    #expect(new.network?.bandwidth.value.value == 1.6e12 && new.network?.cards == 32 && new.host.cores == 384)
    #expect(new.ebs?.bandwidth.value.value == 3e10 && new.soldAs == "u1")
  }

  @Test("--set puts cards and hosts in place as well, and a figure that is set besides stays") func set() throws {
    let folder = try Self.folder()
    let new = try folder.catalog("instances.i1.large.nitro=nitro-v8", "instances.i1.large.host.cpu=cpu-b")
      .instance("i1.large")
    #expect(new.name == "i1.large" && new.parts == ["nitro-v8", "cpu-b"] && new.soldAs == "i1.large")
    #expect(new.network?.bandwidth.value.value == 8e11 && new.network?.latency.value.value == 9e-6)
    #expect(abs(new.launchFactor - 0.8) < 1e-12)
    let mine = try folder.catalog("instances.i1.large.nitro=nitro-v8", "instances.i1.large.network.bandwidth=1 TB/s")
      .instance("i1.large")
    #expect(mine.network?.bandwidth.value.value == 1e12)
    // Members pass theirs on.
    let group = try folder.catalog("instances.i1.large.nitro=nitro-v8").instance("u1")
    #expect(group.network?.bandwidth.value.value == 1.6e12 && group.parts == ["nitro-v8"])
    let whole = try folder.catalog("instances.u1.nitro=nitro-v8").instance("u1")
    #expect(whole.network?.bandwidth.value.value == 1.6e12)
  }

  @Test(
    "What cannot be put in is refused with what could",
    arguments: [
      ("i1.large+nitro-v7", "no Nitro card or host CPU is called 'nitro-v7'", "did you mean 'nitro-v"),
      ("i1.large+zzz", "no Nitro card or host CPU is called 'zzz'", "host CPUs: cpu-a, cpu-b"),
      ("i1.large+", "a part is missing", "Nitro cards: "),
      ("i1.large+nitro-v8+nitro-v8", "nitro-v8 is put in twice", "once"),
      ("i1.large+nitro-v8+nitro-v9", "nitro-v8 and nitro-v9 are both Nitro cards", "two types"),
      ("i1.large+cpu-a+cpu-b", "cpu-a and cpu-b are both host CPUs", "two types"),
      ("bare+nitro-v8", "bare has no Nitro cards", "InfiniBand"),
      ("socket+cpu-b", "its host is what computes", "c9g.48xlarge"),
      ("i2.large+nitro-v8", "no instance type is called 'i2.large'", "did you mean 'i1.large'"),
    ])
  func refused(name: String, message: String, help: String) throws {
    let folder = try Self.folder()
    let bare = Samples.instance.replacing("nitro: nitro-v9\n", with: "")
      .replacing("burst: 4 Tbit/s", with: "latency: 5 us").replacing("kind: efa, efa: v3", with: "kind: infiniband")
    try folder.write("instances/bare.yaml", bare)
    try folder.write("chips/c2.yaml", Samples.chip.replacing("class: accelerator", with: "class: cpu"))
    try folder.write("instances/socket.yaml", Samples.instance.replacing("chip: c1", with: "chip: c2"))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.instance(name) }
    #expect(found.count == 1 && found.first?.message.contains(message) == true, "\(found.map(\.rendered))")
    #expect(found.first?.help?.contains(help) == true, "\(found.map(\.rendered))")
  }

  @Test("--set of cards where there are none is refused at its place") func setRefused() throws {
    let folder = try Self.folder()
    try folder.write(
      "instances/bare.yaml",
      Samples.instance.replacing("nitro: nitro-v9\n", with: "").replacing("burst: 4 Tbit/s", with: "latency: 5 us"))
    let catalog = try folder.catalog("instances.bare.nitro=nitro-v8")
    let found = problems { () throws(Diagnostics) in try catalog.instance("bare") }
    #expect(found.first?.message.contains("bare has no Nitro cards") == true && found.first?.place?.file == "--set")
  }

  @Test("A job and a suite may name such types, and a slip in one is found by check") func named() throws {
    let folder = try Self.folder()
    try folder.write("jobs/j1.yaml", Samples.job.replacing("on: [i1.large, u1]", with: "on: [i1.large+nitro-v8]"))
    try folder.write("suites/b1.yaml", Samples.suite.replacing("instance: u1", with: "instance: u1+nitro-v8"))
    #expect(try folder.catalog().check().map(\.rendered) == [])
    let suite = try folder.catalog().suite("b1")
    let last = try #require(suite.cases.last)
    #expect(try folder.catalog().resolve(last).instance.parts == ["nitro-v8"])
    try folder.write("jobs/j1.yaml", Samples.job.replacing("on: [i1.large, u1]", with: "on: [i1.large+nitro-v7]"))
    try folder.write("suites/b1.yaml", Samples.suite.replacing("instance: u1", with: "instance: u1+nitro-v7"))
    let found = try folder.catalog().check()
    #expect(found.count == 2 && found.allSatisfy { $0.message.contains("'nitro-v7'") }, "\(found.map(\.rendered))")
  }

  @Test("A CPU that no file describes is only shown, but a slip in a name is told") func freeText() throws {
    let folder = try Self.folder()
    try folder.write("instances/i1.large.yaml", Samples.instance.replacing("some cpu", with: "cpu-aa"))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.instance("i1.large") }
    #expect(found.first?.help?.contains("did you mean 'cpu-a'?") == true && found.first?.place?.line ?? 0 > 1)
    try folder.write("instances/i1.large.yaml", Samples.instance)
    let free = try folder.catalog().instance("i1.large")
    #expect(free.host.cpu == "some cpu" && free.host.coreSpeed == nil)
  }

  @Test(
    "A burst below what lasts and a faster accelerated card are slips",
    arguments: [
      Slip("burst: 4 Tbit/s", "burst: ▸3 Tbit/s", "no more than 'bandwidth'", "leave it out"),
      Slip("burst: 90 Gbit/s", "burst: ▸80 Gbit/s", "no more than 'bandwidth'", "leave it out"),
    ])
  func bursts(slip: Slip) throws {
    try slip.check(in: "instances/i1.large.yaml", Samples.instance) { catalog in
      problems { () throws(Diagnostics) in try catalog.instance("i1.large") }
    }
    try Slip("accelerated: 200", "accelerated: ▸500", "is above 'card_bandwidth'", "full rate").check(
      in: "chips/nitro-v9.yaml", Samples.nitroCard
    ) { catalog in problems { () throws(Diagnostics) in try catalog.nitroCard("nitro-v9") } }
  }

  @Test("A p5 with the newest cards is bounded by PCIe, and with v2 cards it is on TCP") func shippedParts() throws {
    let new = try shipped.instance("p5.48xlarge+nitro-v6"), old = try shipped.instance("p5.48xlarge+nitro-v2")
    #expect(new.network?.bandwidth.value.value == 5.12e11 && new.network?.efaVersion == "v4")
    #expect(old.network?.bandwidth.value.value == 1e11 && old.network?.kind == .ena)
    #expect(try shipped.instance("c8g.48xlarge+nitro-v6").network?.bandwidth.value.value == 1.25e10)
    let xen = try shipped.instance("p3.16xlarge")
    #expect(xen.nitro?.efa == "none" && xen.nitro?.encryptsInLine == false && xen.parts.isEmpty)
    #expect(try shipped.instance("trn1.2xlarge").network?.burst?.value.value == 12.5 * 1.25e8)
  }
}

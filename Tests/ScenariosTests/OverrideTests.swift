import Quantities
import Testing

@testable import Scenarios

@Suite struct OverrideTests {
  @Test("A field is replaced as if the file said so, and the source says who did") func replaced() throws {
    let catalog = try Folder.sample().catalog(
      "chips.c1.memory_bandwidth=4 TB/s", "chips.c1.peak.fp8=1 PFLOP/s")
    let chip = try catalog.chip("c1")
    #expect(chip.memoryBandwidth.value.value == 4e12 && chip.memoryBandwidth.origin.source == "--set")
    #expect(chip.peak[.fp8]?.value.value == 1e15 && chip.peak[.fp8]?.origin.source == "--set")
    #expect(chip.memoryCapacity.origin.source == "a datasheet")
    #expect(
      catalog.appliedOverrides() == [
        AppliedOverride(path: "chips.c1.memory_bandwidth", value: "4 TB/s", before: "2.9 TB/s"),
        AppliedOverride(path: "chips.c1.peak.fp8", value: "1 PFLOP/s", before: "1200 TFLOP/s"),
      ])
    #expect(catalog.unusedOverrides().isEmpty)
  }

  @Test("Names with dots, places in lists and absent keys are reached") func paths() throws {
    let catalog = try Folder.sample().catalog(
      "instances.i1.large.scale_up[0].bandwidth=2 TB/s", "instances.i1.large.network.latency=9 us",
      "chips.nitro-v9.latency.value=7 us", "models.m1.layers=5", "efficiency.c1.s1.softmax=0.2",
      "jobs.j1.size={chips: 64}", "jobs.j1.on=[u1]")
    let instance = try catalog.instance("i1.large")
    #expect(instance.scaleUp[0].bandwidth.value.value == 2e12)
    #expect(instance.network?.latency.value.value == 9e-6)
    #expect(instance.nitro?.latency?.value.value == 7e-6 && instance.nitro?.latency?.origin.source == "--set")
    #expect(try catalog.model("m1").layers == 5)
    #expect(try catalog.efficiency(chip: "c1", stack: nil)[.softmax] == 0.2)
    #expect(try catalog.job("j1").size == .chips(64) && catalog.job("j1").options == ["u1"])
    #expect(catalog.unusedOverrides().isEmpty)
    #expect(catalog.appliedOverrides().count == 7)
    #expect(
      catalog.appliedOverrides()[1]
        == AppliedOverride(path: "instances.i1.large.network.latency", value: "9 us", before: nil))
  }

  @Test("The longest name that begins the path is meant") func longest() throws {
    let folder = try Folder.sample()
    try folder.write("instances/i1.yaml", Samples.instance)
    let catalog = try folder.catalog("instances.i1.large.chips=64")
    #expect(try catalog.instance("i1.large").chips == 64)
    #expect(try catalog.instance("i1").chips == 16)
  }

  @Test("Another card may be put in") func nitro() throws {
    let folder = try Folder.sample()
    try folder.write("chips/nitro-v8.yaml", Samples.nitroCard.replacing("15 us", with: "30 us"))
    let catalog = try folder.catalog("instances.i1.large.nitro=nitro-v8")
    #expect(try catalog.instance("i1.large").network?.latency.value.value == 30e-6)
  }

  @Test(
    "What is set must pass every check that a written value must, with the caret in the option",
    arguments: [
      ("chips.c1.memory_bandwidth=▸4 TB", "'4 TB' is bytes", "did you mean '4 TB/s'?"),
      (
        "chips.c1.▸memory_bandwith=4 TB/s", "key 'memory_bandwith' is unknown",
        "did you mean 'memory_bandwidth'?"
      ),
      ("chips.c1.peak.▸bf61=4 TFLOP/s", "key 'bf61' is unknown", "bf16"),
      ("chips.c1.released.▸x=4", "no 'x' below a single value", "leave it out"),
      ("chips.c1.class=▸gpu", "'class' is 'gpu'", "one of: accelerator, cpu"),
      ("chips.c1.▸disputed[7]=x", "has no place 7", "places 0 to 0"),
      ("chips.c1.▸disputed[x]=x", "is not a place in a list", "scale_up[0]"),
      ("chips.c1.▸vendors[0]=x", "no list called 'vendors'", "disputed"),
      ("chips.c1.▸.x=4", "a key is missing in the path", nil),
      ("chips.c1.peak=▸{bf16: 3", "not valid YAML", nil),
    ] as [(String, String, String?)])
  func checked(marked: String, message: String, help: String?) throws {
    let (text, places) = unmarked(marked)
    let catalog = try Folder.sample().catalog(text)
    let found = problems { () throws(Diagnostics) in try catalog.chip("c1") }
    let match = found.first { $0.message.contains(message) }
    #expect(match != nil, "\(found.map(\.rendered))")
    #expect(match?.place?.file == "--set")
    // A list or map is a text of its own, so its columns begin behind the equals sign.
    if !text.contains("{") {
      #expect("1:\(match?.place?.column ?? 0)" == places.first, "\(match?.rendered ?? "")")
    }
    if let help { #expect(match?.help?.contains(help) == true, "\(match?.rendered ?? "")") }
  }

  @Test(
    "What is no override is refused before anything is read",
    arguments: [
      ("chips.c1.x", "is not PATH=VALUE", "write it like"), ("chips=3", "is not a path", "write it like"),
      ("chips.c1.x=", "is not PATH=VALUE", "write it like"), ("=3", "is not a path", "write it like"),
      ("chip.c1.x=3", "is no kind of configuration", "did you mean 'chips'?"),
      ("prices.p.x=3", "prices are not set by --set", "--price"),
      ("regions.r.pue=1.1", "grids are not set by --set", "--configs"), ("", "is not PATH=VALUE", "write it like"),
    ])
  func refused(text: String, message: String, help: String) {
    let found = problems { () throws(Diagnostics) in try Override(parsing: text) }
    #expect(found.count == 1)
    #expect(found.first?.message.contains(message) == true, "\(found.map(\.rendered))")
    #expect(found.first?.help?.contains(help) == true, "\(found.map(\.rendered))")
  }

  @Test("All problems of all overrides come at once, and setting one thing twice is one") func several() {
    let found = problems { () throws(Diagnostics) in
      try Override.parse(["a", "chips.c1.x=1", "chips.c1.x=2", "b=c"])
    }
    #expect(found.count == 3)
    #expect(found.contains { $0.message == "chips.c1.x is set twice" })
  }

  @Test("An override that nothing read is reported: a slip in the name, or a file the run does not use")
  func unused() throws {
    let catalog = try Folder.sample().catalog(
      "chips.cc1.released=2020", "instances.u1.released=2020", "instances.i1.lrage.released=2020")
    _ = try catalog.chip("c1")
    let found = catalog.unusedOverrides()
    #expect(found.count == 3)
    #expect(found[0].help == "did you mean 'c1'?")
    #expect(found[1].message == "nothing in this run reads instances/u1")
    #expect(found[2].help == "did you mean 'i1.large'?")
    #expect(found[0].place?.column == 7)
    _ = try catalog.instance("u1")
    #expect(catalog.unusedOverrides().count == 2)
  }
}

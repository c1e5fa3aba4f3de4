import Foundation
import Quantities
import Testing

@testable import Scenarios

@Suite struct CatalogTests {
  @Test("Names are sorted, and Nitro cards are told from chips") func names() throws {
    let catalog = try Folder.sample().catalog()
    #expect(catalog.names(.chips) == ["c1"])
    #expect(catalog.names(.nitroCards) == ["nitro-v9"])
    #expect(catalog.names(.instances) == ["i1.large", "u1"])
    #expect(catalog.names(.efficiency) == ["c1.s1"])
    #expect(catalog.names(.prices) == ["p"])
    #expect(shipped.names(.instances) == shipped.names(.instances).sorted())
  }

  @Test("The first root's file is the one that counts, the others' names are still there") func overlay()
    throws
  {
    let theirs = try Folder.sample()
    let mine = try Folder()
    try mine.write("chips/c1.yaml", Samples.chip.replacing("2.9 TB/s", with: "5 TB/s"))
    try mine.write("chips/c2.yaml", Samples.chip)
    let catalog = Catalog(roots: [mine.path, theirs.path])
    #expect(catalog.names(.chips) == ["c1", "c2"])
    #expect(try catalog.chip("c1").memoryBandwidth.value.value == 5e12)
    #expect(try catalog.instance("i1.large").chip.memoryBandwidth.value.value == 5e12)
    #expect(try Catalog(roots: [theirs.path, mine.path]).chip("c1").memoryBandwidth.value.value == 2.9e12)
  }

  @Test("An unknown name is answered with the nearest ones and the list") func unknown() throws {
    let found = problems { () throws(Diagnostics) in try shipped.chip("tranium2") }
    #expect(found.map(\.message) == ["no chip is called 'tranium2'"])
    #expect(found.first?.help?.hasPrefix("did you mean 'trainium2'") == true, "\(found.map(\.rendered))")
    #expect(found.first?.help?.contains("h100") == true)
    let far = problems { () throws(Diagnostics) in try Folder.sampleCatalog.model("zzz") }
    #expect(far.first?.help == "known: m1")
  }

  @Test(
    "A name cannot reach outside the folders",
    arguments: ["../chips/c1", "", ".", "..", "c1/../c1", "/etc/passwd", "a\u{0}b"])
  func escapes(name: String) throws {
    let catalog = Folder.sampleCatalog
    #expect(!problems { () throws(Diagnostics) in try catalog.chip(name) }.isEmpty)
    #expect(catalog.path(.chips, name) == nil)
  }

  @Test("A root that is no folder is reported instead of being passed over") func badRoot() throws {
    let good = try Folder.sample()
    let catalog = Catalog(roots: ["/no/such/folder", good.path])
    for found in [
      problems { () throws(Diagnostics) in try catalog.chip("c1") },
      problems { () throws(Diagnostics) in try catalog.prices() },
      catalog.check(),
    ] {
      #expect(found.map(\.message) == ["this is not a folder of configurations"])
      #expect(found.first?.place?.file == "/no/such/folder")
    }
    let none = problems { () throws(Diagnostics) in try Catalog(roots: []).chip("c1") }
    #expect(none.first?.help?.contains("--configs") == true)
  }

  @Test("Roots are found in the order: given, environment, upward, beside the program") func roots() throws {
    let place = try Folder()
    try place.write("repo/configs/\(Catalog.marker)", "")
    // Those of another project, nearer than ours.
    try place.write("repo/deep/er/configs/models/a.yaml", "")
    try place.write("repo/deep/configs/unrelated.txt", "")
    try place.write("repo/deep/er/x", "")
    try place.write("opt/bin/trainfare", "")
    try place.write("opt/share/trainfare/configs/chips/a.yaml", "")
    let found = Catalog.findRoots(
      explicit: ["/mine"], environment: ["TRAINFARE_CONFIGS": "/env1:/env2"],
      currentDirectory: place.path + "/repo/deep/er", executable: place.path + "/opt/bin/trainfare")
    #expect(
      found == [
        "/mine", "/env1", "/env2", place.path + "/repo/configs", place.path + "/opt/share/trainfare/configs",
      ])
    #expect(
      Catalog.findRoots(explicit: [], environment: [:], currentDirectory: "/", executable: "/x/y") == [])
    #expect(
      Catalog.findRoots(explicit: ["a", "a"], environment: [:], currentDirectory: "", executable: "") == ["a"]
    )
  }

  @Test("Members that lead back to themselves are refused", arguments: [1, 2, 5]) func cycles(length: Int)
    throws
  {
    let folder = try Folder.sample()
    for index in 0..<length {
      let next = (index + 1) % length
      try folder.write(
        "instances/r\(index).yaml",
        Samples.group.replacing("i1.large", with: "r\(next)"))
    }
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.instance("r0") }
    #expect(
      found.contains { $0.message.hasPrefix("the members go round in a circle: r0 → ") },
      "\(found.map(\.rendered))")
  }

  @Test("Members with members of their own are refused") func nested() throws {
    let folder = try Folder.sample()
    try folder.write("instances/u2.yaml", Samples.group.replacing("i1.large", with: "u1"))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.instance("u2") }
    #expect(found.map(\.message) == ["'u1' has members of its own"])
    #expect(found.first?.place?.line == 7)
  }

  @Test("A group says nothing that follows from its members") func groupWithChips() throws {
    let folder = try Folder.sample()
    try folder.write("instances/u1.yaml", Samples.group + "chips: 3\nchip: c1\n")
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.instance("u1") }
    #expect(found.map(\.message) == ["'chips' follows from 'members'", "'chip' follows from 'members'"])
  }

  @Test("A chip without a link needs figures in every tier") func linkless() throws {
    let folder = try Folder.sample()
    try folder.write(
      "chips/c1.yaml",
      Samples.chip.replacing("link: {name: fast, bandwidth: 500 GB/s, latency: 2 us}\ndevice", with: "device")
    )
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.instance("i1.large") }
    #expect(
      found.map(\.message) == [
        "scale_up[1] has no 'bandwidth', and neither has the link of c1",
        "scale_up[1] has no 'latency', and neither has the link of c1",
      ])
    #expect(found.first?.help == "add 'bandwidth' here, or to 'link' in chips/c1.yaml")
  }

  @Test("What is wrong with a chip is told of every instance that has it, and once by check") func shared()
    throws
  {
    let folder = try Folder.sample()
    try folder.write("chips/c1.yaml", Samples.chip.replacing("500 W", with: "500"))
    let catalog = try folder.catalog()
    #expect(problems { () throws(Diagnostics) in try catalog.instance("i1.large") }.count == 1)
    #expect(problems { () throws(Diagnostics) in try catalog.instance("u1") }.count == 1)
    #expect(catalog.check().count == 1, "\(catalog.check().map(\.rendered))")
  }

  @Test("A chip's profile is its default, or that of a named stack") func efficiency() throws {
    let folder = try Folder.sample()
    try folder.write("stacks/s2.yaml", Samples.stack)
    let second = Samples.efficiency.replacing("stack: s1", with: "stack: s2")
      .replacing("softmax: 0.6", with: "softmax: 0.3")
    try folder.write("efficiency/c1.s2.yaml", second.replacing("default: true", with: "default: false"))
    let catalog = try folder.catalog()
    #expect(try catalog.efficiencies(chip: "c1").map(\.name) == ["c1.s1", "c1.s2"])
    #expect(try catalog.efficiency(chip: "c1", stack: nil)[.softmax] == 0.6)
    #expect(try catalog.efficiency(chip: "c1", stack: "s2")[.softmax] == 0.3)
    let missing = problems { () throws(Diagnostics) in try catalog.efficiency(chip: "c1", stack: "s3") }
    #expect(missing.first?.message == "no software stack is called 's3'")
    // A stack of which the chip has no file is put together, as the whole of the calibration.
    try folder.write("stacks/s3.yaml", Samples.stack)
    let composed = try Catalog(roots: [folder.path]).efficiency(chip: "c1", stack: "s3")
    #expect(composed.name == "c1.s3" && composed.status == .composed && composed.memorySpread == 0.2)
    #expect(abs(composed[.gemm16bit] - 1 / (1 + exp(-1.1))) < 1e-12)
    // What the posterior does not know is the prior's.
    #expect(abs(composed[.gemmBatched] - 0.5) < 1e-12 && abs(composed[.stepTime] - 1e-3) < 1e-12)
    let none = problems { () throws(Diagnostics) in try catalog.efficiency(chip: "c9", stack: nil) }
    #expect(none.first?.message == "no efficiency profile of c9 is its default")

    try folder.write("efficiency/c1.s2.yaml", second)
    let again = Catalog(roots: [folder.path])
    let several = problems { () throws(Diagnostics) in try again.efficiency(chip: "c1", stack: nil) }
    #expect(several.first?.message == "several efficiency profiles of c1 are its default")
  }

  @Test("A profile is called by its chip and its stack") func profileName() throws {
    let folder = try Folder.sample()
    try folder.write("efficiency/c1.other.yaml", Samples.efficiency)
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.efficiencies(chip: "c1") }
    #expect(found.map(\.message) == ["a profile of c1 on s1 is called 'c1.s1', not 'c1.other'"])
  }

  @Test("Jobs and models are read by path too, a job's model from beside it") func paths() throws {
    let folder = try Folder.sample()
    let job = try folder.write(
      "mine/run.yaml", Samples.job.replacing("model: m1", with: "model: ./special.yaml"))
    try folder.write("mine/special.yaml", Samples.model.replacing("layers: 2", with: "layers: 3"))
    let catalog = try folder.catalog()
    #expect(try catalog.job(job).name == "run")
    #expect(try catalog.job(job).model.layers == 3)
    #expect(try catalog.job(job).model.name == "special")
    #expect(try catalog.model(folder.path + "/mine/special.yaml").layers == 3)
  }

  @Test("check holds the files against each other") func crossChecks() throws {
    let folder = try Folder.sample()
    try folder.write("instances/i2.yaml", Samples.instance.replacing("sold_in: u1", with: "sold_in: u9"))
    try folder.write("chips/c3.yaml", Samples.chip)
    try folder.write("chips/c4.yaml", Samples.chip.replacing("class: accelerator", with: "class: cpu"))
    try folder.write("prices/p.csv", Samples.prices + "aws,i9,us-east-1,spot,5.5,2026-01-31,a page,\n")
    try folder.write("jobs/j2.yaml", Samples.job.replacing("on: [i1.large, u1]", with: "on: [i7]"))
    try folder.write("models/m5.yml", Samples.model)
    let found = try folder.catalog().check()
    let messages = Set(found.map(\.message))
    #expect(
      messages == [
        "no instance type is called 'u9'", "no efficiency profile of c3 is its default",
        "no instance type is called 'i9'",
        "no instance type is called 'i7'", "this file is not read",
      ])
    #expect(found.first { $0.message.contains("i9") }?.place?.line == 5)
    #expect(found.first { $0.message == "this file is not read" }?.severity == .warning)
  }

  @Test("One catalog serves many tasks at once") func concurrent() async throws {
    let catalog = Catalog(roots: [repository + "/configs"])
    let names = catalog.names(.instances)
    let chips = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        for name in names { group.addTask { (try? catalog.instance(name).chips) ?? -1 } }
      }
      return await group.reduce(into: 0) { $0 += $1 }
    }
    #expect(chips == 8 * names.reduce(0) { $0 + ((try? catalog.instance($1).chips) ?? -1) })
  }

  @Test("A comparison of six types reads their files in seconds, not all files") func lazy() throws {
    let types = shipped.names(.instances).filter { $0.hasPrefix("p") || $0.hasPrefix("trn") }.prefix(6)
    let time = try ContinuousClock().measure {
      let catalog = Catalog(roots: [repository + "/configs"])
      for type in types { _ = try catalog.efficiency(chip: catalog.instance(type).chip.name, stack: nil) }
    }
    // All files take a debug build ten times as long; a busy machine a few times.
    #expect(time < .seconds(5))
  }
}

extension Folder {
  static let sampleCatalog: Catalog = {
    guard let catalog = try? Folder.sample().catalog() else {
      preconditionFailure("the samples cannot be written")
    }
    return catalog
  }()
}

import Foundation
import TestSupport
import Testing

/// A machine of another cloud is three files and no code.
@Suite struct ProviderCommandTests {
  private static let provider = """
    kind: provider
    version: 1
    source: a test
    retrieved: 2026-11-28
    summary: another cloud
    title: CoreWeave
    cloud: true
    home_region: US-EAST-04
    near_regions: [US-WEST-01]
    billing:
      on-demand: {portions: [{of: 1 h}], shortest: 1 h}
      spot: {portions: none}
    list: [on-demand]
    data_storage: [nvme, shared]
    checkpoint_storage: shared
    slow_network: {kind: ethernet, called: Ethernet, lacks: InfiniBand}

    """

  private static func files(_ scratch: Scratch, network: String = "infiniband") throws {
    for folder in ["providers", "instances", "prices"] {
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/configs/\(folder)", withIntermediateDirectories: true)
    }
    try scratch.write("configs/providers/coreweave.yaml", provider)
    try scratch.write(
      "configs/instances/gd-8xh100.yaml",
      """
      kind: instance
      version: 1
      source: a test
      retrieved: 2026-11-28
      summary: eight H100
      provider: coreweave
      chip: h100
      chips: 8
      host: {vcpus: 128, cores: 64, memory: 2 TiB}
      scale_up: [{name: NVSwitch, topology: switch, chips: 8}]
      network: {kind: \(network), bandwidth: 3200 Gbit/s, latency: 5 us}
      local_storage: {drives: 8, capacity: 7.68 TB, read_bandwidth: 40 GB/s, write_bandwidth: 20 GB/s}
      power_max: 10.2 kW

      """)
    try scratch.write(
      "configs/prices/coreweave.csv",
      """
      provider,instance,region,pricing,usd_per_hour,date,source,note
      coreweave,gd-8xh100,EU-SOUTH-01,on-demand,40,2026-11-01,a test,
      coreweave,gd-8xh100,US-WEST-01,on-demand,49.24,2026-10-01,a test,
      coreweave,gd-8xh100,US-EAST-04,spot,20,2026-10-01,a test,

      """)
  }

  private static func compare(_ scratch: Scratch, _ more: String...) throws -> Tool.Result {
    try Tool.start(
      [
        "compare", "llama-3.1-8b-1t", "--tokens", "1 B", "--instances", "2", "--on", "gd-8xh100", "--format", "csv",
        "--configs", scratch.path + "/configs",
      ] + more
    ).finish()
  }

  /// The only row, by column.
  private static func row(_ result: Tool.Result) throws -> [String: String] {
    #expect(result.status == 0, "\(result.err)")
    let records = try #require(parseCSV(result.out))
    #expect(records.count == 2)
    return Dictionary(uniqueKeysWithValues: zip(records[0], records[1]))
  }

  @Test("It has its price, its region and its billing, and stands in no region of AWS and at no owner's") func added()
    throws
  {
    let scratch = try Scratch()
    try Self.files(scratch)
    let result = try Self.compare(scratch)
    let row = try Self.row(result)
    #expect(
      row["price_usd_per_instance_hour"] == "49.24" && row["region"] == "US-WEST-01" && row["pricing"] == "on-demand")
    let wall = try #require(Double(row["wall_time_s"] ?? "")), cost = try #require(Double(row["cost_usd"] ?? ""))
    // Whole hours of two machines.
    let hours = (wall / 3600).rounded(.up)
    #expect(abs(cost / (2 * 49.24 * hours) - 1) < 1e-9 && wall / 3600 < hours * 0.999)
    let warnings = row["warnings"] ?? ""
    #expect(warnings.contains("the price is from region US-WEST-01; no price is known in US-EAST-04"))
    #expect(warnings.contains("on-demand purchases are sold in whole hours"))
    #expect((row["note_codes"] ?? "").contains("building-unpublished"))
    #expect(!warnings.contains("owned machine") && row["pue"] == "")
  }

  @Test("Its spot price, its slow network and its storage are told in its own words") func words() throws {
    let scratch = try Scratch()
    try Self.files(scratch, network: "ethernet")
    let result = try Self.compare(scratch, "--pricing", "spot")
    let row = try Self.row(result)
    let warnings = row["warnings"] ?? ""
    #expect(row["region"] == "US-EAST-04")
    #expect(warnings.contains("CoreWeave does not publish how often spot instances are taken back"))
    #expect(warnings.contains("has no InfiniBand: collectives between instances go over TCP (Ethernet)"))
    #expect(try Tool.run("catalog", "check", "--configs", scratch.path + "/configs").status == 0)
    let shown = try Tool.run("catalog", "show", "coreweave", "--configs", scratch.path + "/configs")
    #expect(shown.status == 0 && shown.out.hasPrefix("coreweave, price list"))
    let sheet = try Tool.run("catalog", "show", "providers/coreweave", "--configs", scratch.path + "/configs")
    #expect(sheet.out.contains("sold in whole hours; 1 h at least"))
  }

  @Test("Without a file of its provider it is refused at its line, with what is known and what to add") func unknown()
    throws
  {
    let scratch = try Scratch()
    try Self.files(scratch)
    try FileManager.default.removeItem(atPath: scratch.path + "/configs/providers/coreweave.yaml")
    let result = try Self.compare(scratch)
    #expect(result.status == 2)
    #expect(result.err.contains("instances/gd-8xh100.yaml:6:"), "\(result.err)")
    #expect(result.err.contains("prices/coreweave.csv:2:"))
    #expect(result.err.contains("no provider is called 'coreweave'"))
    #expect(
      result.err.contains("known: aws, reference; or describe it in 'providers/coreweave.yaml' of your --configs"))
  }
}

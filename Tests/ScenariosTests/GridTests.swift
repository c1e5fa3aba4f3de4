import Foundation
import Quantities
import Testing

@testable import Scenarios

@Suite struct GridTests {
  private static let header = Grid.columns.joined(separator: ",") + "\n"

  private func read(_ text: String) throws -> ([Grid], [Diagnostic]) {
    let folder = try Folder.sample()
    try folder.write("regions/grids.csv", text)
    let catalog = try folder.catalog()
    var grids: [Grid] = []
    let found = problems { () throws(Diagnostics) in grids = try catalog.grids() }
    return (grids, found)
  }

  @Test("What a cell says is read with its source, and what it leaves empty is unknown") func values() throws {
    let (grids, found) = try read(Self.header + "r1,1.2,a sheet,0.4,a map,,,2026-01-31\nr2,,,,,0.1,a bill,2026-01-31\n")
    #expect(found.map(\.rendered) == [])
    #expect(grids.map(\.region) == ["r1", "r2"])
    #expect(grids[0].pue?.value == Count(1.2) && grids[0].pue?.origin.source == "a sheet")
    #expect(abs((grids[0].intensity?.value.perKilowattHour ?? 0) - 0.4) < 1e-12)
    #expect(grids[0].electricity == nil && grids[1].pue == nil && grids[1].intensity == nil)
    #expect(grids[1].electricity?.origin.retrieved == "2026-01-31")
  }

  @Test(
    "A wrong line is placed at its field",
    arguments: [
      ("r,▸0.9,s,,,,,2026", "a power usage effectiveness of 0.9", "1 … 3"),
      ("r,1.2,▸,,,,,2026", "'pue_source' is empty", "every line says it"),
      ("r,▸x,s,,,,,2026", "'pue'", "plain number"),
      ("r,,,▸-1,s,,,2026", "'kg_per_kwh'", "plain number"),
      ("▸r,1.2,s", "has 3 fields", "leave empty"),
    ])
  func slips(line: String, message: String, help: String) throws {
    let (text, places) = unmarked(Self.header + line + "\n")
    let (_, found) = try read(text)
    let first = try #require(found.first)
    #expect(first.message.contains(message) && first.help?.contains(help) == true, "\(first.rendered)")
    #expect(first.place.map { "\($0.line):\($0.column)" } == places.first)
  }

  @Test("The table has the columns that docs/Files.md gives") func page() throws {
    let page = try String(contentsOfFile: repository + "/docs/Files.md", encoding: .utf8)
    #expect(page.contains("`\(Grid.columns.joined(separator: ","))`"))
  }

  @Test("A region stands once") func twice() throws {
    let (_, found) = try read(Self.header + "r,1.2,s,,,,,2026\nr,1.3,s,,,,,2026\n")
    #expect(found.count == 1 && found[0].message.contains("given twice"))
  }

  @Test("Every region that a shipped price names has a grid; a price of no named region has none") func shippedGrids()
    throws
  {
    let grids = Dictionary(uniqueKeysWithValues: try shipped.grids().map { ($0.region, $0) })
    for region in Set(try shipped.prices().compactMap(\.region.name)) {
      #expect(grids[region]?.intensity != nil, "\(region)")
      #expect((grids[region]?.pue == nil) == region.hasPrefix("us-gov"), "\(region)")
    }
    #expect(grids["unspecified"] == nil)
  }
}

@Suite struct PowerKeysTests {
  @Test("A draw needs to be said how it is known, and idle, load and maximum stand in their order")
  func keys() throws {
    let folder = try Folder.sample()
    try folder.write(
      "instances/g.yaml",
      """
      kind: instance
      version: 1
      source: a page
      retrieved: 2026-01-31
      summary: one
      provider: aws
      chip: c1
      chips: 1
      power_max: 10 kW
      power_load: {value: 7 kW, source: a meter, retrieved: 2026-01-31}
      power_grade: measured
      power_idle: 2 kW

      """)
    let one = try folder.catalog().instance("g")
    #expect(one.powerLoad?.value == Watts(7000) && one.powerLoad?.origin.source == "a meter")
    #expect(one.powerGrade == .measured && one.powerIdle?.value == Watts(2000))
    for (key, value, message) in [
      ("power_idle", "8 kW", "'power_idle' is above 'power_load'"), ("power_load", "11 kW", "above 'power_max'"),
      ("power_grade", "published", "not known"), ("power_load", "null", "'power_load'"),
    ] {
      let catalog = try folder.catalog("instances.g.\(key)=\(value)")
      let found = problems { () throws(Diagnostics) in try catalog.instance("g") }
      #expect(found.contains { $0.message.contains(message) }, "\(key)=\(value): \(found.map(\.rendered))")
    }
  }
}

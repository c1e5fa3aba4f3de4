import Testing

@testable import Scenarios

/// Collectives that were timed alone as data.
@Suite struct MeasuredCollectiveTests {
  private static let row =
    "c-1,bench,table 1,2026,A1,i1.large,1,8,,,all-gather,1048576,per-rank contribution,100,,nccl-tests,[A]"

  private func rows(_ lines: [String]) throws -> Catalog {
    try Folder.catalog("measurements/collectives.csv", MeasuredCollective.columns, lines)
  }

  @Test("Shipped rows are read; nearly all are of machines that are shipped, too") func all() throws {
    let rows = try shipped.measuredCollectives()
    #expect(rows.count == 137 && Set(rows.map(\.id)).count == 137)
    #expect(rows.filter { $0.instance == nil }.map(\.id) == ["coll-116"])
    #expect(rows.allSatisfy { $0.time.map { $0.value > 1e-7 && $0.value < 1 } ?? true })
    #expect(rows.allSatisfy { !$0.source.isEmpty && $0.notes.hasPrefix("[") })
  }

  @Test("What each brings to a gather is a part of the buffer; a bus bandwidth is a time") func buffer() throws {
    let one = try #require(try rows([Self.row]).measuredCollectives().first)
    #expect(one.bytes?.value == 8 * 1_048_576 && abs((one.time?.value ?? 0) - 1e-4) < 1e-15 && one.kind == .allGather)
    // 7/8 of 8 MiB at 10 GB/s.
    let other = try #require(try rows([Self.row.replacing(",100,,", with: ",,10,")]).measuredCollectives().first)
    #expect(abs((other.time?.value ?? 0) - 8 * 1_048_576 * 0.875 / 1e10) < 1e-12)
    let whole = Self.row.replacing("per-rank contribution", with: "total buffer of a rank")
    #expect(try rows([whole]).measuredCollectives().first?.bytes?.value == 1_048_576)
  }

  @Test("An unknown machine and what is not stated are no errors") func open() throws {
    let one = try #require(
      try rows([Self.row.replacing("i1.large,1,8", with: "nobody's,,")]).measuredCollectives().first)
    #expect(one.instance == nil && one.machine == "nobody's" && one.ranks == nil && one.nodes == nil)
    #expect(try Folder.sample().catalog().measuredCollectives().isEmpty)
  }

  @Test(
    "What is wrong with a row is told at its place",
    arguments: [
      (",1,8,", ",1,8.5,", "'ranks' is 8.5"), (",100,", ",soon,", "'time_us': 'soon' does not start with a number"),
      ("all-gather", "all-gathr", "'collective' is 'all-gathr', which is not known"),
      ("per-rank contribution", "some", "'bytes_meaning' is 'some', which is not known"),
      (",1048576,", ",-4,", "'bytes':"),
    ])
  func wrong(old: String, new: String, told: String) throws {
    let catalog = try rows([Self.row.replacing(old, with: new)])
    let found = problems { () throws(Diagnostics) in try catalog.measuredCollectives() }
    #expect(found.contains { $0.message.hasPrefix(told) }, "\(found.map(\.message))")
    #expect(found.allSatisfy { $0.place?.line == 2 })
  }
}

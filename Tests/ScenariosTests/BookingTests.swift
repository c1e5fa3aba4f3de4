import Quantities
import Testing

@testable import Scenarios

/// What a provider's file says of when purchases are booked and end.
@Suite struct BookingTests {
  private static let spot = "{portions: [{of: 1 h}]"

  @Test("When purchases end, and how long ahead they are booked, is read; AWS's file says it of capacity blocks alone")
  func values() throws {
    let aws = try Catalog(roots: [repository + "/configs"]).provider("aws")
    let block = try #require(aws.billing(of: .capacityBlock))
    #expect(block.endsAt == Seconds(11.5 * 3600) && block.bookedAhead == Seconds(8 * 604_800) && block.lead == .zero)
    for way in aws.sold where way != .capacityBlock {
      #expect(aws.billing(of: way)?.endsAt == nil && aws.billing(of: way)?.bookedAhead == nil)
    }
    #expect(aws.ways[.capacityBlock]?.origin.retrieved == "2026-11-28")
  }

  @Test(
    "An end that is no time of the day in UTC, or of what has no portions, is refused",
    arguments: [
      Slip(spot, spot + ", ends_at: ▸25:00 UTC", "'ends_at' is '25:00 UTC'", "write it like '11:30 UTC'"),
      Slip(spot, spot + ", ends_at: ▸half past eleven", "'ends_at' is 'half past eleven'", "'11:30 UTC'"),
      Slip(
        "{portions: none, commitment", "{portions: none, ends_at: ▸11:30 UTC, commitment", "no portions has no end", nil
      ),
    ])
  func refused(slip: Slip) throws {
    try slip.check(in: "providers/aws.yaml", Samples.provider) { catalog in
      problems { () throws(Diagnostics) in try catalog.provider("aws") }
    }
  }

  @Test("A time of the day reads back as it is written", arguments: ["00:00", "11:30", "23:59"])
  func timeOfDay(text: String) throws { #expect(TimeOfDay.text(try #require(TimeOfDay.read(text))) == text) }
}

import Quantities
import Testing

@testable import Scenarios

@Suite struct ProviderTests {
  @Test("A provider says how each way of buying is billed, where prices are looked for and what data lies on")
  func values() throws {
    let provider = try Folder.sample().catalog().provider("aws")
    #expect(provider.title == "AWS" && provider.isCloud && provider.hasGrids)
    #expect(provider.homeRegion == "us-east-1" && provider.nearRegions == ["us-west-2"])
    #expect(provider.list == [.onDemand, .capacityBlock])
    #expect(provider.sold == [.onDemand, .spot, .reserved3y, .capacityBlock])
    #expect(provider.dataStorage == ["t1"] && provider.checkpointStorage == "t1")
    #expect(provider.slowNetwork?.kind == .ena && provider.slowNetwork?.lacks == "EFA")
    let day = 86_400.0
    #expect(provider.billing(of: .onDemand) == Billing(shortest: Seconds(60)))
    #expect(provider.billing(of: .spot) == Billing(shortest: Seconds(7200), portion: .init(size: Seconds(3600))))
    #expect(provider.billing(of: .reserved3y) == Billing(commitment: Seconds(3 * 365 * day)))
    #expect(
      provider.billing(of: .capacityBlock)
        == Billing(
          portion: .init(size: Seconds(day), limit: Seconds(14 * day)),
          largerPortion: .init(size: Seconds(7 * day), limit: Seconds(182 * day)), mostInstances: 64))
    #expect(provider.billing(of: .savingsPlan) == nil)
    let origin = try #require(provider.ways[.onDemand]?.origin)
    #expect(origin.source == "an announcement" && origin.retrieved == "2026-02-01" && origin.note == "by the second")
    #expect(provider.ways[.spot]?.origin.source == "a price page")
  }

  @Test("An owner's hour is billed as it passes, whatever a provider sells") func owned() throws {
    #expect(try Folder.sample().catalog().provider("aws").billing(of: .owned) == .asItPasses)
  }

  @Test("An instance and a price have what their provider's file says, and options change it there") func attached()
    throws
  {
    let folder = try Folder.sample()
    let catalog = try folder.catalog("providers.aws.billing.on-demand.shortest=5 min", "providers.aws.home_region=eu-1")
    #expect(try catalog.instance("i1.large").provider.homeRegion == "eu-1")
    #expect(try catalog.prices().first { $0.model == .onDemand }?.billing.shortest == Seconds(300))
    #expect(catalog.unusedOverrides().isEmpty)
  }

  @Test(
    "A provider that cannot be is refused",
    arguments: [
      Slip("{portions: none, commitment", "{portions: ▸hours, commitment", "'portions' is 'hours'", "write 'none'"),
      Slip("portions: [{of: 1 h}]", "portions: ▸[]", "'portions' has 0 entries", "one or two"),
      Slip("{of: 1 week, up_to: 182 d}", "{of: 36 h}", "no whole number of the first", "as a week is of days"),
      Slip("{of: 1 d, up_to: 14 d}", "{of: 1 d}", "where the second portion begins", "add 'up_to'"),
      Slip("up_to: 182 d", "up_to: 7 d", "end before they begin", "the longer one"),
      Slip("up_to: 182 d", "up_to: ▸100 d", "'up_to' is no whole number of 'of'", "as 14 d are of 1 d"),
      Slip(
        "list: [on-demand,", "list: ▸[savings-plan,", "'list' has savings-plan", "it has: capacity-block, on-demand"),
      Slip("list: [on-demand, capacity-block]", "list: ▸[]", "names no way of buying", "[on-demand]"),
      Slip("data_storage: [t1]", "data_storage: ▸[t2]", "no storage is called 't2'", "did you mean 't1'?"),
      Slip(" spot: {", " owned: {", "key 'owned' is unknown", nil),
      Slip("kind: ena", "kind: ▸enna", "'kind' is 'enna'", "did you mean 'ena'?"),
    ])
  func refused(slip: Slip) throws {
    try slip.check(in: "providers/aws.yaml", Samples.provider) { catalog in
      problems { () throws(Diagnostics) in try catalog.provider("aws") }
    }
  }

  @Test("A price of an unknown provider, or by a way that it does not sell, is placed and says what would be right")
  func prices() throws {
    for (row, message, help) in [
      (
        "▸awz,i1.large,r,spot,5,2026,s,", "no provider is called 'awz'",
        "did you mean 'aws'? known: aws; or describe it in 'providers/awz.yaml' of your --configs"
      ),
      (
        "aws,i1.large,r,▸savings-plan,5,2026,s,", "aws does not sell by savings-plan",
        "it has: on-demand, spot, reserved-3y, capacity-block"
      ),
    ] {
      let (text, places) = unmarked("provider,instance,region,pricing,usd_per_hour,date,source,note\n\(row)\n\(row)\n")
      let folder = try Folder.sample()
      try folder.write("prices/p.csv", text)
      let catalog = try folder.catalog()
      let found = problems { () throws(Diagnostics) in try catalog.prices() }
      let first = try #require(found.first { $0.message == message }, "\(found.map(\.rendered))")
      #expect(first.help?.hasSuffix(help) == true, "\(first.rendered)")
      #expect(first.place.map { "\($0.line):\($0.column)" } == places.first)
    }
  }

  @Test("Whoever owns a machine needs no file to say what an hour costs, and one seller's price is not another's")
  func sellers() throws {
    let folder = try Folder.sample()
    let header = "provider,instance,region,pricing,usd_per_hour,date,source,note\n"
    try folder.write("prices/p.csv", header + "me,i1.large,home,owned,5,2026,s,\n")
    #expect(try folder.catalog().prices().first?.billing == .asItPasses)
    #expect(try folder.catalog().check().isEmpty)
    try folder.write("providers/other.yaml", Samples.provider)
    try folder.write("prices/p.csv", header + "other,i1.large,r,spot,5,2026,s,\n")
    let found = try folder.catalog().check()
    #expect(found.map(\.message) == ["i1.large is of aws, and this price of other"])
    #expect(found.first?.place?.line == 2)
  }

  @Test("The shipped file of AWS has the rules that AWS publishes") func shippedRules() throws {
    let aws = try shipped.provider("aws"), day = 86_400.0
    #expect(aws.billing(of: .onDemand)?.shortest == Seconds(60) && aws.billing(of: .spot)?.shortest == Seconds(60))
    let block = try #require(aws.billing(of: .capacityBlock))
    #expect(block.portion == .init(size: Seconds(day), limit: Seconds(14 * day)))
    #expect(block.largerPortion == .init(size: Seconds(7 * day), limit: Seconds(182 * day)))
    #expect(block.mostInstances == 64)
    #expect(aws.sold == PricingModel.allCases.filter { $0 != .owned })
    #expect(try !shipped.provider("reference").isCloud)
  }
}

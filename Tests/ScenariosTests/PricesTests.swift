import Quantities
import Testing

@testable import Scenarios

@Suite struct PricesTests {
  private static let header = "provider,instance,region,pricing,usd_per_hour,date,source,note\n"

  private func read(_ text: String) throws -> ([Price], [Diagnostic]) {
    let folder = try Folder.sample()
    try folder.write("prices/p.csv", text)
    let catalog = try folder.catalog()
    var prices: [Price] = []
    let found = problems { () throws(Diagnostics) in prices = try catalog.prices() }
    return (prices, found)
  }

  @Test("Prices arrive per second with everything the line says") func values() throws {
    let (prices, found) = try read(Samples.prices)
    #expect(found.isEmpty)
    #expect(prices.count == 3)
    #expect(
      prices[0].instance == "i1.large" && prices[0].region == .named("us-east-1") && prices[0].provider == "aws")
    #expect(prices[0].model == .onDemand && abs(prices[0].rate.perHour - 40) < 1e-9 && prices[0].note == nil)
    #expect(
      prices[1].note == "floor, it seems" && prices[1].source == "a page" && prices[1].date == "2026-01-31")
  }

  @Test("Spot at a tenth of the on-demand price of its region is marked as the floor") func floor() throws {
    let (prices, _) = try read(Samples.prices)
    #expect(prices.map(\.atSpotFloor) == [false, true, false])
    let near = Samples.prices.replacing("spot,4,", with: "spot,4.003,")
    #expect(try read(near).0.map(\.atSpotFloor) == [false, true, false])
    let far = Samples.prices.replacing("spot,4,", with: "spot,4.01,")
    #expect(try read(far).0.map(\.atSpotFloor) == [false, false, false])
  }

  @Test("Quotes, doubled quotes, commas and line breaks in fields, CR LF and a byte-order mark are read")
  func quoting() throws {
    let row = "aws,\"i1.large\",us-east-1,spot,5,2026,\"a \"\"page\"\", really\",\"two\nlines\"\n"
    for text in [Self.header + row, "\u{FEFF}" + (Self.header + row).replacing("\n", with: "\r\n")] {
      let (prices, found) = try read(text)
      #expect(found.map(\.rendered) == [])
      #expect(prices.first?.source == "a \"page\", really")
      #expect(prices.first?.note?.hasPrefix("two") == true && prices.first?.note?.hasSuffix("lines") == true)
    }
    #expect(try read(String((Self.header + row).dropLast())).0.count == 1)
  }

  @Test(
    "A wrong line is placed at its field",
    arguments: [
      ("▸aws,i,r,spot,5,2026,s", "has 7 fields, and there are 8", "leave an unknown note empty"),
      ("▸aws,i,r,spot,5,2026,s,a, b", "has 9 fields", "quote a field"),
      ("aws,i,r,▸sopt,5,2026,s,", "'pricing' is 'sopt'", "did you mean 'spot'?"),
      ("aws,i,r,spot,▸0,2026,s,", "a price of 0", "leave the line out"),
      ("aws,i,r,spot,▸0.00,2026,s,", "a price of 0", "leave the line out"),
      ("aws,i,r,spot,▸-3,2026,s,", "minus sign", "98.32"),
      ("aws,i,r,spot,▸$5,2026,s,", "'usd_per_hour'", "plain number"),
      ("aws,i,r,spot,▸1e999,2026,s,", "too large", "plain number"),
      ("aws,i,r,spot,▸nan,2026,s,", "not a finite", "plain number"),
      ("aws,i,r,spot,▸,2026,s,", "no number is given", "plain number"),
      ("aws,▸,r,spot,5,2026,s,", "'instance' is empty", "every line says it"),
      ("aws,i,r,spot,5,2026,▸\"s,\n", "a quoted field is never closed", "closing quote"),
      ("aws,i,r,spot,5,2026,a▸\"b,", "a quote stands in the middle", "double the quote"),
      ("aws,i,r,spot,5,2026,\"a\"▸b,", "text follows a closing quote", "double quotes"),
    ])
  func wrongLines(marked: String, message: String, help: String) throws {
    let (text, places) = unmarked(Self.header + marked)
    let (_, found) = try read(text)
    let match = found.first { $0.message.contains(message) }
    #expect(match != nil, "\(found.map(\.rendered))")
    #expect(match?.help?.contains(help) == true, "\(match?.rendered ?? "")")
    #expect(match?.place.map { "\($0.line):\($0.column)" } == places.first, "\(match?.rendered ?? "")")
  }

  @Test("Lines after a quoted line break are numbered as the file has them") func lineNumbers() throws {
    let (_, found) = try read(Self.header + "aws,i,r,spot,5,2026,s,\"a\nb\"\naws,i,r,spot,0,2026,s,\n")
    #expect(found.map { $0.place?.line } == [4])
  }

  @Test(
    "Without the header, or empty, the columns are told",
    arguments: ["", "a,b\n1,2\n", "aws,i,r,spot,5,2026,s,\n"])
  func header(text: String) throws {
    let (_, found) = try read(text)
    #expect(found.count == 1)
    #expect(found.first?.help == "begin with: provider,instance,region,pricing,usd_per_hour,date,source,note")
  }

  @Test("The same price twice is one too many, on another date it is another price") func twice() throws {
    let line = "aws,i1.large,us-east-1,on-demand,40,2026-01-31,a page,\n"
    let (_, found) = try read(Samples.prices + line)
    #expect(found.count == 1 && found.first?.message.contains("given twice") == true)
    #expect(found.first?.place?.line == 5)
    #expect(try read(Samples.prices + line.replacing("2026-01", with: "2025-01")).1.isEmpty)
  }

  @Test("The user's price replaces the shipped one for the same purchase only") func overlay() throws {
    let theirs = try Folder.sample()
    let mine = try Folder()
    try mine.write(
      "prices/mine.csv", Self.header + "aws,i1.large,us-east-1,on-demand,30,today,my contract,\n")
    let prices = try Catalog(roots: [mine.path, theirs.path]).prices()
    #expect(prices.count == 3)
    #expect(prices.filter { $0.model == .onDemand }.map(\.source) == ["my contract"])
    #expect(prices.filter { $0.model == .spot }.map(\.atSpotFloor) == [false, false])
  }
}

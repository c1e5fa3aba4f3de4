import Costing
import Quantities
import Scenarios

/// One price of the lists as `catalog prices` shows it: how old it is, and whether it is the one that is taken.
public struct PriceListing: Sendable {
  var price: Price
  /// Days since it was read; nil where its date is none.
  var age: Int?
  /// Where no region is asked for.
  var isTaken: Bool

  /// Prices of a type by way of buying, the taken and the newest first.
  public static func all(of instance: Instance, _ prices: [Price], _ book: PriceBook, today: String) -> [PriceListing] {
    let own = prices.filter { $0.instance == instance.soldAs }
    let listed = own.map { price in
      let taken = book.offer(for: instance, .model(price.model)).price
      return PriceListing(
        price: price, age: PriceAge.days(from: price.date, to: today),
        isTaken: taken.map { $0.region == price.region && $0.date == price.date && $0.source == price.source } ?? false)
    }
    let order = PricingModel.allCases
    return listed.sorted { a, b in
      let (x, y) = (order.firstIndex(of: a.price.model) ?? 0, order.firstIndex(of: b.price.model) ?? 0)
      if x != y { return x < y }
      if a.isTaken != b.isTaken { return a.isTaken }
      return a.price.date == b.price.date ? a.price.region.label < b.price.region.label : a.price.date > b.price.date
    }
  }

  public static let columns: [Column<PriceListing>] = [
    .text("instance") { $0.price.instance },
    .text("pricing") { $0.price.model.rawValue },
    .text("region") { $0.price.region.label },
    .number("usd_per_hour", unit: "USD/h") { $0.price.rate.perHour },
    .text("date") { $0.price.date },
    .integer("age_days", unit: "days") { $0.age },
    .bool("taken") { $0.isTaken },
    .text("source") { $0.price.source },
    .text("note") { $0.price.note },
  ]

  public static func table(_ listings: [PriceListing], _ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    let shown: [Column<PriceListing>] = [
      .shown("  instance type", .left) { ($0.isTaken ? "▸ " : "  ") + $0.price.instance },
      .shown("pricing", .left) { $0.price.model.rawValue },
      .shown("region", .left) { $0.price.region.label },
      .shown("$ an hour") { Figures.fixed($0.price.rate.perHour, 4) },
      .shown("date", .left) { $0.price.date },
      .shown("days old") { one in one.age.map { Figures.grouped($0) + ($0 > PriceAge.old ? " !" : "") } },
      .shown("note", .left, dispensable: 1) { $0.price.note },
      .shown("source", .left, dispensable: 2) { $0.price.source },
    ]
    let table = TextTable(shown, listings, width: screen.width)
    let sentences = [
      "▸ is taken where no --region is given: of the home region, or the nearest that has one, the newest; a row that names no "
        + "region counts with them. Spot is the middle of all its recent quotes.",
      "! is older than \(PriceAge.old) days. Add your own prices to prices/NAME.csv in your --configs.",
    ]
    return ([style.dim(table.heading)] + table.rows + [""] + sentences.flatMap { prose.wrapped($0) })
      .joined(separator: "\n") + "\n"
  }
}

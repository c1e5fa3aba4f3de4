import Quantities

/// A price and where it stands, for checks that need both.
struct PriceLine: Sendable {
  var price: Price
  var place: Place
  /// Whose file: an earlier root's price replaces those of later ones for the same purchase.
  var root: Int
}

extension PriceLine {
  /// Of a row that cannot be read, which has been noted.
  static func unread(_ place: Place) -> PriceLine {
    PriceLine(
      price: Price(
        provider: "", instance: "", region: .unspecified, model: .onDemand, rate: DollarRate(perHour: 1),
        billing: .asItPasses, date: "", source: "", note: nil), place: place, root: 0)
  }
}

extension Catalog {
  /// Every known price. A price in an earlier root replaces those of later roots for the same type, region
  /// and way of buying.
  public func prices() throws(Diagnostics) -> [Price] { try priceLines().map(\.price) }

  func priceLines() throws(Diagnostics) -> [PriceLine] {
    try once("prices") { () throws(Diagnostics) in
      var problems = rootProblems()
      var lines: [PriceLine] = []
      if problems.isEmpty {
        for name in names(.prices) {
          guard let path = path(.prices, name) else { continue }
          let root = roots.firstIndex { path == "\($0)/prices/\(name).csv" } ?? 0
          do throws(Diagnostics) {
            let source = try source(path)
            lines += PriceList.read(source, root: root, provider, &problems)
          } catch {
            problems += error.all
          }
        }
      }
      lines = PriceList.overlaid(lines, &problems)
      guard problems.isEmpty else { throw Diagnostics(problems).sorted }
      return lines
    }
  }
}

extension DollarRate {
  /// Dollars an hour: a hundred times what a rack of the newest chips costs. More is a slip of the pen.
  public static let highest = 100_000.0
  public static let highestHelp =
    "no machine costs more than \(Int(highest)) dollars an hour: is it the price of one hour?"
}

/// The columns of `configs/prices/*.csv` and what they may hold.
enum PriceList {
  static let columns = [
    "provider", "instance", "region", "pricing", "usd_per_hour", "date", "source", "note",
  ]

  /// - Parameter provider: the file of one that a row names.
  static func read(
    _ source: SourceText, root: Int, _ provider: (String, Place?) throws(Diagnostics) -> Provider,
    _ problems: inout [Diagnostic]
  ) -> [PriceLine] {
    var unread: [String: Diagnostics] = [:]
    let lines = Sheet(withoutComments(source), columns, blank: "leave an unknown note empty").rows(&problems) { row in
      let blanks = columns.filter { row.cell($0).contains(Template.blank) }
      for column in blanks {
        let example =
          column == "usd_per_hour" ? "write dollars an hour, such as 98.32" : "write where or when you read it"
        row.problem("'\(column)' is still to be filled in", example, column)
      }
      guard blanks.isEmpty else { return PriceLine.unread(row.place) }
      let model = row.choice("pricing", PricingModel.self) ?? .onDemand
      let name = row.text("provider")
      var billing = Billing.asItPasses
      // Whoever owns a machine needs no file of their own to say what an hour costs them.
      if model != .owned, !name.isEmpty, unread[name] == nil {
        do throws(Diagnostics) {
          let provider = try provider(name, row.place)
          if let known = provider.billing(of: model) {
            billing = known
          } else {
            row.problem(
              "\(name) does not sell by \(model.rawValue)",
              "say how that is billed in providers/\(name).yaml; it has: "
                + provider.sold.map(\.rawValue).joined(separator: ", "), "pricing")
          }
        } catch {
          unread[name] = error
        }
      }
      let rate = rate(&row) ?? 1, note = row.cell("note")
      let price = Price(
        provider: name, instance: row.text("instance"), region: PriceRegion(listed: row.text("region")), model: model,
        rate: DollarRate(perHour: rate), billing: billing, date: row.text("date"), source: row.text("source"),
        note: note.isEmpty ? nil : note)
      return PriceLine(price: price, place: row.place, root: root)
    }
    problems += unread.sorted { $0.key < $1.key }.flatMap(\.value.all)
    return lines
  }

  /// Lines that begin with # as blank ones, so that the others keep their numbers.
  private static func withoutComments(_ source: SourceText) -> SourceText {
    guard source.text.utf8.contains(UInt8(ascii: "#")) else { return source }
    let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.hasPrefix("#") ? "" : $0 }
    return SourceText(name: source.name, text: lines.joined(separator: "\n"), shownText: source.text)
  }

  private static func rate(_ row: inout SheetRow) -> Double? {
    let column = "usd_per_hour"
    do {
      let rate = try Quantity<BareNumber>.parse(row.cell(column)).value
      if rate <= DollarRate.highest { return rate }
      row.problem("a price of \(row.cell(column)) dollars an hour", DollarRate.highestHelp, column)
    } catch .zero {
      row.problem("a price of 0", "leave the line out where no price is known", column)
    } catch {
      row.problem("'\(column)': \(error.message)", "write a plain number of dollars, such as 98.32", column)
    }
    return nil
  }

  /// Earlier roots' prices in place of later ones', repeated lines reported, spot prices at the floor marked.
  static func overlaid(_ lines: [PriceLine], _ problems: inout [Diagnostic]) -> [PriceLine] {
    var first: [Purchase: Int] = [:]
    for line in lines { first[Purchase(line.price)] = min(first[Purchase(line.price)] ?? .max, line.root) }
    var kept = lines.filter { first[Purchase($0.price)] == $0.root }

    var dated: [Purchase: Place] = [:]
    for line in kept {
      var purchase = Purchase(line.price)
      purchase.date = line.price.date
      if let other = dated[purchase] {
        problems.append(
          Diagnostic(
            .error, "this price is given twice, first at \(other.prefix.dropLast())",
            help: "keep one of them",
            at: line.place))
      } else {
        dated[purchase] = line.place
      }
    }

    var onDemand: [Purchase: [Double]] = [:]
    for line in kept where line.price.model == .onDemand {
      onDemand[Purchase(line.price), default: []].append(line.price.rate.value)
    }
    for index in kept.indices where kept[index].price.model == .spot {
      var purchase = Purchase(kept[index].price)
      purchase.model = .onDemand
      let rate = kept[index].price.rate.value
      kept[index].price.atSpotFloor = onDemand[purchase, default: []].contains {
        abs(rate / (0.1 * $0) - 1) <= 1e-3
      }
    }
    return kept
  }

  /// What is bought, whatever it costs.
  private struct Purchase: Hashable {
    var provider: String
    var instance: String
    var region: PriceRegion
    var model: PricingModel
    var date = ""
    init(_ price: Price) {
      (provider, instance, region, model) = (price.provider, price.instance, price.region, price.model)
    }
  }
}

/// The column names the unit, so the cell is a number alone.
enum BareNumber: Unit {
  static let dimension = "number"
  static let spellings: [(symbol: String, scale: Double)] = [("", 1)]
}

import Quantities

/// A price and where it stands, for checks that need both.
struct PriceLine: Sendable {
  var price: Price
  var place: Place
  /// Whose file: an earlier root's price replaces those of later ones for the same purchase.
  var root: Int
}

extension Catalog {
  /// Every known price. A price in an earlier root replaces those of later roots for the same type, region
  /// and way of buying.
  public func prices() throws(Diagnostics) -> [Price] { try priceLines().map(\.price) }

  func priceLines() throws(Diagnostics) -> [PriceLine] {
    if let known: Result<[PriceLine], Diagnostics> = cache.value("prices") { return try known.get() }
    var problems = rootProblems()
    var lines: [PriceLine] = []
    if problems.isEmpty {
      for name in names(.prices) {
        guard let path = path(.prices, name) else { continue }
        let root = roots.firstIndex { path == "\($0)/prices/\(name).csv" } ?? 0
        do {
          let source = try source(path)
          lines += PriceList.read(source, root: root, &problems)
        } catch {
          problems += error.all
        }
      }
    }
    lines = PriceList.overlaid(lines, &problems)
    let result: Result<[PriceLine], Diagnostics> =
      problems.isEmpty ? .success(lines) : .failure(Diagnostics(problems).sorted)
    cache.store("prices", result)
    return try result.get()
  }
}

/// The columns of `configs/prices/*.csv` and what they may hold.
enum PriceList {
  static let columns = [
    "provider", "instance", "region", "pricing", "usd_per_hour", "date", "source", "note",
  ]

  static func read(_ source: SourceText, root: Int, _ problems: inout [Diagnostic]) -> [PriceLine] {
    let records = CSVText.parse(source, &problems)
    guard let header = records.first, header.map(\.text) == columns else {
      let first = records.first?.first
      problems.append(
        Diagnostic(
          .error, records.isEmpty ? "the file is empty" : "the first line does not name the columns",
          help: "begin with: \(columns.joined(separator: ","))",
          at: first.map { source.place(line: $0.line, column: $0.column) } ?? source.place))
      return []
    }
    let before = problems.count
    var lines: [PriceLine] = []
    for record in records.dropFirst() where problems.count - before < Reading.limit {
      if let line = line(record, source, root, &problems) { lines.append(line) }
    }
    return lines
  }

  private static func line(
    _ record: [CSVText.Field], _ source: SourceText, _ root: Int, _ problems: inout [Diagnostic]
  ) -> PriceLine? {
    let before = problems.count
    func note(_ message: String, _ help: String, _ field: CSVText.Field?) {
      let place = field.map { source.place(line: $0.line, column: $0.column) }
      problems.append(Diagnostic(.error, message, help: help, at: place))
    }
    guard record.count == columns.count else {
      note(
        "this line has \(record.count) fields, and there are \(columns.count) columns",
        "quote a field that has a comma in it; leave an unknown note empty", record.first)
      return nil
    }
    func text(_ index: Int) -> String {
      if record[index].text.allSatisfy(\.isWhitespace) {
        note("'\(columns[index])' is empty", "every line says it", record[index])
      }
      return record[index].text
    }
    let model = PricingModel(rawValue: record[3].text)
    if model == nil {
      let all = PricingModel.allCases.map(\.rawValue)
      let near = Spelling.nearest(to: record[3].text, among: all).map { "did you mean '\($0)'? " } ?? ""
      note(
        "'pricing' is \(quoted(record[3].text)), which is not known",
        "\(near)one of: \(all.joined(separator: ", "))",
        record[3])
    }
    var rate: Double?
    do {
      rate = try Quantity<BareNumber>.parse(record[4].text).value
    } catch .zero {
      note("a price of 0", "leave the line out where no price is known", record[4])
    } catch {
      note("'usd_per_hour': \(error.message)", "write a plain number of dollars, such as 98.32", record[4])
    }
    let price = Price(
      provider: text(0), instance: text(1), region: text(2), model: model ?? .onDemand,
      rate: DollarRate(perHour: rate ?? 1), date: text(5), source: text(6),
      note: record[7].text.isEmpty ? nil : record[7].text)
    guard problems.count == before else { return nil }
    return PriceLine(
      price: price, place: source.place(line: record[0].line, column: record[0].column), root: root)
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
    var region: String
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

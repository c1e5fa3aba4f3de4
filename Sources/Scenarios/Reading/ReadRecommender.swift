import Quantities

extension Recommender {
  init(_ fields: Fields) {
    let sizes = 1...10_000_000
    self.init(
      bottom: fields.sizes("bottom", in: sizes), top: fields.sizes("top", in: sizes),
      interaction: fields.choice("interaction", Interaction.self) ?? .dot,
      crosses: fields.int("crosses", in: 1...1000) ?? 0, crossRank: fields.int("cross_rank", in: sizes) ?? 0,
      tables: (fields.list("tables") ?? []).map { Table(Fields($0, keys: Keys.table, reading: fields.reading)) },
      dimension: fields.int("embedding_dimension", in: 1...1_000_000) ?? 1)
    if tables.isEmpty, fields.has("tables") {
      fields.error("'tables' is empty", help: "give at least one, such as {rows: 40 M}", at: "tables")
    }
    let crossKeys = ["crosses", "cross_rank"].filter(fields.has)
    if interaction == .dot, let key = crossKeys.first {
      fields.error("'\(key)' is of 'interaction: cross'", help: "leave it out, or change the interaction", at: key)
    }
    if interaction == .cross, crossKeys.count < 2 {
      fields.error(
        "'interaction: cross' needs 'crosses' and 'cross_rank'", help: "add lines such as 'crosses: 3'",
        at: "interaction")
    }
    // What follows is about sizes that were all read.
    guard fields.reading.findings.isEmpty else { return }
    if tables.reduce(0.0, { $0 + Double($1.count) }) > 100_000 {
      fields.error("there are more than 100000 tables", help: "add up tables that are alike", at: "tables")
    } else if bottom.last != dimension {
      fields.error(
        "the bottom net gives \(bottom.last ?? 0) values beside vectors of \(dimension)",
        help: "its last size is the 'embedding_dimension'", at: "bottom")
    } else if top.first != interacted {
      fields.error(
        "the top net takes \(top.first ?? 0) values and interaction gives \(interacted)",
        help: "its first size is \(interacted)", at: "top")
    }
  }
}

extension Recommender.Table {
  fileprivate init(_ fields: Fields) {
    let rows: Count? = fields.quantity("rows")
    self.init(
      rows: (rows?.value ?? 1).rounded(), lookups: fields.int("lookups", in: 1...100_000) ?? 1,
      count: fields.int("count", in: 1...100_000) ?? 1)
  }
}

extension Fields {
  /// Sizes of a net from its input to its output.
  fileprivate func sizes(_ key: String, in range: ClosedRange<Int>) -> [Int] {
    let found = (list(key) ?? []).compactMap { item in
      word(item, called: key, expected: "whole numbers").flatMap { int($0, called: key, in: range, at: item) }
    }
    if has(key), found.count < 2, reading.findings.isEmpty {
      error("'\(key)' has no layer", help: "give the sizes from input to output, such as [13, 512, 128]", at: key)
    }
    return found
  }
}

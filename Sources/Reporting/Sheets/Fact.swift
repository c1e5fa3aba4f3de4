import Quantities
import Scenarios

/// One figure of a catalog entry, with what stands behind it: a line of `catalog show`.
public struct Fact: Sendable {
  public var name: String
  public var value: String
  public var origin: Origin?

  public init(_ name: String, _ value: String, origin: Origin? = nil) {
    self.name = name
    self.value = value
    self.origin = origin
  }

  init?<U: Unit>(_ name: String, _ figure: Sourced<Quantity<U>>?) {
    guard let figure else { return nil }
    self.init(name, figure.value.formatted, origin: figure.origin)
  }

  /// A count or a word that may be unknown, and is then left out.
  init?(_ name: String, optional value: (some CustomStringConvertible)?) {
    guard let value else { return nil }
    self.init(name, "\(value)")
  }
}

/// One entry of the catalog as facts: what `catalog show` prints.
public struct FactSheet: Sendable {
  public var kind: CatalogKind
  public var name: String
  public var summary: String
  public var facts: [Fact]
  public var disputed: [String]
  public var origin: Origin?

  public init(
    _ kind: CatalogKind, name: String, summary: String = "", facts: [Fact?], disputed: [String] = [],
    origin: Origin? = nil
  ) {
    self.kind = kind
    self.name = name
    self.summary = summary
    self.facts = facts.compactMap { $0 }
    self.disputed = disputed
    self.origin = origin
  }
}

extension FactSheet {
  /// The columns of `catalog show --format csv`, json and markdown.
  public static let columns: [Column<Fact>] = [
    .text("figure") { $0.name },
    .text("value") { $0.value },
    .text("source") { $0.origin?.source },
    .text("retrieved") { $0.origin?.retrieved },
    .text("note") { $0.origin?.note },
    .text("location") { $0.origin?.location },
  ]

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var notes = Footnotes()
    var lines = [style.bold("\(name.printable), \(kind.singular)")]
    if !summary.isEmpty { lines += prose.wrapped(summary, first: "  ") }
    lines.append("")
    let marks = facts.map { fact in
      fact.origin.map { notes.mark($0.source, read: $0.retrieved) }.map { String($0.dropFirst()) } ?? ""
    }
    let rows = zip(facts, marks).flatMap { Row.lines($0, mark: $1) }
    let table = TextTable(FactSheet.shown, rows, indent: "  ")
    for (row, line) in zip(rows, table.rows) {
      lines.append(line)
      if let note = row.note { lines += prose.wrapped(note, first: "      ", rest: "      ").map(style.dim) }
    }
    if !disputed.isEmpty {
      lines += ["", style.bold("Sources disagree")]
      lines += disputed.flatMap { prose.wrapped($0, first: "  - ", rest: "    ") }
    }
    if let origin { _ = notes.mark(origin.source, read: origin.retrieved) }
    if !notes.texts.isEmpty { lines += ["", style.bold("Sources")] + notes.lines(prose) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One line of a fact: a value that is long goes on below itself, whole.
  private struct Row {
    var name = ""
    var value: String
    var mark = "", place = ""
    /// Of the fact's origin, below its last line.
    var note: String?

    static func lines(_ fact: Fact, mark: String) -> [Row] {
      let texts = Prose(width: 76).wrapped(fact.value.printable)
      var rows = texts.map { Row(value: $0) }
      if rows.isEmpty { rows = [Row(value: fact.value)] }
      (rows[0].name, rows[0].mark, rows[0].place) = (fact.name, mark, fact.origin?.location ?? "")
      rows[rows.count - 1].note = fact.origin?.note
      return rows
    }
  }

  private static let shown: [Column<Row>] = [
    .shown("", .left) { $0.name },
    .shown("", .left) { $0.value },
    .shown("", .left) { $0.mark },
    .shown("", .left) { $0.place },
  ]
}

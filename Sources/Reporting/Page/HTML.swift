import Charts

/// A part of a page. Texts become HTML here and nowhere else.
struct HTML {
  let source: String

  /// Of our own making: pictures, styles, scripts.
  static func ready(_ source: String) -> HTML { HTML(source: source) }
  static func text(_ text: String) -> HTML { HTML(source: SVG.escaped(text)) }

  static func element(_ name: String, _ attributes: [(String, String)], _ parts: [HTML]) -> HTML {
    let head = attributes.map { " \($0.0)=\"\(SVG.escaped($0.1))\"" }.joined()
    return HTML(source: "<\(name)\(head)>" + parts.map(\.source).joined() + "</\(name)>\n")
  }

  /// An element without an end.
  static func void(_ name: String, _ attributes: [(String, String)]) -> HTML {
    HTML(source: "<\(name)" + attributes.map { " \($0.0)=\"\(SVG.escaped($0.1))\"" }.joined() + ">")
  }

  static func element(_ name: String, _ attributes: [(String, String)], _ text: String) -> HTML {
    element(name, attributes, [.text(text)])
  }

  static func list(_ items: [String]) -> [HTML] {
    items.isEmpty ? [] : [element("ul", items.map { element("li", $0) })]
  }

  /// Under a heading; empty where there is nothing to say.
  static func section(_ heading: String, level: Int = 2, _ parts: [HTML]) -> HTML {
    parts.isEmpty ? ready("") : element("section", [element("h\(level)", heading)] + parts)
  }

  /// Whoever has no pointer can scroll it, and whoever does not see it is told what it is.
  ///
  /// - Parameter anchor: what of the page a row is about, by its number; its first cell leads there.
  static func table<Row>(
    _ caption: String, _ columns: [Column<Row>], _ rows: [Row], anchor: (Int) -> String? = { _ in nil }
  ) -> HTML {
    func side(_ column: Column<Row>) -> [(String, String)] { column.alignment == .right ? [("class", "n")] : [] }
    let head = columns.map { column in
      element("th", [("scope", "col")] + side(column), column.name.trimmingTrailingBlanks)
    }
    let lines = rows.enumerated().map { number, row in
      element(
        "tr",
        columns.enumerated().map { i, column in
          let text = column.value(row).shown
          guard i == 0 else { return element("td", side(column), text) }
          let part = anchor(number).map { element("a", [("href", "#\($0)")], text) } ?? .text(text)
          return element("th", [("scope", "row")], [part])
        })
    }
    return wide(
      caption,
      element("table", [element("caption", caption), element("thead", [element("tr", head)]), element("tbody", lines)]))
  }

  static func wide(_ label: String, _ part: HTML) -> HTML {
    element("div", [("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", label)], [part])
  }

  static func element(_ name: String, _ parts: [HTML]) -> HTML { element(name, [], parts) }
  static func element(_ name: String, _ text: String) -> HTML { element(name, [], text) }
}

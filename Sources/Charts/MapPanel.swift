/// A grid of cells, each the colour of whoever is ahead there, the stronger the further ahead.
public struct MapPanel: Panel {
  public struct Cell: Sendable {
    /// Nil: nobody.
    public var series: Int?
    public var strength: Double
    public var tip: String
    public init(series: Int?, strength: Double, tip: String) {
      (self.series, self.strength, self.tip) = (series, strength, tip)
    }
  }

  public struct Side: Sendable {
    public var title: String
    /// Of each column, or each row from the bottom up.
    public var labels: [String]
    /// Where the question stands now, as a place between columns: 0 is the first one's middle. Nil: outside, or not known.
    public var now: Double?
    public init(_ title: String, labels: [String], now: Double?) {
      (self.title, self.labels, self.now) = (title, labels, now)
    }
  }

  public var heading: String
  public var x: Side
  public var y: Side
  /// By columns from the left, each from the bottom up.
  public var cells: [Cell]
  public var legend: [LegendEntry]

  public init(_ heading: String, x: Side, y: Side, cells: [Cell], legend: [LegendEntry]) {
    (self.heading, self.x, self.y, self.cells, self.legend) = (heading, x, y, cells, legend)
  }

  public func drawing(width: Double) -> Drawing {
    let columns = x.labels.count, rows = y.labels.count
    guard columns > 0, rows > 0, cells.count == columns * rows else { return Drawing(marks: [], height: 0) }
    let left = min(width * 0.4, y.labels.map { TextMeasure.width($0, .small) }.max() ?? 0) + 8
    let wide = (width - left) / Double(columns), high = max(8, min(24, 260 / Double(rows)))
    let top = 20.0, bottom = top + high * Double(rows)
    var marks: [Mark] = [.text(TextMeasure.fitted(y.title, .small, width: width), Point(0, 12), .small)]
    for column in 0..<columns {
      for row in 0..<rows {
        let cell = cells[column * rows + row]
        let box = Box(
          x: left + Double(column) * wide, y: bottom - Double(row + 1) * high, width: wide - 1, height: high - 1)
        let paint = cell.series.map(Paint.series) ?? .grid
        marks.append(.bar(box, paint, strength: cell.series == nil ? 1 : cell.strength, tip: cell.tip))
      }
    }
    marks += labels(left, wide, top, high)
    if let across = x.now, let up = y.now {
      let place = Point(left + (across + 0.5) * wide, bottom - (up + 0.5) * high)
      marks.append(.dots([place], .circle, .ink, size: 5, tip: "now"))
    }
    marks.append(
      .text(TextMeasure.fitted(x.title, .small, width: width), Point(width, bottom + 32), TextStyle.small.at(.end)))
    return Drawing(marks: marks, height: bottom + 38)
  }

  /// As many as there is room for.
  private func labels(_ left: Double, _ wide: Double, _ top: Double, _ high: Double) -> [Mark] {
    var marks: [Mark] = [], free = left
    let bottom = top + high * Double(y.labels.count)
    for (i, text) in x.labels.enumerated() {
      let half = TextMeasure.width(text, .small) / 2, middle = left + (Double(i) + 0.5) * wide
      guard middle - half >= free, middle + half <= left + wide * Double(x.labels.count) + 4 else { continue }
      marks.append(.text(text, Point(middle, bottom + 15), TextStyle.small.at(.middle)))
      free = middle + half + 12
    }
    let every = max(1, Int((16 / high).rounded(.up)))
    for (i, label) in y.labels.enumerated() where i % every == 0 {
      let text = TextMeasure.fitted(label, .small, width: left - 6)
      let middle = bottom - (Double(i) + 0.5) * high
      marks.append(.text(text, Point(left - 6, middle + 4.5), TextStyle.small.at(.end)))
    }
    return marks
  }
}

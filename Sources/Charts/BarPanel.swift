/// Bars on one scale, each below its own label, so that long names leave the bars their length on a narrow screen.
public struct BarPanel: Panel {
  public struct Bar: Sendable {
    public var from: Double
    public var to: Double
    public var series: Int
    public var tip: String?
    public init(from: Double = 0, to: Double, series: Int, tip: String? = nil) {
      (self.from, self.to, self.series, self.tip) = (from, to, series, tip)
    }
  }

  public struct Row: Sendable {
    public var label: String
    /// Beside the label, or below it where it is too long.
    public var detail: String
    public var bars: [Bar]
    /// An interval, drawn over the bars.
    public var whisker: (low: Double, high: Double)?
    /// Written at the end of the bars.
    public var value: String
    /// No bar, since it would flatten all others; the value says so.
    public var isBeyond: Bool

    public init(
      _ label: String, detail: String = "", bars: [Bar], whisker: (low: Double, high: Double)? = nil, value: String,
      isBeyond: Bool = false
    ) {
      (self.label, self.detail, self.bars, self.whisker) = (label, detail, bars, whisker)
      (self.value, self.isBeyond) = (value, isBeyond)
    }

    /// Bars end to end; what is below 0 is no length.
    public static func stack(_ parts: [(value: Double, series: Int, tip: String)]) -> [Bar] {
      var end = 0.0
      return parts.filter { $0.value > 0 && $0.value.isFinite }.map { part in
        let bar = Bar(from: end, to: end + part.value, series: part.series, tip: part.tip)
        end += part.value
        return bar
      }
    }
  }

  public var heading: String
  public var axis: Axis
  public var rows: [Row]
  public var legend: [LegendEntry]
  /// A value that rows are held against, with a line through all; bars begin there.
  public var base: Double?

  public init(_ heading: String, axis: Axis, rows: [Row], legend: [LegendEntry] = [], base: Double? = nil) {
    (self.heading, self.axis, self.rows, self.legend, self.base) = (heading, axis, rows, legend, base)
  }

  private static let thick = 16.0
  private static let line = 18.0

  private func isWhole(_ bar: Bar) -> Bool { bar.from.isFinite && bar.to.isFinite }

  /// Where values are: room is left beside the ends for what is written there.
  func scale(width: Double) -> Scale {
    let shown = rows.filter { !$0.isBeyond }
    var values = shown.flatMap { $0.bars.filter(isWhole).flatMap { [$0.from, $0.to] } }
    values += shown.flatMap { $0.whisker.map { [$0.low, $0.high] } ?? [] } + (base.map { [$0] } ?? [])
    let text = min(width / 2, shown.map { TextMeasure.width($0.value, .label) }.max() ?? 0)
    return axis.scale(values, zero: base == nil, to: (0, max(60, width - text - 10)), most: 4)
  }

  public func drawing(width: Double) -> Drawing {
    guard !rows.isEmpty else { return Drawing(marks: [], height: 0) }
    let scale = scale(width: width)
    var marks: [Mark] = [], y = 0.0
    for row in rows {
      marks += label(row, width: width, &y)
      if row.isBeyond {
        marks.append(.text(TextMeasure.fitted(row.value, .label, width: width), Point(0, y + 13), .label))
      } else {
        marks += bars(row, scale, y, room: width - scale.pixels.to)
      }
      y += BarPanel.thick + 9
    }
    return Drawing(marks: axisMarks(scale, to: y - 4) + marks + foot(scale, y - 4, width), height: y + 36)
  }

  private func label(_ row: Row, width: Double, _ y: inout Double) -> [Mark] {
    let name = TextMeasure.fitted(row.label, .label, width: width)
    var marks: [Mark] = [.text(name, Point(0, y + 14), .label)]
    let start = TextMeasure.width(name, .label) + 8
    if !row.detail.isEmpty {
      let isBeside = start + TextMeasure.width(row.detail, .small) <= width
      if !isBeside { y += BarPanel.line }
      let detail = TextMeasure.fitted(row.detail, .small, width: width)
      marks.append(.text(detail, Point(isBeside ? start : 0, y + 14), .small))
    }
    y += BarPanel.line + 1
    return marks
  }

  /// - Parameter room: to the right of the scale.
  private func bars(_ row: Row, _ scale: Scale, _ y: Double, room: Double) -> [Mark] {
    var marks: [Mark] = [], end = scale.place(base ?? max(0, scale.low))
    for bar in row.bars where isWhole(bar) {
      let (a, b) = (scale.place(min(bar.from, bar.to)), scale.place(max(bar.from, bar.to)))
      marks.append(
        .bar(
          Box(x: a, y: y, width: b - a, height: BarPanel.thick), .series(bar.series), strength: 1, tip: bar.tip))
      end = max(end, b)
    }
    if let whisker = row.whisker, whisker.low.isFinite, whisker.high.isFinite {
      let (a, b, middle) = (scale.place(whisker.low), scale.place(whisker.high), y + BarPanel.thick / 2)
      marks.append(.line([Point(a, middle), Point(b, middle)], .ink, width: 1.5, dashed: false))
      for x in [a, b] {
        marks.append(.line([Point(x, middle - 5), Point(x, middle + 5)], .ink, width: 1.5, dashed: false))
      }
      end = max(end, b)
    }
    let value = TextMeasure.fitted(row.value, .label, width: room)
    return marks + [.text(value, Point(end + 6, y + 13), .label)]
  }

  /// Below the bars, so that they stand on it.
  private func axisMarks(_ scale: Scale, to bottom: Double) -> [Mark] {
    var marks = scale.ticks.map { tick in
      let x = scale.place(tick)
      return Mark.line([Point(x, 0), Point(x, bottom)], .grid, width: 1, dashed: false)
    }
    if let base {
      let x = scale.place(base)
      marks.append(.line([Point(x, 0), Point(x, bottom)], .faint, width: 1.5, dashed: true))
    }
    return marks
  }

  private func foot(_ scale: Scale, _ y: Double, _ width: Double) -> [Mark] {
    var marks: [Mark] = [], free = -1.0
    for tick in scale.ticks {
      let text = axis.label(tick), x = scale.place(tick), half = TextMeasure.width(text, .small) / 2
      let anchor: TextStyle.Anchor = x < half ? .start : .middle
      guard (anchor == .start ? x : x - half) >= free, x + (anchor == .start ? 2 : 1) * half <= width + 12 else {
        continue
      }
      marks.append(.text(text, Point(x, y + 14), TextStyle.small.at(anchor)))
      free = (anchor == .start ? x + 2 * half : x + half) + 6
    }
    return marks + [
      .text(TextMeasure.fitted(axis.title, .small, width: width), Point(scale.pixels.from, y + 31), .small)
    ]
  }
}

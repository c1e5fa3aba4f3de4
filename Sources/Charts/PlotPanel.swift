/// Points and lines over two axes.
public struct PlotPanel: Panel {
  public struct Series: Sendable {
    public enum Style: Sendable { case dots(size: Double), line(width: Double), dashed, steps }
    /// In the legend; empty: not there.
    public var name: String
    public var points: [Point]
    public var style: Style
    public var paint: Paint
    public var shape: Shape
    /// Shown where a pointer rests on a point, in the order of the points; empty: nothing.
    public var tips: [String]

    public init(
      _ name: String, _ points: [Point], _ style: Style, _ paint: Paint, shape: Shape? = nil, tips: [String] = []
    ) {
      (self.name, self.points, self.style, self.paint, self.tips) = (name, points, style, paint, tips)
      if let shape {
        self.shape = shape
      } else if case .series(let index) = paint {
        self.shape = Shape.of(series: index)
      } else {
        self.shape = .circle
      }
    }
  }

  /// Words beside a point, left out where there is no room for them.
  public struct Label: Sendable {
    public var text: String
    public var at: Point
    public init(_ text: String, at point: Point) { (self.text, at) = (text, point) }
  }

  public var heading: String
  public var x: Axis
  public var y: Axis
  public var series: [Series]
  public var labels: [Label]
  /// Whether both axes have the same ends, so that equal values are on the diagonal.
  public var isSquare: Bool

  public init(
    _ heading: String, x: Axis, y: Axis, series: [Series], labels: [Label] = [], square: Bool = false
  ) {
    (self.heading, self.x, self.y, self.series, self.labels, isSquare) = (heading, x, y, series, labels, square)
  }

  public var legend: [LegendEntry] {
    let entries = series.compactMap { one -> LegendEntry? in
      guard !one.name.isEmpty, case .series(let index) = one.paint else { return nil }
      if case .dots = one.style { return LegendEntry(one.name, series: index, shape: one.shape) }
      return LegendEntry(one.name, series: index)
    }
    return entries.sorted { $0.series < $1.series }
  }

  private func drawable(_ p: Point) -> Bool { x.isDrawable(p.x) && y.isDrawable(p.y) }

  /// Both scales, the second from the bottom up.
  func scales(width: Double) -> (x: Scale, y: Scale, height: Double) {
    let points = series.flatMap(\.points).filter(drawable)
    var (xs, ys) = (points.map(\.x), points.map(\.y))
    if isSquare { (xs, ys) = (xs + ys, xs + ys) }
    let height = isSquare ? width - 90 : 280.0
    let up = y.scale(ys, zero: !y.isLogarithmic, to: (height - 8, 24))
    let longest = up.ticks.map { TextMeasure.width(y.label($0), .small) }.max() ?? 0
    let left = min(longest, width * 0.4) + 8
    return (x.scale(xs, zero: !x.isLogarithmic, to: (left + 6, width - 14)), up, height)
  }

  public func drawing(width: Double) -> Drawing {
    let (across, up, height) = scales(width: width)
    let frame = Box(
      x: across.pixels.from - 6, y: up.pixels.to - 8, width: across.pixels.to - across.pixels.from + 20,
      height: height - up.pixels.to + 8)
    func place(_ p: Point) -> Point { Point(across.place(p.x), up.place(p.y)) }
    var marks = grid(across, up, frame)
    for one in series {
      let known = one.points.enumerated().filter { drawable($0.element) }
      let points = known.map { place($0.element) }
      switch one.style {
      case .line(let width): marks.append(.line(points, one.paint, width: width, dashed: false))
      case .dashed: marks.append(.line(points, one.paint, width: 1.5, dashed: true))
      case .steps: marks.append(.line(PlotPanel.stairs(points), one.paint, width: 2, dashed: false))
      case .dots(let size) where one.tips.isEmpty:
        marks.append(.dots(points, one.shape, one.paint, size: size, tip: nil))
      case .dots(let size):
        for (point, entry) in zip(points, known) {
          let tip = one.tips.indices.contains(entry.offset) ? one.tips[entry.offset] : nil
          marks.append(.dots([point], one.shape, one.paint, size: size, tip: tip))
        }
      }
    }
    let dots = series.flatMap { one in
      if case .dots = one.style { one.points.filter(drawable).map(place) } else { [Point]() }
    }
    var taken = dots.map { Box(x: $0.x - 4, y: $0.y - 4, width: 8, height: 8) }
    if taken.count > 200 { taken = [] }
    for one in series {
      let points = one.points.filter(drawable).map(place)
      switch one.style {
      case .line: taken += PlotPanel.along(points)
      case .steps: taken += PlotPanel.along(PlotPanel.stairs(points))
      case .dots, .dashed: break
      }
    }
    for label in labels where drawable(label.at) {
      marks += PlotPanel.placed(label.text, place(label.at), frame, &taken)
    }
    return Drawing(marks: marks, height: height + 38)
  }

  /// From point to point only down, or up, at the later one: between them there is nothing.
  private static func stairs(_ points: [Point]) -> [Point] {
    guard let first = points.first else { return [] }
    return zip(points, points.dropFirst()).reduce(into: [first]) { line, pair in
      line += [Point(pair.1.x, pair.0.y), pair.1]
    }
  }

  /// Where a line is, as boxes that words keep away from.
  private static func along(_ points: [Point]) -> [Box] {
    zip(points, points.dropFirst()).flatMap { a, b -> [Box] in
      let steps = min(100, max(1, Int(max(abs(b.x - a.x), abs(b.y - a.y)) / 6)))
      return (0...steps).map { i in
        let share = Double(i) / Double(steps)
        return Box(x: a.x + share * (b.x - a.x) - 1, y: a.y + share * (b.y - a.y) - 1, width: 2, height: 2)
      }
    }
  }

  /// To the right of its point, above, below or to the left: where nothing is yet.
  private static func placed(_ text: String, _ p: Point, _ frame: Box, _ taken: inout [Box]) -> [Mark] {
    let style = TextStyle(13), wide = TextMeasure.width(text, style)
    let places: [(x: Double, y: Double)] = [
      (p.x + 8, p.y - 8), (p.x - wide / 2, p.y - 24), (p.x - wide / 2, p.y + 8), (p.x - wide - 8, p.y - 8),
      (p.x + 6, p.y - 26), (p.x + 6, p.y + 8), (p.x - wide - 6, p.y - 26), (p.x - wide - 6, p.y + 8),
    ]
    for place in places {
      let box = Box(x: place.x, y: place.y, width: wide, height: 16)
      let isInside =
        box.x >= frame.x && box.x + wide <= frame.x + frame.width && box.y >= frame.y
        && box.y + 16 <= frame.y + frame.height
      if isInside, !taken.contains(where: box.overlaps) {
        taken.append(box)
        return [.text(text, Point(box.x, box.y + 13), style)]
      }
    }
    return []
  }

  private func grid(_ across: Scale, _ up: Scale, _ frame: Box) -> [Mark] {
    let (right, bottom) = (frame.x + frame.width, frame.y + frame.height)
    var marks: [Mark] = [.text(TextMeasure.fitted(y.title, .small, width: right), Point(0, 12), .small)]
    for tick in up.ticks {
      let level = up.place(tick)
      marks.append(.line([Point(frame.x, level), Point(right, level)], .grid, width: 1, dashed: false))
      let text = TextMeasure.fitted(y.label(tick), .small, width: frame.x - 6)
      marks.append(.text(text, Point(frame.x - 6, level + 4.5), TextStyle.small.at(.end)))
    }
    var free = -1.0
    for tick in across.ticks {
      let place = across.place(tick), text = x.label(tick), half = TextMeasure.width(text, .small) / 2
      marks.append(.line([Point(place, frame.y), Point(place, bottom)], .grid, width: 1, dashed: false))
      let isLast = place + half > right
      guard (isLast ? right - 2 * half : place - half) >= max(0, free) else { continue }
      marks.append(
        .text(text, Point(isLast ? right : place, bottom + 15), TextStyle.small.at(isLast ? .end : .middle)))
      free = place + half + 6
    }
    marks.append(
      .text(TextMeasure.fitted(x.title, .small, width: right), Point(right, bottom + 32), TextStyle.small.at(.end)))
    return marks
  }
}

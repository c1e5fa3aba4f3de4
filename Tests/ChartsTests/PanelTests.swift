import Testing

@testable import Charts

@Suite struct PanelTests {
  static let plain = Axis("things") { "\($0)" }

  static func boxes(_ marks: [Mark]) -> [Box] {
    marks.compactMap { if case .bar(let box, _, _, _) = $0 { box } else { nil } }
  }

  static func texts(_ marks: [Mark]) -> [(text: String, at: Point)] {
    marks.compactMap { if case .text(let text, let point, _) = $0 { (text, point) } else { nil } }
  }

  static func dots(_ marks: [Mark]) -> [[Point]] {
    marks.compactMap { if case .dots(let points, _, _, _, _) = $0 { points } else { nil } }
  }

  static func row(_ value: Double, _ whisker: (Double, Double)? = nil) -> BarPanel.Row {
    BarPanel.Row(
      "row", bars: [.init(to: value, series: 0)], whisker: whisker.map { (low: $0.0, high: $0.1) }, value: "v")
  }

  @Test("A bar twice as long is twice as much, and all begin at nothing") func bars() {
    let panel = BarPanel("h", axis: Self.plain, rows: [Self.row(50), Self.row(100), Self.row(25)])
    let boxes = Self.boxes(panel.drawing(width: 500).marks)
    #expect(boxes.map(\.x) == [0, 0, 0])
    #expect(boxes.count == 3 && abs(boxes[1].width - 2 * boxes[0].width) < 1e-9)
    #expect(abs(boxes[0].width - 2 * boxes[2].width) < 1e-9)
    // The largest takes all but the room for what is written at its end: "v", 500 thousandths of 14 and 6%, and 10 pixels.
    #expect(abs(boxes[1].width - (500 - 0.5 * 14 * 1.06 - 10)) < 1e-9)
  }

  @Test("A whisker is where its values are, and no bar is longer for it") func whiskers() {
    let panel = BarPanel("h", axis: Self.plain, rows: [Self.row(50, (25, 100))])
    let marks = panel.drawing(width: 500).marks
    let box = Self.boxes(marks)[0]
    let lines = marks.compactMap { mark -> [Point]? in
      if case .line(let points, .ink, _, _) = mark { points } else { nil }
    }
    #expect(lines.count == 3)
    #expect(abs(lines[0][0].x - box.width / 2) < 1e-9 && abs(lines[0][1].x - 2 * box.width) < 1e-9)
  }

  @Test("Stacked parts stand end to end and are as long as their sum") func stacks() {
    let parts = BarPanel.Row.stack([(1, 0, "a"), (0, 1, "none"), (-1, 2, "negative"), (3, 3, "b")])
    #expect(parts.map(\.from) == [0, 1] && parts.map(\.to) == [1, 4])
    let panel = BarPanel("h", axis: Self.plain, rows: [.init("r", bars: parts, value: "")])
    let boxes = Self.boxes(panel.drawing(width: 400).marks)
    #expect(abs(boxes[0].x + boxes[0].width - boxes[1].x) < 1e-9)
    #expect(abs(boxes[1].width - 3 * boxes[0].width) < 1e-9)
  }

  @Test("Bars that begin at a base go both ways from it") func diverging() {
    let row = BarPanel.Row(
      "r", bars: [.init(from: 100, to: 80, series: 0), .init(from: 100, to: 140, series: 1)], value: "")
    let boxes = Self.boxes(BarPanel("h", axis: Self.plain, rows: [row], base: 100).drawing(width: 400).marks)
    #expect(abs(boxes[0].x + boxes[0].width - boxes[1].x) < 1e-9)
    #expect(abs(boxes[1].width - 2 * boxes[0].width) < 1e-9)
  }

  @Test("What is beyond the scale has words in place of a bar, and leaves the others theirs") func beyond() {
    var far = Self.row(1e6)
    far.isBeyond = true
    far.value = "$1 M, beyond the scale"
    let boxes = Self.boxes(BarPanel("h", axis: Self.plain, rows: [Self.row(1), far]).drawing(width: 400).marks)
    #expect(boxes.count == 1 && boxes[0].width > 300)
  }

  @Test("On logarithmic axes the same factor is the same distance, and the diagonal is where both are equal")
  func logarithms() {
    let points = [Point(1, 1), Point(10, 10), Point(100, 100)]
    let panel = PlotPanel(
      "h", x: Axis("x", logarithmic: true) { "\($0)" }, y: Axis("y", logarithmic: true) { "\($0)" },
      series: [.init("s", points, .dots(size: 3), .series(0))], square: true)
    let placed = Self.dots(panel.drawing(width: 400).marks)[0]
    #expect(abs((placed[1].x - placed[0].x) - (placed[2].x - placed[1].x)) < 1e-9)
    #expect(abs((placed[1].y - placed[0].y) - (placed[2].y - placed[1].y)) < 1e-9)
    // Upwards on a screen is less.
    #expect(placed[2].y < placed[0].y)
  }

  @Test("Labels of points do not lie on each other, and stay inside") func labels() {
    let points = (0..<6).map { Point(10 + Double($0), 10) }
    let panel = PlotPanel(
      "h", x: Self.plain, y: Self.plain, series: [.init("", points, .dots(size: 3), .series(0))],
      labels: points.map { .init("a label", at: $0) })
    let found = Self.texts(panel.drawing(width: 400).marks).filter { $0.text == "a label" }
    #expect(found.count >= 2)
    for (i, a) in found.enumerated() {
      #expect(a.at.x >= 0 && a.at.x + TextMeasure.width(a.text, TextStyle(13)) <= 400)
      for b in found[..<i] {
        #expect(abs(a.at.y - b.at.y) >= 16 || abs(a.at.x - b.at.x) >= TextMeasure.width(a.text, TextStyle(13)))
      }
    }
  }

  @Test("A cell of a map is at its column from the left and its row from below") func map() {
    let cells = [0, 1, nil, 0].map { MapPanel.Cell(series: $0, strength: 1, tip: "") }
    let panel = MapPanel(
      "h", x: .init("x", labels: ["1", "2"], now: 0.5), y: .init("y", labels: ["a", "b"], now: 0), cells: cells,
      legend: [])
    let marks = panel.drawing(width: 400).marks, boxes = Self.boxes(marks)
    #expect(boxes.count == 4)
    #expect(boxes[0].x == boxes[1].x && boxes[0].y > boxes[1].y && boxes[2].x > boxes[0].x)
    // Now is between the two columns, in the middle of the lower row.
    let now = Self.dots(marks)[0][0]
    #expect(abs(now.x - (boxes[2].x)) < 1e-9 && abs(now.y - (boxes[0].y + boxes[0].height / 2 + 0.5)) < 1e-9)
  }

  @Test("A strip changes colour where its value is: the middle of a decade on a logarithmic one") func strips() {
    let strip = StripPanel.Strip(
      "price", low: 1, high: 100, ends: ("1", "100"), logarithmic: true, stretches: [(10, 0), (100, 1)],
      flips: [(10, "10", (5, 20))], now: 10)
    let boxes = Self.boxes(StripPanel("h", strips: [strip], legend: []).drawing(width: 400).marks)
    #expect(boxes.map(\.x) == [0, 200] && boxes.map(\.width) == [200, 200])
  }
}

import Foundation
import Testing

@testable import Charts

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct PictureTests {
  private static let nasty = "a<b>&\"c\" 'd' 🚀\u{0}\u{202E}\u{1B}"

  private static func figure(_ value: Double, name: String = nasty) -> Chart {
    let bars = BarPanel(
      name, axis: Axis(name) { _ in name },
      rows: [
        .init(name, detail: name, bars: [.init(to: value, series: 0, tip: name)], whisker: (value, value), value: name),
        .init("b", bars: [.init(to: 2, series: 7)], value: "2"),
      ], legend: [LegendEntry(name, series: 0)])
    let plot = PlotPanel(
      name, x: Axis(name, logarithmic: true) { _ in name }, y: Axis(name) { _ in name },
      series: [
        .init(name, [Point(value, 1), Point(1, value), Point(2, 3)], .dots(size: 3), .series(0), tips: [name]),
        .init("", [Point(value, value), Point(1, 2)], .steps, .faint),
      ], labels: [.init(name, at: Point(2, 3)), .init(name, at: Point(value, value))])
    let map = MapPanel(
      name, x: .init(name, labels: [name], now: value), y: .init(name, labels: [name], now: value),
      cells: [.init(series: 0, strength: value, tip: name)], legend: [])
    let strips = StripPanel(
      name,
      strips: [
        .init(
          name, low: 1, high: 10, ends: (name, name), logarithmic: true, stretches: [(value, 0), (10, nil)],
          flips: [(value, name, (value, value))], now: value)
      ], legend: [])
    return Chart(title: name, subtitle: name, panels: [bars, plot, map, strips], notes: [name])
  }

  /// Whether it is XML, and the text of its elements.
  private static func read(_ svg: String) -> (isXML: Bool, text: String) {
    final class Reader: NSObject, XMLParserDelegate {
      var text = ""
      func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }
    let parser = XMLParser(data: Data(svg.utf8)), reader = Reader()
    parser.delegate = reader
    let isXML = parser.parse()
    return (isXML, reader.text)
  }

  @Test("Names are text, whatever is in them") func escaping() {
    let (isXML, text) = Self.read(Self.figure(3).svg())
    #expect(isXML)
    #expect(text.contains("a<b>&\"c\" 'd' 🚀"))
    #expect(!text.contains("\u{202E}") && !text.contains("\u{1B}"))
    #expect(SVG.escaped("<&>\"'") == "&lt;&amp;&gt;&quot;&#39;")
  }

  @Test(
    "No value makes a picture that is none",
    arguments: [Double.nan, .infinity, -.infinity, 0, -1, 1e-300, 1e300, -1e300, 5e-324, 1e-9, 1])
  func anyValue(value: Double) {
    let svg = Self.figure(value, name: "n").svg()
    #expect(Self.read(svg).isXML)
    let lowered = svg.lowercased()
    #expect(
      !lowered.contains("nan\"") && !lowered.contains("nan ") && !lowered.contains("inf\"") && !lowered.contains("inf ")
    )
  }

  @Test("Nothing at all can be drawn, too") func empty() {
    let plot = PlotPanel("h", x: PanelTests.plain, y: PanelTests.plain, series: [])
    let svg = Chart(title: "", subtitle: "", panels: [BarPanel("", axis: PanelTests.plain, rows: []), plot]).svg()
    #expect(Self.read(svg).isXML)
  }

  @Test("Nothing written reaches beyond the picture, at 520 and at 400 pixels", arguments: [520.0, 400])
  func inside(width: Double) {
    let long = "a-very-long-instance-name-of-somebody.48xlarge (savings-plan) with parts"
    let scene = Self.figure(3, name: long).scene(width: width)
    for case .text(let text, let at, let style) in scene.marks {
      let wide = TextMeasure.width(text, style)
      let left = style.anchor == .start ? at.x : style.anchor == .end ? at.x - wide : at.x - wide / 2
      #expect(left >= -1 && at.y <= scene.height && at.y > 0, "\(text)")
      if text != long { #expect(left + wide <= width + 1, "\(text)") }
    }
  }

  @Test("Ticks are round, inside, and few") func ticks() {
    func ticks(_ values: [Double], logarithmic: Bool = false) -> [Double] {
      Axis("a", logarithmic: logarithmic) { "\($0)" }.scale(values, zero: !logarithmic, to: (0, 100)).ticks
    }
    #expect(ticks([206_000, 519_000]) == [0, 200_000, 400_000])
    #expect(ticks([832_000]) == [0, 200_000, 400_000, 600_000, 800_000])
    #expect(ticks([9.3, 21]) == [0, 5, 10, 15, 20])
    #expect(ticks([0]).map { ($0 * 10).rounded() } == [0, 2, 4, 6, 8, 10])
    #expect(ticks([1, 1000], logarithmic: true) == [1, 10, 100, 1000])
    #expect(ticks([2, 60], logarithmic: true).allSatisfy { $0 >= 2 && $0 <= 60 })
    for high in stride(from: 0.013, to: 1e7, by: 7777.7) { #expect((2...6).contains(ticks([high]).count), "\(high)") }
  }

  @Test("Coordinates are written to a tenth") func numbers() {
    #expect([0, 1.04, 1.05, -2.26, 1e20].map(SVG.number) == ["0", "1", "1.1", "-2.3", "0"])
  }
}

/// A part of a chart that knows how to draw itself.
public protocol Panel: Sendable {
  /// What it shows, with the unit.
  var heading: String { get }
  /// What colours stand for, in the order of the palette; empty where labels say it.
  var legend: [LegendEntry] { get }
  func drawing(width: Double) -> Drawing
}

public struct LegendEntry: Sendable, Equatable {
  public var name: String
  public var series: Int
  /// Nil: a patch of colour.
  public var shape: Shape?
  public init(_ name: String, series: Int, shape: Shape? = nil) {
    (self.name, self.series, self.shape) = (name, series, shape)
  }
}

/// A picture that answers a question: the answer on top, what was asked below it, then what shows it.
public struct Chart: Sendable {
  public var title: String
  public var subtitle: String
  public var panels: [any Panel]
  /// What a reader has to know to read it.
  public var notes: [String]

  public init(title: String, subtitle: String, panels: [any Panel], notes: [String] = []) {
    (self.title, self.subtitle, self.panels, self.notes) = (title, subtitle, panels, notes)
  }

  public static let width = 520.0
  private static let edge = 14.0

  public func scene(width: Double = Chart.width) -> Scene {
    let edge = Chart.edge, room = width - 2 * edge
    var marks: [Mark] = [], y = edge
    func write(_ text: String, _ style: TextStyle, _ height: Double) {
      for line in TextMeasure.wrapped(text, style, width: room) {
        marks.append(.text(line, Point(edge, y + style.size), style))
        y += height
      }
    }
    write(title, .title, 22)
    write(subtitle, .small, 17)
    for panel in panels {
      y += 10
      write(panel.heading, .heading, 20)
      let legend = Legend.drawing(panel.legend, width: room)
      marks += legend.marks.map { $0.moved(edge, y) }
      y += legend.height
      let drawing = panel.drawing(width: room)
      marks += drawing.marks.map { $0.moved(edge, y) }
      y += drawing.height
    }
    if !notes.isEmpty { y += 6 }
    for note in notes { write(note, .small, 17) }
    return Scene(width: width, height: y + edge - 4, marks: marks, title: title)
  }

  public func svg(width: Double = Chart.width, isPart: Bool = false) -> String {
    SVG.text(scene(width: width), isPart: isPart)
  }
}

/// Which colour is what: in lines from left to right.
enum Legend {
  static func drawing(_ entries: [LegendEntry], width: Double) -> Drawing {
    guard !entries.isEmpty else { return Drawing(marks: [], height: 0) }
    var marks: [Mark] = [], x = 0.0, y = 0.0
    for entry in entries {
      let name = TextMeasure.fitted(entry.name, .small, width: width - 18)
      let wide = 18 + TextMeasure.width(name, .small)
      if x > 0, x + wide > width { (x, y) = (0, y + 18) }
      if let shape = entry.shape {
        marks.append(.dots([Point(x + 6, y + 8)], shape, .series(entry.series), size: 5, tip: nil))
      } else {
        marks.append(.bar(Box(x: x, y: y + 2, width: 12, height: 12), .series(entry.series), strength: 1, tip: nil))
      }
      marks.append(.text(name, Point(x + 18, y + 13), .small))
      x += wide + 16
    }
    return Drawing(marks: marks, height: y + 22)
  }
}

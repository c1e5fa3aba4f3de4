/// A place in a picture, in pixels; y grows downwards.
public struct Point: Sendable, Equatable {
  public var x: Double
  public var y: Double
  public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

public struct Box: Sendable, Equatable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double
  public init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  func overlaps(_ other: Box) -> Bool {
    x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
  }
}

/// What something is, so that a reader's light or dark page decides its colour.
public enum Paint: Sendable, Equatable, Hashable {
  case ink, faint, grid
  /// One of the things compared, in the order of the legend.
  case series(Int)
}

public enum Shape: Int, Sendable, CaseIterable {
  case circle, square, triangle, diamond

  /// So that series can be told apart without colours.
  static func of(series: Int) -> Shape { allCases[abs(series) % allCases.count] }
}

public struct TextStyle: Sendable, Equatable {
  public enum Anchor: String, Sendable { case start, middle, end }
  public var size: Double
  public var isBold: Bool
  public var anchor: Anchor
  public var paint: Paint
  public init(_ size: Double, bold: Bool = false, _ anchor: Anchor = .start, _ paint: Paint = .ink) {
    (self.size, isBold, self.anchor, self.paint) = (size, bold, anchor, paint)
  }

  // At 400 pixels a picture that is 520 wide still has letters of 10.
  static let title = TextStyle(17, bold: true)
  static let heading = TextStyle(14, bold: true)
  static let label = TextStyle(14)
  static let small = TextStyle(13, .start, .faint)
  func at(_ anchor: Anchor) -> TextStyle { TextStyle(size, bold: isBold, anchor, paint) }
}

/// One thing drawn. A tip is what a pointer that rests on it shows.
public enum Mark: Sendable, Equatable {
  /// - Parameter strength: 1 is the colour in full.
  case bar(Box, Paint, strength: Double, tip: String?)
  case line([Point], Paint, width: Double, dashed: Bool)
  /// - Parameter size: from the middle to the edge.
  case dots([Point], Shape, Paint, size: Double, tip: String?)
  /// The point is on the base line.
  case text(String, Point, TextStyle)

  func moved(_ dx: Double, _ dy: Double) -> Mark {
    func move(_ p: Point) -> Point { Point(p.x + dx, p.y + dy) }
    return switch self {
    case .bar(let b, let paint, let strength, let tip):
      .bar(Box(x: b.x + dx, y: b.y + dy, width: b.width, height: b.height), paint, strength: strength, tip: tip)
    case .line(let points, let paint, let width, let dashed):
      .line(points.map(move), paint, width: width, dashed: dashed)
    case .dots(let points, let shape, let paint, let size, let tip):
      .dots(points.map(move), shape, paint, size: size, tip: tip)
    case .text(let text, let point, let style): .text(text, move(point), style)
    }
  }
}

/// A whole picture.
public struct Scene: Sendable, Equatable {
  public var width: Double
  public var height: Double
  public var marks: [Mark]
  /// Read out to those who do not see it.
  public var title: String
}

/// A part of a picture, its own corner at (0, 0).
public struct Drawing: Sendable {
  public var marks: [Mark]
  public var height: Double
}

/// The colours of both schemes. A test holds each far enough from the ground and from every other, also as seen by those
/// who see no red, no green or no blue.
public enum Palette {
  public struct Scheme: Sendable {
    public var ground: String
    public var ink: String
    public var faint: String
    public var grid: String
    public var series: [String]
  }

  // The hues are those of Okabe and Ito, "Color Universal Design" (2008); lightness is moved until each has 3:1 to the ground.
  public static let light = Scheme(
    ground: "#ffffff", ink: "#1f2328", faint: "#59636e", grid: "#d8dee4",
    series: ["#00559a", "#d27700", "#007d5a", "#8c2f6b", "#3f9ad6", "#8a8a8a"])
  public static let dark = Scheme(
    ground: "#0d1117", ink: "#e6edf3", faint: "#9aa4af", grid: "#30363d",
    series: ["#4f9fe0", "#f0a530", "#2fd0a0", "#c060a0", "#9bd6f7", "#6e6e6e"])

  /// The last one is for what is not compared: the rest.
  public static let count = light.series.count
  public static let rest = count - 1

  /// Rules for both schemes: a page or viewer that knows of neither shows the light one.
  static var style: String {
    rules(light) + "@media (prefers-color-scheme:dark){" + rules(dark) + "}"
  }

  private static func rules(_ scheme: Scheme) -> String {
    var text = ".tf-ground{fill:\(scheme.ground)}"
    let named = [("ink", scheme.ink), ("faint", scheme.faint), ("grid", scheme.grid)]
    let series = scheme.series.enumerated().map { ("\($0.offset)", $0.element) }
    for (name, colour) in named + series {
      text += ".tf-\(name){fill:\(colour)}.tf-l\(name){stroke:\(colour);fill:none}"
    }
    return text
  }
}

extension Paint {
  /// The end of its class's name.
  var name: String {
    switch self {
    case .ink: "ink"
    case .faint: "faint"
    case .grid: "grid"
    case .series(let index): "\(abs(index) % Palette.count)"
    }
  }
}

/// Where a price holds.
public enum PriceRegion: Hashable, Sendable {
  case named(String)
  /// Its source names none.
  case unspecified
  /// It was given by hand, for wherever that is.
  case given

  /// - Parameter text: as lists of prices have it: a region's name, or the word for none.
  public init(listed text: String) { self = text == PriceRegion.unspecified.label ? .unspecified : .named(text) }

  /// Nil where it is not known which region that is.
  public var name: String? { if case .named(let name) = self { name } else { nil } }

  /// As files have it.
  public var label: String {
    switch self {
    case .named(let name): name
    case .unspecified: "unspecified"
    case .given: "given"
    }
  }
}

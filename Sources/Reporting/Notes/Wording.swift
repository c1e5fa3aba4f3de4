import Quantities

/// What files and people get of a note: a code that stays the same, what kind of note it is, its figures, and a sentence
/// without its period.
public struct Wording: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// Taken for granted since nobody said.
    case assumption
    /// What may be otherwise than it looks.
    case warning
    /// Why something does not run.
    case refusal
    /// Why a measured run is not held against a prediction.
    case skip
    /// What is not known, and so is left open.
    case evidence
  }

  public typealias Figures = KeyValuePairs<String, Figure>

  /// Words with hyphens between them; no two notes share one.
  public let code: String
  public let kind: Kind
  // A file of millions of plans asks for codes and never for figures, so these are made when they are asked for.
  private let makeFigures: @Sendable () -> Figures
  private let makeText: @Sendable () -> String

  init(
    _ code: String, _ kind: Kind, _ figures: @autoclosure @escaping @Sendable () -> Figures,
    _ text: @autoclosure @escaping @Sendable () -> String
  ) {
    self.code = code
    self.kind = kind
    makeFigures = figures
    makeText = text
  }

  /// In base units, which their names end in; those of docs/Output.md.
  public var figures: Figures { makeFigures() }
  public var text: String { makeText() }
}

/// A figure of a note.
public enum Figure: Sendable, Hashable {
  case text(String)
  case integer(Int)
  /// A number without a unit, such as a share.
  case number(Double)
  case texts([String])
  case integers([Int])

  static func amount<U>(_ amount: Quantity<U>) -> Figure { .number(amount.value) }
}

/// What rooms find and only Reporting words.
public protocol Worded: Sendable {
  var wording: Wording { get }
}

extension Sequence where Element: Worded {
  /// The sentences of one kind, in order.
  func texts(_ kind: Wording.Kind) -> [String] {
    lazy.map(\.wording).filter { $0.kind == kind }.map(\.text)
  }
}

extension Sequence<Wording> {
  /// As a column of files has them: each once, nil where there is none.
  var codes: String? {
    let codes = distinct(map(\.code))
    return codes.isEmpty ? nil : codes.joined(separator: ";")
  }

  /// A JSON list with an object for each.
  var json: String {
    func object(_ one: Wording) -> String {
      let figures = one.figures.map { "\(JSON.string($0.key)): \($0.value.json)" }.joined(separator: ", ")
      return
        "{\"code\": \(JSON.string(one.code)), \"kind\": \(JSON.string(one.kind.rawValue)), \"figures\": {\(figures)}, "
        + "\"text\": \(JSON.string(one.text))}"
    }
    return "[" + map(object).joined(separator: ", ") + "]"
  }
}

extension Figure {
  fileprivate var json: String {
    switch self {
    case .text(let text): JSON.string(text)
    case .integer(let value): "\(value)"
    case .number(let value): Cell(value).exact ?? "null"
    case .texts(let texts): "[" + texts.map(JSON.string).joined(separator: ", ") + "]"
    case .integers(let values): "[" + values.map(String.init).joined(separator: ", ") + "]"
    }
  }
}

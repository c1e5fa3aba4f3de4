import Foundation
import Quantities

/// How documents fill sequences, and how long they are: `packed,mean=600,spread=1` or `padded,mean=600`.
///
/// Lengths are taken to be log-normal. A document that is longer than a sequence is cut.
public struct Documents: Hashable, Sendable {
  public enum Fill: String, CaseIterable, Sendable {
    /// Several documents fill a sequence, and each looks only at itself (Krell and others 2021, arXiv:2107.02027).
    case packed
    /// One document a sequence; what is left of it is computed for nothing.
    case padded
  }

  public var fill: Fill
  /// Tokens of a document.
  public var mean: Double
  /// Standard deviation of the lengths over their mean.
  public var spread: Double

  /// Judgement, where nobody says: instructions with their answers are of every length from a line to pages.
  public static let usualSpread = 1.0

  public init(_ fill: Fill, mean: Double, spread: Double = Documents.usualSpread) {
    self.fill = fill
    self.mean = mean
    self.spread = spread
  }

  /// The part of the positions of a sequence that holds tokens of documents.
  public func usefulShare(of sequence: Double) -> Double {
    fill == .packed ? 1 : min(1, moment(1, upTo: sequence) / sequence)
  }

  /// How long the document is that a token stands in, in the mean over tokens: what a causal mask leaves of a packed sequence is
  /// this over its length. Nil where documents do not share sequences.
  public func span(in sequence: Double) -> Double? {
    guard fill == .packed else { return nil }
    return min(sequence, moment(2, upTo: sequence) / moment(1, upTo: sequence))
  }

  /// E[min(L, s)ⁿ] of log-normal lengths L, by the partial moments of that distribution.
  private func moment(_ n: Double, upTo longest: Double) -> Double {
    guard spread > 1e-6 else { return pow(min(mean, longest), n) }
    let variance = log(1 + spread * spread), width = variance.squareRoot()
    let center = log(mean) - variance / 2, end = log(longest)
    func below(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
    return exp(n * center + n * n * variance / 2) * below((end - center - n * variance) / width)
      + pow(longest, n) * below((center - end) / width)
  }
}

extension Documents: PairsText {
  public static let example = "packed,mean=600"

  /// As `--documents` takes it.
  public var rawValue: String {
    "\(fill.rawValue),mean=\(Documents.short(mean))"
      + (spread == Documents.usualSpread ? "" : ",spread=\(Documents.short(spread))")
  }

  public init(parsing text: String, option: String = "--documents") throws(Diagnostics) {
    self = try Fields.read(
      pairs: text, option: option, keys: Keys.documents, example: Documents.example, first: "fill"
    ) { Documents($0) }
  }

  private init(_ fields: Fields) {
    fill = fields.choice("fill", Fill.self, called: "documents") ?? .packed
    mean = fields.number("mean") ?? 1
    spread = fields.number("spread") ?? Documents.usualSpread
    if fields.has("mean"), !(1...1e8).contains(mean) {
      fields.error(
        "a mean of \(Documents.short(mean)) tokens is out of range", help: "use 1 to 100 M", at: "mean")
    }
    if !(0...10).contains(spread) {
      fields.error(
        "a spread of \(Documents.short(spread)) times the mean is out of range", help: "use 0 to 10", at: "spread")
    }
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

import Quantities
import Scenarios

// Rules of billing in words.

extension Billing {
  /// `sold in whole days up to 14 and whole weeks beyond`, `a minute is billed at least`; nil where time is billed as it
  /// passes.
  public var rule: String? {
    if let portion {
      var text = "sold in \(portion.size.wholePortions)"
      if let limit = portion.limit { text += " up to \(Int((limit / portion.size).rounded()))" }
      if let largerPortion { text += " and \(largerPortion.size.wholePortions) beyond" }
      if let endsAt, lead > .zero { text += ", and end at \(TimeOfDay.text(endsAt)) UTC" }
      return text
    }
    return shortest > .zero ? "\(shortest.oneOrMore) is billed at least" : nil
  }
}

extension PricingModel {
  /// One purchase of instances for a time.
  public var purchase: String { self == .capacityBlock ? "capacity block" : "\(rawValue) purchase" }
}

extension Seconds {
  private static let names: [(name: String, size: Double, one: String)] = [
    ("second", 1, "a second"), ("minute", 60, "a minute"), ("hour", 3600, "an hour"), ("day", 86_400, "a day"),
    ("week", 604_800, "a week"),
  ]

  /// `whole days`.
  public var wholePortions: String {
    Self.names.first { $0.size == value }.map { "whole \($0.name)s" } ?? "portions of \(formatted)"
  }

  fileprivate var oneOrMore: String { Self.names.first { $0.size == value }?.one ?? formatted }

  /// `1 year`, `3 years`, where it is a whole number of them.
  public var inYears: String {
    let years = value / 31_536_000
    guard years == years.rounded(), years >= 1 else { return formatted }
    return years == 1 ? "1 year" : "\(Int(years)) years"
  }

  /// `182 days`, where it is a whole number of them.
  public var inDays: String {
    let days = value / 86_400
    return days == days.rounded() && days > 1 ? "\(Int(days)) days" : formatted
  }
}

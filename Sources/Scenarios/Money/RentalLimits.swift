import Foundation
import Quantities

/// How many of a type can be had by a way of buying, and how surely, as far as that is published.
public struct RentalLimit: Hashable, Sendable {
  public enum Availability: String, CaseIterable, Sendable { case generally, seldom, preview, unknown }

  public var provider: String
  /// Nil: of every type.
  public var instance: String?
  /// Nil: by every way of buying.
  public var model: PricingModel?
  /// Nil: everywhere.
  public var region: String?
  /// In all that one job can have; what one purchase may have is the provider's rule of billing.
  public var most: Int?
  public var availability: Availability
  public var date: String
  public var source: String
  public var note: String?

  public init(
    provider: String, instance: String? = nil, model: PricingModel? = nil, region: String? = nil,
    most: Int? = nil, availability: Availability = .unknown, date: String = "",
    source: String = "", note: String? = nil
  ) {
    (self.provider, self.instance, self.model, self.region) = (provider, instance, model, region)
    (self.most, self.availability) = (most, availability)
    (self.date, self.source, self.note) = (date, source, note)
  }

  fileprivate var isSpecific: Int { (instance == nil ? 0 : 4) + (model == nil ? 0 : 2) + (region == nil ? 0 : 1) }

  /// Two with the same say the same thing, and one of them replaces the other.
  fileprivate var key: [String] { [provider, instance ?? "", model?.rawValue ?? "", region ?? ""] }
}

/// Every known limit: `configs/providers/limits.csv`.
public struct RentalLimits: Sendable {
  private let all: [RentalLimit]

  public init(_ all: [RentalLimit]) { self.all = all }

  /// Whether anything is known of a provider's.
  public func has(_ provider: String) -> Bool { all.contains { $0.provider == provider } }

  private func holding(_ provider: String, _ instance: String, _ model: PricingModel, _ region: String?)
    -> [RentalLimit]
  {
    all.filter { one in
      one.provider == provider && one.instance ?? instance == instance && one.model ?? model == model
        && (one.region == nil || one.region == region)
    }
  }

  /// Of all that hold, the one that allows fewest; nil where no number is known.
  public func most(_ provider: String, _ instance: String, _ model: PricingModel, in region: String?) -> RentalLimit? {
    holding(provider, instance, model, region).filter { $0.most != nil }.min { ($0.most ?? 0) < ($1.most ?? 0) }
  }

  /// Of all that hold, the one that is most of this very type, way and region.
  public func availability(
    _ provider: String, _ instance: String, _ model: PricingModel, in region: String?
  ) -> RentalLimit? {
    // A row of no way of buying says how large clusters are, and not who gets one.
    holding(provider, instance, model, region).filter { $0.model != nil }.max { $0.isSpecific < $1.isSpecific }
  }
}

extension RentalLimit {
  static let columns = [
    "provider", "instance", "pricing", "region", "most", "availability", "date", "source", "note",
  ]

  init(_ row: inout SheetRow) {
    func count(_ column: String, _ row: inout SheetRow) -> Int? {
      guard row.word(column) != nil, let value = row.number(column) else { return nil }
      guard value == value.rounded(), value <= 1e9 else {
        row.problem(
          "'\(column)' is no whole number", "write digits only, such as 64; leave empty what is unknown", column)
        return nil
      }
      return Int(value)
    }
    self.init(
      provider: row.text("provider"), instance: row.word("instance"),
      model: row.word("pricing") == nil ? nil : row.choice("pricing", PricingModel.self), region: row.word("region"),
      most: count("most", &row),
      availability: row.choice("availability", Availability.self) ?? .unknown, date: row.text("date"),
      source: row.text("source"), note: row.word("note"))
  }
}

extension Catalog {
  static let limitsFile = "limits.csv"

  /// What is known of how many can be had. A row of an earlier root replaces the same row of later ones.
  public func rentalLimits() throws(Diagnostics) -> RentalLimits {
    try once("providers/\(Catalog.limitsFile)") { () throws(Diagnostics) in
      var problems: [Diagnostic] = [], seen: Set<[String]> = [], kept: [RentalLimit] = []
      for root in roots where files("\(root)/providers").contains(Catalog.limitsFile) {
        let rows = Sheet(try source("\(root)/providers/\(Catalog.limitsFile)"), RentalLimit.columns)
          .rows(&problems) { RentalLimit(&$0) }
        kept += rows.filter { !seen.contains($0.key) }
        seen.formUnion(rows.map(\.key))
      }
      guard problems.isEmpty else { throw Diagnostics(problems) }
      return RentalLimits(kept)
    }
  }
}

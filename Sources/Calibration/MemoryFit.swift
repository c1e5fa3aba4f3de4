import Quantities
import Scenarios

/// What published peaks of memory say of that which is not counted: the reserve and how far counted memory is off, by family of stacks.
///
/// Only peaks that count tensors tell what a plan needs; what is reserved, or shown of a card, it may have had to spare. Each source
/// counts once, however many rows it has. Everything is in closed form (docs/Calibration.md, "Memory").
public struct MemoryFit: Sendable {
  public struct Part: Sendable, Equatable {
    /// Published − counted.
    public var slack: Bytes
    /// Standard deviation of ln(published ÷ (counted + slack)), of a normal distribution with as much inside 90%.
    public var spread: Double
    public var sources: Int
    public var rows: Int

    /// The reserve that priors have, with what stands outside the allocator.
    public func reserve(outside: Bytes) -> Bytes { slack + outside }
  }
  public var population: Part
  public var families: [String: Part]

  /// Sources whose rows count as much as what all families have in common.
  static let common = 3.0

  /// Nil where no row counts tensors.
  ///
  /// - Parameter without: a source that is left out.
  public init?(_ verdicts: [MemoryVerdict], without: String? = nil) {
    let used = verdicts.filter { $0.measured.convention == .allocated && $0.measured.source != without }
    guard let all = Part(used) else { return nil }
    population = all
    families = [:]
    for (family, own) in Dictionary(grouping: used, by: \.measured.stack.family) {
      guard let part = Part(own) else { continue }
      let share = Double(part.sources) / (Double(part.sources) + MemoryFit.common)
      let slack = all.slack + (part.slack - all.slack) * share
      let spread = (share * part.spread * part.spread + (1 - share) * all.spread * all.spread).squareRoot()
      families[family] = Part(slack: slack, spread: spread, sources: part.sources, rows: part.rows)
    }
  }

  /// Of a family; of one without rows what all have in common.
  public subscript(family: String) -> Part { families[family] ?? population }

  /// Of rows whose source the fit did not see, the share inside 90%, each source counting once; nil where there is none.
  public static func coverage(_ verdicts: [MemoryVerdict], of conventions: Set<MeasuredMemory.Convention>) -> Double? {
    let own = verdicts.filter { conventions.contains($0.measured.convention) }
    let shares = Dictionary(grouping: own, by: \.measured.source).sorted { $0.key < $1.key }.compactMap {
      source, rows in
      MemoryFit(verdicts, without: source).map { fit in
        let inside = rows.count { row in
          let part = fit[row.measured.stack.family]
          return abs(Logarithm.natural(row.measured.peak / (row.counted + part.slack))) <= Interval.halfWidth
            * part.spread
        }
        return Double(inside) / Double(rows.count)
      }
    }
    return shares.isEmpty ? nil : shares.mean
  }
}

extension MemoryFit.Part {
  /// Nil without rows.
  fileprivate init?(_ rows: [MemoryVerdict]) {
    let sources = Dictionary(grouping: rows, by: \.measured.source).sorted { $0.key < $1.key }.map(\.value)
    guard !sources.isEmpty else { return nil }
    let middles = sources.map { own in own.map { $0.measured.peak.value - $0.counted.value }.median }
    let slack = Bytes(max(0, middles.median))
    // Each source weighs as much as another, however many rows it has.
    let sizes = sources.flatMap { own in
      own.map { row in
        (abs(Logarithm.natural(row.measured.peak / (row.counted + slack))), 1 / Double(own.count * sources.count))
      }
    }.sorted { $0.0 < $1.0 }
    var weight = 0.0, edge = 0.0
    for (size, own) in sizes where weight < 0.9 - 1e-12 {
      weight += own
      edge = size
    }
    self.init(slack: slack, spread: edge / Interval.halfWidth, sources: sources.count, rows: rows.count)
  }
}

import Scenarios

/// Predictions of rows that took no part in the fit they come from.
struct CrossValidation: Sendable {
  /// ln(predicted ÷ measured) of each row, held out.
  var residuals: [Double]

  /// - Parameters:
  ///   - folds: parts that the groups are dealt to, in an order that is the same for every file with these groups.
  ///   - finished: told after each fold; whether to go on.
  init?(
    _ space: ParameterSpace, _ rows: [FitRow], architectures: [String: String], folds: Int,
    finished: (_ fold: Int) -> Bool
  ) {
    let fold = CrossValidation.deal(rows.map(\.group), folds)
    residuals = [Double](repeating: 0, count: rows.count)
    for k in 0..<folds {
      let inside = rows.indices.filter { fold[$0] != k }, outside = rows.indices.filter { fold[$0] == k }
      let predicted = CrossValidation.heldOut(space, rows, inside: inside, outside: outside, architectures)
      for (i, r) in zip(outside, predicted) { residuals[i] = r }
      if !finished(k) { return nil }
    }
  }

  /// Residuals of some rows by a fit to others.
  static func heldOut(
    _ space: ParameterSpace, _ rows: [FitRow], inside: [Int], outside: [Int], _ architectures: [String: String]
  ) -> [Double] {
    let fit = Fitter(space, inside.map { rows[$0] }, architectures: architectures).run()
    return Fitter(space, outside.map { rows[$0] }, architectures: architectures).residuals(fit.coordinates)
  }

  /// The fold of each group, balanced by count: groups in the order of a hash of their name go round the folds.
  static func deal(_ groups: [String], _ folds: Int) -> [Int] {
    let ordered = Set(groups).sorted { a, b in
      let (x, y) = (Fingerprint(a).value, Fingerprint(b).value)
      return x == y ? a < b : x < y
    }
    var fold: [String: Int] = [:]
    for (i, group) in ordered.enumerated() { fold[group] = i % max(1, folds) }
    return groups.map { fold[$0] ?? 0 }
  }
}

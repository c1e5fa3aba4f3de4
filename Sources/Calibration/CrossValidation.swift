import Dispatch
import Foundation
import Scenarios

/// Predictions of rows that took no part in the fit they come from.
struct CrossValidation: Sendable {
  /// ln(predicted ÷ measured) of each row, held out.
  var residuals: [Double]

  /// - Parameters:
  ///   - folds: parts that the groups are dealt to, in an order that is the same for every file with these groups.
  ///   - finished: told after each fold, from one thread at a time; whether to go on.
  init?(
    _ space: ParameterSpace, _ rows: [FitRow], architectures: [String: String], folds: Int,
    finished: (_ folds: Int) -> Bool
  ) {
    let fold = CrossValidation.deal(rows.map(\.group), folds)
    let parts = (0..<folds).map { k in
      Part(
        inside: rows.indices.filter { fold[$0] != k }, outside: rows.indices.filter { fold[$0] == k })
    }
    guard
      let found = CrossValidation.heldOut(space, rows, parts, architectures, finished: finished)
    else { return nil }
    residuals = [Double](repeating: 0, count: rows.count)
    for (part, predicted) in zip(parts, found) {
      for (i, r) in zip(part.outside, predicted) { residuals[i] = r }
    }
  }

  /// Rows to fit to, and others to predict.
  struct Part: Sendable {
    var inside: [Int]
    var outside: [Int]
  }

  /// Residuals of the outside rows of each part, the parts on as many threads as the machine has cores; nil when stopped.
  static func heldOut(
    _ space: ParameterSpace, _ rows: [FitRow], _ parts: [Part], _ architectures: [String: String],
    finished: (_ parts: Int) -> Bool
  ) -> [[Double]]? {
    let done = Done(parts.count)
    withoutActuallyEscaping(finished) { finished in
      nonisolated(unsafe) let told = finished
      DispatchQueue.concurrentPerform(iterations: parts.count) { k in
        guard !done.isStopped else { return }
        let part = parts[k]
        let found = heldOut(space, rows, inside: part.inside, outside: part.outside, architectures)
        done.take(found, at: k, told)
      }
    }
    return done.isStopped ? nil : done.results
  }

  /// What threads have found so far.
  private final class Done: @unchecked Sendable {
    // Every access to the variables below holds the lock.
    private let lock = NSLock()
    private var found: [[Double]]
    private var count = 0
    private var stopped = false

    init(_ parts: Int) { found = Array(repeating: [], count: parts) }

    var isStopped: Bool { lock.withLock { stopped } }
    var results: [[Double]] { lock.withLock { found } }

    func take(_ residuals: [Double], at k: Int, _ finished: (Int) -> Bool) {
      lock.withLock {
        found[k] = residuals
        count += 1
        if !finished(count) { stopped = true }
      }
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

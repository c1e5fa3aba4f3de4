import Dispatch
import Foundation
import Scenarios

/// Rows as predicted by fits that did not see them.
enum CrossValidation {
  /// Rows to fit to, and others to predict, by their places.
  struct Part: Sendable {
    var inside: [Int]
    var outside: [Int]
  }

  /// What a fit to the rows of a part says of the others.
  struct Foretold: Sendable {
    /// Places of the rows that it saw, and of those it is said of.
    var part: Part
    /// ln(predicted ÷ measured) of each of the former, and of the latter.
    var inner: [Double]
    var residuals: [Double]
    /// Seconds of each step as far as the parameters leave it open, [rows][samples]; empty where no draws were asked for, or
    /// the fit leaves a parameter open.
    var explained: [[Double]] = []
    /// From the fit and its own covariance.
    var sampler: Sampler?

    /// - Parameters:
    ///   - fit: of `fitter`, which knows its rows.
    ///   - samples: draws of each row; 0 for none.
    init(_ fitter: Fitter, _ fit: Fit, of rows: [FitRow], _ part: Part, samples: Int) {
      self.part = part
      let space = fitter.space, own = part.outside.map { rows[$0] }
      inner = space.residuals(part.inside.map { rows[$0] }, fit.coordinates)
      residuals = space.residuals(own, fit.coordinates)
      guard samples > 0, let (active, covariance) = fitter.covariance(fit) else { return }
      let posterior = Posterior(
        space, fit, active: active, covariance: covariance, likeness: Likeness(), rows: fitter.rows.count, data: "",
        origin: Origin(source: "", retrieved: "", location: ""))
      let sampler = Sampler(posterior, priors: space.priors, count: samples)
      var values: [Subject: [EfficiencyValues]] = [:]
      for row in own {
        let known =
          values[row.subject] ?? sampler.values(around: space.values(fit.coordinates, row.subject), row.subject)
        values[row.subject] = known
        explained.append(row.plan.stepTimes(known))
      }
      self.sampler = sampler
    }
  }

  /// - Parameter folds: parts that the groups are dealt to, in an order that is the same for every file with these groups.
  static func parts(_ rows: [FitRow], folds: Int) -> [Part] {
    let fold = deal(rows.map(\.group), folds)
    return (0..<folds).map { k in
      Part(inside: rows.indices.filter { fold[$0] != k }, outside: rows.indices.filter { fold[$0] == k })
    }
  }

  /// What each part says of its outside rows, the parts on as many threads as the machine has cores; nil when stopped.
  ///
  /// - Parameters:
  ///   - start: where the fits begin: near where most of them end. Where they end is decided by their own rows.
  ///   - samples: draws of each row; 0 for none.
  ///   - finished: told after each part, from one thread at a time; whether to go on.
  static func heldOut(
    _ space: ParameterSpace, _ rows: [FitRow], _ parts: [Part], start: [Double]? = nil, samples: Int,
    finished: (_ parts: Int) -> Bool
  ) -> [Foretold]? {
    let done = Done(parts.count)
    withoutActuallyEscaping(finished) { finished in
      nonisolated(unsafe) let told = finished
      DispatchQueue.concurrentPerform(iterations: parts.count) { k in
        guard !done.isStopped else { return }
        let part = parts[k]
        let fitter = Fitter(space, part.inside.map { rows[$0] })
        let found = Foretold(fitter, fitter.run(from: start), of: rows, part, samples: samples)
        done.take(found, at: k, told)
      }
    }
    return done.isStopped ? nil : done.results
  }

  /// What threads have found so far.
  private final class Done: @unchecked Sendable {
    // Every access to the variables below holds the lock.
    private let lock = NSLock()
    private var found: [Foretold?]
    private var count = 0
    private var stopped = false

    init(_ parts: Int) { found = Array(repeating: nil, count: parts) }

    var isStopped: Bool { lock.withLock { stopped } }
    var results: [Foretold] { lock.withLock { found.compactMap { $0 } } }

    func take(_ one: Foretold, at k: Int, _ finished: (Int) -> Bool) {
      lock.withLock {
        found[k] = one
        count += 1
        if !finished(count) { stopped = true }
      }
    }
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

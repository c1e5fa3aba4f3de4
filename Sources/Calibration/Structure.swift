import Scenarios

/// Whether held-out residuals still go with something: where they do, the model lacks an effect.
public struct Structure: Sendable {
  public var series: String
  public var feature: String
  /// Spearman's rank correlation of the residual with the feature, and how many runs it is of.
  public var correlation: Double
  public var runs: Int

  /// Correlations of at least 0.3 that chance would give less than once in a thousand, strongest first.
  static func all(_ rows: [FitRow], _ residuals: [Double]) -> [Structure] {
    var members: [String: [Int]] = [:]
    for (i, row) in rows.enumerated() { members[row.series, default: []].append(i) }
    var found: [Structure] = []
    for (series, own) in members where own.count >= 20 {
      for (name, feature) in features {
        let x = own.map { feature(rows[$0]) }
        guard let r = spearman(x, own.map { residuals[$0] }) else { continue }
        // |r|·√(n−1) is about normal under no relation, and 3.3 its two-sided point of one in a thousand. Below 0.3, less
        // than a tenth of the ranks' variance, there is little to explain; below twenty runs the normal is no guide.
        if abs(r) >= 0.3, abs(r) * Double(own.count - 1).squareRoot() > 3.3 {
          found.append(Structure(series: series, feature: name, correlation: r, runs: own.count))
        }
      }
    }
    return found.sorted { (abs($0.correlation), $0.series, $0.feature) > (abs($1.correlation), $1.series, $1.feature) }
  }

  private static let features: [(String, @Sendable (FitRow) -> Double)] = [
    ("global batch", { Double($0.plan.simulator.job.globalBatch) }),
    ("micro-batch", { Double($0.plan.plan.microBatch) }),
    (
      "micro-batches",
      { row in
        Double(row.plan.simulator.job.globalBatch / max(1, row.plan.plan.microBatch * row.plan.plan.data))
      }
    ),
    ("tensor degree", { Double($0.plan.plan.tensor) }), ("pipeline degree", { Double($0.plan.plan.pipeline) }),
    ("data degree", { Double($0.plan.plan.data) }), ("context degree", { Double($0.plan.plan.context) }),
    ("devices", { Double($0.plan.plan.devices) }),
    ("parameters", { $0.plan.simulator.job.model.parameterCount.total }),
    ("hidden size", { Double($0.plan.simulator.job.model.hiddenSize) }),
    ("sequence length", { Double($0.plan.simulator.job.sequenceLength) }),
    ("step time", { $0.measured }),
  ]

  /// Nil where one of the two does not vary.
  static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
    let a = ranks(x), b = ranks(y)
    let mean = Double(x.count + 1) / 2
    var covariance = 0.0, first = 0.0, second = 0.0
    for (p, q) in zip(a, b) {
      covariance += (p - mean) * (q - mean)
      first += (p - mean) * (p - mean)
      second += (q - mean) * (q - mean)
    }
    return first > 0 && second > 0 ? covariance / (first * second).squareRoot() : nil
  }

  /// 1 to n; equal values share the mean of theirs.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var i = 0
    while i < order.count {
      var j = i
      while j + 1 < order.count, values[order[j + 1]] == values[order[i]] { j += 1 }
      for k in i...j { ranks[order[k]] = Double(i + j) / 2 + 1 }
      i = j + 1
    }
    return ranks
  }
}

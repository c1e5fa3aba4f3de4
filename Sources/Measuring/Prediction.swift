import CKernels

/// What a training step will take: the middle, and the range that nine of ten runs should fall in.
public struct Prediction: Sendable {
  public var seconds: Double
  public var low: Double
  public var high: Double

  /// Draws that the range is read off. Its ends then err by about a thirtieth of its width.
  private static let draws = 2000

  public init(_ profile: Profile, _ shape: StepShape, threads: Int) {
    let parts = profile.parts(of: shape, threads: threads)
    var totals = [Double](repeating: 0, count: Prediction.draws)
    for (stream, part) in parts.enumerated() {
      let count = part.seconds.count
      // Equal shapes are correlated fully: a grain of independent error keeps the factor real.
      var covariance = part.covariance
      for i in 0..<count { covariance[i * count + i] += 1e-6 }
      var lower = [Double](repeating: 0, count: count * count)
      let factored = tf_cholesky(&lower, covariance, count) == count
      var logs = [Double](repeating: 0, count: Prediction.draws * count)
      if factored {
        tf_standard_normals(&logs, logs.count, 5, UInt64(stream))
        logs.withUnsafeMutableBufferPointer {
          tf_correlated($0.baseAddress, $0.baseAddress, lower, Prediction.draws, count)
        }
      }
      logs.withUnsafeMutableBufferPointer { tf_exponentials($0.baseAddress, $0.baseAddress, $0.count) }
      for draw in 0..<Prediction.draws {
        for i in 0..<count { totals[draw] += part.seconds[i] * logs[draw * count + i] }
      }
    }
    var factors = [Double](repeating: 0, count: Prediction.draws)
    tf_standard_normals(&factors, factors.count, 5, 1000)
    let factor = profile.factor(of: shape, threads: threads)
    totals = zip(totals, factors).map { $0 * exponential(factor.mean + factor.spread * $1) }
    seconds = median(totals)
    low = quantile(totals, 0.05)
    high = quantile(totals, 0.95)
  }
}

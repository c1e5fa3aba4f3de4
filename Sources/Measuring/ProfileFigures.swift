// What the efficiency files of docs/Files.md ask of a measured machine beyond the parameters that are fitted.

extension Profile {
  /// Of bandwidth: bytes over time of the largest pass of each routine together.
  func memoryFraction(_ routines: [Work.Routine]) -> Double {
    let one = measurement.threads.first ?? 1
    var bytes = 0.0, seconds = 0.0
    for routine in routines {
      let largest = measurement.timing(routine, threads: one).max { $0.work.bytes < $1.work.bytes }
      guard let largest else { continue }
      bytes += largest.work.bytes
      seconds += largest.timing.seconds
    }
    return bytes / seconds / measurement.bandwidth
  }

  /// Of the peak: what attention of one head reaches, by the accounting of fused attention (docs/Model.md, "Operators").
  func attentionFractions(threads: Int) -> (forward: Double, backward: Double, products: Double) {
    let s = 256, d = 64
    let peak = measurement.bestRate(.product) ?? 1
    func seconds(_ work: Work) -> Double {
      family(work.routine, threads: threads).map { exponential($0.predict([work]).logs[0]) } ?? .nan
    }
    let scores = seconds(Work(.headProduct, rows: s, columns: s, depth: d, turn: .right))
    let mixed = seconds(Work(.headProduct, rows: s, columns: d, depth: s))
    let turned = seconds(Work(.headProduct, rows: s, columns: d, depth: s, turn: .left))
    let flops = 2 * Double(s * s * d)
    return (
      flops / (scores + mixed + seconds(Work(.softmax, rows: s, columns: s))) / peak,
      2.5 * flops / (scores + mixed + 2 * turned + seconds(Work(.softmaxBack, rows: s, columns: s))) / peak,
      // Nothing is skipped for the mask here.
      6 * flops / (2 * scores + 2 * mixed + 2 * turned) / peak
    )
  }
}

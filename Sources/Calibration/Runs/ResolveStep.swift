import Quantities
import Scenarios
import Simulation

// How long a step took, from whatever was published.
extension Resolution {
  func step(_ one: inout Case, _ job: Job) throws(Skip) -> Seconds {
    let row = one.row
    let seconds: Double
    switch row.metric {
    case .stepTime: seconds = row.value
    case .sampleRate: seconds = Double(job.globalBatch) / row.value
    case .tokenRate: seconds = job.tokensPerStep / (row.value * one.chips)
    case .flopRate, .utilization:
      if let rate = row.derivedTokensPerSecond {
        seconds = job.tokensPerStep / rate
      } else {
        seconds = try work(&one, job) / (try rate(one) * one.chips)
      }
    case .timeToTrain: throw .timeToTrain
    }
    guard seconds.isFinite, seconds > 0 else { throw .beyondComputing }
    return Seconds(seconds)
  }

  /// FLOP/s of a chip: published, or the published percentage of the peak in the row's format.
  private func rate(_ one: Case) throws(Skip) -> Double {
    guard one.row.metric == .utilization else { return one.row.value * 1e12 }
    guard let peak = one.instance.chip.peak[one.precision] else {
      throw .noPeak(one.precision)
    }
    return one.row.value / 100 * peak.value.value
  }

  /// FLOP of a step as the source counts them.
  private func work(_ one: inout Case, _ job: Job) throws(Skip) -> Double {
    guard let convention = one.row.counting ?? one.source.assumed.flops else {
      throw .countingUnknown(one.row.metric)
    }
    if one.row.counting == nil { one.assumptions.append(.convention(convention)) }
    // Sources of such rows count as if one document filled each sequence.
    var job = job
    job.documents = nil
    let model = job.model, batch = Double(job.globalBatch)
    if convention == .parameters { return 6 * model.parameterCount.active * job.tokensPerStep }
    let work = ModelWork(job: job, stack: one.stack)
    let s = Double(job.sequenceLength)
    // Scores and their products with values, forward, of one layer and sequence, as if nothing were masked.
    let attention = 4 * s * s * Double(model.heads) * Double(model.headDimension)
    switch convention {
    case .model, .parameters: return work.perStep(globalBatch: job.globalBatch).value
    case .causal:
      return work.perStep(globalBatch: job.globalBatch).value - 1.5 * attention * Double(model.layers) * batch
    case .recompute:
      let recompute = one.row.recompute.flatMap(Recompute.init) ?? one.source.assumed.recompute ?? .none
      // Those who count it count attention for selective, whatever their kernels keep.
      let isSelective = recompute == .selective
      // What of it a source counts where some layers do it, none says.
      guard recompute.layers == nil else { throw .countingUnknown(one.row.metric) }
      return work.perStep(globalBatch: job.globalBatch, recompute: isSelective ? .none : recompute).value
        + (isSelective ? attention * Double(model.layers) * batch : 0)
    }
  }
}

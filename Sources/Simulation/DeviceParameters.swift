import Scenarios

/// Parameters on one device of a tensor-parallel group.
struct DeviceParameters: Sendable {
  /// Of each kind of layer: what tensor ranks share or keep, and what ranks of experts share.
  var layers: [(own: Double, experts: Double)]
  var embedding: Double
  var head: Double
  /// The last stage's own copy of a shared embedding matrix.
  var tied: Double

  struct Source {
    let model: Model
    let count: ParameterCount
    /// Share of the parameters that is trained, but of experts; under adapters of the layers'.
    let trained: Double
    /// The same of experts. Adapters are on what every token goes through: chosen experts are frozen under them.
    let expertsTrained: Double

    init(_ job: Job) {
      let model = job.model
      self.model = model
      let count = model.parameterCount
      self.count = count
      let experts = zip(count.kinds, model.layout.counts).reduce(0) { $0 + $1.0.experts * Double($1.1) }
      if let rank = job.loraRank {
        trained = model.adapterParameters(rank: rank, job.loraTargets) / (count.layers - experts)
        expertsTrained = 0
      } else if job.frozenLayers != nil {
        let kinds = zip(model.layout.kinds, zip(count.kinds, model.layout.counts)).filter { !$0.0.isFrozen }
        let routed = kinds.reduce(0) { $0 + $1.1.0.experts * Double($1.1.1) }
        trained = (job.trainedParameters - routed) / (count.total - experts)
        expertsTrained = experts > 0 ? routed / experts : 0
      } else {
        (trained, expertsTrained) = (1, 1)
      }
    }

    func perDevice(_ shape: BlockShape) -> DeviceParameters {
      // Nets are on every device; tables are spread, and counted apart.
      if model.recommender != nil {
        return DeviceParameters(layers: [(count.layers, 0)], embedding: 0, head: 0, tied: 0)
      }
      let t = Double(shape.tensor), e = Double(shape.expertRanks)
      let matrix = Double(model.vocabularySize) * model.wordWidth
      let headMatrix = model.tiedEmbeddings ? 0 : min(matrix, count.head)
      return DeviceParameters(
        layers: count.kinds.map { ($0.split / t + $0.whole, $0.experts / e) },
        embedding: matrix / t + max(0, count.embedding - matrix),
        head: headMatrix / t + (count.head - headMatrix),
        tied: model.tiedEmbeddings ? matrix / t : 0)
    }
  }
}

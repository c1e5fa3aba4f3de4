/// A matrix of a layer, by its sizes, as often as the layer has it.
public struct BlockMatrix: Hashable, Sendable {
  /// Where adapters look for it; experts, and what stands between widths, they leave alone.
  public enum Place: Hashable, Sendable { case mixer, feedForward, unadapted }

  public var place: Place
  public var rows: Double
  public var columns: Double
  public var count: Double

  public init(place: Place, rows: Double, columns: Double, count: Double = 1) {
    self.place = place
    self.rows = rows
    self.columns = columns
    self.count = count
  }

  public var parameters: Double { rows * columns * count }
  /// What an adapter of rank 1 has, and what a factored moment keeps.
  public var sides: Double { (rows + columns) * count }
}

extension Block {
  /// All matrices of a layer of width h, each projection by itself, as those who publish weights store them.
  func matrices(_ h: Double) -> [BlockMatrix] {
    func mixed(_ rows: Double, _ columns: Double) -> BlockMatrix {
      BlockMatrix(place: .mixer, rows: rows, columns: columns)
    }
    func fed(
      _ net: DenseNet, _ place: BlockMatrix.Place, width: Double? = nil, times count: Double = 1
    ) -> [BlockMatrix] {
      let size = Double(net.size), width = width ?? h
      return [
        BlockMatrix(place: place, rows: width, columns: size, count: count * net.inputs),
        BlockMatrix(place: place, rows: size, columns: width, count: count),
      ]
    }
    var list: [BlockMatrix] =
      switch mixer {
      case .attention(let a):
        [mixed(h, a.queries + a.gate)]
          + [BlockMatrix](repeating: mixed(a.keyWidth(h), a.keys), count: Int(a.projectedKeys)) + [mixed(a.queries, h)]
      case .latent(let a): latent(a, h, mixed)
      case .stateSpace(let m): [mixed(h, m.projected), mixed(Double(m.innerSize), h)]
      case .gatedDelta(let m):
        [mixed(h, m.projected), mixed(m.values, h)]
          + (m.gateRank.map { [mixed(Double($0), m.keys), mixed(Double($0), m.values)] } ?? [])
      case .convolution(let c): c.isShared ? [] : [mixed(c.depth, Double(c.outputs))]
      case .projection(let p): [BlockMatrix(place: .unadapted, rows: Double(p.inputs), columns: Double(p.outputs))]
      case .none: []
      }
    if adaptive { list.append(BlockMatrix(place: .feedForward, rows: h, columns: adaptedVectors * h)) }
    if predicts { list.append(BlockMatrix(place: .feedForward, rows: 2 * h, columns: h)) }
    switch feedForward {
    case .dense(let net): list += fed(net, .feedForward)
    case .experts(let experts):
      list += experts.shared.map { fed($0, .feedForward) } ?? []
      if let latent = experts.latent.map(Double.init) {
        list += [
          BlockMatrix(place: .unadapted, rows: h, columns: latent),
          BlockMatrix(place: .unadapted, rows: latent, columns: h),
        ]
      }
      list += fed(experts.net, .unadapted, width: experts.width(h), times: Double(experts.count))
    case .none: break
    }
    return list
  }

  private func latent(
    _ a: LatentAttention, _ h: Double, _ mixed: (Double, Double) -> BlockMatrix
  ) -> [BlockMatrix] {
    let heads = Double(a.heads), rank = Double(a.keyValueRank), queries = heads * Double(a.queryDimension)
    let asked = a.queryRank.map { [mixed(h, Double($0)), mixed(Double($0), queries)] } ?? [mixed(h, queries)]
    return asked + [
      mixed(h, rank + Double(a.rotaryDimension)), mixed(rank, heads * Double(a.plainDimension + a.valueDimension)),
      mixed(heads * Double(a.valueDimension), h),
    ]
  }
}

extension Model {
  /// The matrices of all layers but those of recommenders.
  public var matrices: [BlockMatrix] { matrices { _ in true } }
  /// Those of layers that are not frozen.
  public var trainedMatrices: [BlockMatrix] { matrices { !$0.isFrozen } }

  private func matrices(_ isMeant: (Block) -> Bool) -> [BlockMatrix] {
    guard recommender == nil else { return [] }
    return zip(layout.kinds, layout.counts).filter { isMeant($0.0) }.flatMap { kind, count in
      kind.matrices(kind.width(in: Double(hiddenSize))).map { one in
        var all = one
        all.count *= Double(count)
        return all
      }
    }
  }

  /// The same with the first layers frozen: they are worked on forward only.
  public func freezing(first count: Int) -> Model {
    var model = self
    model.layout = Layout(
      layout.order.enumerated().map { index, kind in
        var block = layout.kinds[kind]
        block.isFrozen = index < count
        return block
      })
    return model
  }

  /// The same with so many of its first and last layers in 16 bits, whatever the job's products are in.
  public func keeping16Bits(_ ends: ChunkEnds) -> Model {
    var model = self
    let order = layout.order, last = order.count - ends.last
    model.layout = Layout(
      order.enumerated().map { index, kind in
        var block = layout.kinds[kind]
        block.keeps16Bits = index < ends.first || index >= last
        return block
      })
    return model
  }

  /// The same with modules that predict one further token each: a layer like the last, behind a product that joins two streams.
  /// Embedding and head are the model's own.
  public func predicting(_ count: Int) -> Model {
    guard count > 0, let last = layout.order.last else { return self }
    var model = self, block = layout.kinds[last]
    block.predicts = true
    model.layout = Layout(layout.order.map { layout.kinds[$0] } + [Block](repeating: block, count: count))
    model.predictedTokens = count
    return model
  }

  /// Layers without the modules that predict further tokens, which stand on the last chunk of a pipeline.
  public var ownLayers: Int { layers - predictedTokens }

  /// How often the head works on each token: once, and for each further token that is predicted.
  public var headPasses: Double { Double(1 + predictedTokens) }

  /// Whether the embedding is not trained, since layers behind it are not.
  public var hasFrozenEmbedding: Bool { layout.kinds.contains(where: \.isFrozen) }
}

extension Job {
  /// Parameters that are trained, with those of modules that predict further tokens.
  public var trainedParameters: Double {
    if let rank = loraRank { return model.adapterParameters(rank: rank, loraTargets) }
    let count = headed.predicting(model.predictedTokens > 0 ? 0 : predictedTokens).parameterCount
    guard let frozen = frozenLayers else { return count.total }
    let layers = model.layout.order.prefix(frozen).reduce(0) { $0 + count.kinds[$1].total }
    return count.total - layers - count.embedding
  }
}

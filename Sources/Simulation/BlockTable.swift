import CKernels
import Scenarios

/// Operator times of many block shapes at once, composed into what plans need of each.
///
/// Names and unit types are left behind here, once: shapes become columns of [operators][shapes] arrays, the kernels
/// fill them, and each shape comes back as a `tf_block`.
public struct BlockTable: Sendable {
  public let shapes: [BlockShape]
  let blocks: [tf_block]
  /// The operators of each shape and their times, kept only where asked for.
  public struct Detail: Sendable {
    public var operators: [Operator]
    public var times: [Double]
    public var components: [Double]
    public func time(_ component: Component) -> Double { components[component.rawValue] }
  }
  public private(set) var details: [Detail] = []

  public init(
    shapes: [BlockShape], job: Job, machine: Machine, keepDetails: Bool = false
  ) {
    self.shapes = shapes
    let lowering = Lowering(job: job, stack: machine.efficiency.stack)
    // Many shapes run the same operators: those are lowered and timed once.
    var columns: [BlockShape: Int] = [:]
    var distinct: [BlockShape] = []
    let columnOf = shapes.map { shape in
      let key = shape.operatorShape
      if let known = columns[key] { return known }
      columns[key] = distinct.count
      distinct.append(key)
      return distinct.count - 1
    }
    let lowered = distinct.map(lowering.operators)
    let batch = FlatBatch(lowered, machine)
    let components = batch.components()
    func column(_ j: Int) -> [Double] {
      (0..<Component.allCases.count).map { components[$0 * distinct.count + columnOf[j]] }
    }
    let parameters = DeviceParameters.Source(job.model)
    blocks = shapes.indices.map { j in
      BlockTable.block(
        shapes[j], column(j), job, machine, lowering.activations(shapes[j]),
        parameters.perDevice(tensor: shapes[j].tensor))
    }
    if keepDetails {
      details = shapes.indices.map { j in
        let operators = lowered[columnOf[j]]
        return Detail(
          operators: operators,
          times: operators.indices.map { batch.times[$0 * distinct.count + columnOf[j]] }, components: column(j))
      }
    }
  }

  private static func block(
    _ shape: BlockShape, _ column: [Double], _ job: Job, _ machine: Machine, _ kept: ActivationBytes,
    _ parameters: DeviceParameters
  ) -> tf_block {
    func time(_ c: Component) -> Double { column[c.rawValue] }
    let profile = machine.efficiency
    func exposed(_ communication: Double, behind window: Double) -> Double {
      let left = max(0, communication - window)
      return left + profile.contention * (communication - left)
    }
    let full = shape.recompute == .full ? 1.0 : 0
    let unfused = profile.stack.attention == .unfused
    // What selective recomputation repeats; fused attention already does so inside its backward kernel.
    let repeated: Double =
      switch shape.recompute {
      case .none: 0
      case .selective: unfused ? time(.attentionForward) : 0
      case .full: time(.layerForward)
      }
    // Column-parallel gradients travel while weight gradients are computed, re-gathered inputs while data gradients are.
    let column = time(.columnWeightGradient) + (shape.sequenceParallel ? time(.columnDataGradient) : 0)
    let contextForward = exposed(
      time(.contextForward), behind: profile.contextOverlap * time(.attentionForward))
    let contextBackward = exposed(
      time(.contextBackward), behind: profile.contextOverlap * time(.attentionBackward))

    var block = tf_block()
    block.layers = Double(job.model.layers)
    block.tensor = Double(shape.tensor)
    block.context = Double(shape.context)
    block.micro_batch = Double(shape.microBatch)
    block.global_batch = Double(job.globalBatch)
    block.layer_forward = time(.layerForward)
    block.layer_backward = time(.layerBackward)
    block.layer_recompute = repeated
    let beside = time(.tensorColumn) + (shape.keepsGathered ? 0 : time(.tensorRegather))
    block.layer_tensor =
      (1 + full) * time(.tensorForward) + time(.tensorBackward)
      + exposed(beside, behind: profile.tensorOverlap * column)
    block.layer_context = (1 + full) * contextForward + contextBackward
    block.embedding_forward = time(.embeddingForward)
    block.embedding_backward = time(.embeddingBackward)
    block.embedding_tensor = time(.embeddingTensor)
    block.head_forward = time(.headForward)
    block.head_backward = time(.headBackward)
    block.head_tensor = time(.headTensor)
    let tokens = Double(shape.microBatch) * Double(job.sequenceLength) / Double(shape.context)
    let boundary = tokens * Double(job.model.hiddenSize) * machine.precision.activationBytes
    // Every tensor rank sends its share to its counterpart, which gathers the shares again, or the whole.
    let whole = !shape.sequenceParallel && !shape.scattersAtEdges
    block.boundary_bytes = whole ? boundary : boundary / Double(shape.tensor)
    block.boundary_gather = whole ? 0 : time(.boundaryGather)
    block.layer_parameters = parameters.layer
    block.embedding_parameters = parameters.embedding
    block.head_parameters = parameters.head
    block.tied_parameters = parameters.tied
    block.layer_activation = kept.layer
    block.embedding_activation = kept.embedding
    block.head_logits = kept.head
    block.workspace = kept.workspace
    return block
  }
}

/// Parameters on one device of a tensor-parallel group.
public struct DeviceParameters: Sendable {
  public var layer: Double
  public var embedding: Double
  public var head: Double
  /// The last stage's own copy of a shared embedding matrix.
  public var tied: Double

  struct Source {
    let model: Model
    let count: ParameterCount
    init(_ model: Model) {
      self.model = model
      count = model.parameterCount
    }
    func perDevice(tensor: Int) -> DeviceParameters {
      let t = Double(tensor)
      let matrix = Double(model.vocabularySize * model.hiddenSize)
      let headMatrix = model.tiedEmbeddings ? 0 : min(matrix, count.head)
      return DeviceParameters(
        layer: count.perLayerSplit / t + (count.perLayer - count.perLayerSplit),
        embedding: matrix / t + max(0, count.embedding - matrix),
        head: headMatrix / t + (count.head - headMatrix),
        tied: model.tiedEmbeddings ? matrix / t : 0)
    }
  }
}

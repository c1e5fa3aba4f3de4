import CKernels

/// What the plan kernel takes of a block shape: a `tf_block`, and where layers are not all alike or have experts, the kinds and
/// the order of them, which the block then points to.
struct KernelBlock: @unchecked Sendable {
  // Unchecked for the pointer to a mixture, which is nil but within `withKernelBlock`.
  private var block: tf_block
  private var layers: [tf_layer]
  private let order: [Int32]
  private let isMixed: Bool
  private let expertRanks: Double, expertTrained: Double
  /// Of each chunk the first layers that recompute; the others' kinds then stand behind theirs. Nil: all layers do the same.
  let recomputed: Int?
  /// Layers of the first and the last chunk of a pipeline.
  private let ends: tf_ends
  /// Bytes of each kind of layer that go to the host and come back; empty where none do.
  let moved: [Double]

  init(
    _ block: tf_block, layers: [tf_layer], order: [Int32], isMixed: Bool, expertRanks: Double, expertTrained: Double,
    recomputed: Int?, ends: tf_ends, moved: [Double]
  ) {
    self.block = block
    self.layers = layers
    self.order = order
    self.isMixed = isMixed
    self.expertRanks = expertRanks
    self.expertTrained = expertTrained
    self.recomputed = recomputed
    self.ends = ends
    self.moved = moved
  }

  /// How many kinds the model has.
  var kinds: Int { recomputed == nil ? layers.count : layers.count / 2 }

  /// Changes one kind of layer.
  mutating func change(_ kind: Int, _ body: (inout tf_layer) -> Void) { body(&layers[kind]) }

  /// Changes what stands around the layers.
  mutating func ends(_ body: (inout tf_block) -> Void) { body(&block) }

  func withKernelBlock(_ body: (UnsafePointer<tf_block>) -> Void) {
    var block = block
    block.layer = layers[0]
    guard isMixed else { return body(&block) }
    layers.withUnsafeBufferPointer { layers in
      order.withUnsafeBufferPointer { order in
        var mixture = tf_mixture(
          kind_count: layers.count, kinds: layers.baseAddress, order: order.baseAddress, expert_ranks: expertRanks,
          expert_trained: expertTrained, recomputed: recomputed ?? 0, spared: recomputed == nil ? 0 : Int32(kinds),
          ends: ends)
        withUnsafePointer(to: &mixture) { mixture in
          block.mixture = mixture
          body(&block)
        }
      }
    }
  }
}

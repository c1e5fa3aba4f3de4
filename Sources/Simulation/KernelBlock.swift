import CKernels

/// What the plan kernel takes of a block shape: a `tf_block`, and where layers are not all alike or have experts, the kinds and
/// the order of them, which the block then points to.
struct KernelBlock: @unchecked Sendable {
  // Unchecked for the pointer to a mixture, which is nil but within `withKernelBlock`.
  private(set) var block: tf_block
  private var layers: [tf_layer]
  private let order: [Int32]
  private let isMixed: Bool
  private let expertRanks: Double, expertTrained: Double

  init(
    _ block: tf_block, layers: [tf_layer], order: [Int32], isMixed: Bool, expertRanks: Double, expertTrained: Double
  ) {
    self.block = block
    self.layers = layers
    self.order = order
    self.isMixed = isMixed
    self.expertRanks = expertRanks
    self.expertTrained = expertTrained
    setFirst()
  }

  /// Changes one kind of layer.
  mutating func change(_ kind: Int, _ body: (inout tf_layer) -> Void) {
    body(&layers[kind])
    if kind == 0 { setFirst() }
  }

  /// Changes what stands around the layers.
  mutating func ends(_ body: (inout tf_block) -> Void) { body(&block) }

  /// Where all layers are the first kind, the block says it itself.
  private mutating func setFirst() {
    let layer = layers[0]
    block.layer_forward = layer.forward
    block.layer_backward = layer.backward
    block.layer_recompute = layer.recompute
    block.layer_tensor = layer.tensor
    block.layer_context = layer.context
    block.layer_wait_forward = layer.wait_forward
    block.layer_host_forward = layer.host_forward
    block.layer_host_backward = layer.host_backward
    block.layer_parameters = layer.parameters
    block.layer_activation = layer.activation
  }

  func withKernelBlock(_ body: (UnsafePointer<tf_block>) -> Void) {
    var block = block
    guard isMixed else { return body(&block) }
    layers.withUnsafeBufferPointer { layers in
      order.withUnsafeBufferPointer { order in
        var mixture = tf_mixture(
          kind_count: layers.count, kinds: layers.baseAddress, order: order.baseAddress, expert_ranks: expertRanks,
          expert_trained: expertTrained)
        withUnsafePointer(to: &mixture) { mixture in
          block.mixture = mixture
          body(&block)
        }
      }
    }
  }
}

import CWorkload

/// A small transformer that is really trained on a text, a step at a time.
final class TrainingRun {
  let shape: StepShape
  private let text: [UInt8]
  private var parameters: [Float]
  private var means: [Float]
  private var squares: [Float]
  private var gradients: [Float]
  private var work: [Float]
  private var step = 0
  /// Mean loss of the first batch and of the latest: nats per byte.
  private(set) var firstLoss: Double?
  private(set) var lastLoss: Double?

  /// - Parameter text: longer than a sequence.
  init(_ shape: StepShape, text: [UInt8]) {
    precondition(text.count > shape.sequence + 1, "the text is too short")
    self.shape = shape
    self.text = text
    var kernel = shape.kernelShape
    let count = tw_parameter_count(&kernel)
    parameters = TrainingRun.initial(shape, count)
    means = [Float](repeating: 0, count: count)
    squares = means
    gradients = means
    work = [Float](repeating: 0, count: tw_activation_count(&kernel))
  }

  /// As GPT-2: norms at one, biases at zero, the rest normal of 0.02, here by sums of twelve uniforms.
  private static func initial(_ shape: StepShape, _ count: Int) -> [Float] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func uniform() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    var values = (0..<count).map { _ in (0..<4).reduce(Float(-2)) { sum, _ in sum + uniform() } * 0.035 }
    let c = shape.width, f = shape.feed
    func fill(_ from: Int, _ length: Int, _ value: Float) {
      for i in from..<(from + length) { values[i] = value }
    }
    var at = (StepShape.vocabulary + shape.sequence) * c
    for _ in 0..<shape.layers {
      fill(at, c, 1)
      fill(at + c, c, 0)
      at += 2 * c + 3 * c * c
      fill(at, 3 * c, 0)
      at += 3 * c + c * c
      fill(at, c, 0)
      fill(at + c, c, 1)
      fill(at + 2 * c, c, 0)
      at += 3 * c + c * f
      fill(at, f, 0)
      at += f + f * c
      fill(at, c, 0)
      at += c
    }
    fill(at, c, 1)
    fill(at + c, c, 0)
    return values
  }

  /// One step on the next pieces of the text.
  func run() {
    var kernel = shape.kernelShape
    let tokens = shape.tokens
    var ids = [UInt8](repeating: 0, count: tokens), targets = ids
    let places = text.count - shape.sequence - 1
    for b in 0..<shape.batch {
      // A stride that shares no factor with most lengths visits all of the text.
      let from = (step * shape.batch + b) * 7919 % places
      for s in 0..<shape.sequence {
        ids[b * shape.sequence + s] = text[from + s]
        targets[b * shape.sequence + s] = text[from + s + 1]
      }
    }
    step += 1
    var rule = tw_adamw_rule(rate: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.01, step: Int32(step))
    let loss = tw_train(&parameters, &means, &squares, &gradients, &work, ids, targets, &kernel, &rule)
    firstLoss = firstLoss ?? loss
    lastLoss = loss
  }
}

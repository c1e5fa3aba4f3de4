import CWorkload
import Foundation
import TestSupport
import Testing

@Suite struct TransformerTests {
  static let shapes = [
    tw_shape(layers: 2, width: 12, heads: 3, feed: 20, vocabulary: 11, sequence: 6, batch: 2, tied: 1),
    tw_shape(layers: 1, width: 8, heads: 2, feed: 17, vocabulary: 13, sequence: 5, batch: 3, tied: 0),
    tw_shape(layers: 3, width: 34, heads: 1, feed: 48, vocabulary: 40, sequence: 1, batch: 1, tied: 1),
    tw_shape(layers: 0, width: 6, heads: 2, feed: 4, vocabulary: 9, sequence: 4, batch: 1, tied: 1),
  ]

  struct Problem {
    var shape: tw_shape
    var parameters: (single: [Float], double: [Double])
    var id: [UInt8]
    var target: [UInt8]

    init(_ shape: tw_shape) {
      self.shape = shape
      var random = SplitMix64(seed: 11)
      parameters = random.floats(tw_parameter_count(&self.shape), 0.5)
      let tokens = shape.batch * shape.sequence
      id = random.bytes(tokens, below: shape.vocabulary)
      target = random.bytes(tokens, below: shape.vocabulary)
    }

    mutating func fast() -> (loss: Double, gradients: [Float]) {
      var gradients = [Float](repeating: .nan, count: parameters.single.count)
      // What is behind the workspace must stay as it is.
      let size = tw_activation_count(&shape)
      var work = [Float](repeating: .nan, count: size) + [Float](repeating: 7, count: 64)
      let loss = tw_loss_and_gradients(&gradients, &work, parameters.single, id, target, &shape)
      #expect(work[size...].allSatisfy { $0 == 7 })
      return (loss, gradients)
    }

    mutating func naive(_ values: [Double]? = nil) -> (loss: Double, gradients: [Double]) {
      var gradients = [Double](repeating: .nan, count: parameters.double.count)
      let size = tw_activation_count_naive(&shape)
      var work = [Double](repeating: .nan, count: size) + [Double](repeating: 7, count: 64)
      let loss = tw_loss_and_gradients_naive(&gradients, &work, values ?? parameters.double, id, target, &shape)
      #expect(work[size...].allSatisfy { $0 == 7 })
      return (loss, gradients)
    }
  }

  @Test("gradients are what the loss changes by: central differences of the naive twin", arguments: shapes.indices)
  func differences(index: Int) {
    var problem = Problem(Self.shapes[index])
    let gradients = problem.naive().gradients
    let scale = gradients.reduce(0) { max($0, abs($1)) }
    var values = problem.parameters.double
    for i in stride(from: 0, to: values.count, by: 5) {
      let kept = values[i], step = 1e-5
      values[i] = kept + step
      let above = problem.naive(values).loss
      values[i] = kept - step
      let below = problem.naive(values).loss
      values[i] = kept
      #expect(abs((above - below) / (2 * step) - gradients[i]) < 1e-8 * max(1, scale), "parameter \(i)")
    }
  }

  @Test("the step in fp32 through OpenBLAS equals its naive twin", arguments: shapes.indices)
  func twin(index: Int) {
    var problem = Problem(Self.shapes[index])
    let fast = problem.fast(), naive = problem.naive()
    #expect(abs(fast.loss - naive.loss) < 1e-5 * naive.loss)
    #expect(difference(fast.gradients, naive.gradients) < 2e-5)
  }

  @Test("a token's loss does not depend on those after it")
  func causal() {
    var one = Problem(
      tw_shape(layers: 2, width: 12, heads: 3, feed: 20, vocabulary: 11, sequence: 2, batch: 1, tied: 1))
    let single = one.shape
    var work = [Double](repeating: 0, count: tw_activation_count_naive(&one.shape))
    func firstLogits() -> [Double] {
      var gradients = one.parameters.double
      _ = tw_loss_and_gradients_naive(&gradients, &work, one.parameters.double, one.id, one.target, &one.shape)
      // Of two tokens, the gradient of the logits of the first: behind the layers and the ends' five parts.
      let c = single.width, f = single.feed, t = 2
      let layers = single.layers * (t * (8 * c + 2 * f + 4) + single.heads * t * single.sequence)
      let start = layers + t * c + 2 * t + t * c
      return Array(work[start..<(start + single.vocabulary)])
    }
    let kept = firstLogits()
    one.id[1] = (one.id[1] + 1) % 11
    #expect(firstLogits() == kept)
  }

  @Test("the loss falls on the text that ships, in fp32 and by the naive twin alike")
  func learning() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = [UInt8](try Data(contentsOf: root.appendingPathComponent("configs/texts/apache-2.0.txt")))
    var shape = tw_shape(
      layers: 1, width: 16, heads: 2, feed: 32, vocabulary: 256, sequence: 16, batch: 2, tied: 1)
    let count = tw_parameter_count(&shape)
    var random = SplitMix64(seed: 12)
    var fast = random.floats(count, 0.05).single
    // Norms begin at one: behind the embeddings, after two more per layer, and the last.
    let start = (256 + 16) * 16, layer = 4 * 16 * 16 + 2 * 16 * 32 + 9 * 16 + 32
    for i in 0..<16 {
      fast[start + i] = 1
      fast[start + 6 * 16 + 4 * 256 + i] = 1
      fast[start + layer + i] = 1
    }
    var naive = fast.map(Double.init)
    var m = [Float](repeating: 0, count: count), v = m, g = m
    var work = [Float](repeating: 0, count: tw_activation_count(&shape))
    var nm = [Double](repeating: 0, count: count), nv = nm, ng = nm
    var nwork = [Double](repeating: 0, count: tw_activation_count_naive(&shape))
    var losses: [Double] = []
    for step in 0..<60 {
      let from = step * 32 % 4096
      let id = Array(text[from..<(from + 32)]), target = Array(text[(from + 1)..<(from + 33)])
      var rule = tw_adamw_rule(rate: 3e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.01, step: Int32(step + 1))
      losses.append(tw_train(&fast, &m, &v, &g, &work, id, target, &shape, &rule))
      if step < 4 {
        let loss = tw_train_naive(&naive, &nm, &nv, &ng, &nwork, id, target, &shape, &rule)
        #expect(abs(loss - losses[step]) < 1e-4)
      }
    }
    #expect(abs(losses[0] - 5.545) < 0.5, "a model that knows nothing: about ln 256")
    #expect(losses.suffix(5).reduce(0, +) / 5 < losses[0] - 1)
  }
}

/// Dense decoders of every size, shaped as Llama 3's are: heads of 128, 8 of them for keys and values, feed-forward nets of 3.5
/// widths, some 128 widths to a layer, and its vocabulary.
///
/// Llama 3.1 8B is 32 layers of 4,096 (128 to a layer), 70B is 80 of 8,192 (102), 405B is 126 of 16,384 (130): Grattafiori et al.
/// 2024, arXiv:2407.21783, table 3. How deep a model of a size is matters little for its loss over a wide range (Kaplan et
/// al. 2020, arXiv:2001.08361, section 3.1).
public enum ModelFamily {
  private static let aspect = 128.0
  private static let headDimension = 128
  private static let vocabulary = 128_256
  /// The widest there is. Nobody asks for more.
  private static let widest = 262_144

  public static let smallest = shape(layers: 1, width: 256)

  /// The member whose size is nearest to `target`.
  ///
  /// - Parameter size: what is counted; larger for more layers and for wider ones.
  public static func model(of target: Double, _ size: (Model) -> Double) -> Model {
    // The width that the rule asks for; the layers then make up what its rounding changes.
    let width = widths.min { off($0, target, size) < off($1, target, size) } ?? 256
    let one = size(shape(layers: 1, width: width)), each = size(shape(layers: 2, width: width)) - one
    let step = layerStep(width)
    let layers = ((target - one) / each + 1) / Double(step)
    return shape(layers: max(1, Int(min(layers, 4096).rounded())) * step, width: width)
  }

  private static func off(_ width: Int, _ target: Double, _ size: (Model) -> Double) -> Double {
    let layers = max(1, Int((Double(width) / aspect).rounded()))
    return abs(Logarithm.natural(size(shape(layers: layers, width: width)) / target))
  }

  /// Multiples of 1,024 from 4,096 on, so that heads split over eight tensor ranks, and of 4,096 from 16,384 on: over 32.
  private static let widths: [Int] = {
    var all: [Int] = []
    var width = 256
    while width <= widest {
      all.append(width)
      width += width < 2048 ? 256 : width < 4096 ? 512 : width < 16_384 ? 1024 : 4096
    }
    return all
  }()

  /// Layers that pipelines split evenly.
  private static func layerStep(_ width: Int) -> Int {
    width < 2048 ? 1 : width < 4096 ? 2 : width < 16_384 ? 4 : width < 32_768 ? 8 : 16
  }

  static func shape(layers: Int, width: Int) -> Model {
    let heads = width / headDimension
    var model = Model(
      name: "", summary: "a dense decoder shaped as Llama 3", family: .decoder, layers: layers, hiddenSize: width,
      heads: heads, keyValueHeads: min(8, heads), headDimension: headDimension, feedForwardSize: width * 7 / 2,
      vocabularySize: vocabulary, maxSequenceLength: nil, activation: .swiglu, normalization: .rmsnorm,
      positions: .rotary, queryKeyNorm: .none, normsPerLayer: 2, queryKeyValueBias: false, outputBias: false,
      feedForwardBias: false, tiedEmbeddings: false, dropout: false, tokenTypes: 0, publishedParameters: nil,
      origin: Origin(source: "docs/Budget.md", retrieved: "", location: "docs/Budget.md"))
    model.name = "dense-\(layers)x\(width)"
    return model
  }
}

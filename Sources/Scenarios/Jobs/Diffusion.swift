/// What stands around the blocks of a transformer that takes noise out of a picture (Peebles and Xie 2022, DiT, arXiv:2212.09748
/// §3.2): patches stand for words, and a vector made of the step of the noise and of the picture's class is what blocks adapt to.
public struct Diffusion: Hashable, Sendable {
  /// Numbers of a patch that come in: patch² × channels.
  public var patchInputs: Int
  /// Numbers that the head gives for each patch: twice as many channels where the variance is learned, too.
  public var patchOutputs: Int
  /// Sines and cosines that the step of the noise is given as, to a net of two layers of the hidden size.
  public var stepSize: Int
  /// Rows of the table of classes, with the one that stands for none; 0: pictures have no class.
  public var classes: Int

  public init(patchInputs: Int, patchOutputs: Int, stepSize: Int, classes: Int) {
    self.patchInputs = patchInputs
    self.patchOutputs = patchOutputs
    self.stepSize = stepSize
    self.classes = classes
  }

  /// Vectors of the width h that the layer before the head makes of a picture's vector: scale and shift.
  public static let headVectors = 2.0

  /// The layer of patches, the net of the step and the table of classes, with biases.
  func embedding(_ h: Double) -> Double {
    (Double(patchInputs) + 1 + Double(stepSize) + 1 + h + 1 + Double(classes)) * h
  }

  /// The layer that adapts the last norm, and the one that gives the numbers of a patch, with biases.
  func head(_ h: Double) -> Double { (h + 1) * (Diffusion.headVectors * h + Double(patchOutputs)) }
}

extension Block {
  /// Vectors of the width h that an adaptive block makes of a picture's vector: scale, shift and gate of either half.
  public var adaptedVectors: Double { adaptive ? 3 * halves : 0 }
}

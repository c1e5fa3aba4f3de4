/// Which work is measured: a coarse net over the shapes that training steps of this size have.
public struct Grid: Sendable {
  /// Seconds that one sample of small work lasts.
  var sample: Double
  /// How often everything is visited.
  public var rounds: Int
  /// Seconds after which no further round begins, from the third on: a busy machine repeats its samples.
  var limit: Double
  public var works: [Work]
  /// Floats of one block of a stream.
  var block: Int
  /// Training steps that are run whole, for how they differ from the sum of their parts.
  public var steps: [StepShape]

  /// About a minute on two cores.
  public static let full = Grid(
    sample: 0.003, rounds: 5, limit: 75, tokens: [64, 192, 512, 1024], widths: [64, 160, 320, 512],
    sequences: [32, 80, 160, 256], depths: [16, 32, 64],
    passes: [(64, 64), (128, 256), (512, 128), (512, 512), (1024, 1024), (1024, 2048)],
    optimizer: [1 << 16, 1 << 18, 1 << 20, 1 << 22], large: [1024, 2048], block: 1 << 24,
    steps: [
      StepShape(layers: 2, width: 64, heads: 2, sequence: 64, batch: 4),
      StepShape(layers: 3, width: 128, heads: 4, sequence: 64, batch: 8),
      StepShape(layers: 2, width: 192, heads: 4, sequence: 192, batch: 2),
      StepShape(layers: 3, width: 256, heads: 4, sequence: 128, batch: 4),
      StepShape(layers: 1, width: 320, heads: 10, sequence: 256, batch: 1),
      StepShape(layers: 1, width: 160, heads: 5, sequence: 64, batch: 1),
      StepShape(layers: 1, width: 512, heads: 8, sequence: 128, batch: 2, tied: false),
    ])

  /// About ten seconds.
  public static let quick = Grid(
    sample: 0.001, rounds: 3, limit: 15, tokens: [64, 256, 768], widths: [64, 192, 384],
    sequences: [32, 96, 192], depths: [16, 48], passes: [(64, 64), (256, 256), (512, 1024)],
    optimizer: [1 << 16, 1 << 18, 1 << 20], large: [768], block: 1 << 23,
    steps: [
      StepShape(layers: 2, width: 64, heads: 2, sequence: 64, batch: 4),
      StepShape(layers: 2, width: 128, heads: 4, sequence: 64, batch: 4),
      StepShape(layers: 1, width: 192, heads: 6, sequence: 128, batch: 2),
      StepShape(layers: 1, width: 256, heads: 4, sequence: 64, batch: 1),
    ])

  private init(
    sample: Double, rounds: Int, limit: Double, tokens: [Int], widths: [Int], sequences: [Int], depths: [Int],
    passes: [(Int, Int)], optimizer: [Int], large: [Int], block: Int, steps: [StepShape]
  ) {
    self.sample = sample
    self.rounds = rounds
    self.limit = limit
    self.block = block
    self.steps = steps
    works = []
    for t in tokens {
      for c in widths {
        // A linear layer as wide as its input, the up projection and the down projection, each three ways.
        for (k, n) in [(c, c), (c, 4 * c), (4 * c, c)] {
          works.append(Work(.product, rows: t, columns: n, depth: k))
          works.append(Work(.product, rows: t, columns: k, depth: n, turn: .right))
          works.append(Work(.product, rows: k, columns: n, depth: t, turn: .left))
        }
      }
    }
    for s in sequences {
      for d in depths {
        works.append(Work(.headProduct, rows: s, columns: s, depth: d, turn: .right))
        works.append(Work(.headProduct, rows: s, columns: d, depth: s))
        works.append(Work(.headProduct, rows: s, columns: d, depth: s, turn: .left))
      }
    }
    for n in large {
      works.append(Work(.product, rows: n, columns: n, depth: n))
      works.append(Work(.doubleProduct, rows: n, columns: n, depth: n))
      works.append(Work(.bf16Product, rows: n, columns: n, depth: n))
    }
    for n in [128, 512] { works.append(Work(.doubleProduct, rows: n, columns: n, depth: n)) }
    let flat: [Work.Routine] = [
      .embed, .embedBack, .normalize, .normalizeBack, .addBias, .biasBack, .gelu, .geluBack, .crossEntropy,
    ]
    for routine in flat {
      for (rows, width) in passes { works.append(Work(routine, rows: rows, columns: width)) }
    }
    for s in sequences {
      works.append(Work(.softmax, rows: s, columns: s))
      works.append(Work(.softmaxBack, rows: s, columns: s))
    }
    for count in optimizer { works.append(Work(.adamw, rows: count / 256, columns: 256)) }
    for routine in [Work.Routine.copy, .triad] { works.append(Work(routine, rows: block / 1024, columns: 1024)) }
  }
}

/// A net that scores a sample from dense features and rows of embedding tables (Naumov and others 2019, arXiv:1906.00091).
///
/// Dense features go through the bottom net, whose output stands beside the vectors of the tables; what interaction makes of
/// them goes through the top net.
public struct Recommender: Hashable, Sendable {
  public enum Interaction: String, CaseIterable, Sendable {
    /// Products of all pairs of vectors (DLRM).
    case dot
    /// Low-rank crosses of all of them, one after the other (Wang and others 2020, DCN V2, arXiv:2008.13535).
    case cross
  }

  /// Embedding tables that are alike.
  public struct Table: Hashable, Sendable {
    public var rows: Double
    /// Rows that a sample looks up and adds up to one vector.
    public var lookups: Int
    public var count: Int

    public init(rows: Double, lookups: Int = 1, count: Int = 1) {
      self.rows = rows
      self.lookups = lookups
      self.count = count
    }
  }

  /// Sizes from the dense features to the bottom net's output, and from what interaction gives to the prediction.
  public var bottom: [Int]
  public var top: [Int]
  public var interaction: Interaction
  /// Crosses one after the other, and their rank; 0 without.
  public var crosses = 0, crossRank = 0
  public var tables: [Table]
  /// Of every row: interaction takes vectors of one length.
  public var dimension: Int

  public init(
    bottom: [Int], top: [Int], interaction: Interaction, crosses: Int = 0, crossRank: Int = 0, tables: [Table],
    dimension: Int
  ) {
    self.bottom = bottom
    self.top = top
    self.interaction = interaction
    self.crosses = crosses
    self.crossRank = crossRank
    self.tables = tables
    self.dimension = dimension
  }
}

extension Recommender {
  /// Tables are fp32 whatever the job's type, as TorchRec's are by default and MLPerf's reference trains them.
  public static let tableBytes = 4.0
  /// State of row-wise Adagrad: one fp32 a row (EXACT_ROWWISE_ADAGRAD of FBGEMM and TorchRec).
  public static let rowStateBytes = 4.0

  public var tableCount: Int { tables.reduce(0) { $0 + $1.count } }
  public var rows: Double { tables.reduce(0) { $0 + $1.rows * Double($1.count) } }
  /// Rows that a sample reads.
  public var lookups: Double { tables.reduce(0) { $0 + Double($1.lookups * $1.count) } }
  /// Vectors that interact: one a table and the bottom net's.
  public var vectors: Int { tableCount + 1 }
  /// Vectors side by side.
  public var width: Int { vectors * dimension }
  /// Pairs of different vectors.
  public var pairs: Int { vectors * (vectors - 1) / 2 }
  /// What interaction gives to the top net.
  public var interacted: Int { interaction == .dot ? dimension + pairs : width }

  /// Layers of a net: inputs and outputs.
  public static func layers(_ sizes: [Int]) -> [(inputs: Double, outputs: Double)] {
    zip(sizes, sizes.dropFirst()).map { (Double($0), Double($1)) }
  }

  /// Nets are one layer, with biases; tables are the embedding; a cross is two matrices and a bias.
  public var parameterCount: ParameterCount {
    let nets = (Recommender.layers(bottom) + Recommender.layers(top)).reduce(0) { $0 + $1.outputs * ($1.inputs + 1) }
    let w = Double(width), cross = interaction == .cross ? Double(crosses) * (2 * w * Double(crossRank) + w) : 0
    let embedding = rows * Double(dimension)
    return ParameterCount(
      kinds: [BlockParameters(whole: nets + cross)], layers: nets + cross, embedding: embedding, head: 0,
      total: nets + cross + embedding, active: nets + cross + embedding)
  }

  /// All tables, and the state of their rows.
  public var tableWeights: Double { rows * Double(dimension) * Recommender.tableBytes }
  public var tableStates: Double { rows * Recommender.rowStateBytes }
}

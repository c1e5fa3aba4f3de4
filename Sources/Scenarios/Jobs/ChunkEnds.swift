/// How many layers the first and the last chunk of a pipeline have, where somebody cuts it by hand: `4:1`. The others share the rest
/// evenly. A chunk is a stage, or a part of one where stages are interleaved. So a stage with the embedding, or with the head and its
/// loss, can have fewer layers than the others (Megatron-LM's `--decoder-first-pipeline-num-layers`,
/// `--decoder-last-pipeline-num-layers` and the usual `--pipeline-model-parallel-layout`).
public struct ChunkEnds: Hashable, Sendable {
  public let first: Int
  /// Modules that predict further tokens come on top of these.
  public let last: Int

  /// Of no layers or more.
  public init(first: Int, last: Int) {
    precondition(first >= 0 && last >= 0, "a chunk has no fewer than no layers")
    self.first = first
    self.last = last
  }

  /// Layers of each chunk between them; nil where the rest is not dealt evenly, or some have none.
  public func between(layers: Int, chunks: Int) -> Int? {
    let rest = layers - first - last, others = chunks - 2
    guard others > 0 else { return others == 0 && rest == 0 ? 0 : nil }
    return rest >= others && rest % others == 0 ? rest / others : nil
  }
}

extension ChunkEnds: RawRepresentable {
  public var rawValue: String { "\(first):\(last)" }

  /// Nil unless it is written as here.
  public init?(rawValue text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Int(parts[0]), let last = Int(parts[1]) else { return nil }
    guard 0...Layout.most ~= first, 0...Layout.most ~= last else { return nil }
    self.init(first: first, last: last)
    if rawValue != text { return nil }
  }
}

extension Fields {
  func chunkEnds(
    _ key: String,
    help: String = "write it like 4:1, four layers in the first chunk of the pipeline and one in the last"
  ) -> ChunkEnds? {
    guard let (text, tree) = word(key, expected: "two numbers of layers") else { return nil }
    if let found = ChunkEnds(rawValue: text) { return found }
    reading.error(
      "'\(key)' is \(quoted(text)), which is not two numbers of layers",
      help: help, at: tree)
    return nil
  }
}

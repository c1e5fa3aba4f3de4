// Blocks of a model file. What stands beside `blocks` is of all of them; what a block has itself comes first.

extension Layout {
  init(_ fields: Fields) {
    let base = BlockReader.block(fields, from: nil)
    guard fields.has("blocks") else {
      self.init(base, times: fields.int("layers", in: 1...Self.most) ?? 1)
      return
    }
    if fields.has("layers") {
      fields.error("'layers' and 'blocks' both say how many", help: "leave out one of them", at: "layers")
    }
    let width = fields.width
    let blocks = BlockReader.list(fields, base, most: Self.most).map { block in
      // A block that says the model's own width is like those that say nothing.
      var block = block
      if block.hiddenSize == width { block.hiddenSize = nil }
      return block
    }
    self.init(blocks.isEmpty ? [base] : blocks)
  }
}

extension Fields {
  /// h, of a model or of a block.
  fileprivate var width: Int? { int("hidden_size", in: 1...10_000_000) }
  fileprivate var length: Int? { int("length", in: 0...1_000_000_000) }
}

enum BlockReader {
  /// The blocks of a list, each as often as it says.
  static func list(_ fields: Fields, _ base: Block, most: Int) -> [Block] {
    guard let items = fields.list("blocks") else { return [] }
    if items.isEmpty {
      fields.error("'blocks' is empty", help: "give at least one, such as {repeat: 32}", at: "blocks")
    }
    var all: [Block] = []
    for item in items {
      let one = Fields(item, keys: Keys.block, reading: fields.reading)
      let times = one.int("repeat", in: 1...most) ?? 1
      let block = block(one, from: base)
      let inside = one.has("blocks") ? list(one, block, most: most) : [block]
      guard all.count + times * inside.count <= most else {
        one.error("there are more than \(most) layers", help: "repeat fewer", at: "repeat")
        return all
      }
      for _ in 0..<times { all += inside }
    }
    return all
  }

  /// One block: what its keys say, and what they leave out as in `base`.
  static func block(_ fields: Fields, from base: Block?) -> Block {
    let mixer = mixer(fields, from: base?.mixer)
    // It stands alone, and has a norm of its own.
    switch mixer {
    case .convolution: return alone(mixer, fields, "convolution", isInList: base != nil)
    case .projection:
      var block = alone(mixer, fields, "projection", isInList: base != nil)
      block.length = fields.length ?? base?.length
      if block.length == 0 { block.length = nil }
      return block
    default: break
    }
    let feedForward = feedForward(fields, from: base?.feedForward)
    let halves = (mixer == .none ? 0 : 1) + (feedForward == .none ? 0 : 1)
    let parallel = fields.bool("parallel") ?? base?.parallel ?? false
    let inherited = base.flatMap { $0.mixer == .none || $0.feedForward == .none ? nil : $0.norms }
    let norms = fields.int("norms_per_layer", in: 0...8) ?? (halves < 2 ? halves : inherited ?? (parallel ? 1 : 2))
    if ![0, 1, 2, 4].contains(norms) {
      fields.error("'norms_per_layer' is \(norms)", help: "one of: 1, 2, 4", at: "norms_per_layer")
    }
    if halves == 0 {
      fields.error(
        "the block has no mixer and no feed-forward net", help: "leave out 'mixer: none' or 'feed_forward: none'")
    }
    var block = Block(mixer, feedForward, norms: norms, parallel: parallel)
    // What stands beside the blocks is the model's.
    if base != nil { block.hiddenSize = fields.width ?? base?.hiddenSize }
    block.length = fields.length ?? base?.length
    // 0 takes away what all blocks are given.
    if block.length == 0 { block.length = nil }
    block.causal = fields.bool("causal") ?? base?.causal
    block.adaptive = fields.bool("adaptive_norm") ?? base?.adaptive ?? false
    if block.adaptive, block.hiddenSize != nil {
      fields.error(
        "a block of another width adapts to nothing: the vector of the step of the noise has the model's",
        help: "use 'adaptive_norm: false', or leave out 'hidden_size'",
        at: fields.has("hidden_size") ? "hidden_size" : "adaptive_norm")
    }
    return block
  }

  /// A convolution or a projection, whose sizes are its own.
  private static func alone(_ mixer: Mixer, _ fields: Fields, _ name: String, isInList: Bool) -> Block {
    let other =
      ["feed_forward_size", "experts", "norms_per_layer", "parallel", "adaptive_norm"]
      + (isInList ? ["hidden_size"] : []) + (name == "convolution" ? ["length"] : [])
    for key in other where fields.has(key) && fields.has(name) {
      fields.error("'\(key)' is none of a \(name)", help: "leave it out, or give it to other blocks", at: key)
    }
    return Block(mixer, .none, norms: 0)
  }

  private enum Absent: String, CaseIterable, Sendable { case none }
  private enum MixerWord: String, CaseIterable, Sendable { case attention, none }

  private static func mixer(_ fields: Fields, from base: Mixer?) -> Mixer {
    let others = ["latent_attention", "state_space", "gated_delta", "convolution", "projection"].filter(fields.has)
    if others.count > 1 {
      fields.error("a block has one mixer", help: "leave out '\(others[0])' or '\(others[1])'", at: others[1])
    }
    let word = fields.choice("mixer", MixerWord.self)
    if word == MixerWord.none { return .none }
    if let latent = fields.fields("latent_attention", Keys.latentAttention) {
      return .latent(LatentAttention(latent, heads: fields.int("attention_heads", in: 1...100_000) ?? heads(base)))
    }
    if let space = fields.fields("state_space", Keys.stateSpace) { return .stateSpace(StateSpace(space)) }
    if let delta = fields.fields("gated_delta", Keys.gatedDelta) { return .gatedDelta(GatedDelta(delta)) }
    if let one = fields.fields("convolution", Keys.convolution) { return .convolution(Convolution(one)) }
    if let one = fields.fields("projection", Keys.projection) { return .projection(Projection(one)) }
    if let base, !says(fields), word == nil {
      // Heads that were shares of another width are shares of this one.
      guard case .attention = base, fields.has("hidden_size") else { return base }
    }
    return .attention(attention(fields, from: base))
  }

  private static func heads(_ mixer: Mixer?) -> Int {
    switch mixer {
    case .attention(let attention): attention.heads
    case .latent(let attention): attention.heads
    default: 1
    }
  }

  private static let ofAttention = [
    "attention_heads", "key_value_heads", "head_dimension", "query_key_norm", "query_key_value_bias", "output_bias",
    "sliding_window", "chunked_window", "rotary", "attention_sinks", "output_gate", "attends_to",
    "attends_to_width",
  ]
  private static func says(_ fields: Fields) -> Bool { ofAttention.contains(where: fields.has) }

  private static func attention(_ fields: Fields, from base: Mixer?) -> Attention {
    var inherited: Attention?
    if case .attention(let attention) = base { inherited = attention }
    let hidden = fields.width
    let heads = fields.int("attention_heads", in: 1...100_000) ?? inherited?.heads ?? 1
    let dimension =
      fields.int("head_dimension", in: 1...1_000_000) ?? hidden.map { max(1, $0 / heads) }
      // Where the model says no heads, its one head is all of its width, which the block's heads share.
      ?? inherited.map { $0.heads == 1 ? max(1, $0.headDimension / heads) : $0.headDimension } ?? 1
    // A tower that says how many heads it has says so of keys and values, too.
    let isTower = hidden != nil && fields.has("attention_heads")
    var one = Attention(
      heads: heads,
      keyValueHeads: fields.int("key_value_heads", in: 1...100_000) ?? (isTower ? nil : inherited?.keyValueHeads)
        ?? heads,
      headDimension: dimension,
      queryKeyNorm: fields.choice("query_key_norm", Model.QueryKeyNorm.self) ?? inherited?.queryKeyNorm ?? .none,
      queryKeyValueBias: fields.bool("query_key_value_bias") ?? inherited?.queryKeyValueBias ?? false,
      outputBias: fields.bool("output_bias") ?? inherited?.outputBias ?? false,
      window: fields.int("sliding_window", in: 0...1_000_000_000) ?? inherited?.window,
      rotary: fields.bool("rotary") ?? inherited?.rotary ?? true)
    // 0 takes away a window that all blocks are given.
    if one.window == 0 { one.window = nil }
    one.chunked = fields.bool("chunked_window") ?? inherited?.chunked ?? false
    one.sinks = fields.bool("attention_sinks") ?? inherited?.sinks ?? false
    one.gated = fields.bool("output_gate") ?? inherited?.gated ?? false
    one.across = fields.int("attends_to", in: 0...1_000_000_000) ?? inherited?.across
    if one.across == 0 { one.across = nil }
    one.acrossWidth = fields.int("attends_to_width", in: 1...10_000_000) ?? inherited?.acrossWidth
    if one.across == nil {
      if fields.has("attends_to_width") {
        fields.error(
          "'attends_to_width' is of other tokens, and the block attends to its own", help: "add 'attends_to'",
          at: "attends_to_width")
      }
      one.acrossWidth = nil
    }
    check(one, fields, hidden, isInList: base != nil)
    return one
  }

  /// Divisions that must come out even.
  private static func check(_ one: Attention, _ fields: Fields, _ hidden: Int?, isInList: Bool) {
    if let hidden, fields.has("attention_heads") || isInList, !fields.has("head_dimension"), hidden % one.heads != 0 {
      fields.error(
        "\(one.heads) attention heads do not divide the hidden size \(hidden)",
        help: "give 'head_dimension' where heads are not an even share",
        at: fields.has("attention_heads") ? "attention_heads" : "hidden_size")
    }
    if one.across != nil, one.window != nil {
      fields.error(
        "a window and other tokens to attend to do not go together", help: "leave out one of them",
        at: fields.has("attends_to") ? "attends_to" : "sliding_window")
    }
    if one.heads % one.keyValueHeads != 0 {
      fields.unevenHeads(one.keyValueHeads, of: one.heads, at: "key_value_heads")
    }
  }

  private static func feedForward(_ fields: Fields, from base: FeedForward?) -> FeedForward {
    if fields.choice("feed_forward", Absent.self) != nil { return .none }
    var inherited: DenseNet?
    switch base {
    case .dense(let net): inherited = net
    case .experts(let experts): inherited = experts.net
    default: break
    }
    let net = DenseNet(
      size: fields.int("feed_forward_size", in: 1...100_000_000) ?? inherited?.size ?? 1,
      activation: fields.choice("activation", Model.Activation.self) ?? inherited?.activation ?? .gelu,
      bias: fields.bool("feed_forward_bias") ?? inherited?.bias ?? false)
    if let experts = fields.fields("experts", Keys.experts) { return .experts(Experts(experts, like: net)) }
    let says = ["feed_forward_size", "activation", "feed_forward_bias"].contains(where: fields.has)
    if let base, !says { return base }
    return .dense(net)
  }
}

extension Fields {
  func unevenHeads(_ keyValueHeads: Int, of heads: Int, at key: String) {
    let legal = (1...heads).lazy.filter { heads % $0 == 0 }.prefix(24).map(String.init)
    error(
      "\(keyValueHeads) key/value heads do not divide the \(heads) attention heads",
      help: "use one of: \(legal.joined(separator: ", "))", at: key)
  }
}

extension Fields {
  /// Part of the groups of experts that a token may go to.
  fileprivate var groupShare: Double {
    let groups = int("groups", in: 1...100_000), used = int("groups_per_token", in: 1...100_000)
    switch (groups, used) {
    case (nil, nil): return 1
    case (let groups?, let used?) where used <= groups: return Double(used) / Double(groups)
    case (_?, _?): error("a token goes to more groups than there are", help: "lower it", at: "groups_per_token")
    case (nil, _): error("groups are not counted", help: "add 'groups', such as 8", at: "groups_per_token")
    case (_, nil): error("how many groups a token goes to is not said", help: "add 'groups_per_token'", at: "groups")
    }
    return 1
  }

  /// How unevenly experts are loaded, said in one of two ways; evenly where nobody says.
  fileprivate var loads: ExpertLoads {
    if has("imbalance"), has("spread") {
      error("'imbalance' and 'spread' are given", help: "say it once: the second follows the plan", at: "spread")
    }
    guard let spread = number("spread") else { return .fullestRank(share("imbalance") ?? 1) }
    if spread > 100 {
      error("'spread' is \(spread)", help: "it is a part of the mean load, from 0 to 100", at: "spread")
    }
    return .spread(spread)
  }

  /// A number of even shares: at least one.
  fileprivate func share(_ key: String) -> Double? {
    guard let value = number(key) else { return nil }
    if (1...1000).contains(value) { return value }
    error("'\(key)' is \(value)", help: "it is a number of even shares, from 1 to 1000", at: key)
    return nil
  }
}

extension Experts {
  fileprivate init(_ fields: Fields, like net: DenseNet) {
    let sizes = 1...100_000_000
    let count = fields.int("count", in: 1...100_000) ?? 1, perToken = fields.int("per_token", in: 1...100_000) ?? 1
    let each = DenseNet(size: fields.int("size", in: sizes) ?? 1, activation: net.activation, bias: net.bias)
    let shared = fields.int("shared", in: 1...1000)
    let width = fields.int("shared_size", in: sizes) ?? shared.map { $0 * each.size }
    self.init(
      count: count, perToken: perToken, net: each, latent: fields.int("latent", in: sizes),
      shared: width.map { DenseNet(size: $0, activation: net.activation, bias: net.bias) },
      sharedGate: fields.bool("shared_gate") ?? false, routerBias: fields.bool("router_bias") ?? false,
      capacity: fields.share("capacity"), loads: fields.loads, within: fields.groupShare)
    if perToken > count {
      fields.error(
        "a token goes to \(perToken) of \(count) experts", help: "'per_token' is at most 'count'", at: "per_token")
    }
  }
}

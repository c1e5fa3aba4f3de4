/// What models of one family have in common: what it fixes without saying it in its files, and by which keys it says the rest.
///
/// Source: `configuration_*.py` and `modeling_*.py` of transformers 5.23 (https://github.com/huggingface/transformers), and
/// of the models' own repositories for those that it lacks; read 2026-11-28.
struct Lineage: Sendable {
  /// Whether a key says so, and otherwise what.
  enum Flag: Sendable {
    case no, yes
    case key(String)
    case unless(String)
  }
  /// Which layers look back only so far, where the file has no `layer_types`.
  enum Windows: Sendable {
    case none
    /// All, where `sliding_window` is given.
    case all
    /// Those from `max_window_layers` on, if `use_sliding_window` is set.
    case upper
    /// All but every n-th, where `sliding_window_pattern` says no other n.
    case allButEvery(Int)
    /// Every second one has a window of `window_size` (GPT-Neo).
    case odd
    /// All but every n-th from the first on (ModernBERT).
    case allButFirstOf
    /// In chunks, where queries and keys are turned (Llama 4).
    case chunks
  }
  /// Which layers turn queries and keys by their position.
  enum Rotary: Sendable {
    case all
    /// All but those that `no_rope_layers` names, or every fourth.
    case listed
    /// Those that have a window.
    case windowed
  }
  enum Norms: Sendable {
    case fixed(Int)
    /// One where both halves take the same input.
    case parallel(Flag)
    case falcon
  }
  enum KeyValueHeads: Sendable {
    /// As many as heads where the file has no key.
    case key
    /// One, unless `multi_query` is false.
    case multiQuery
    case falcon
  }
  enum QueryKeyNorm: Sendable {
    case none, head, full
    case headIf(Flag)
    case fullIf(Flag)
  }

  /// Decoders mask the future.
  var kind = Model.Family.decoder
  var normalization = Model.Normalization.rmsnorm
  var norms = Norms.fixed(2)
  var gated = true
  var positions = Model.Positions.rotary
  /// Rows of the table of positions beside those of the longest sequence.
  var extraPositions = 0
  /// Rows of the embedding beside the vocabulary.
  var extraRows = 0
  /// ALiBi takes the place of rotation where a key says so.
  var alibi = Flag.no
  var queryKeyNorm = QueryKeyNorm.none
  var queryKeyValueBias = Flag.no
  var outputBias = Flag.no
  var feedForwardBias = Flag.no
  var headBias = Flag.no
  var keyValueHeads = KeyValueHeads.key
  /// Times the hidden size, where the file has no feed-forward size.
  var feedForward: Int?
  /// The file gives twice the size (Qwen 1).
  var halved = false
  var windows = Windows.none
  var rotary = Rotary.all
  var sinks = false
  var gatedAttention = false
  var experts: ExpertRule?
  /// The mixer of a layer; nil: attention.
  var mixer: (@Sendable (Config, Int) -> Mixer?)?
  /// All blocks at once, for families that are built in another way.
  var blocks: (@Sendable (Config, Lineage) -> [Block])?
  /// Segment embeddings where the file does not say how many.
  var segments = 0
  var dropsOut = false
  /// The publisher leaves the table of words out of what is active.
  var embeddingIsActive = true
  /// What is said of every model of the family.
  var note: String?
  /// Rows of the embedding and of the table of positions beside those of the text, where sizes decide.
  var extra: (@Sendable (Config) -> (rows: Int, positions: Int))?
  /// The key of the longest sequence.
  var places = "max_position_embeddings"
}

/// Which layers of a family have experts, and of what size they are.
struct ExpertRule: Sendable {
  enum Layers: Sendable {
    case all
    /// Those after `first_k_dense_replace`, every `moe_layer_freq`-th.
    case afterDense
    /// Every `decoder_sparse_step`-th, but for `mlp_only_layers`.
    case sparseStep
    /// Every `interleave_moe_layer_step`-th, or those that `moe_layers` names.
    case interleaved
    /// One in each `expert_layer_period`.
    case period
    /// From `moe_layer_start_index` to `moe_layer_end_index`.
    case range
  }
  enum Shared: Sendable {
    case none
    /// So many experts' widths together.
    case count
    /// A width of its own, under a key.
    case size(String)
    /// As wide as one expert (Llama 4).
    case one
  }
  var size = "moe_intermediate_size"
  /// The key that says it where that one is not there.
  var usualSize: String?
  var layers = Layers.all
  var shared = Shared.none
  var sharedGate = false
  var bias = false
  var routerBias = false
  /// Where layers without experts have another size than experts.
  var denseSize = "intermediate_size"
  /// There may be none, and then the net is dense.
  var optional = false
}

extension Config {
  func says(_ flag: Lineage.Flag) -> Bool {
    switch flag {
    case .no: false
    case .yes: true
    case .key(let key): self.flag(key) ?? false
    case .unless(let key): !(self.flag(key) ?? false)
    }
  }
}

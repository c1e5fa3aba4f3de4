import Quantities
import Testing

@testable import Scenarios

@Suite struct HuggingFaceTests {
  /// Shapes from the published `config.json` files; parameters from their safetensors metadata (gemma3: the
  /// language model alone).
  static let configs: [(name: String, json: String, parameters: Double)] = [
    (
      "gpt2",
      #"{"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "vocab_size": 50257, "activation_function": "gelu_new", "resid_pdrop": 0.1, "n_inner": null}"#,
      124.44e6
    ),
    (
      "pythia-6.9b",
      #"{"model_type": "gpt_neox", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "intermediate_size": 16384, "vocab_size": 50432, "max_position_embeddings": 2048, "hidden_act": "gelu", "tie_word_embeddings": false, "rotary_pct": 0.25}"#,
      6.857e9
    ),
    (
      "llama-3.1-8b",
      #"{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "hidden_act": "silu", "rms_norm_eps": 1e-05, "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0}, "tie_word_embeddings": false, "max_position_embeddings": 131072, "attention_bias": false, "mlp_bias": false, "pretraining_tp": 1}"#,
      8.030e9
    ),
    (
      "mistral-7b",
      #"{"model_type": "mistral", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 32000, "hidden_act": "silu", "sliding_window": 4096, "tie_word_embeddings": false}"#,
      7.242e9
    ),
    (
      "qwen2-7b",
      #"{"model_type": "qwen2", "hidden_size": 3584, "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4, "intermediate_size": 18944, "vocab_size": 152064, "hidden_act": "silu", "tie_word_embeddings": false, "use_sliding_window": false, "sliding_window": 131072}"#,
      7.616e9
    ),
    (
      "qwen3-8b",
      #"{"model_type": "qwen3", "hidden_size": 4096, "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 12288, "vocab_size": 151936, "hidden_act": "silu", "attention_bias": false, "tie_word_embeddings": false}"#,
      8.191e9
    ),
    (
      "olmo-2-7b",
      #"{"model_type": "olmo2", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "intermediate_size": 11008, "vocab_size": 100352, "hidden_act": "silu", "tie_word_embeddings": false}"#,
      7.299e9
    ),
    (
      "gemma-7b",
      #"{"model_type": "gemma", "hidden_size": 3072, "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 16, "head_dim": 256, "intermediate_size": 24576, "vocab_size": 256000, "hidden_act": "gelu", "hidden_activation": null}"#,
      8.538e9
    ),
    (
      "gemma-2-9b",
      #"{"model_type": "gemma2", "hidden_size": 3584, "num_hidden_layers": 42, "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 256, "intermediate_size": 14336, "vocab_size": 256000, "hidden_act": "gelu_pytorch_tanh"}"#,
      9.242e9
    ),
    (
      "gemma-3-4b",
      #"{"model_type": "gemma3", "architectures": ["Gemma3ForConditionalGeneration"], "text_config": {"model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "sliding_window": 1024}, "vision_config": {"hidden_size": 1152}}"#,
      3.880e9
    ),
  ]

  private func importing(_ json: String, _ file: String = "some-model/config.json") throws -> (
    Model?, [Diagnostic]
  ) {
    let folder = try Folder()
    let path = try folder.write(file, json)
    let catalog = try folder.catalog()
    var model: Model?
    let found = problems { () throws(Diagnostics) in model = try catalog.model(path) }
    return (model, found)
  }

  @Test("A published configuration gives the published number of parameters", arguments: configs)
  func counts(name: String, json: String, parameters: Double) throws {
    let (model, found) = try importing(json, "\(name)/config.json")
    #expect(found.map(\.rendered) == [])
    #expect(model?.name == name)
    let counted = try #require(model).parameterCount.total
    #expect(abs(counted / parameters - 1) < 0.001, "\(counted)")
  }

  private func model(_ name: String) throws -> Model {
    let config = try #require(Self.configs.first { $0.name == name })
    return try #require(try importing(config.json).0)
  }

  @Test("What families do differently is known") func families() throws {
    let gpt2 = try model("gpt2")
    #expect(gpt2.positions == .learned && gpt2.activation == .gelu && gpt2.tiedEmbeddings && gpt2.dropout)
    #expect(gpt2.feedForwardSize == 3072 && gpt2.queryKeyValueBias && gpt2.outputBias && gpt2.feedForwardBias)
    #expect(try model("qwen2-7b").queryKeyValueBias && !model("qwen2-7b").outputBias)
    #expect(try model("qwen3-8b").queryKeyNorm == .head)
    #expect(try model("olmo-2-7b").queryKeyNorm == .full)
    #expect(try model("gemma-2-9b").normsPerLayer == 4 && model("gemma-2-9b").activation == .geglu)
    #expect(try model("gemma-7b").tiedEmbeddings && model("gemma-7b").headDimension == 256)
    #expect(try model("llama-3.1-8b").activation == .swiglu && !model("llama-3.1-8b").dropout)
  }

  @Test("Defaults that were taken are said in the summary, and windows are those of the layers") func assumptions()
    throws
  {
    #expect(try model("gemma-3-4b").summary.contains("num_attention_heads 8"))
    #expect(try model("mistral-7b").slidingWindow == 4096)
    #expect(try model("qwen2-7b").slidingWindow == nil)
    #expect(try model("llama-3.1-8b").summary == "llama, imported")
  }

  @Test("The model is called by its folder, or by the file when that has a name of its own") func names()
    throws
  {
    let json = Self.configs[0].json
    #expect(try importing(json, "my-gpt/config.json").0?.name == "my-gpt")
    #expect(try importing(json, "configs/small.json").0?.name == "small")
  }

  @Test(
    "What cannot be imported says why, and what can be",
    arguments: [
      (#"{"model_type": "llama", "num_local_experts": ▸8}"#, "the file has 8 experts", "'model_type' right"),
      (#"{"model_type": ▸"resnet"}"#, "which is not known here", "--assume llama"),
      (
        #"{"model_type": ▸"phi9"}"#, "which is not known here",
        "names like it: phi, phi3, phi3small, phimoe; --assume list"
      ),
      (#"{"model_type": ▸"encoder-decoder"}"#, "two models in one file", nil),
      (#"{"model_type": ▸"albert"}"#, "share their weights", "--assume llama"),
      (#"▸{"hidden_size": 3}"#, "'model_type' is missing", "--assume llama"),
      (#"▸{"model_type": "llama"}"#, "key 'hidden_size' is missing", "shape needs it"),
      (#"▸[1, 2]"#, "keys and values are due", nil),
      (#"{"model_type": "gpt2", "n_embd": ▸"wide"}"#, "takes a whole number, not 'wide'", nil),
      (#"{"model_type": "gpt2", "n_embd": ▸-5}"#, "'n_embd' is '-5'", nil),
      (#"{"model_type": "gpt2", "n_embd": ▸99999999999999999999}"#, "'n_embd' is '9999", nil),
      (#"{"model_type": "llama", "hidden_act": ▸"mish"}"#, "activation 'mish'", "one of: silu, gelu"),
      (
        "{\n  \"model_type\": \"llama\",\n  \"hidden_size\": 64,\n  \"num_attention_heads\": ▸7}",
        "do not divide", "head_dim"
      ),
    ] as [(String, String, String?)])
  func refusals(marked: String, message: String, help: String?) throws {
    let (text, places) = unmarked(marked)
    let (model, found) = try importing(text)
    #expect(model == nil)
    let match = found.first { $0.message.contains(message) }
    #expect(match != nil, "\(found.map(\.rendered))")
    #expect(match?.place.map { "\($0.line):\($0.column)" } == places.first, "\(match?.rendered ?? "")")
    if let help { #expect(match?.help?.contains(help) == true, "\(match?.rendered ?? "")") }
  }

  @Test("JSON with tabs, escapes and tight colons is read") func layout() throws {
    let json =
      "{\n\t\"model_type\":\"llama\",\n\t\"path\":\"a\\/b\\u0041\\n\",\n\t\"hidden_size\":64,\n\t\"num_hidden_layers\":2,\n"
      + "\t\"num_attention_heads\":4,\n\t\"intermediate_size\":128,\n\t\"vocab_size\":100,\n\t\"x\":[{\"y\":null}]\n}\n"
    let (model, found) = try importing(json)
    #expect(found.map(\.rendered) == [])
    #expect(model?.hiddenSize == 64 && model?.keyValueHeads == 4)
  }

  @Test("A key set on the command line must be one that the import reads") func overrides() throws {
    let folder = try Folder()
    let path = try folder.write("tiny/config.json", Self.configs[2].json)
    let good = try folder.catalog("models.tiny.num_hidden_layers=40")
    #expect(try good.model(path).layers == 40)
    #expect(good.unusedOverrides().isEmpty)
    let bad = try folder.catalog("models.tiny.layers=40")
    let found = problems { () throws(Diagnostics) in try bad.model(path) }
    #expect(found.first?.message == "key 'layers' is unknown")
  }
}

extension Model {
  /// The first window of tokens that some attention looks back.
  fileprivate var slidingWindow: Int? {
    layout.kinds.lazy.compactMap { kind -> Int? in
      if case .attention(let attention) = kind.mixer { attention.window } else { nil }
    }.first
  }
}

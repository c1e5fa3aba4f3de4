import Foundation
import Quantities
import Testing

@testable import Scenarios

/// Models of other programs' files, family by family.
@Suite struct ImportTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var parameters: Double
    var active: Double?
    var json: String
    var testDescription: String { name }
  }

  /// Sizes of published files, and what is published of them or counted from the class that transformers makes of them.
  static let rows: [Row] = {
    let text = (try? String(contentsOfFile: repository + "/Tests/Data/imported-models.txt", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let parts = line.components(separatedBy: " | ")
      return Row(name: parts[0], parameters: Double(parts[1]) ?? 0, active: Double(parts[2]), json: parts[3])
    }
  }()

  private func importing(_ json: String, assume: String? = nil) throws -> (Model?, [Diagnostic]) {
    let folder = try Folder()
    let path = try folder.write("some-model/config.json", json)
    let catalog = Catalog(roots: [folder.path], assumedFamily: assume)
    var model: Model?
    let found = problems { () throws(Diagnostics) in model = try catalog.model(path) }
    return (model, found)
  }

  private func model(_ name: String) throws -> Model {
    let row = try #require(Self.rows.first { $0.name == name })
    return try #require(try importing(row.json).0)
  }

  @Test("There are rows of every kind") func rowsAreRead() { #expect(Self.rows.count > 100) }

  @Test("Parameters are those that are published, with what is left out", arguments: rows) func counts(row: Row) throws
  {
    let (model, found) = try importing(row.json)
    #expect(found.map(\.rendered) == [])
    let read = try #require(model)
    let towers = (read.imported?.leftOut ?? []).filter { $0.name.contains("tower") }.compactMap(\.parameters)
    let counted = read.parameterCount.total + towers.reduce(0, +)
    #expect(abs(counted / row.parameters - 1) < 0.005, "\(counted) for \(row.parameters)")
    if let active = row.active {
      let counted = read.parameterCount.active
      #expect(abs(counted / active - 1) < 0.005, "active \(counted) for \(active)")
    }
  }

  @Test("Windows, chunks and layers without rotation are those of the layers") func layers() throws {
    func windows(_ name: String) throws -> [Int?] {
      let layout = try model(name).layout
      return layout.order.map { if case .attention(let one) = layout.kinds[$0].mixer { one.window } else { nil } }
    }
    #expect(try windows("gemma-3-12b").filter { $0 == 1024 }.count == 40)
    #expect(try windows("gpt-oss-20b")[..<3] == [128, nil, 128])
    #expect(try windows("olmo-3-7b")[..<4] == [4096, 4096, 4096, nil])
    #expect(try windows("modernbert-large")[..<4] == [nil, 128, 128, nil])
    #expect(try windows("exaone-4-32b")[..<4] == [4096, 4096, 4096, nil])
    let scout = try model("llama-4-scout").layout
    #expect(scout.counts == [36, 12])
    guard case .attention(let chunked) = scout.kinds[0].mixer, case .attention(let whole) = scout.kinds[1].mixer else {
      Issue.record("Llama 4 has attention")
      return
    }
    #expect(chunked.chunked && chunked.window == 8192 && chunked.rotary && !whole.rotary && whole.window == nil)
    #expect(try model("smollm3-3b").layout.counts == [27, 9])
  }

  @Test("Experts, dense layers and hybrids stand where the file says") func kinds() throws {
    #expect(try model("deepseek-v3").layout.counts == [3, 58])
    #expect(try model("llama-4-maverick").layout.counts.reduce(0, +) == 48)
    #expect(try model("jamba-v0.1").layout.counts == [12, 16, 4])
    #expect(try model("nemotron-h-8b").layout.counts == [24, 24, 4])
    #expect(try model("qwen3-next-80b-a3b").layout.counts == [36, 12])
    #expect(try model("mixtral-8x7b").layout.isUniform)
  }

  @Test("A token goes to half of DeepSeek's groups of experts, and to any of Mixtral's experts") func groups() throws {
    func within(_ name: String) throws -> Double? {
      guard case .experts(let experts) = try model(name).layout.kinds.last?.feedForward else { return nil }
      return experts.within
    }
    #expect(try within("deepseek-v3") == 0.5)
    #expect(try within("mixtral-8x7b") == 1)
  }

  @Test("The class that a file names decides the head") func heads() throws {
    #expect(try model("llama-3.1-8b-reward").outputs == 1)
    #expect(try model("mistral-7b-embed").outputs == 0)
    #expect(try model("arctic-embed-m").outputs == 0 && !model("arctic-embed-m").pooler)
    #expect(try model("bert-base-cls").outputs == 3 && model("bert-base-cls").pooler)
    #expect(try model("glm-4-9b").outputs == nil)
    #expect(try model("vit-large").outputs == 1000)
  }

  @Test("What is left out is said, and by how much") func leftOut() throws {
    #expect(try model("gemma-3-12b").imported?.warnings == ["its vision tower is left out: 421 M parameters"])
    let llama = try model("llama-3.2-11b-vision").imported?.warnings.first ?? ""
    #expect(llama == "its vision tower is left out: 895 M parameters")
    #expect(try model("deepseek-v3").summary.contains("layer that predicts one more token"))
    #expect(try model("minimax-text-01").summary.contains("lightning attention"))
    #expect(try model("phi-4-14b").imported?.warnings == [])
  }

  @Test("Quantized weights are frozen, and those of fp8 training are not") func quantized() throws {
    #expect(try model("llama-3.1-8b-bnb-4bit").imported?.frozen == "bitsandbytes, 4 bits")
    #expect(try model("gpt-oss-20b").imported?.frozen == "mxfp4, 4 bits")
    #expect(try model("deepseek-v3").imported?.frozen == nil)
    var job = Job(
      name: "job", model: try model("llama-3.1-8b-bnb-4bit"), tokens: Count(1e9), sequenceLength: 1024, globalBatch: 8)
    #expect(job.frozenProblem?.message.contains("quantized (bitsandbytes, 4 bits)") == true)
    job.loraRank = 16
    #expect(job.frozenProblem == nil)
  }

  @Test("A family that is not known is read as another only where somebody says so") func assumed() throws {
    let json =
      #"{"model_type": "newllm", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128, "vocab_size": 100, "odd_key": 3}"#
    #expect(try importing(json).1.first?.help?.contains("--assume llama") == true)
    let read = try importing(json, assume: "llama")
    #expect(read.1.map(\.rendered) == [] && read.0?.hiddenSize == 64)
    #expect(read.0?.imported?.warnings.first?.contains("'newllm' is read as llama") == true)
    #expect(read.0?.imported?.ignored == ["odd_key"])
    #expect(try importing(json, assume: "lama").1.first?.message.contains("no family is called 'lama'") == true)
    let experts = json.replacing("\"odd_key\": 3", with: "\"num_experts\": 8")
    #expect(try importing(experts, assume: "llama").1.first?.message.contains("8 experts") == true)
  }

  @Test(
    "A file that is built otherwise than its family is refused, with each slip told once",
    arguments: [
      (
        #""position_embedding_type": "alibi", "feed_forward_type": "geglu""#,
        ["positions are 'alibi'", "nets are 'geglu'"]
      ),
      (#""alibi_starting_size": 512"#, ["positions are ALiBi"]),
      (#""position_embedding_type": "absolute""#, []),
    ])
  func otherInsides(says: String, messages: [String]) throws {
    let bert =
      #"{"model_type": "bert", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128, "vocab_size": 100, "max_position_embeddings": 32, \#(says)}"#
    let found = try importing(bert).1
    #expect(found.count == messages.count)
    for message in messages { #expect(found.contains { $0.message.contains(message) }, "\(message)") }
  }

  @Test("A layer of a kind that the family has not is refused, and a missing size is told alone") func slips() throws {
    func llama(_ rest: String) -> String {
      #"{"model_type": "llama", "num_hidden_layers": 2, "num_attention_heads": 8, "num_key_value_heads": 2, "intermediate_size": 128, "vocab_size": 100\#(rest)}"#
    }
    let strange = try importing(llama(#", "hidden_size": 64, "layer_types": ["full_attention", "linear_attention"]"#)).1
    #expect(
      strange.map(\.message) == ["'layer_types' has 'linear_attention', which models of the family 'llama' have not"])
    #expect(try importing(llama("")).1.map(\.message) == ["key 'hidden_size' is missing"])
    let known = llama(#", "hidden_size": 64, "num_local_experts": 8, "num_experts_per_tok": 2"#)
    #expect(try importing(known).1.first?.help?.contains("--assume mixtral") == true)
    #expect(try importing(known, assume: "mixtral").0?.layout.kinds.count == 1)
    // One expert cannot be gone to twice; of a count that is wrong, only that is told.
    for (count, message) in [("1", "a token goes to 2 of 1 experts"), ("0", "'num_local_experts' is '0'")] {
      let wrong = known.replacing("llama", with: "mixtral").replacing("_experts\": 8", with: "_experts\": \(count)")
      #expect(try importing(wrong).1.map(\.message) == [message])
    }
    #expect(
      try importing(llama(#", "hidden_size": 64"#), assume: "nosuch").1.first?.message.contains("'nosuch'") == true)
  }

  @Test(
    "A name on the Hub finds the model that is shipped",
    arguments: [
      ("meta-llama/Llama-3.1-8B", "llama-3.1-8b"), ("meta-llama/Meta-Llama-3.1-70B-Instruct", "llama-3.1-70b"),
      ("Qwen/Qwen3-30B-A3B", "qwen3-30b-a3b"), ("Qwen/Qwen3-8B-Base", "qwen3-8b"),
      ("mistralai/Mixtral-8x7B-Instruct-v0.1", "mixtral-8x7b"), ("google/gemma-3-12b-it", "gemma-3-12b"),
      ("deepseek-ai/DeepSeek-V3-0324", "deepseek-v3"), ("openai/gpt-oss-120b", "gpt-oss-120b"),
      ("meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama-4-scout"), ("allenai/OLMoE-1B-7B-0924", "olmoe-1b-7b"),
      ("allenai/Olmo-3-1025-7B", "olmo-3-7b"), ("microsoft/phi-4", "phi-4"), ("meta-llama/Llama-2-7b-hf", "llama-2-7b"),
      ("nvidia/Nemotron-H-8B-Base-8K", "nemotron-h-8b"), ("google/vit-base-patch16-224", "vit-base"),
      ("openai-community/gpt2", "gpt2"), ("HuggingFaceTB/SmolLM3-3B", "smollm3-3b"),
      ("google-bert/bert-large-uncased", "bert-large"), ("databricks/dbrx-instruct", "dbrx"),
      ("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", "nemotron-3-nano-30b"),
    ])
  func hub(id: String, name: String) throws {
    #expect(try shipped.model(id).name == name)
  }

  @Test(
    "A name on the Hub that only looks like one that is shipped finds nothing",
    arguments: [
      "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "someone/Llama-3.1-8B-bnb-4bit", "Qwen/Qwen3-4B", "a/gpt2-xxl",
    ])
  func otherHub(id: String) throws {
    let found = problems { () throws(Diagnostics) in try shipped.model(id) }
    #expect(found.first?.help?.contains("fetch its config.json") == true)
  }

  @Test(
    "Shipped models are those of their own configurations",
    arguments: [
      ("mixtral-8x7b", "mixtral-8x7b"), ("deepseek-v3", "deepseek-v3"), ("gpt-oss-20b", "gpt-oss-20b"),
      ("gemma-3-12b", "gemma-3-12b"), ("gemma-3-27b", "gemma-3-27b"), ("llama-4-scout", "llama-4-scout"),
      ("llama-4-maverick", "llama-4-maverick"), ("nemotron-h-8b", "nemotron-h-8b"), ("dbrx", "dbrx"),
      ("nemotron-h-56b", "nemotron-h-56b"), ("nemotron-3-nano-30b", "nemotron-3-nano"),
      ("nemotron-3-super-120b", "nemotron-3-super"),
      ("qwen3-30b-a3b", "qwen3-30b-a3b"), ("qwen3-235b-a22b", "qwen3-235b-a22b"), ("olmo-3-32b", "olmo-3.1-32b"),
      ("olmo-3-7b", "olmo-3-7b"), ("smollm3-3b", "smollm3-3b"), ("phi-4", "phi-4-14b"), ("kimi-k2", "kimi-k2"),
      ("gpt-oss-120b", "gpt-oss-120b"), ("olmoe-1b-7b", "olmoe-1b-7b"), ("modernbert-large", "modernbert-large"),
      ("vit-large", "vit-large"), ("clip-l-text", "clip-l-text"), ("clip-l-vision", "clip-l-vision"),
      ("clip-l", "clip-vit-large"),
    ])
  func shippedModels(name: String, row: String) throws {
    let ours = try shipped.model(name), theirs = try model(row)
    // Where nothing is turned, a file need not say so of each block.
    func shape(_ model: Model) -> Layout {
      model.layout.mapped { block in
        guard model.positions != .rotary, case .attention(var one) = block.mixer else { return }
        one.rotary = false
        block.mixer = .attention(one)
      }
    }
    #expect(shape(ours) == shape(theirs))
    #expect(ours.parameterCount.total == theirs.parameterCount.total)
    #expect(ours.parameterCount.active == theirs.parameterCount.active)
  }
}

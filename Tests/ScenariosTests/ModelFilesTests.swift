import Foundation
import Testing

@testable import Scenarios

/// Models by files that are no `config.json`: adapters, folders, Meta's own.
extension ImportTests {
  @Test("An adapter of an adapter, or of itself, is refused; a base that is there says itself what is wrong with it")
  func adapterBases() throws {
    let folder = try Folder()
    func adapter(_ name: String, of base: String, _ rest: String = "") throws {
      try folder.write(
        "\(name)/adapter_config.json",
        #"{"peft_type": "LORA", "r": 4, "target_modules": ["c_fc"], "base_model_name_or_path": "\#(base)"\#(rest)}"#)
    }
    try adapter("self", of: folder.path + "/self")
    try adapter("above", of: folder.path + "/self")
    try folder.write("broken/config.json", #"{"model_type": "llama", "hidden_size": "wide"}"#)
    try adapter("onBroken", of: folder.path + "/broken")
    try folder.write("base/config.json", try #require(Self.rows.first { $0.name == "smollm-360m" }).json)
    try adapter(
      "whole", of: folder.path + "/base", #", "modules_to_save": ["embed_tokens", "lm_head"], "use_dora": true"#)
    let catalog = try folder.catalog()
    func found(_ name: String) -> [Diagnostic] {
      problems { () throws(Diagnostics) in try catalog.model(folder.path + "/\(name)") }
    }
    for name in ["self", "above"] {
      #expect(found(name).map { $0.message.hasSuffix("is an adapter itself") } == [true])
    }
    #expect(found("onBroken").contains { $0.place?.file.hasSuffix("broken/config.json") == true })
    let whole = try #require(try catalog.model(folder.path + "/whole").imported)
    #expect(whole.adapter?.targets == .mlp)
    #expect(whole.approximations.contains("its adapters are on c_fc, and are taken to be on every matrix of mlp"))
    #expect(whole.approximations.contains { $0.hasPrefix("embed_tokens and lm_head are trained whole") })
    #expect(whole.approximations.contains { $0.hasPrefix("DoRA") })
  }

  @Test("What is wrong with JSON is told of JSON") func json() throws {
    let folder = try Folder()
    let path = try folder.write(
      "cut/config.json", "{\"model_type\": \"llama\",\n \"hidden_size\": 64\n \"vocab_size\": 9}")
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.model(path) }
    #expect(found.map(\.message) == ["not valid JSON: did not find expected ',' or '}', in what begins in line 1"])
  }

  @Test("Meta's own file may share its table of words; pictures and other kinds of layers are refused") func meta()
    throws
  {
    let folder = try Folder()
    func file(_ name: String, _ rest: String) throws -> String {
      try folder.write(
        "\(name)/params.json",
        #"{"dim": 64, "n_layers": 2, "n_heads": 4, "vocab_size": 100, "hidden_dim": 128\#(rest)}"#)
    }
    let own = try file("own", ""), tied = try file("tied", #", "tied_embeddings": true"#)
    let seeing = try file("seeing", #", "vision_num_cross_attention_layers": 8"#)
    let mamba = try file("mamba", #", "model_type": "mamba""#)
    let catalog = try folder.catalog()
    #expect(try catalog.model(own).parameterCount.total - catalog.model(tied).parameterCount.total == 6400)
    #expect(try catalog.model(own).imported?.approximations.count == 1)
    for (path, word) in [(seeing, "pictures"), (mamba, "'mamba'")] {
      let found = problems { () throws(Diagnostics) in try catalog.model(path) }
      #expect(found.first?.message.contains(word) == true, "\(word)")
    }
  }

  @Test("A folder, an adapter and Meta's own file are read") func files() throws {
    let folder = try Folder()
    let row = try #require(Self.rows.first { $0.name == "smollm-360m" })
    try folder.write("small/config.json", row.json)
    #expect(try folder.catalog().model(folder.path + "/small").name == "small")
    try folder.write(
      "lora/adapter_config.json",
      #"{"peft_type": "LORA", "r": 32, "target_modules": ["q_proj", "down_proj"], "base_model_name_or_path": "\#(folder.path)/small"}"#
    )
    let adapted = try folder.catalog().model(folder.path + "/lora")
    #expect(adapted.imported?.adapter == Imported.Adapter(rank: 32, targets: .all) && adapted.hiddenSize == 960)
    try folder.write("other/adapter_config.json", #"{"r": 8, "base_model_name_or_path": "who/knows"}"#)
    let catalog = try folder.catalog()
    let unknown = problems { () throws(Diagnostics) in try catalog.model(folder.path + "/other") }
    #expect(unknown.first?.message.contains("adapter of rank 8 for 'who/knows'") == true)
    #expect(unknown.first?.help?.contains("lora_rank: 8") == true)
    try folder.write(
      "meta/params.json",
      #"{"dim": 4096, "n_layers": 32, "n_heads": 32, "n_kv_heads": 8, "vocab_size": 128256, "ffn_dim_multiplier": 1.3, "multiple_of": 1024, "norm_eps": 1e-05}"#
    )
    let meta = try folder.catalog().model(folder.path + "/meta")
    #expect(meta.parameterCount.total == 8_030_261_248 && meta.feedForwardSize == 14336)
    try FileManager.default.createDirectory(atPath: folder.path + "/empty", withIntermediateDirectories: true)
    let empty = problems { () throws(Diagnostics) in try catalog.model(folder.path + "/empty") }
    #expect(empty.first?.help?.contains("config.json") == true)
  }
}

import Testing

@testable import Scenarios

@Suite struct DiffusionFileTests {
  private static let diffusion = "diffusion: {patch_inputs: 16, patch_outputs: 32, step_size: 256, classes: 11}"
  private static let text = """
    kind: model
    version: 2
    source: a paper
    retrieved: 2026-01-31
    summary: noise out of patches
    family: encoder
    layers: 2
    hidden_size: 64
    attention_heads: 8
    feed_forward_size: 128
    vocabulary_size: 0
    activation: gelu
    normalization: plain
    positions: none
    tied_embeddings: false
    adaptive_norm: true
    \(diffusion)

    """

  private static func found(_ old: String, _ new: String) throws -> [String] {
    let folder = try Folder.sample()
    try folder.write("models/d.yaml", text.replacing(old, with: new))
    let catalog = try folder.catalog()
    return problems { () throws(Diagnostics) in try catalog.model("d") }.map(\.message)
  }

  @Test("A diffusion transformer's file is read as it stands, and counted by hand") func whole() throws {
    let folder = try Folder.sample()
    try folder.write("models/d.yaml", Self.text)
    let model = try folder.catalog().model("d")
    #expect(model.diffusion == Diffusion(patchInputs: 16, patchOutputs: 32, stepSize: 256, classes: 11))
    #expect(model.layout.kinds[0].adaptive && model.layout.kinds[0].adaptedVectors == 6)
    let count = model.parameterCount
    let embedding: Int = (17 + 257 + 65 + 11) * 64
    let block: Int = 4 * 64 * 64 + 2 * 64 * 128 + 6 * 64 * 65
    #expect(count.embedding == Double(embedding) && count.perLayer == Double(block))
    #expect(count.head == 65 * (128 + 32))
    #expect(try Self.found("classes: 11", "classes: 0").isEmpty && Self.found(", classes: 11", "").isEmpty)
  }

  @Test(
    "What does not go together is told, with what would",
    arguments: [
      ("vocabulary_size: 0", "vocabulary_size: 10", "there is no vocabulary"),
      ("family: encoder", "family: decoder", "all see each other"),
      ("positions: none", "positions: none\noutputs: 10", "'outputs' is of words"),
      ("patch_inputs: 16, ", "", "'patch_inputs'"), (diffusion, "", "there is none"),
      ("adaptive_norm: true\n" + diffusion, "", "without a vocabulary"),
    ])
  func wrong(old: String, new: String, message: String) throws {
    let found = try Self.found(old, new)
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test("One block of several may be adaptive, and one may be told not to be") func blocks() throws {
    let folder = try Folder.sample()
    try folder.write(
      "models/d.yaml", Self.text.replacing("layers: 2\n", with: "blocks: [{repeat: 2}, {adaptive_norm: false}]\n"))
    #expect(try folder.catalog().model("d").layout.kinds.map(\.adaptive) == [true, false])
  }
}

import Testing

import struct Scenarios.Measurement

@testable import Scenarios

extension Samples {
  static let sources = """
    kind: sources
    version: 1
    source: a page
    retrieved: 2026-01-31
    summary: who measured
    note: some words
    sources: [{series: [default], title: others, licence: none, machines: {C1: i1.large}}, {series: [mine, my-own], \
    title: a paper, licence: MIT, stack: s1, stacks: [{when: Eager, and: More, stack: s1, \
    attention: flash2, expert_dispatch: neighbours, expert_overlap: micro_batches, selective: nets, reduce_type: bf16, \
    waited_for: [data]}], machines: {C2: i1.large}, note: words, \
    assume: {zero: 1, recompute: full, sequence_parallel: true, interleave: 2, micro_batch: 4, etp: tp, dropout: true, \
    flops: causal, lora_rank: 8, lora_targets: all}}]
    models: [{names: [Odd], forms: []}, {names: [m], forms: [{like: m1, tied_embeddings: true, activation: relu, \
    positions: rotary, query_key_norm: full, query_key_value_bias: true, biases: false, head_dimension: 16, \
    mtp: 1, ends: [{chunks: 4, ends: "2:0"}]}], note: words}]
    """
}

@Suite struct MeasurementSourcesTests {
  private static let paper = """
      - series: [paper]
        title: a paper
        licence: MIT
        stack: plain
        stacks:
          - {when: "] EAGER", stack: eager}
          - {when: fsdp, and: two words, stack: both}
          - {when: fsdp, stack: sharded}
          - {when: eager, stack: never}
    """

  private func sources(_ list: String) throws -> MeasurementSources {
    let folder = try Folder()
    try folder.write(
      "measurements/sources.yaml",
      "kind: sources\nversion: 1\nsource: x\nretrieved: 2026-01-31\nsummary: y\nsources:\n" + list)
    return try folder.catalog().measurementSources()
  }

  private func row(_ change: (inout Measurement) -> Void = { _ in }) throws -> Measurement {
    let text = MeasurementTests.header + MeasurementTests.line(["id": "paper-1"])
    var row = try #require(try Measurement.read(SourceText(name: "runs.csv", text: text)).first)
    change(&row)
    return row
  }

  @Test("Everything that a source says arrives") func everything() throws {
    let sources = try Folder.sample().catalog().measurementSources()
    let mine = try #require(sources.source(of: "my-own"))
    #expect(mine.series == ["mine", "my-own"] && mine.title == "a paper" && mine.licence == "MIT")
    #expect(
      mine.stack == "s1" && mine.stacks.map(\.words) == [["Eager", "More"]] && mine.machines == ["C2": "i1.large"])
    let own = try #require(mine.stacks.first).changing(try Folder.sample().catalog().stack("s1"))
    #expect(own.attention == .flash2 && own.expertDispatch == .neighbours && own.expertOverlap == .microBatches)
    #expect(own.selective == .nets && own.reduceType == .bf16 && own.waitedFor == [.data])
    #expect(own.name == "s1")
    var assumed = AssumedPlan()
    (assumed.zero, assumed.recompute, assumed.sequenceParallel, assumed.interleave) = (1, .full, true, 2)
    (assumed.microBatch, assumed.dropout, assumed.flops) = (4, true, .causal)
    (assumed.loraRank, assumed.loraTargets, assumed.expertTensor) = (8, .all, .tensor)
    #expect(mine.assumed == assumed && !mine.isFallback)
  }

  @Test("Names tell shapes: the first entry with a part in it, and what differs from the model it is like")
  func models() throws {
    let catalog = try Folder.sample().catalog()
    let models = try catalog.measurementSources().models
    #expect(models.map(\.names) == [["odd"], ["m"]] && models[0].forms.isEmpty)
    #expect(models[0].word(in: "an odd one") == "odd" && models[1].word(in: "x") == nil)
    let form = try #require(models[1].forms.first), like = try catalog.model("m1"), shape = form.shape(like)
    #expect(form.predictedTokens == 1 && form.ends == [4: ChunkEnds(first: 2, last: 0)])
    #expect(form.headDimension == 16 && shape.layers == like.layers)
    #expect(shape.tiedEmbeddings && shape.activation == .relu && shape.queryKeyNorm == .full)
    // Biases are said of all, but for those that are said of themselves.
    #expect(shape.queryKeyValueBias && !shape.outputBias && !shape.feedForwardBias)
  }

  @Test("A file of one's own without models has those of the next folder; adapters are assumed as the fallback says")
  func older() throws {
    let folder = try Folder(), sample = try Folder.sample()
    let head = "kind: sources\nversion: 1\nsource: x\nretrieved: 2026-01-31\nsummary: y\nsources:\n"
    let usual = "  - {series: [default], title: t, licence: l, assume: {lora_rank: 4}}\n"
    try folder.write("measurements/sources.yaml", head + usual + "  - {series: [a], title: t, licence: l}\n")
    let sources = try Catalog(roots: [folder.path, sample.path]).measurementSources()
    #expect(sources.models.count == 2 && sources.source(of: "mine")?.isFallback == true)
    #expect(sources.source(of: "a")?.assumed.loraRank == 4)
    #expect(try Catalog(roots: [folder.path]).measurementSources().models.isEmpty)
  }

  @Test("A series that nobody described is taken as the default one, and so are machines left out") func fallback()
    throws
  {
    let sources = try Folder.sample().catalog().measurementSources()
    let other = try #require(sources.source(of: "theirs")), mine = try #require(sources.source(of: "mine"))
    #expect(other.isFallback && other.stack == nil && !sources.isKnown("theirs"))
    #expect(sources.machine("C1", of: mine) == "i1.large" && sources.machine("C2", of: other) == nil)
    #expect(try self.sources(Self.paper).source(of: "theirs") == nil)
  }

  @Test("The first word found in model, sharding or notes tells the stack, in whatever letters") func stacks() throws {
    let source = try #require(try sources(Self.paper).source(of: "paper"))
    #expect(source.stack(of: try row()) == "plain")
    #expect(source.stack(of: try row { $0.notes = "[A] eager" }) == "eager")
    #expect(source.stack(of: try row { $0.model = "M (FSDP)" }) == "sharded")
    // With a second word, both have to be there.
    let both = try row { row in (row.model, row.notes) = ("M (FSDP)", "in TWO Words") }
    #expect(source.stack(of: both) == "both")
    #expect(source.stack(of: try row { $0.sharding = "FSDP2 8" }) == "sharded")
    #expect(source.stack(of: try row { $0.notes = "[A] fsdp, not eager" }) == "sharded")
  }

  static let wrong: [(list: String, words: String)] = [
    ("  - {series: [a], title: t}", "'licence' is missing"),
    ("  - {series: [], title: t, licence: l}", "'series' is empty"),
    ("  - {series: [a, a], title: t, licence: l}", "twice"),
    ("  - {series: [a], team: b, title: t, licence: l}", "no entry begins with series 'b'"),
    ("  - {series: [a], title: t, licence: l, assume: {zero: 4}}", "zero"),
    ("  - {series: [a], title: t, licence: l, assume: {flops: some}}", "flops"),
    ("  - {series: [a], title: t, licence: l, machines: [x]}", "takes a map"),
    ("  - {series: [a], title: t, licence: l, machines: {C: [x]}}", "'C' takes"),
    ("  - {series: [a], title: t, licence: l, stacks: [{when: x}]}", "'stack' is missing"),
    ("  - {series: [a], titel: t, licence: l}", "'titel' is unknown"),
  ]

  @Test("What is wrong with a description is told", arguments: wrong) func problems(list: String, words: String) throws
  {
    do {
      _ = try sources(list)
      Issue.record("read")
    } catch let error as Diagnostics {
      #expect(error.all.contains { $0.message.contains(words) }, "\(error.all.map(\.message))")
    }
  }

  @Test("A check tells the stack or the machine that a source names and nobody has") func names() throws {
    let folder = try Folder.sample()
    let text = Samples.sources.replacing("stack: s1, stacks", with: "stack: s9, stacks")
      .replacing("{C2: i1.large}", with: "{C2: i1.lurge}")
    try folder.write("measurements/sources.yaml", text)
    let found = try folder.catalog().check()
    #expect(found.contains { $0.message.contains("'s9'") && $0.place?.line == 7 })
    #expect(found.contains { $0.message.contains("'i1.lurge'") })
  }
}

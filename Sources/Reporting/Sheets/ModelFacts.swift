import Quantities
import Scenarios

/// What `catalog show` says of a model's blocks, and of the file it was read from.
enum ModelFacts {
  /// One fact a kind of block: how many layers are of it, and what they are.
  static func blocks(_ model: Model) -> [Fact] {
    let layout = model.layout, sizes = model.parameterCount.kinds
    return zip(zip(layout.kinds, layout.counts), sizes).map { pair, size in
      let (kind, count) = pair
      let halves = [words(kind.mixer), words(kind.feedForward)].compactMap { $0 }
      var joined = halves.joined(separator: kind.parallel ? "; beside it " : "; ")
      if kind.causal == false, model.causal { joined += "; tokens see those after them" }
      if kind.adaptive { joined += "; adapted to the step of the noise" }
      if let width = kind.hiddenSize { joined += "; \(Figures.grouped(width)) wide" }
      if let length = kind.length {
        joined += "; over \(length == 1 ? "one token" : "\(Figures.grouped(length)) tokens") of an example"
      }
      return Fact(counted(count, "layer"), "\(joined); \(Count(size.total).formatted) parameters each")
    }
  }

  private static func words(_ mixer: Mixer) -> String? {
    switch mixer {
    case .attention(let a):
      var text = "attention of \(a.heads) heads of \(a.headDimension)"
      if a.keyValueHeads != a.heads { text += ", \(a.keyValueHeads) of keys and values" }
      if let window = a.window { text += ", \(a.chunked ? "chunks" : "window") of \(Figures.grouped(window)) tokens" }
      if let across = a.across { text += ", to \(Figures.grouped(across)) other tokens" }
      if let width = a.acrossWidth { text += " of \(Figures.grouped(width)) numbers" }
      if !a.rotary { text += ", not rotated" }
      if a.sinks { text += ", with sinks" }
      if a.gated { text += ", with a gate" }
      return text
    case .latent(let a):
      let ranks = [a.queryRank.map { "queries \($0)" }, "keys and values \(a.keyValueRank)"].compactMap { $0 }
      return "attention of \(a.heads) heads to a latent (\(ranks.joined(separator: ", ")))"
    case .stateSpace(let s):
      let kind = s.heads.map { "Mamba-2 of \($0) heads" } ?? "Mamba"
      return "\(kind), \(Figures.grouped(s.innerSize)) wide, state of \(s.stateSize)"
    case .gatedDelta(let d):
      let gate = d.gateRank.map { ", decays and gate by way of \($0) numbers" } ?? ""
      return "gated delta net of \(d.valueHeads) heads of \(d.valueDimension), \(d.keyHeads) of keys\(gate)"
    case .convolution(let c):
      var after = c.ending == .sum ? ", with a sum" : c.ending == .loss ? ", with a loss" : ""
      switch c.norm {
      case .batch: break
      case .frozen: after += ", a norm that is frozen"
      case .before: after += ", a norm before it"
      case .none: after += ", no norm"
      }
      if c.isShared { after += ", weights of another level" }
      let parts = c.groups > 1 ? " in \(c.groups) groups" : ""
      let size =
        "\(c.kernel) × \(c.kernel), \(Figures.grouped(c.inputs)) to \(Figures.grouped(c.outputs)) channels\(parts)"
      return "convolution of \(size), \(Figures.grouped(c.positions)) positions\(after)"
    case .projection(let p):
      var text = "a linear layer of \(Figures.grouped(p.inputs)) to \(Figures.grouped(p.outputs)) numbers"
      if p.norm != .none { text += ", a norm \(p.norm.rawValue) it" }
      if let activation = p.activation { text += ", \(activation.rawValue)" }
      if p.vectors > 0 { text += ", \(counted(p.vectors, "learned vector"))" }
      return text
    case .none: return nil
    }
  }

  private static func words(_ feedForward: FeedForward) -> String? {
    switch feedForward {
    case .dense(let net): return "feed-forward \(Figures.grouped(net.size)) (\(net.activation.rawValue))"
    case .experts(let e):
      var text = "\(e.count) experts of \(Figures.grouped(e.net.size)), \(e.perToken) a token"
      if let latent = e.latent { text += ", on \(Figures.grouped(latent)) numbers of it" }
      if let shared = e.shared { text += ", and \(Figures.grouped(shared.size)) for every token" }
      return text
    case .none: return nil
    }
  }

  /// What was left out and taken, where the model comes from a file of another program.
  static func imported(_ model: Model) -> [Fact] {
    guard let imported = model.imported else { return [] }
    var facts = imported.warnings.map { Fact("warning", $0) }
    if let frozen = imported.frozen {
      facts.append(Fact("weights", "quantized: \(frozen); they carry adapters, and cannot be trained whole"))
    }
    if let adapter = imported.adapter {
      facts.append(Fact("adapter", "rank \(adapter.rank), on \(adapter.targets.words)"))
    }
    if !imported.assumed.isEmpty {
      facts.append(Fact("not in the file, so taken", imported.assumed.joined(separator: ", ")))
    }
    if !imported.ignored.isEmpty { facts.append(Fact("keys not used", "\(imported.ignored.count); -v names them")) }
    return facts
  }
}

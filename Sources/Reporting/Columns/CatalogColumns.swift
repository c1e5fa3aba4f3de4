import Quantities
import Scenarios

/// One line of `catalog list`; figures are those that tell entries of a kind apart.
public struct CatalogEntry: Sendable {
  public var kind: CatalogKind
  public var name: String
  public var figures: String
  public var summary: String

  public init(_ kind: CatalogKind, name: String, figures: String = "", summary: String = "") {
    self.kind = kind
    self.name = name
    self.figures = figures
    self.summary = summary
  }

  public static let columns: [Column<CatalogEntry>] = [
    .text("kind") { $0.kind.singular },
    .text("name") { $0.name },
    .text("figures") { $0.figures.isEmpty ? nil : $0.figures },
    .text("summary") { $0.summary.isEmpty ? nil : $0.summary },
  ]

  /// Entries by kind, each under the name of its folder.
  public static func table(_ entries: [CatalogEntry], _ screen: Screen) -> String {
    let style = Style(screen)
    let shown: [Column<CatalogEntry>] = [
      .shown("", .left) { $0.name }, .shown("", .left) { $0.figures },
      .shown("", .left, dispensable: 1) { $0.summary },
    ]
    var lines: [String] = []
    for kind in CatalogKind.allCases {
      let own = entries.filter { $0.kind == kind }
      if own.isEmpty { continue }
      if !lines.isEmpty { lines.append("") }
      lines.append(style.bold(kind.title))
      lines += TextTable(shown, own, width: screen.width, indent: "  ").rows
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension CatalogEntry {
  public init(_ chip: Chip) {
    let peak = (chip.peak[.bf16] ?? chip.peak[.fp16] ?? chip.peak[.fp32])?.value.formatted ?? ""
    let figures = [peak, chip.memoryCapacity.value.formatted, chip.memoryBandwidth.value.formatted]
    self.init(.chips, name: chip.name, figures: figures.joined(separator: ", "), summary: chip.summary)
  }

  public init(_ card: NitroCard) {
    let efa = card.efa == "none" ? "no EFA" : "EFA \(card.efa)"
    self.init(
      .nitroCards, name: card.name, figures: "\(card.cardBandwidth.value.formatted), \(efa)",
      summary: card.summary)
  }

  public init(_ cpu: HostCPU) {
    let speed = cpu.coreSpeed.map { "\($0.value.formatted) a core" } ?? "speed unknown"
    self.init(
      .hosts, name: cpu.name, figures: "\(speed), \(counted(cpu.threadsPerCore, "thread"))", summary: cpu.summary)
  }

  public init(_ instance: Instance) {
    let network =
      instance.network.map { ", \($0.bandwidth.value.formatted) \($0.kind.rawValue)" } ?? ", no cluster"
    self.init(
      .instances, name: instance.name, figures: "\(instance.chips) × \(instance.chip.name)\(network)",
      summary: instance.summary)
  }

  public init(_ model: Model) {
    let parts = model.recommender.map { counted($0.tableCount, "table") } ?? counted(model.layers, "layer")
    let figures = "\(Count(model.parameterCount.total).formatted), \(parts)"
    self.init(.models, name: model.name, figures: figures, summary: model.summary)
  }

  public init(_ stack: Stack) {
    self.init(
      .stacks, name: stack.name, figures: "\(stack.attention.rawValue) attention", summary: stack.summary)
  }

  public init(_ profile: Efficiency) {
    let figures = profile.status.rawValue + (profile.isDefault ? ", default" : "")
    self.init(.efficiency, name: profile.name, figures: figures, summary: profile.summary)
  }

  public init(_ job: Job) {
    self.init(.jobs, name: job.name, figures: job.size?.sentence ?? "", summary: job.title)
  }
}

extension CatalogKind {
  /// A heading; also what `catalog list` takes.
  public var title: String {
    switch self {
    case .nitroCards: "nitro-cards"
    case .recovery: "reliability"
    default: rawValue
    }
  }

  public init?(title: String) {
    guard let kind = CatalogKind.allCases.first(where: { $0.title == title }) else { return nil }
    self = kind
  }
}

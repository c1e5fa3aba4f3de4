import Quantities
import Scenarios
import Simulation

extension MachineNote: Worded {
  public var wording: Wording {
    switch self {
    case .part(let note): note.wording
    case .chipLinkUnpublished(let instance):
      Wording(
        "chip-link-unpublished", .assumption, ["instance": .text(instance)],
        "\(instance): chip-to-chip bandwidth unpublished, the network's is used")
    }
  }
}

extension PartNote: Worded {
  public var wording: Wording {
    switch self {
    case .hostShare(let instance, let share):
      Wording(
        "host-cores-left", .assumption, ["instance": .text(instance), "share": .number(share)],
        "\(instance): virtualization leaves \(share < 1 ? "fewer" : "more") of the host's cores, "
          + "\(Int((share * 100).rounded()))% of those it has")
    case .cards(let swap): swap.wording
    case .ebsKept(let instance, let old, let new):
      Wording(
        "ebs-of-cards-unknown", .assumption, ["instance": .text(instance), "old": .text(old), "new": .text(new)],
        "\(instance): EBS of \(old) or \(new) is unknown, its rate is kept")
    case .hostSpeed(let instance, let host, let was, let before, let after):
      Wording(
        "host-in-place", .assumption,
        [
          "instance": .text(instance), "host": .text(host), "was": .text(was ?? PartNote.own),
          "before_per_s": .amount(before), "after_per_s": .amount(after),
        ],
        "\(instance): host \(host) in place of \(was ?? PartNote.own) launches work in proportion to CoreMark of a core "
          + "with all threads busy, \(after.formatted) instead of \(before.formatted)")
    case .hostSpeedUnknown(let instance, let host, let was, let unknown):
      Wording(
        "host-speed-unknown", .assumption,
        [
          "instance": .text(instance), "host": .text(host), "was": .text(was ?? PartNote.own),
          "unknown": .text(unknown ?? PartNote.own),
        ],
        "\(instance): the speed of a core of \(unknown ?? PartNote.own) is unknown, so host \(host) launches work as fast "
          + "as \(was ?? PartNote.own)")
    case .chipsAsked(let instance, let used, let all):
      Wording(
        "chips-asked", .assumption, ["instance": .text(instance), "used": .integer(used), "chips": .integer(all)],
        "\(instance): \(used) of the \(all) chips of each are used, as asked, and \(all - used) are idle; all are paid for"
      )
    }
  }

  /// A host without a name.
  private static let own = "its own"
}

extension CardSwap: Worded {
  public var wording: Wording {
    Wording(
      "cards-in-place", .assumption,
      [
        "instance": .text(instance), "old": .text(old), "new": .text(new), "network_bytes_per_s": .amount(network),
        "before_bytes_per_s": .amount(before ?? network),
      ],
      "\(instance): \(new) in place of \(old), each card with the share of its rate that it had: network "
        + network.formatted + (before.map { " instead of \($0.formatted)" } ?? " as before") + limits
        + (keepsLatency ? "; its latency is unknown, that of \(old) is kept" : ""))
  }

  private var limits: String {
    switch limit {
    case nil: ""
    case .link(let link, let chips, let chip, let wanted):
      ", which is what \(link) takes to \(chips) × \(chip) (the cards have \(wanted.formatted))"
    case .unpublished(let chip): ", though what a \(chip) takes from its host is unpublished"
    }
  }
}

extension AppliedOverride: Worded {
  public var wording: Wording {
    Wording(
      "figure-set", .assumption,
      ["path": .text(path), "value": .text(value), "before": .text(before ?? "")],
      "--set \(path)=\(value) (\(before.map { "instead of \($0)" } ?? "not in the file"))")
  }
}

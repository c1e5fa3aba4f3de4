import Operating
import Quantities
import Scenarios

extension OperatingNote: Worded {
  public var wording: Wording {
    switch self {
    case .failuresOfOthers(let unit, let every):
      Wording(
        "failures-of-others", .assumption, ["unit": .text(unit.word), "every_s": .amount(every)],
        "logs of others stand in where no failure log of a \(unit.word) is published: each \(unit.word) fails once in "
          + "\(every.formatted) on average")
    case .practice(let team, let factor, let software):
      Wording(
        "practice", .assumption,
        ["team": .text(team.rawValue), "factor": .number(factor), "software_factor": .number(software)],
        "days and cost are \(Figures.fixed(factor, 2)) times the best that the machines can do (--practice tuned shows that best): "
          + (software == 1
            ? "for \(team.words)"
            : "\(Figures.fixed(factor / software, 2)) for \(team.words), and \(Figures.fixed(software, 2)) since no software is named (--stack)")
      )
    case .inputCostUnknown(let data):
      Wording(
        "input-cost-unknown", .assumption, ["data": .text(data)],
        "the host's work for \(data) data is not known and not counted")
    case .hostCoresUnknown:
      Wording(
        "host-cores-unknown", .assumption, [:], "the host's cores are not known: preparing input is not counted")
    case .coreAsMeasured(let data):
      Wording(
        "core-as-measured", .assumption, ["data": .text(data)],
        "every core is taken to prepare \(data) data as fast as the one that was measured")
    case .readRateUnknown(let storage):
      Wording(
        "read-rate-unknown", .assumption, ["storage": .text(storage)],
        "how fast \(storage) is read is not known and not counted")
    case .noOtherHost(let instance):
      Wording(
        "no-other-host", .assumption, ["instance": .text(instance)],
        "\(instance): there is no other host to keep checkpoints, so they are written asynchronously")
    }
  }
}

extension FailureLog.Unit {
  /// What fails, in a word.
  var word: String { self == .instance ? "host" : "chip" }
}

extension EnergyNote: Worded {
  public var wording: Wording {
    switch self {
    case .shareOfPublished(let instance, let share, let most):
      Wording(
        "draw-of-published", .assumption,
        ["instance": .text(instance), "share": .number(share), "most_w": .amount(most)],
        "\(instance) draws \(Int((share * 100).rounded()))% of its published \(most.formatted) while it trains, as "
          + "measured on nodes of eight H100 (68 to 82%)")
    case .estimatedDraw(let instance, let draw):
      Wording(
        "draw-estimated", .assumption, ["instance": .text(instance), "draw_w": .amount(draw)],
        "the power of \(instance), \(draw.formatted), is a published estimate, not a measurement")
    case .restUnknown(let instance):
      Wording(
        "draw-at-rest-unknown", .assumption, ["instance": .text(instance)],
        "\(instance) is taken to draw as much while it waits as while it trains: its power at rest is not known")
    case .drawUnknown(let instance):
      Wording(
        "draw-unknown", .evidence, ["instance": .text(instance)],
        "the power of \(instance) is not published, and no estimate has a source for each part")
    case .placeUnknown:
      Wording(
        "place-unknown", .evidence, [:],
        "its place is not known, so neither its building nor its grid is; add --region")
    case .ownPlaceUnknown:
      Wording(
        "own-place-unknown", .evidence, [:],
        "the place of an owned machine is not known, so its grid is not; add --region")
    case .buildingUnpublished(let region):
      Wording(
        "building-unpublished", .evidence, ["region": .text(region)],
        "the power usage effectiveness of \(region) is not published")
    case .ownBuildingUnknown:
      Wording(
        "own-building-unknown", .evidence, [:],
        "the power that the building of an owned machine adds is not known; add a file to ownership/")
    case .gridUnknown(let region):
      Wording(
        "grid-unknown", .evidence, ["region": .text(region)], "the emissions of the grid of \(region) are not known")
    }
  }
}

extension OperatingSetup.Problem: Worded {
  public var wording: Wording {
    switch self {
    case .noRecovery:
      Wording(
        "no-recovery-file", .refusal, [:],
        "checkpoints and failures are asked for, and the configurations have no reliability/recovery.yaml")
    case .unknownStorage(let name, let use, let known):
      Wording(
        "storage-name-unknown", .refusal,
        ["name": .text(name), "use": .text(use.rawValue), "known": .texts(known)],
        "\(use.rawValue): no storage is called '\(name)'; \(OperatingSetup.Problem.known(name, known))")
    case .unknownData(let name, let known):
      Wording(
        "data-name-unknown", .refusal, ["name": .text(name), "known": .texts(known)],
        "input: no kind of data is called '\(name)'; \(OperatingSetup.Problem.known(name, known))")
    case .noDrives(let storage, let use, let instance):
      Wording(
        "no-drives", .refusal,
        ["storage": .text(storage), "use": .text(use.rawValue), "instance": .text(instance)],
        "\(use.rawValue) storage \(storage): \(instance) has no drives of its own")
    case .noEBS(let storage, let use, let instance):
      Wording(
        "no-ebs-rate", .refusal,
        ["storage": .text(storage), "use": .text(use.rawValue), "instance": .text(instance)],
        "\(use.rawValue) storage \(storage): no EBS bandwidth of \(instance) is known")
    case .lostWithInstance(let storage):
      Wording(
        "storage-lost-with-instance", .refusal, ["storage": .text(storage)],
        "checkpoint storage \(storage) is lost with its instance; use another")
    }
  }

  private static func known(_ name: String, _ known: [String]) -> String {
    let near = Spelling.nearest(to: name, among: known).map { "did you mean '\($0)'? " } ?? ""
    return "\(near)known: \(known.joined(separator: ", "))"
  }
}

extension Practice.Team {
  fileprivate var words: String {
    switch self {
    case .tuned: "those who tuned the machines"
    case .experienced: "an experienced team"
    case .first: "a team on its first large run"
    }
  }
}

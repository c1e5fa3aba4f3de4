import Quantities
import Scenarios

extension FactSheet {
  public init(_ storage: Storage) {
    self.init(
      .storage, name: storage.name, summary: storage.summary,
      facts: [
        Fact("reached by", storage.reach.rawValue), Fact("reading, one instance", storage.readBandwidth),
        Fact("writing, one instance", storage.writeBandwidth), Fact("all instances", storage.systemBandwidth),
        Fact("outlives the instance", storage.isDurable ? "yes" : "no"),
      ], disputed: storage.disputed, origin: storage.origin)
  }

  public init(_ data: InputData) {
    self.init(
      .data, name: data.name, summary: data.summary,
      facts: [
        Fact("read for a token", data.bytesPerToken), Fact("read for a sample", data.bytesPerSample),
        Fact("a core's time for a token", data.corePerToken), Fact("a core's time for a sample", data.corePerSample),
        Fact("CoreMark of that core", data.coreSpeed),
      ], disputed: data.disputed, origin: data.origin)
  }

  public init(_ recovery: Recovery) {
    self.init(
      .recovery, name: "recovery", summary: "How long a run takes to go on after a failure, and how often one comes",
      facts: [
        Fact("until a failure is noticed", recovery.detection), Fact("until processes run again", recovery.restart),
        Fact("until a replaced instance is there", recovery.replacement),
        Fact("failures that replace an instance", Figures.percent(recovery.hardShare)),
        Fact("copy to the host, a device", recovery.snapshotBandwidth),
        Fact("a checkpoint delays besides", recovery.checkpointOverhead),
        Fact("steps slow down while a checkpoint is written", Figures.percent(recovery.writeSlowdown)),
      ], disputed: recovery.disputed, origin: recovery.origin)
  }

  /// The published logs, those that are not fitted with the reason.
  public init(_ logs: [FailureLog]) {
    self.init(
      .recovery, name: "failures",
      facts: logs.map { log in
        let each = EventRate(perHour: log.failures / (log.units * log.hours))
        let kind = log.architecture.isEmpty ? log.unit.rawValue : "\(log.architecture) \(log.unit.rawValue)"
        let left = log.leftOut.map { "; not fitted: \($0)" } ?? ""
        return Fact(
          "failures, log \(log.id)", "one in \(Seconds(1 / each.value).formatted) a \(kind)\(left)",
          origin: Origin(source: log.source, retrieved: "", note: log.note, location: "reliability/failures.csv"))
      })
  }
}

extension CatalogEntry {
  public init(_ storage: Storage) {
    self.init(.storage, name: storage.name, figures: storage.summary)
  }

  public init(_ data: InputData) {
    self.init(.data, name: data.name, figures: data.summary)
  }

  public init(_ recovery: Recovery) {
    self.init(
      .recovery, name: "recovery",
      figures: "noticed in \(recovery.detection.value.formatted), restarted in \(recovery.restart.value.formatted)")
  }
}

extension FactSheet {
  public init(_ practice: Practice) {
    func fact(_ what: String, _ part: Practice.Part) -> Fact {
      Fact(
        what, "\(Figures.significant(part.factor))×, spread \(Figures.percent(part.spread))", origin: practice.origin)
    }
    self.init(
      .practice, name: "practice", summary: "What teams really pay beyond the best that their machines do",
      facts: [
        fact("an experienced team", practice.experienced), fact("a first run", practice.first),
        fact("software that nobody names", practice.software),
        fact("a plan unlike all that were run", practice.untried),
      ], origin: practice.origin)
  }
}

extension CatalogEntry {
  public init(_ practice: Practice) {
    self.init(
      .practice, name: "practice",
      figures: "experienced \(Figures.significant(practice.experienced.factor))×, "
        + "first \(Figures.significant(practice.first.factor))×")
  }
}

extension FactSheet {
  public init(_ grids: [Grid], name: String) {
    self.init(
      .regions, name: name,
      summary: "What buildings add to the draw of machines, what grids give off, what electricity costs",
      facts: grids.flatMap { grid -> [Fact?] in
        [
          grid.pue.map { Fact("\(grid.region), power usage effectiveness", "\($0.value.value)", origin: $0.origin) },
          Fact("\(grid.region), grid", grid.intensity), Fact("\(grid.region), electricity", grid.electricity),
        ]
      })
  }
}

extension CatalogEntry {
  public init(_ grids: [Grid], name: String) {
    self.init(.regions, name: name, figures: counted(grids.count, "region"))
  }
}

import Planning
import Quantities
import Scenarios

/// What was asked around a row: limits, what it is held against, and what its owner calls it.
public struct RowSetting: Sendable {
  public var deadline: Seconds?
  public var budget: Dollars?
  public var reference: OptionResult?
  public var tags = Tags()

  public init() {}

  public init(_ size: JobSize?, tags: Tags, reference: OptionResult? = nil) {
    (deadline, budget) = (size?.deadline, size?.budget)
    (self.tags, self.reference) = (tags, reference)
  }
}

extension ResultRow {
  public func set(_ setting: RowSetting) -> ResultRow {
    var row = self
    row.setting = setting
    return row
  }

  /// Expected, over what is expected of the reference.
  func ratio(_ stake: Stake) -> Double? {
    guard let own = stake.figure(of: result), let base = setting.reference.flatMap(stake.figure(of:)), base > 0 else {
      return nil
    }
    return own / base
  }

  /// Hours that are paid for, of all instances and of those that stand by.
  var billedHours: Double? {
    guard let run, let bill = run.bill else { return nil }
    return Double(run.units + run.course.spares) * bill.billedTime.value / 3600
  }

  /// Of them, those after the run has ended: the rest of a block.
  var unusedHours: Double? {
    guard let run, let bill = run.bill else { return nil }
    return Double(run.units + run.course.spares) * max(0, bill.billedTime.value - run.wallTime.value) / 3600
  }
}

extension ComparisonText {
  /// The rows of files, with what was asked.
  public func rows(tags: Tags) -> [ResultRow] {
    let setting = RowSetting(comparison.size, tags: tags, reference: reference.result)
    return rows.map { $0.set(setting) }
  }
}

extension SearchText {
  public func rows(tags: Tags) -> [ResultRow] {
    var setting = RowSetting()
    setting.tags = tags
    if case .any(let deadline, let budget) = outcome.request.size {
      (setting.deadline, setting.budget) = (deadline, budget)
    }
    return rows.map { $0.set(setting) }
  }
}

extension SuiteRow {
  /// With tags besides the suite's own; of two of one name the newer holds.
  public func tagged(_ tags: Tags) -> SuiteRow {
    guard !tags.isEmpty else { return self }
    var row = self
    row["tags"] = .text(Tags(written: text("tags") ?? "").over(tags).text)
    return row
  }
}

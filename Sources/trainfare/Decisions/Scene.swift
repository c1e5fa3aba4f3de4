import Planning
import Quantities
import Scenarios

/// A question that is asked again and again with something changed; what no change touches is planned once.
struct Scene: Sendable {
  let asked: Question
  let settings: QuestionSettings
  let size: JobSize
  private let catalog: Catalog
  /// With nothing changed, in the order of the question's options.
  let results: [OptionResult]

  init(_ asked: Question, _ settings: QuestionSettings, size: JobSize, _ config: ConfigOptions) {
    self.asked = asked
    self.settings = settings
    self.size = size
    catalog = config.catalog(settings.overrides)
    results = Scene.inOrder(asked, size)
  }

  /// The options' results, touched ones planned anew.
  ///
  /// - Parameter only: the place of an option, where the others are of no interest.
  func results(_ changes: [Change], only: Int? = nil) throws(Stop) -> [OptionResult] {
    let touched = asked.options.indices.filter { i in
      (only ?? i) == i && changes.contains { $0.touches(asked.options[i].instance) }
    }
    guard !touched.isEmpty else { return results }
    var own = asked
    own.options = touched.map { asked.options[$0] }
    let (question, size) = try changed(own, changes)
    var all = results
    for (place, result) in zip(touched, Scene.inOrder(question, size)) { all[place] = result }
    return all
  }

  /// Whether a change can be made at all, and what `--set` finds in the files before it.
  func check(_ changes: [Change]) throws(Stop) -> [AppliedOverride] {
    let catalog = self.catalog(changes)
    _ = try changed(asked, changes, catalog)
    try catalog.refuseUnusedOverrides()
    return catalog.appliedOverrides()
  }

  /// What a file says where a path leads, before it is changed; nil where it has no such field.
  func fileText(_ path: String) throws(Stop) -> String? {
    var reader = OptionReader()
    let probe = reader.attempt { () throws(Diagnostics) in try Override(parsing: "\(path)=1") }
    try reader.finish()
    guard let probe else { return nil }
    let change = Change.files([probe]), catalog = self.catalog([change])
    // The probe need not be a legal value: what counts is which field it met.
    do throws(Stop) {
      _ = try changed(asked, [change], catalog)
      try catalog.refuseUnusedOverrides()
    } catch {
      guard catalog.appliedOverrides().contains(where: { $0.path == path }) else { throw error }
    }
    return catalog.appliedOverrides().first { $0.path == path }?.before
  }

  private func catalog(_ changes: [Change]) -> Catalog {
    var settings = settings
    for change in changes { change.apply(to: &settings) }
    return catalog.with(settings.overrides)
  }

  private func changed(_ own: Question, _ changes: [Change]) throws(Stop) -> (Question, JobSize) {
    let question = try changed(own, changes, catalog(changes))
    // A deadline that is varied takes the place of what was asked.
    let limits = changes.compactMap { change -> JobSize? in
      if case .deadline(let limit) = change { .deadline(limit) } else { nil }
    }
    return (question, limits.last ?? size)
  }

  private func changed(_ own: Question, _ changes: [Change], _ catalog: Catalog) throws(Stop) -> Question {
    var settings = settings
    for change in changes { change.apply(to: &settings) }
    return try own.changed(to: settings, catalog, readsFiles: changes.contains(where: \.isOfFiles))
  }

  /// A comparison sorts its rows.
  private static func inOrder(_ asked: Question, _ size: JobSize) -> [OptionResult] {
    mappedInParallel(asked.options.map { One($0) }) { one in
      var own = asked
      own.options = [(one.instance, one.efficiency)]
      return own.planned(size).results[0]
    }
  }

  /// An option as a value that threads may share.
  private struct One: Sendable {
    var instance: Instance
    var efficiency: Efficiency
    init(_ option: (instance: Instance, efficiency: Efficiency)) {
      (instance, efficiency) = (option.instance, option.efficiency)
    }
  }
}

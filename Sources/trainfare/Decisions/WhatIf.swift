import Planning
import Quantities
import Reporting
import Scenarios

/// The unchanged run beside the one that was asked for, and which change makes how much of the difference.
struct WhatIf {
  private let changes: [(text: String, change: Change)]
  /// With nothing changed.
  private let scene: Scene

  /// Nil where nothing was changed: no `--set`, `--price`, `--plan` or `--stack`.
  init?(_ asked: Question, _ settings: QuestionSettings, size: JobSize, _ config: ConfigOptions) throws(Stop) {
    var changes = settings.overrides.map { (text: "--set \($0.text)", change: Change.files([$0])) }
    for (type, rate) in settings.price.rates.sorted(by: { $0.key < $1.key }) {
      changes.append((text: "--price \(type)=\(NumberText.plain(rate.perHour))", change: .price(type: type, rate)))
    }
    if let plan = settings.plan { changes.append((text: "--plan", change: .plan(plan))) }
    if let stack = settings.job.changes.stack { changes.append((text: "--stack \(stack)", change: .stack(stack))) }
    guard !changes.isEmpty else { return nil }
    self.changes = changes
    var plain = settings
    plain.overrides = []
    plain.price.rates = [:]
    plain.plan = nil
    plain.job.changes.stack = nil
    let readsFiles = changes.contains { $0.change.isOfFiles }
    let unchanged = try asked.changed(to: plain, config.catalog(), readsFiles: readsFiles)
    scene = Scene(unchanged, plain, size: size, config)
  }

  /// What became of each option, in the order of `results`.
  func effects(_ results: [OptionResult]) -> [ChangeEffect] {
    results.compactMap { after in
      guard let place = scene.results.firstIndex(where: { $0.instance.name == after.instance.name }) else { return nil }
      let before = scene.results[place]
      let own = changes.filter { $0.change.touches(before.instance) }
      var effect = ChangeEffect(
        before: ResultRow(job: scene.asked.job, result: before), after: after, isTouched: !own.isEmpty)
      guard before.run != nil, after.run != nil, !own.isEmpty else { return effect }
      let planned = planned(own.map(\.change), place, first: before, last: after)
      func shares(_ stake: Stake) -> [Double]? {
        Shares.of(own.count) { set in planned?[Int(set)].flatMap(stake.figure(of:)) }
      }
      let (cost, time) = (shares(.cost), shares(.time))
      effect.causes = own.enumerated().map { i, one in
        ChangeEffect.Cause(text: one.text, dollars: cost?[i], seconds: time?[i])
      }
      return effect
    }
  }

  /// A run with each subset of the changes; nil where they are too many.
  private func planned(_ changes: [Change], _ place: Int, first: OptionResult, last: OptionResult) -> [OptionResult?]? {
    guard changes.count <= Shares.most else { return nil }
    let all = (1 << changes.count) - 1
    return mappedInParallel(Array(0...all)) { set -> OptionResult? in
      // The two that are known already.
      if set == 0 { return first }
      if set == all { return last }
      let own = changes.indices.filter { set >> $0 & 1 == 1 }.map { changes[$0] }
      do throws(Stop) {
        return try scene.results(own, only: place)[place]
      } catch { return nil }
    }
  }
}
